-- title: Delinquency without re-aging
-- chinese: 还原重组后的逾期分布
-- answers: How much of the open book would stand in each bucket had no schedule been reset?
-- grain: month × bucket; buckets without a loan either way are not listed
-- unit: loans, currency of the book, shares of 1
-- formula: shadow days past due = days past due + what each re-age spared the loan (days before it + days that passed − days after it); loans, or balance, in the bucket ÷ all open loans, both at the month-end
-- leaves out: paid-off, charged-off and sold loans. Loans without a balance are left out of the shares by balance. Re-ages before the book begins, across a missing month, and of loans of which only the bucket is known are not seen
-- pitfalls: the days spared stay while the loan is open: with equal instalments, each one paid on the new schedule pays the oldest one of the old. A borrower who pays two at once catches up, and this does not see it. A re-age is a restructuring with a better bucket and no cash in the month; what a file does not say was paid counts as none
-- source: levels of one month-end snapshot, and the re-ages of all months before
-- columns:
--   month: month-end of the snapshot
--   bucket: delinquency bucket
--   loans: open loans in the bucket, as reported
--   balance: their balance
--   share_loans: part of all open loans
--   share_balance: part of the balance of all open loans
--   shadow_loans: open loans that would stand in the bucket
--   shadow_balance: their balance
--   shadow_share_loans: part of all open loans
--   shadow_share_balance: part of the balance of all open loans
-- rates:
--   share_loans = loans / _of_loans
--   share_balance = balance / _of_balance, squares _squares / _of_squares, of _of_loans
--   shadow_share_loans = shadow_loans / _of_loans
--   shadow_share_balance = shadow_balance / _of_balance, squares _shadow_squares / _of_squares, of _of_loans
with levels as (
    select month, bucket, shadow_bucket, sum(loans) as loans, sum(balance) as balance, sum(balance_squares) as squares
    from level_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

both_ways as (
    select month, bucket, loans, balance, squares, 0 as shadow_loans, null as shadow_balance, null as shadow_squares from levels
    union all
    select month, shadow_bucket, 0, null, null, loans, balance, squares from levels
),

sums as (
    select
        month, bucket, sum(loans) as loans, sum(shadow_loans) as shadow_loans,
        sum(squares) as squares, sum(shadow_squares) as shadow_squares,
        if(sum(loans) = 0, 0, sum(balance)) as balance,
        if(sum(shadow_loans) = 0, 0, sum(shadow_balance)) as shadow_balance
    from both_ways
    group by month, bucket
),

wholes as (
    select month, sum(loans) as loans, nullif(sum(balance), 0) as balance, sum(squares) as squares from levels group by month
)

select
    month, bucket, sums.loans::bigint as loans, sums.balance::decimal(38, 2) as balance,
    sums.loans / wholes.loans as share_loans, sums.balance::double / wholes.balance::double as share_balance,
    shadow_loans::bigint as shadow_loans, shadow_balance::decimal(38, 2) as shadow_balance,
    shadow_loans / wholes.loans as shadow_share_loans, shadow_balance::double / wholes.balance::double as shadow_share_balance,
    wholes.loans as _of_loans, wholes.balance as _of_balance, wholes.squares as _of_squares,
    sums.squares as _squares, shadow_squares as _shadow_squares
from sums
join wholes using (month)
join book.bucket as scheme on scheme.name = bucket
order by month, scheme.ordinal
