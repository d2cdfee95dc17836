with origins as (
    select distinct origin_airport_code as airport_code
    from {{ ref('stg_nycflights__flights') }}
),

-- Hours are counted in UTC from local midnight to local midnight: days are local, and two of the year have 23 and 25.
hours as (
    select
        origins.airport_code,
        airports.time_zone,
        unnest(generate_series(
            timezone(airports.time_zone, timestamp '{{ var("calendar_start") }}'),
            timezone(airports.time_zone, timestamp '{{ var("calendar_end") }}' + interval 1 day) - interval 1 hour,
            interval 1 hour
        )) as observed_hour_at
    from origins
    inner join {{ ref('int_airports') }} as airports on origins.airport_code = airports.airport_code
),

local_hours as (
    select
        *,
        timezone(time_zone, observed_hour_at) as observed_hour_local,
        timezone(time_zone, observed_hour_at)::date as local_date
    from hours
),

matched as (
    select
        local_hours.*,
        weather.temperature_fahrenheit,
        weather.wind_speed_mph,
        weather.precipitation_inches,
        weather.visibility_miles,
        weather.received_at,
        weather.airport_code is not null as is_weather_observed
    from local_hours
    left join {{ ref('stg_nycflights__weather') }} as weather
        on local_hours.airport_code = weather.airport_code and local_hours.observed_hour_at = weather.observed_hour_at
)

select
    airport_code,
    observed_hour_at,
    observed_hour_local,
    local_date,
    is_weather_observed,
    temperature_fahrenheit,
    wind_speed_mph,
    precipitation_inches,
    visibility_miles,
    received_at
from matched
