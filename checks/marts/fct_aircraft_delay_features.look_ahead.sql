-- description: rows whose features are not those of a join with the arrivals strictly before the event
-- dimension: accuracy
-- severity: error
select
    features.tail_number,
    features.event_at
from marts.fct_aircraft_delay_features as features
left join marts.fct_flights as flights
    on
        features.tail_number = flights.tail_number
        and features.event_at > flights.arrived_at
        and features.event_at - interval 720 hour <= flights.arrived_at
group by all
having
    count(flights.flight_key) != any_value(features.flights_30d_count)
    or max(flights.arrival_delay_minutes) is distinct from any_value(features.maximum_arrival_delay_30d_minutes)
    or abs(avg(flights.arrival_delay_minutes) - any_value(features.mean_arrival_delay_30d_minutes)) > 1e-9
    or abs(
        avg(flights.arrival_delay_minutes) filter (where flights.arrived_at >= features.event_at - interval 168 hour)
        - any_value(features.mean_arrival_delay_7d_minutes)
    ) > 1e-9
    or coalesce(
        sum(flights.air_time_minutes) filter (where flights.arrived_at >= features.event_at - interval 168 hour), 0
    ) != any_value(features.air_time_7d_minutes)
