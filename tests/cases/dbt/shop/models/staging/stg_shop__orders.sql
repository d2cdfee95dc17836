{{ config(materialized='incremental', unique_key='order_id', incremental_strategy='delete+insert') }}
select id as order_id, customer_id, amount
from {{ source('shop', 'orders') }}
{% if is_incremental() %}where id > 0{% endif %}
