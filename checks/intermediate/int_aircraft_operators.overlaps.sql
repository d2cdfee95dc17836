-- description: pairs of intervals of one aircraft that overlap
-- dimension: consistency
-- severity: error
select
    earlier.tail_number,
    earlier.carrier_code as earlier_carrier_code,
    later.carrier_code as later_carrier_code,
    later.valid_from
from intermediate.int_aircraft_operators as earlier
inner join intermediate.int_aircraft_operators as later
    on
        earlier.tail_number = later.tail_number
        and earlier.interval_number < later.interval_number
where earlier.valid_to is null or later.valid_from < earlier.valid_to
