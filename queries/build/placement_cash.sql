-- Cash of a month from loans that are with an agency, by the batch they were placed in, and the commission on it.
--
-- Squares and products say how uncertain the sums up to this month are: they hold what the month adds to the sum, over loans, of
-- (all cash of the placement so far)², and of that cash × its balance; net_ is less commission.
with before as (
    select loan_id, placed_on, sum(cash)::double as cash, sum(cash - commission)::double as net
    from earlier
    semi join placed_cash using (loan_id, placed_on)
    group by all
),

now as (
    select
        placed_cash.*, placed_cash.cash::double as paid, (placed_cash.cash - commission)::double as net,
        coalesce(before.cash, 0) as paid_before, coalesce(before.net, 0) as net_before
    from placed_cash
    left join before on before.loan_id = placed_cash.loan_id and before.placed_on = placed_cash.placed_on
)

select
    $month::date as month,
    placed_month, agency, tier, product, region, segment, acquisition_channel,
    balance is not null as of_known_balance,
    sum(cash)::decimal(38, 2) as cash,
    sum(cash) filter (where commission_rate is null)::decimal(38, 2) as cash_of_unknown_rate,
    sum(commission)::decimal(38, 8) as commission,
    sum((2 * paid_before + paid) * paid) as cash_squares,
    sum(paid * balance::double) as cash_by_balance,
    sum((2 * net_before + net) * net) as net_squares,
    sum(net * balance::double) as net_by_balance
from now
group by all
