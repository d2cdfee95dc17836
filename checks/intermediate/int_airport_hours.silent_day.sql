-- description: days other than the source's last one that no station observed at all
-- dimension: completeness
-- severity: error
select local_date
from intermediate.int_airport_hours
where local_date < date '2013-12-31'
group by local_date
having not bool_or(is_weather_observed)
