-- title: Bad-debt ratio without re-aging
-- chinese: 还原重组后的不良率
-- answers: What would the bad-debt ratio be had no schedule been reset?
-- grain: month
-- unit: loans, currency of the book, shares of 1
-- formula: balance beyond the bad-debt line by shadow days past due ÷ balance of all open loans, both at the month-end; shadow days past due are those of the question shadow_delinquency
-- leaves out: paid-off, charged-off and sold loans. Loans without a balance are left out of the ratio by balance. Re-ages before the book begins, across a missing month, and of loans of which only the bucket is known are not seen
-- pitfalls: the days that a re-age spared stay while the loan is open, even if the borrower pays two instalments at once and so catches up. A restructured loan that keeps paying on its new schedule may be sound all the same: this shows what the reset hides, not what will be lost
-- source: levels of one month-end snapshot, and the re-ages of all months before
-- columns:
--   month: month-end of the snapshot
--   loans: open loans
--   balance: their balance
--   bad_loans: open loans beyond the line, as reported
--   bad_balance: their balance
--   shadow_bad_loans: open loans that would stand beyond the line
--   shadow_bad_balance: their balance
--   bad_debt_ratio: bad_balance ÷ balance
--   bad_debt_ratio_loans: bad_loans ÷ loans
--   shadow_bad_debt_ratio: shadow_bad_balance ÷ balance
--   shadow_bad_debt_ratio_loans: shadow_bad_loans ÷ loans
-- rates:
--   bad_debt_ratio = bad_balance / balance, squares _bad_squares / _squares, of loans
--   bad_debt_ratio_loans = bad_loans / loans
--   shadow_bad_debt_ratio = shadow_bad_balance / balance, squares _shadow_bad_squares / _squares, of loans
--   shadow_bad_debt_ratio_loans = shadow_bad_loans / loans
with totals as (
    select
        month, sum(loans) as loans, sum(balance) as balance,
        coalesce(sum(loans) filter (where bad), 0) as bad_loans,
        coalesce(sum(loans) filter (where shadow_bad), 0) as shadow_bad_loans,
        case when count_if(bad) > 0 then sum(balance) filter (where bad) when sum(balance) is not null then 0 end as bad_balance,
        case
            when count_if(shadow_bad) > 0 then sum(balance) filter (where shadow_bad) when sum(balance) is not null then 0
        end as shadow_bad_balance,
        sum(balance_squares) as squares, sum(balance_squares) filter (where bad) as bad_squares,
        sum(balance_squares) filter (where shadow_bad) as shadow_bad_squares
    from level_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month
)

select
    month, loans::bigint as loans, balance::decimal(38, 2) as balance,
    bad_loans::bigint as bad_loans, bad_balance::decimal(38, 2) as bad_balance,
    shadow_bad_loans::bigint as shadow_bad_loans, shadow_bad_balance::decimal(38, 2) as shadow_bad_balance,
    bad_balance::double / nullif(balance, 0)::double as bad_debt_ratio,
    bad_loans / nullif(loans, 0) as bad_debt_ratio_loans,
    shadow_bad_balance::double / nullif(balance, 0)::double as shadow_bad_debt_ratio,
    shadow_bad_loans / nullif(loans, 0) as shadow_bad_debt_ratio_loans,
    squares as _squares, bad_squares as _bad_squares, shadow_bad_squares as _shadow_bad_squares
from totals
order by month
