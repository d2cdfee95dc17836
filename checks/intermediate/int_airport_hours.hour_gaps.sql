-- description: hours that do not follow the one before at an airport by exactly an hour
-- dimension: completeness
-- severity: error
select
    airport_code,
    observed_hour_at,
    previous_hour_at
from (
    select
        airport_code,
        observed_hour_at,
        lag(observed_hour_at) over (partition by airport_code order by observed_hour_at) as previous_hour_at
    from intermediate.int_airport_hours
) as hours
where date_diff('minute', previous_hour_at, observed_hour_at) != 60
