with latest as (
    select
        faa,
        name,
        lat,
        lon,
        alt,
        tz,
        dst,
        tzone,
        received_at
    from {{ source('nycflights', 'nycflights_airports') }}
    qualify row_number() over (partition by faa order by received_at desc, _landed_on desc) = 1
),

-- All airports of the source are American. EEN has latitude and longitude swapped; DVT and MYF lost the sign of their
-- longitude, which also gave them a Chinese time zone. East of 170 degrees is right: the Aleutians cross the
-- antimeridian.
judged as (
    select
        *,
        lat > 72 and lon between 0 and 90 as is_swapped,
        lon between 90 and 170 as is_unsigned
    from latest
),

located as (
    select
        *,
        if(is_swapped, lon, lat) as latitude,
        case when is_swapped then -lat when is_unsigned then -lon else lon end as longitude,
        is_swapped or is_unsigned as is_location_repaired,
        is_unsigned or tzone is null as is_time_zone_repaired
    from judged
),

-- A zone that is missing or wrong is taken from the nearest airport that has one.
neighbours as (
    select
        lacking.faa,
        known.tzone,
        known.tz,
        known.dst
    from located as lacking
    cross join located as known
    where lacking.is_time_zone_repaired and not known.is_time_zone_repaired
    qualify
        row_number() over (
            partition by lacking.faa
            order by
                power(lacking.latitude - known.latitude, 2)
                + power((lacking.longitude - known.longitude) * cos(radians(lacking.latitude)), 2),
                known.faa
        ) = 1
),

repaired as (
    select
        located.*,
        coalesce(neighbours.tzone, located.tzone) as time_zone,
        coalesce(neighbours.tz, located.tz) as utc_offset_hours,
        coalesce(neighbours.dst, located.dst) as dst_rule
    from located
    left join neighbours on located.faa = neighbours.faa
)

select
    faa as airport_code,
    name as airport_name,
    latitude as latitude_degrees,
    longitude as longitude_degrees,
    alt as altitude_feet,
    time_zone,
    utc_offset_hours,
    dst_rule,
    is_location_repaired,
    is_time_zone_repaired,
    received_at
from repaired
