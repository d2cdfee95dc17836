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
        received_at,
    from {{ source('nycflights', 'nycflights_airports') }}
    qualify row_number() over (partition by faa order by received_at desc, _landed_on desc) = 1
),

-- All airports of the source are American. EEN has latitude and longitude swapped; DVT and MYF lost the sign of their
-- longitude, which also gave them a Chinese time zone. East of 170 degrees is right: the Aleutians cross the antimeridian.
located as (
    select
        latest.*,
        lon between 0 and 90 and lat > 72 as is_swapped,
        lon between 90 and 170 as is_unsigned,
        case when is_swapped then lon when is_unsigned then lat else lat end as latitude,
        case when is_swapped then -lat when is_unsigned then -lon else lon end as longitude,
        coalesce(is_unsigned or tzone is null, false) as lacks_time_zone,
    from latest
),

-- A zone that is missing or wrong is taken from the nearest airport that has one.
neighbours as (
    select
        lacking.faa,
        known.tzone,
        known.tz,
        known.dst,
    from located as lacking
    cross join located as known
    where lacking.lacks_time_zone and not known.lacks_time_zone
    qualify
        row_number() over (
            partition by lacking.faa
            order by
                power(lacking.latitude - known.latitude, 2)
                + power((lacking.longitude - known.longitude) * cos(radians(lacking.latitude)), 2),
                known.faa
        ) = 1
)

select
    located.faa as airport_code,
    trim(located.name) as airport_name,
    located.latitude as latitude_degrees,
    located.longitude as longitude_degrees,
    located.alt as altitude_feet,
    coalesce(neighbours.tzone, located.tzone) as time_zone,
    coalesce(neighbours.tz, located.tz) as utc_offset_hours,
    coalesce(neighbours.dst, located.dst) as dst_rule,
    located.is_swapped or located.is_unsigned as is_location_repaired,
    located.lacks_time_zone as is_time_zone_repaired,
    located.received_at,
from located
left join neighbours on located.faa = neighbours.faa
