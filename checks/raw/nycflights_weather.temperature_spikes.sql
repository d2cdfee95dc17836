-- description: a temperature is 30 degrees off the hours before and after; known is JFK, 2013-05-09 02:00 UTC
-- dimension: accuracy
-- severity: error
-- target: <= 1
with hours as (
    select distinct
        origin,
        time_hour,
        temp
    from raw.nycflights_weather
),

compared as (
    select
        origin,
        time_hour,
        temp,
        lag(temp) over (partition by origin order by time_hour) as temp_before,
        lead(temp) over (partition by origin order by time_hour) as temp_after
    from hours
)

select
    origin,
    time_hour,
    temp_before,
    temp,
    temp_after
from compared
where abs(temp - temp_before) > 30 and abs(temp - temp_after) > 30
