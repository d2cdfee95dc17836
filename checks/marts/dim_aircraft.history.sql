-- description: instants of scheduled departures at which an aircraft has no version, or several
-- dimension: consistency
-- severity: error
select
    departures.tail_number,
    departures.scheduled_departure_at,
    count(aircraft.aircraft_key) as version_count
from (
    select distinct
        tail_number,
        scheduled_departure_at
    from marts.fct_flights
    where tail_number is not null
) as departures
left join marts.dim_aircraft as aircraft
    on
        departures.tail_number = aircraft.tail_number
        and departures.scheduled_departure_at >= aircraft.valid_from
        and departures.scheduled_departure_at < coalesce(aircraft.valid_to, timestamptz '9999-12-31 00:00:00+00')
group by departures.tail_number, departures.scheduled_departure_at
having count(aircraft.aircraft_key) != 1
