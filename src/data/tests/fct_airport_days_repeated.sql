-- days of an airport with more than one row
select
    airport_code,
    flight_date,
    count(*) as row_count
from {{ ref('fct_airport_days') }}
group by airport_code, flight_date
having count(*) > 1
