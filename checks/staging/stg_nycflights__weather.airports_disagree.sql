-- description: two airports differ by more than 25 degrees Fahrenheit; known is 2013-05-09 02:00 UTC, when JFK has 13.1
-- dimension: accuracy
-- severity: error
-- target: <= 1
select
    observed_hour_at,
    min(temperature_fahrenheit) as coldest,
    max(temperature_fahrenheit) as warmest
from staging.stg_nycflights__weather
group by observed_hour_at
having max(temperature_fahrenheit) - min(temperature_fahrenheit) > 25
