with latest as (
    select
        year,
        month,
        day,
        dep_time,
        sched_dep_time,
        dep_delay,
        arr_time,
        sched_arr_time,
        arr_delay,
        carrier,
        flight,
        tailnum,
        origin,
        dest,
        air_time,
        distance,
        hour,
        minute,
        time_hour,
        received_at
    from {{ source('nycflights', 'nycflights_flights') }}
    -- One airline uses a flight number twice on a day for the legs of a through flight: the origin tells them apart.
    qualify
        row_number() over (
            partition by year, month, day, carrier, flight, origin
            order by received_at desc, _landed_on desc
        ) = 1
),

-- Clock times are hours and minutes in one number, local to the airport; midnight is 2400 in the source, which is
-- no time of day: it becomes 00:00.
timed as (
    select
        *,
        make_date(year, month, day) as flight_date,
        -- From the UTC hour and not from the local clock, which is ambiguous when daylight saving time ends.
        time_hour + to_minutes(minute) as scheduled_departure_at,
        make_time(hour, minute, 0) as scheduled_departure_local_time,
        make_time(sched_arr_time // 100 % 24, sched_arr_time % 100, 0) as scheduled_arrival_local_time,
        make_time(dep_time // 100 % 24, dep_time % 100, 0) as departure_local_time,
        make_time(arr_time // 100 % 24, arr_time % 100, 0) as arrival_local_time
    from latest
)

select
    flight_date,
    carrier as carrier_code,
    flight as flight_number,
    origin as origin_airport_code,
    dest as destination_airport_code,
    tailnum as tail_number,
    scheduled_departure_at,
    time_hour as scheduled_departure_hour_at,
    scheduled_departure_local_time,
    scheduled_arrival_local_time,
    departure_local_time,
    arrival_local_time,
    dep_delay as departure_delay_minutes,
    arr_delay as arrival_delay_minutes,
    air_time as air_time_minutes,
    distance as distance_miles,
    received_at
from timed
