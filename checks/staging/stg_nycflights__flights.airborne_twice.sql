-- description: an aircraft leaves while it is in the air on another flight; known are 116, nearly all of Delta
-- dimension: accuracy
-- severity: error
-- target: <= 116
with airborne as (
    select
        tail_number,
        carrier_code,
        flight_number,
        origin_airport_code,
        scheduled_departure_at + to_minutes(departure_delay_minutes) as left_at,
        scheduled_departure_at + to_minutes(departure_delay_minutes + air_time_minutes) as landed_at
    from staging.stg_nycflights__flights
    where tail_number is not null and arrival_delay_minutes is not null
),

compared as (
    select
        *,
        max(landed_at) over (
            partition by tail_number
            order by left_at, carrier_code, flight_number, origin_airport_code
            rows between unbounded preceding and 1 preceding
        ) as landed_before_at
    from airborne
)

select *
from compared
where left_at < landed_before_at
