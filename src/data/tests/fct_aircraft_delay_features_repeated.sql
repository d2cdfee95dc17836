-- events of an aircraft with more than one row
select
    tail_number,
    event_at,
    count(*) as row_count
from {{ ref('fct_aircraft_delay_features') }}
group by tail_number, event_at
having count(*) > 1
