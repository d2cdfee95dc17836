-- description: a day has fewer than 60 % of the flights of the weeks before and after (Thanksgiving has 64 %)
-- dimension: completeness
-- severity: error
with different as (
    select distinct
        carrier,
        flight,
        origin,
        make_date(year, month, day) as flight_date
    from raw.nycflights_flights
),

days as (
    select
        flight_date,
        count(*) as flights
    from different
    group by flight_date
),

compared as (
    select
        flight_date,
        flights,
        lag(flights, 7) over (order by flight_date) as week_before,
        lead(flights, 7) over (order by flight_date) as week_after
    from days
)

select
    flight_date,
    flights,
    week_before,
    week_after
from compared
where flights < 0.6 * (week_before + week_after) / 2
