-- description: flights whose copied columns are not those of staging
-- dimension: accuracy
-- severity: error
select
    enriched.flight_date,
    enriched.carrier_code,
    enriched.flight_number,
    enriched.origin_airport_code
from intermediate.int_flights_enriched as enriched
inner join staging.stg_nycflights__flights as flights
    on
        enriched.flight_date = flights.flight_date
        and enriched.carrier_code = flights.carrier_code
        and enriched.flight_number = flights.flight_number
        and enriched.origin_airport_code = flights.origin_airport_code
where
    enriched.destination_airport_code is distinct from flights.destination_airport_code
    or enriched.tail_number is distinct from flights.tail_number
    or enriched.scheduled_departure_at is distinct from flights.scheduled_departure_at
    or enriched.departure_delay_minutes is distinct from flights.departure_delay_minutes
    or enriched.arrival_delay_minutes is distinct from flights.arrival_delay_minutes
    or enriched.air_time_minutes is distinct from flights.air_time_minutes
    or enriched.distance_miles is distinct from flights.distance_miles
    or enriched.received_at is distinct from flights.received_at
