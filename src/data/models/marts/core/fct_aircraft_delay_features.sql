-- One row per aircraft and scheduled departure. What is known of a flight is known from its arrival on, so arrivals
-- and departures are put on one time line per aircraft, and a departure sees the arrivals strictly before it.
with departures as (
    select
        tail_number,
        scheduled_departure_at as happened_at,
        max(updated_at) as updated_at
    from {{ ref('fct_flights') }}
    where tail_number is not null
    group by all
),

time_line as (
    select
        tail_number,
        happened_at,
        true as is_departure,
        null as arrived_at,
        null as arrival_delay_minutes,
        null as air_time_minutes,
        updated_at
    from departures
    union all
    select
        tail_number,
        arrived_at as happened_at,
        false as is_departure,
        arrived_at,
        arrival_delay_minutes,
        air_time_minutes,
        updated_at
    from {{ ref('fct_flights') }}
    where tail_number is not null and arrived_at is not null
),

-- Frames end a microsecond before the row, the resolution of the instants: an arrival at the very minute of the
-- departure is not yet the past. Hours and not days, whose length would depend on the session's time zone.
features as (
    select
        tail_number,
        happened_at as event_at,
        is_departure,
        count(arrived_at) over week as flights_7d_count,
        count(arrived_at) over month as flights_30d_count,
        avg(arrival_delay_minutes) over week as mean_arrival_delay_7d_minutes,
        avg(arrival_delay_minutes) over month as mean_arrival_delay_30d_minutes,
        max(arrival_delay_minutes) over month as maximum_arrival_delay_30d_minutes,
        coalesce(sum(air_time_minutes) over week, 0) as air_time_7d_minutes,
        date_diff('minute', max(arrived_at) over past, happened_at) / 60 as hours_since_last_arrival,
        greatest(updated_at, max(updated_at) over month) as updated_at
    from time_line
    window
        week as (
            partition by tail_number order by happened_at
            range between interval 168 hours preceding and interval 1 microsecond preceding
        ),
        month as (
            partition by tail_number order by happened_at
            range between interval 720 hours preceding and interval 1 microsecond preceding
        ),
        past as (
            partition by tail_number order by happened_at
            range between unbounded preceding and interval 1 microsecond preceding
        )
)

select
    tail_number,
    event_at,
    flights_7d_count,
    flights_30d_count,
    mean_arrival_delay_7d_minutes,
    mean_arrival_delay_30d_minutes,
    maximum_arrival_delay_30d_minutes,
    air_time_7d_minutes::bigint as air_time_7d_minutes,
    hours_since_last_arrival,
    updated_at
from features
where is_departure
