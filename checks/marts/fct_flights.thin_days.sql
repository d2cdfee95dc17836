-- description: days with less than 60 % of the flights that the median day of the same weekday has (Thanksgiving: 65 %)
-- dimension: completeness
-- severity: error
with daily as (
    select
        flight_date,
        isodow(flight_date) as iso_day_of_week,
        count(*) as flight_count
    from marts.fct_flights
    group by flight_date
),

typical as (
    select
        iso_day_of_week,
        median(flight_count) as median_flight_count
    from daily
    group by iso_day_of_week
)

select
    daily.flight_date,
    daily.flight_count,
    typical.median_flight_count
from daily
inner join typical on daily.iso_day_of_week = typical.iso_day_of_week
where daily.flight_count < 0.6 * typical.median_flight_count
