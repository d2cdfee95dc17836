-- description: the time zone of a repaired airport is not that of at least three of its five nearest neighbours
-- dimension: validity
-- severity: error
with repaired as (
    select
        airport_code,
        time_zone,
        latitude_degrees,
        longitude_degrees
    from staging.stg_nycflights__airports
    where is_time_zone_repaired or is_location_repaired
),

neighbours as (
    select
        repaired.airport_code,
        repaired.time_zone,
        candidates.time_zone as neighbour_time_zone
    from repaired
    inner join staging.stg_nycflights__airports as candidates
        on repaired.airport_code <> candidates.airport_code and not candidates.is_location_repaired
    qualify
        row_number() over (
            partition by repaired.airport_code
            order by
                power(candidates.latitude_degrees - repaired.latitude_degrees, 2)
                + power(
                    (candidates.longitude_degrees - repaired.longitude_degrees)
                    * cos(radians(repaired.latitude_degrees)),
                    2
                )
        ) <= 5
)

select
    airport_code,
    time_zone,
    count(*) filter (where neighbour_time_zone = time_zone) as alike
from neighbours
group by all
having count(*) filter (where neighbour_time_zone = time_zone) < 3
