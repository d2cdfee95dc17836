-- description: an hour was delivered more than twice, or the second time later than the morning after the first
-- dimension: uniqueness
-- severity: error
select
    origin,
    time_hour,
    count(*) as deliveries,
    max(received_at) - min(received_at) as apart
from raw.nycflights_weather
group by all
having count(*) > 2 or max(received_at) - min(received_at) > interval 24 hours
