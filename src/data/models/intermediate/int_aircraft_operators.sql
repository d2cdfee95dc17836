-- One operator per aircraft and instant: two flights of an aircraft scheduled for the same minute would otherwise
-- make an interval of no length.
with sightings as (
    select
        tail_number,
        scheduled_departure_at as seen_at,
        min(carrier_code) as carrier_code,
        max(received_at) as received_at
    from {{ ref('int_flights_enriched') }}
    where tail_number is not null
    group by all
),

-- An aircraft may come back to a carrier that had it before: what opens an interval is the change, not the carrier.
changes as (
    select
        *,
        coalesce(carrier_code != lag(carrier_code) over (partition by tail_number order by seen_at), true) as is_change
    from sightings
),

numbered as (
    select
        *,
        count(*) filter (where is_change) over (
            partition by tail_number
            order by seen_at rows between unbounded preceding and current row
        ) as interval_number
    from changes
),

intervals as (
    select
        tail_number,
        carrier_code,
        interval_number,
        min(seen_at) as valid_from,
        max(seen_at) as last_seen_at,
        count(*) as departure_count,
        max(received_at) as received_at
    from numbered
    group by all
),

-- An operator keeps the aircraft until the next one flies it: when it changed hands in between is not in the data.
bounded as (
    select
        *,
        lead(valid_from) over (partition by tail_number order by interval_number) as valid_to
    from intervals
)

select
    tail_number,
    interval_number,
    carrier_code,
    valid_from,
    valid_to,
    last_seen_at,
    departure_count,
    received_at
from bounded
