with flights as (
    select
        origin_airport_code as airport_code,
        flight_date,
        count(*) as flight_count,
        count(*) filter (where is_cancelled) as cancelled_flight_count,
        count(*) filter (where is_diverted) as diverted_flight_count,
        count(*) filter (where is_delayed) as delayed_flight_count,
        avg(departure_delay_minutes) as mean_departure_delay_minutes,
        avg(arrival_delay_minutes) as mean_arrival_delay_minutes,
        max(updated_at) as flights_updated_at
    from {{ ref('fct_flights') }}
    group by all
),

weather as (
    select
        airport_code,
        local_date,
        count(*) filter (where is_weather_observed) as observed_weather_hour_count,
        -- The source has hundredths; a sum of doubles in no fixed order would not be the same on every run.
        round(sum(precipitation_inches), 2) as precipitation_inches,
        max(wind_speed_mph) as maximum_wind_speed_mph,
        min(visibility_miles) as minimum_visibility_miles,
        max(received_at) as weather_updated_at
    from {{ ref('int_airport_hours') }}
    group by all
),

combined as (
    select
        flights.*,
        weather.precipitation_inches,
        weather.maximum_wind_speed_mph,
        weather.minimum_visibility_miles,
        flights.cancelled_flight_count / flights.flight_count as cancelled_share,
        coalesce(weather.observed_weather_hour_count, 0) as observed_weather_hour_count,
        greatest(flights.flights_updated_at, weather.weather_updated_at) as updated_at
    from flights
    left join weather on flights.airport_code = weather.airport_code and flights.flight_date = weather.local_date
)

select
    airport_code,
    flight_date,
    flight_count,
    cancelled_flight_count,
    diverted_flight_count,
    delayed_flight_count,
    cancelled_share,
    mean_departure_delay_minutes,
    mean_arrival_delay_minutes,
    observed_weather_hour_count,
    precipitation_inches,
    maximum_wind_speed_mph,
    minimum_visibility_miles,
    updated_at
from combined
