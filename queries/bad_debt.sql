-- title: Bad-debt ratio
-- chinese: 不良率
-- answers: Which part of the open book is bad debt?
-- grain: month
-- unit: loans, currency of the book, shares of 1
-- formula: balance beyond the bad-debt line (by default more than 90 days past due) ÷ balance of all open loans, both at the month-end
-- leaves out: paid-off, charged-off and sold loans. Loans without a balance are left out of the ratio by balance
-- pitfalls: charge-offs and sales lower it and growth dilutes it, without a single loan being cured. Where only buckets are known, a bucket is bad when it begins beyond the line
-- source: levels of one month-end snapshot
-- columns:
--   month: month-end of the snapshot
--   loans: open loans
--   balance: their balance
--   bad_loans: open loans beyond the line
--   bad_balance: their balance
--   bad_debt_ratio: bad_balance ÷ balance
--   bad_debt_ratio_loans: bad_loans ÷ loans
-- rates:
--   bad_debt_ratio = bad_balance / balance, squares _bad_squares / _squares, of loans
--   bad_debt_ratio_loans = bad_loans / loans
with totals as (
    select
        month, sum(loans) as loans, sum(balance) as balance,
        coalesce(sum(loans) filter (where bad), 0) as bad_loans,
        case when count_if(bad) > 0 then sum(balance) filter (where bad) when sum(balance) is not null then 0 end as bad_balance,
        sum(balance_squares) as squares,
        sum(balance_squares) filter (where bad) as bad_squares
    from level_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month
)

select
    month, loans::bigint as loans, balance::decimal(38, 2) as balance,
    bad_loans::bigint as bad_loans, bad_balance::decimal(38, 2) as bad_balance,
    bad_balance::double / nullif(balance, 0)::double as bad_debt_ratio,
    bad_loans / nullif(loans, 0) as bad_debt_ratio_loans,
    squares as _squares, bad_squares as _bad_squares
from totals
order by month
