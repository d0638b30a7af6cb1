-- title: Recovery after default
-- chinese: 违约后回收率
-- answers: How much of the balance that went bad in a month has come back since, and what did it cost?
-- grain: cohort (month in which loans first went bad) × months since; months that have not come yet are listed, and NULL
-- unit: loans, currency of the book, shares of 1
-- formula: cash of the months after the month of default ÷ balance at default, of the loans that were beyond the bad-debt line at a month-end for the first time; net, less the cost of actions and agencies' commission. A loan charged off before it stood beyond the line went bad when it was charged off, with its balance of the month-end before
-- leaves out: cohorts of the book's first month-end, which hold whoever went bad before. Cash of the month of default itself: it cannot be told from what was paid before. Prices of loans sold. Loans without a balance at default, in amounts and rates
-- pitfalls: cash is what the snapshot says of a loan, else its payments of the calendar month; after a loan has left the snapshots, cash is seen only where the book has payments. A loan counts once, in the cohort of its first default, whatever it does afterwards, and in the slice it then stood in. From a month on whose cash (or cost) is not known, or whose month-end is not in the book, what is added up is NULL. Filters: month and to_month are the month-end looked from, from_month the first cohort
-- source: loans that went bad, of all month-end snapshots; cash of snapshots or payments; cost of actions and placements
-- columns:
--   cohort: month-end of the month of default
--   months_since: calendar months since
--   month: month-end until which cash is added up
--   loans: loans of the cohort
--   balance: their balance at default
--   cash: received from them since
--   cost: spent on them since
--   recovery_rate: cash ÷ balance
--   net_recovery_rate: (cash − cost) ÷ balance
-- rates:
--   recovery_rate = cash / balance, products _cash_squares / _cash_by_balance / _balance_squares, may exceed 1, of loans
--   net_recovery_rate = _net / balance, products _net_squares / _net_by_balance / _balance_squares, may be negative, of loans
with facts as (
    select defaults.*
    from default_slice($product, $region, $segment, $acquisition_channel) as defaults
    join seen_to($month, $to_month) as seen on defaults.month <= seen.month
    where $from_month is null or cohort >= $from_month
),

flows as (
    select cohort, month, sum(loans) as loans, sum(balance) as balance, sum(cash) as cash, sum(cost) as cost,
        sum(balance_squares) as balance_squares, sum(cash_squares) as cash_squares, sum(cash_by_balance) as cash_by_balance,
        sum(net_squares) as net_squares, sum(net_by_balance) as net_by_balance
    from facts
    group by cohort, month
),

cohorts as (
    select cohort, loans, balance, balance_squares from flows where month = cohort
),

since as (
    select unnest(range(1, date_diff('month', (select min(cohort) from cohorts), seen.month) + 1))::integer as months_since
    from seen_to($month, $to_month) as seen
),

grid as (
    select cohorts.*, months_since, last_day(cohort + to_months(months_since)) as month from cohorts cross join since
),

so_far as (
    select
        grid.*,
        if(count(cash) over until_then = months_since, sum(cash) over until_then, null) as cash,
        if(count(cost) over until_then = months_since, sum(cost) over until_then, null) as cost,
        sum(cash_squares) over until_then as cash_squares, sum(cash_by_balance) over until_then as cash_by_balance,
        sum(net_squares) over until_then as net_squares, sum(net_by_balance) over until_then as net_by_balance
    from grid
    left join (select * exclude (loans, balance, balance_squares) from flows) as flows
        on flows.cohort = grid.cohort and flows.month = grid.month
    window until_then as (partition by grid.cohort order by months_since)
)

select
    cohort, months_since, month, loans::bigint as loans, balance::decimal(38, 2) as balance,
    cash::decimal(38, 2) as cash, cost::decimal(38, 2) as cost,
    cash::double / nullif(balance, 0)::double as recovery_rate,
    (cash - cost)::double / nullif(balance, 0)::double as net_recovery_rate,
    balance_squares as _balance_squares, cash_squares as _cash_squares, cash_by_balance as _cash_by_balance,
    cash - cost as _net, net_squares as _net_squares, net_by_balance as _net_by_balance
from so_far
order by cohort, months_since
