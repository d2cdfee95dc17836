-- description: rows that count a flight of the last 7 days whose record came after the event (27.7 %); see limitations
-- dimension: timeliness
-- severity: error
-- target: < 28 %
-- alert: > 30 %
select
    features.tail_number,
    features.event_at
from marts.fct_aircraft_delay_features as features
where exists (
    select 1
    from marts.fct_flights as flights
    where
        flights.tail_number = features.tail_number
        and flights.arrived_at < features.event_at
        and flights.arrived_at >= features.event_at - interval 168 hour
        and flights.received_at > features.event_at
)
