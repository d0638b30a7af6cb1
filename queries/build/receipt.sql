-- The payments of a month, each with what was taken back of it: one row for each payment and each reversal.
--
-- A negative payment takes back the latest one before it of the same loan and size that still stands, in its own month or the
-- one before. `cancelled`: this payment was taken back. `reverses_on`: the day of the payment that this one takes back.
with near as (
    select loan_id, paid_on, amount, false as here from paid_before
    union all
    select loan_id, paid_on, amount, true as here from paid
    union all
    select loan_id, paid_on, amount, false as here from paid_after
),

reversals as (
    select distinct loan_id, -amount as size from near where amount < 0
),

-- How many payments of this size stand after each row: the reversal that ends a payment stands on the same step as it.
stepped as (
    select
        near.*,
        size,
        sum(sign(amount)) over (
            partition by near.loan_id, size order by paid_on, amount desc rows unbounded preceding
        ) + if(amount < 0, 1, 0) as step
    from near
    join reversals on reversals.loan_id = near.loan_id and size = abs(amount)
),

paired as (
    select
        loan_id, paid_on, amount, here,
        amount > 0 and coalesce(
            lead(amount) over steps < 0 and date_diff('month', paid_on, lead(paid_on) over steps) <= 1, false
        ) as cancelled,
        case when amount < 0 and lag(amount) over steps > 0 and date_diff('month', lag(paid_on) over steps, paid_on) <= 1
            then lag(paid_on) over steps end as reverses_on
    from stepped
    window steps as (partition by loan_id, size, step order by paid_on, amount desc)
)

select loan_id, paid_on, amount, cancelled, reverses_on from paired where here
union all
select loan_id, paid_on, amount, false as cancelled, null::date as reverses_on
from near
anti join reversals on reversals.loan_id = near.loan_id and size = abs(amount)
where here
order by all
