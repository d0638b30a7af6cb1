-- What loans that went bad brought in and cost during one month, by the month in which they first went bad (their cohort).
--
-- Cash, and cost, is 0 where a month's is known and the loan has none, NULL where nothing is known of the month's. Cash of the month
-- of default itself cannot be told from what was paid before, and is left out. Loans of unknown balance are counted, but have
-- neither cash nor cost here. Squares and products say how uncertain the sums up to this month are: they hold what the
-- month adds to the sum, over loans, of (all cash since the default)², and of that cash × balance; net_ is less cost.
with defaulted as (
    select loan_id, month as cohort, balance, product, region, segment, acquisition_channel from reached where line = 0
),

known as (
    select
        exists (from closing_snapshot where paid_in_month is not null) or exists (from payment) as cash,
        exists (from action where cost is not null) or exists (from placement where commission_rate is not null) as cost
),

before as (
    select loan_id, sum(cash)::double as cash, sum(cash - cost)::double as net
    from earlier
    semi join default_cash using (loan_id)
    group by loan_id
),

now as (
    select
        default_cash.loan_id, default_cash.cash, cost, default_cash.cash::double as paid, (default_cash.cash - cost)::double as net,
        coalesce(before.cash, 0) as paid_before, coalesce(before.net, 0) as net_before
    from default_cash
    left join before on before.loan_id = default_cash.loan_id
),

flows as (
    select
        defaulted.*, cohort < $month and balance is not null as followed,
        case when followed and known.cash then coalesce(now.cash, 0) end as cash,
        case when followed and known.cost then coalesce(now.cost, 0) end as cost,
        paid, net, paid_before, net_before
    from defaulted
    cross join known
    left join now on now.loan_id = defaulted.loan_id
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
    sum(balance::double * balance::double) as balance_squares,
    sum(cash)::decimal(38, 2) as cash,
    sum(cost)::decimal(38, 2) as cost,
    coalesce(sum((2 * paid_before + paid) * paid), 0) as cash_squares,
    coalesce(sum(paid * balance::double), 0) as cash_by_balance,
    coalesce(sum((2 * net_before + net) * net), 0) as net_squares,
    coalesce(sum(net * balance::double), 0) as net_by_balance
from flows
group by all
