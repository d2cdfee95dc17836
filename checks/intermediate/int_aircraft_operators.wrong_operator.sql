-- description: flights of an aircraft in an interval of another airline
-- dimension: accuracy
-- severity: error
select
    flights.flight_key,
    flights.carrier_code,
    operators.carrier_code as operator_code
from intermediate.int_flights_enriched as flights
asof inner join intermediate.int_aircraft_operators as operators
    on
        flights.tail_number = operators.tail_number
        and flights.scheduled_departure_at >= operators.valid_from
where flights.carrier_code != operators.carrier_code
