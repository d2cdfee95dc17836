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
    is_inferred,
    received_at as updated_at
from {{ ref('int_airports') }}
