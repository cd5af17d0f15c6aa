-- Gives a row, and so fails, when the marts lose or invent money.
{{ config(meta={'dagster': {'ref': {'name': 'orders'}}}) }}

select 'orders and payments differ' as reason
where (select round(sum(amount), 2) from {{ ref('orders') }})
    != (select round(sum(amount), 2) from {{ ref('stg_payments') }})
