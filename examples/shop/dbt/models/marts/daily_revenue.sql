select ordered_on, count(*) as order_count, sum(amount) as revenue
from {{ ref('orders') }}
where status != 'returned'
group by ordered_on
