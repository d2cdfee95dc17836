-- description: routes whose distance is more than 0.6 % off the great circle between their airports
-- dimension: accuracy
-- severity: error
select
    flights.origin_airport_code,
    flights.destination_airport_code,
    flights.distance_miles,
    7917.6 * asin(sqrt(
        power(sin(radians(destinations.latitude_degrees - origins.latitude_degrees) / 2), 2)
        + cos(radians(origins.latitude_degrees)) * cos(radians(destinations.latitude_degrees))
        * power(sin(radians(destinations.longitude_degrees - origins.longitude_degrees) / 2), 2)
    )) as great_circle_miles
from (
    select distinct
        origin_airport_code,
        destination_airport_code,
        distance_miles
    from marts.fct_flights
) as flights
inner join marts.dim_airports as origins on flights.origin_airport_code = origins.airport_code
inner join marts.dim_airports as destinations on flights.destination_airport_code = destinations.airport_code
where
    abs(
        7917.6 * asin(sqrt(
            power(sin(radians(destinations.latitude_degrees - origins.latitude_degrees) / 2), 2)
            + cos(radians(origins.latitude_degrees)) * cos(radians(destinations.latitude_degrees))
            * power(sin(radians(destinations.longitude_degrees - origins.longitude_degrees) / 2), 2)
        )) - flights.distance_miles
    ) > greatest(0.006 * flights.distance_miles, 1.5)
