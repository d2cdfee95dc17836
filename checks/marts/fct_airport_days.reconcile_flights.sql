-- description: days that are not what their flights add up to, or without a row
-- dimension: accuracy
-- severity: error
with counted as (
    select
        origin_airport_code as airport_code,
        flight_date,
        count(*) as flight_count,
        count(*) filter (where is_cancelled) as cancelled_flight_count,
        count(*) filter (where is_diverted) as diverted_flight_count,
        count(*) filter (where is_delayed) as delayed_flight_count,
        avg(departure_delay_minutes) as mean_departure_delay_minutes,
        avg(arrival_delay_minutes) as mean_arrival_delay_minutes
    from marts.fct_flights
    group by origin_airport_code, flight_date
)

select
    coalesce(mart.airport_code, counted.airport_code) as airport_code,
    coalesce(mart.flight_date, counted.flight_date) as flight_date
from marts.fct_airport_days as mart
full join counted on mart.airport_code = counted.airport_code and mart.flight_date = counted.flight_date
where
    mart.flight_count is distinct from counted.flight_count
    or mart.cancelled_flight_count is distinct from counted.cancelled_flight_count
    or mart.diverted_flight_count is distinct from counted.diverted_flight_count
    or mart.delayed_flight_count is distinct from counted.delayed_flight_count
    or abs(mart.mean_departure_delay_minutes - counted.mean_departure_delay_minutes) > 1e-9
    or abs(mart.mean_arrival_delay_minutes - counted.mean_arrival_delay_minutes) > 1e-9
