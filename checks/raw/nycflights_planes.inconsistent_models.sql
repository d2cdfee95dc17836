-- description: aircraft of one maker and model differ in the number of engines or in the type of aircraft
-- dimension: validity
-- severity: error
select
    manufacturer,
    model,
    count(distinct engines) as engine_counts,
    count(distinct type) as aircraft_types
from raw.nycflights_planes
group by all
having count(distinct engines) > 1 or count(distinct type) > 1
