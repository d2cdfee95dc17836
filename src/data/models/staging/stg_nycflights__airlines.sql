select
    carrier as carrier_code,
    name as airline_name,
    received_at
from {{ source('nycflights', 'nycflights_airlines') }}
qualify row_number() over (partition by carrier order by received_at desc, _landed_on desc) = 1
