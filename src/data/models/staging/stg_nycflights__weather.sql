with latest as (
    select
        origin,
        year,
        month,
        day,
        hour,
        temp,
        dewp,
        humid,
        wind_dir,
        wind_speed,
        wind_gust,
        precip,
        pressure,
        visib,
        time_hour,
        received_at
    from {{ source('nycflights', 'nycflights_weather') }}
    -- By the UTC hour: the local hour from 01:00 on 2013-11-03 happened twice and both observations are real.
    qualify row_number() over (partition by origin, time_hour order by received_at desc, _landed_on desc) = 1
),

-- No wind on earth was ever faster than 254 mph: beyond, the sensor or the transmission failed.
plausible as (
    select
        *,
        make_timestamp(year, month, day, hour, 0, 0) as observed_hour_local,
        if(wind_speed <= 254, wind_speed, null) as wind_speed_mph,
        if(wind_gust <= 254, wind_gust, null) as wind_gust_mph
    from latest
)

select
    origin as airport_code,
    time_hour as observed_hour_at,
    observed_hour_local,
    temp as temperature_fahrenheit,
    dewp as dew_point_fahrenheit,
    humid as relative_humidity_percent,
    wind_dir as wind_direction_degrees,
    wind_speed_mph,
    wind_gust_mph,
    precip as precipitation_inches,
    pressure as sea_level_pressure_millibars,
    visib as visibility_miles,
    received_at
from plausible
