-- description: one model is entered under several makers; known are CL-600-2B19, MD-90-30, two kits
-- dimension: validity
-- severity: error
-- target: <= 4
select
    model,
    count(distinct manufacturer) as makers,
    string_agg(distinct manufacturer, ', ') as maker_names
from staging.stg_nycflights__planes
group by model
having count(distinct manufacturer) > 1
