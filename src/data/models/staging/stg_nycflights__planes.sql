with latest as (
    select
        tailnum,
        year,
        type,
        manufacturer,
        model,
        engines,
        seats,
        speed,
        engine,
        received_at
    from {{ source('nycflights', 'nycflights_planes') }}
    qualify row_number() over (partition by tailnum order by received_at desc, _landed_on desc) = 1
),

-- The registry spells one maker in several ways, so that counts by maker would fall apart.
unified as (
    select
        *,
        case
            when manufacturer like 'AIRBUS%' then 'AIRBUS'
            when manufacturer like 'MCDONNELL DOUGLAS%' then 'MCDONNELL DOUGLAS'
            when manufacturer like 'CANADAIR%' then 'CANADAIR'
            else manufacturer
        end as maker
    from latest
)

select
    tailnum as tail_number,
    year as manufacture_year,
    type as aircraft_type,
    maker as manufacturer,
    model,
    engines as engine_count,
    seats as seat_count,
    speed as cruising_speed_mph,
    engine as engine_type,
    received_at
from unified
