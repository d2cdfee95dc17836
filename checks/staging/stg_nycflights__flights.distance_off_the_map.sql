-- description: the distance of a route is more than 10 miles off the great circle between its airports
-- dimension: accuracy
-- severity: error
with routes as (
    select distinct
        origin_airport_code,
        destination_airport_code,
        distance_miles
    from staging.stg_nycflights__flights
),

measured as (
    select
        routes.origin_airport_code,
        routes.destination_airport_code,
        routes.distance_miles,
        2 * 3959 * asin(sqrt(
            power(sin(radians(destinations.latitude_degrees - origins.latitude_degrees) / 2), 2)
            + cos(radians(origins.latitude_degrees)) * cos(radians(destinations.latitude_degrees))
            * power(sin(radians(destinations.longitude_degrees - origins.longitude_degrees) / 2), 2)
        )) as great_circle_miles
    from routes
    inner join staging.stg_nycflights__airports as origins
        on routes.origin_airport_code = origins.airport_code
    inner join staging.stg_nycflights__airports as destinations
        on routes.destination_airport_code = destinations.airport_code
)

select *
from measured
where abs(distance_miles - great_circle_miles) > 10
