select o.order_id, o.amount, c.customer_id, r.rate
from {{ ref('stg_shop__orders') }} as o
join {{ ref('stg_shop__customers') }} as c using (customer_id)
cross join {{ ref('rates') }} as r
