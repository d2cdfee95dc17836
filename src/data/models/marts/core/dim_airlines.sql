select
    carrier_code,
    airline_name,
    received_at as updated_at
from {{ ref('stg_nycflights__airlines') }}
