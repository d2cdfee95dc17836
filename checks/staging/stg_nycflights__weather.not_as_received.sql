-- description: an hour is missing, too many, or differs from its latest delivery in more than an impossible wind
-- dimension: accuracy
-- severity: error
with received as (
    select
        origin,
        time_hour,
        temp as fahrenheit,
        dewp,
        humid,
        wind_dir,
        precip,
        pressure,
        visib,
        received_at,
        if(wind_speed <= 254, wind_speed, null) as wind_mph,
        if(wind_gust <= 254, wind_gust, null) as gust_mph
    from raw.nycflights_weather
    qualify row_number() over (partition by origin, time_hour order by received_at desc, _landed_on desc) = 1
),

staged as (
    select
        airport_code as origin,
        observed_hour_at as time_hour,
        temperature_fahrenheit as fahrenheit,
        dew_point_fahrenheit as dewp,
        relative_humidity_percent as humid,
        wind_direction_degrees as wind_dir,
        precipitation_inches as precip,
        sea_level_pressure_millibars as pressure,
        visibility_miles as visib,
        received_at,
        wind_speed_mph as wind_mph,
        wind_gust_mph as gust_mph
    from staging.stg_nycflights__weather
)

select
    received.received_at,
    staged.received_at as staged_received_at,
    coalesce(received.origin, staged.origin) as origin,
    coalesce(received.time_hour, staged.time_hour) as time_hour
from received
full outer join staged
    on
        received.origin = staged.origin
        and received.time_hour = staged.time_hour
where
    received.fahrenheit is distinct from staged.fahrenheit
    or received.dewp is distinct from staged.dewp
    or received.humid is distinct from staged.humid
    or received.wind_dir is distinct from staged.wind_dir
    or received.wind_mph is distinct from staged.wind_mph
    or received.gust_mph is distinct from staged.gust_mph
    or received.precip is distinct from staged.precip
    or received.pressure is distinct from staged.pressure
    or received.visib is distinct from staged.visib
    or received.received_at is distinct from staged.received_at
