-- description: flights faster over the ground than 600 mph, which no airliner is westward; 4 air times are too short
-- dimension: accuracy
-- severity: error
-- target: <= 4 rows
-- alert: > 10 rows
select
    flight_date,
    carrier_code,
    flight_number,
    origin_airport_code,
    destination_airport_code,
    60 * distance_miles / air_time_minutes as ground_speed_mph
from intermediate.int_flights_enriched
where 60 * distance_miles / air_time_minutes > 600
