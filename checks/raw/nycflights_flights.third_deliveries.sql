-- description: a flight was delivered more than twice, or the second time later than the morning after the first
-- dimension: uniqueness
-- severity: error
select
    year,
    month,
    day,
    carrier,
    flight,
    origin,
    count(*) as deliveries,
    max(received_at) - min(received_at) as apart
from raw.nycflights_flights
group by all
having count(*) > 2 or max(received_at) - min(received_at) > interval 24 hours
