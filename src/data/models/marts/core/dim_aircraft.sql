with operators as (
    select
        *,
        -- Of what is known when an interval opens, so that a later interval does not rename an earlier one.
        md5(concat_ws('|', tail_number, interval_number)) as aircraft_key,
        valid_to is null as is_current
    from {{ ref('int_aircraft_operators') }}
),

described as (
    select
        operators.*,
        planes.manufacture_year,
        planes.aircraft_type,
        planes.manufacturer,
        planes.model,
        planes.engine_count,
        planes.seat_count,
        planes.cruising_speed_mph,
        planes.engine_type,
        planes.tail_number is not null as is_registered,
        greatest(operators.received_at, planes.received_at) as updated_at
    from operators
    left join {{ ref('stg_nycflights__planes') }} as planes on operators.tail_number = planes.tail_number
)

select
    aircraft_key,
    tail_number,
    carrier_code,
    valid_from,
    valid_to,
    is_current,
    is_registered,
    manufacture_year,
    aircraft_type,
    manufacturer,
    model,
    engine_count,
    seat_count,
    cruising_speed_mph,
    engine_type,
    updated_at
from described
