-- The source has no airport outside the fifty states, yet flights go there. The zone must be known all the same to
-- place their arrivals in time; both territories keep Atlantic standard time all year.
with territory_zones as (
    select
        territories.airport_code,
        'America/Puerto_Rico' as time_zone,
        -4 as utc_offset_hours
    from (values ('BQN'), ('PSE'), ('SJU'), ('STT')) as territories (airport_code)
),

-- The origins are in too: a feed with a new one must not lose it.
referenced as (
    select
        destination_airport_code as airport_code,
        received_at
    from {{ ref('stg_nycflights__flights') }}
    union all
    select
        origin_airport_code as airport_code,
        received_at
    from {{ ref('stg_nycflights__flights') }}
),

inferred as (
    select
        referenced.airport_code,
        max(referenced.received_at) as received_at
    from referenced
    anti join {{ ref('stg_nycflights__airports') }} as airports on referenced.airport_code = airports.airport_code
    group by referenced.airport_code
)

select
    airport_code,
    airport_name,
    latitude_degrees,
    longitude_degrees,
    altitude_feet,
    time_zone,
    utc_offset_hours,
    dst_rule,
    is_location_repaired,
    is_time_zone_repaired,
    false as is_inferred,
    received_at
from {{ ref('stg_nycflights__airports') }}
union all
select
    inferred.airport_code,
    null as airport_name,
    null as latitude_degrees,
    null as longitude_degrees,
    null as altitude_feet,
    territory_zones.time_zone,
    territory_zones.utc_offset_hours,
    null as dst_rule,
    false as is_location_repaired,
    false as is_time_zone_repaired,
    true as is_inferred,
    inferred.received_at
from inferred
left join territory_zones on inferred.airport_code = territory_zones.airport_code
