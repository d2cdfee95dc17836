with flights as (
    select
        *,
        md5(concat_ws('|', flight_date, carrier_code, flight_number, origin_airport_code)) as flight_key,
        departure_delay_minutes is null as is_cancelled,
        departure_delay_minutes is not null and arrival_delay_minutes is null as is_diverted,
        arrival_delay_minutes > 15 as is_delayed
    from {{ ref('stg_nycflights__flights') }}
),

located as (
    select
        flights.*,
        airports.time_zone,
        timezone(airports.time_zone, flights.scheduled_departure_at) as departure_there
    from flights
    left join {{ ref('int_airports') }} as airports on flights.destination_airport_code = airports.airport_code
),

dated as (
    select
        *,
        departure_there::date + scheduled_arrival_local_time as arrival_there
    from located
),

-- A scheduled arrival is a clock time of the destination, without a date: the first such moment after the departure.
scheduled as (
    select
        *,
        timezone(
            time_zone, arrival_there + if(arrival_there < departure_there, interval 1 day, interval 0 day)
        ) as scheduled_arrival_at
    from dated
),

-- What happened is counted from the schedule by the delays and not read from the clock: the clock may be in the hour
-- that the end of daylight saving time repeats, and gives no day.
happened as (
    select
        *,
        scheduled_departure_at + to_minutes(departure_delay_minutes) as departed_at,
        scheduled_arrival_at + to_minutes(arrival_delay_minutes) as arrived_at
    from scheduled
),

weathered as (
    select
        happened.*,
        weather.temperature_fahrenheit,
        weather.wind_speed_mph,
        weather.wind_gust_mph,
        weather.precipitation_inches,
        weather.visibility_miles,
        weather.received_at as weather_received_at,
        weather.airport_code is not null as is_weather_observed
    from happened
    left join {{ ref('stg_nycflights__weather') }} as weather
        on
            happened.origin_airport_code = weather.airport_code
            and happened.scheduled_departure_hour_at = weather.observed_hour_at
)

select
    flight_key,
    flight_date,
    carrier_code,
    flight_number,
    origin_airport_code,
    destination_airport_code,
    tail_number,
    scheduled_departure_at,
    scheduled_departure_hour_at,
    scheduled_arrival_at,
    departed_at,
    arrived_at,
    departure_delay_minutes,
    arrival_delay_minutes,
    air_time_minutes,
    distance_miles,
    is_cancelled,
    is_diverted,
    is_delayed,
    is_weather_observed,
    temperature_fahrenheit,
    wind_speed_mph,
    wind_gust_mph,
    precipitation_inches,
    visibility_miles,
    received_at,
    weather_received_at
from weathered
