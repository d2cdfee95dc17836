-- description: a flight is missing, too many, or differs from its latest delivery, row by row
-- dimension: accuracy
-- severity: error
with latest as (
    select *
    from raw.nycflights_flights
    qualify
        row_number() over (
            partition by year, month, day, carrier, flight, origin
            order by received_at desc, _landed_on desc
        ) = 1
),

received as (
    select
        carrier,
        flight,
        origin,
        dest,
        tailnum,
        dep_delay,
        arr_delay,
        air_time,
        distance,
        received_at,
        sched_dep_time,
        sched_arr_time,
        time_hour,
        make_date(year, month, day) as flight_date,
        dep_time % 2400 as dep_time,
        arr_time % 2400 as arr_time
    from latest
),

staged as (
    select
        flight_date,
        carrier_code as carrier,
        flight_number as flight,
        origin_airport_code as origin,
        destination_airport_code as dest,
        tail_number as tailnum,
        departure_delay_minutes as dep_delay,
        arrival_delay_minutes as arr_delay,
        air_time_minutes as air_time,
        distance_miles as distance,
        received_at,
        scheduled_departure_hour_at as time_hour,
        hour(scheduled_departure_local_time) * 100 + minute(scheduled_departure_local_time) as sched_dep_time,
        hour(scheduled_arrival_local_time) * 100 + minute(scheduled_arrival_local_time) as sched_arr_time,
        hour(departure_local_time) * 100 + minute(departure_local_time) as dep_time,
        hour(arrival_local_time) * 100 + minute(arrival_local_time) as arr_time
    from staging.stg_nycflights__flights
)

select
    received.received_at,
    staged.received_at as staged_received_at,
    coalesce(received.flight_date, staged.flight_date) as flight_date,
    coalesce(received.carrier, staged.carrier) as carrier,
    coalesce(received.flight, staged.flight) as flight,
    coalesce(received.origin, staged.origin) as origin
from received
full outer join staged
    on
        received.flight_date = staged.flight_date
        and received.carrier = staged.carrier
        and received.flight = staged.flight
        and received.origin = staged.origin
where
    received.dest is distinct from staged.dest
    or received.tailnum is distinct from staged.tailnum
    or received.dep_time is distinct from staged.dep_time
    or received.sched_dep_time is distinct from staged.sched_dep_time
    or received.dep_delay is distinct from staged.dep_delay
    or received.arr_time is distinct from staged.arr_time
    or received.sched_arr_time is distinct from staged.sched_arr_time
    or received.arr_delay is distinct from staged.arr_delay
    or received.air_time is distinct from staged.air_time
    or received.distance is distinct from staged.distance
    or received.time_hour is distinct from staged.time_hour
    or received.received_at is distinct from staged.received_at
