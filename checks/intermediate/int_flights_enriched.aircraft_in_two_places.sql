-- description: flights on which an aircraft leaves before it has arrived (127): a reported tail number is wrong
-- dimension: consistency
-- severity: error
-- target: < 0.04 %
-- alert: > 0.1 %
select
    tail_number,
    departed_at,
    previous_arrived_at
from (
    select
        tail_number,
        departed_at,
        lag(arrived_at) over (partition by tail_number order by departed_at, flight_key) as previous_arrived_at
    from intermediate.int_flights_enriched
    where tail_number is not null and departed_at is not null
) as flights
where departed_at < previous_arrived_at
