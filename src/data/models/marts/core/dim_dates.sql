with days as (
    select
        unnest(generate_series(
            date '{{ var("calendar_start") }}', date '{{ var("calendar_end") }}', interval 1 day
        ))::date as date_day
)

select
    date_day,
    year(date_day)::integer as year_number,
    quarter(date_day)::integer as quarter_of_year,
    month(date_day)::integer as month_of_year,
    day(date_day)::integer as day_of_month,
    isodow(date_day)::integer as iso_day_of_week,
    weekofyear(date_day)::integer as iso_week_of_year,
    dayname(date_day) as day_name,
    isodow(date_day) >= 6 as is_weekend,
    -- 23 and 25 when daylight saving time begins and ends in New York: what complete means for hourly data.
    date_diff(
        'hour',
        timezone('America/New_York', date_day::timestamp),
        timezone('America/New_York', date_day::timestamp + interval 1 day)
    )::integer as local_hour_count
from days
