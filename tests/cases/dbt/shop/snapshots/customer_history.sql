{% snapshot customer_history %}
{{ config(unique_key='customer_id', strategy='check', check_cols='all') }}
select * from {{ ref('stg_shop__customers') }}
{% endsnapshot %}
