-- What each loan that had gone bad before brought in and cost during one month; those without either are not listed.
--
-- Cash is what the snapshot says of the loan, open or not, else its payments of the calendar month. Cost is that of actions, and an
-- agency's commission on payments from the day of placement to that of recall. Loans of unknown balance are left out, since
-- there is nothing to hold these against.
with later as (
    select loan_id from reached where line = 0 and month < $month and balance is not null
),

paid as (
    select loan_id, sum(amount) as amount from payment semi join later using (loan_id) group by loan_id
),

listed as (
    select loan_id, paid_in_month from closing_snapshot semi join later using (loan_id)
),

acted as (
    select loan_id, sum(cost) as cost from action semi join later using (loan_id) group by loan_id
),

placed as (
    select loan_id, placed_on, recalled_on, commission_rate from placement semi join later using (loan_id)
),

commission as (
    select payment.loan_id, sum((amount * commission_rate::decimal(9, 6))::decimal(18, 2)) as cost
    from payment
    asof join placed on placed.loan_id = payment.loan_id and payment.paid_on >= placed.placed_on
    where payment.paid_on <= recalled_on or recalled_on is null
    group by payment.loan_id
),

flows as (
    select
        loan_id,
        coalesce(paid_in_month, paid.amount, 0)::decimal(38, 2) as cash,
        (coalesce(acted.cost, 0) + coalesce(commission.cost, 0))::decimal(38, 2) as cost
    from later
    left join paid using (loan_id)
    left join listed using (loan_id)
    left join acted using (loan_id)
    left join commission using (loan_id)
)

select loan_id, cash, cost, $month::date as month
from flows
where cash <> 0 or cost <> 0
