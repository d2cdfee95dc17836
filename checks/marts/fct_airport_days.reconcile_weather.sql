-- description: days whose weather is not that of their observed hours
-- dimension: accuracy
-- severity: error
with observed as (
    select
        airport_code,
        local_date,
        count(*) as hour_count,
        sum(precipitation_inches) as precipitation_inches,
        max(wind_speed_mph) as maximum_wind_speed_mph,
        min(visibility_miles) as minimum_visibility_miles
    from intermediate.int_airport_hours
    where is_weather_observed
    group by airport_code, local_date
)

select
    mart.airport_code,
    mart.flight_date
from marts.fct_airport_days as mart
left join observed on mart.airport_code = observed.airport_code and mart.flight_date = observed.local_date
where
    mart.observed_weather_hour_count != coalesce(observed.hour_count, 0)
    or (mart.precipitation_inches is null) != (observed.precipitation_inches is null)
    or abs(mart.precipitation_inches - observed.precipitation_inches) > 0.005
    or mart.maximum_wind_speed_mph is distinct from observed.maximum_wind_speed_mph
    or mart.minimum_visibility_miles is distinct from observed.minimum_visibility_miles
