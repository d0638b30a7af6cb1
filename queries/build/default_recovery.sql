-- What loans that went bad brought in and cost during one month, by the month in which they first went bad (their cohort).
--
-- Cash is what the snapshot says of the loan, open or not, else its payments of the calendar month; 0 where a month's cash is known
-- and the loan has none, NULL where nothing is known of the month's cash. Cash of the month of default itself cannot be
-- told from what was paid before, and is left out. Cost is that of actions, and an agency's commission on
-- payments from the day of placement to that of recall; NULL in a month of which neither is known. Loans of unknown balance
-- are counted, but have neither cash nor cost here, since there is nothing to hold these against.
with defaulted as (
    select loan_id, month as cohort, balance, product, region, segment, acquisition_channel from reached where line = 0
),

later as (
    select loan_id from defaulted where cohort < $month and balance is not null
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

known as (
    select
        exists (from closing_snapshot where paid_in_month is not null) or exists (from payment) as cash,
        exists (from action where cost is not null) or exists (from placement where commission_rate is not null) as cost
),

flows as (
    select
        defaulted.*,
        case when later.loan_id is not null and known.cash then coalesce(paid_in_month, paid.amount, 0) end as cash,
        case when later.loan_id is not null and known.cost then coalesce(acted.cost, 0) + coalesce(commission.cost, 0) end as cost
    from defaulted
    cross join known
    left join later on later.loan_id = defaulted.loan_id
    left join paid on paid.loan_id = defaulted.loan_id
    left join listed on listed.loan_id = defaulted.loan_id
    left join acted on acted.loan_id = defaulted.loan_id
    left join commission on commission.loan_id = defaulted.loan_id
)

select
    $month::date as month,
    cohort,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    count(*)::bigint as loans,
    sum(balance)::decimal(38, 2) as balance,
    sum(cash)::decimal(38, 2) as cash,
    sum(cost)::decimal(38, 2) as cost
from flows
group by all
