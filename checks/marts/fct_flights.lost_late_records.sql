-- description: raw deliveries that are newer than what the mart shows of their flight, or of which it shows nothing
-- dimension: accuracy
-- severity: error
select
    deliveries.carrier,
    deliveries.flight,
    deliveries.origin,
    deliveries.received_at
from raw.nycflights_flights as deliveries
left join marts.fct_flights as flights
    on
        make_date(deliveries.year, deliveries.month, deliveries.day) = flights.flight_date
        and deliveries.carrier = flights.carrier_code
        and deliveries.flight = flights.flight_number
        and deliveries.origin = flights.origin_airport_code
where flights.received_at is null or flights.received_at < deliveries.received_at
