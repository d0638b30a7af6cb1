-- title: Delinquency
-- chinese: 逾期分布
-- answers: How much of the open book stands in each bucket?
-- grain: month × bucket; buckets without a loan are not listed
-- unit: loans, currency of the book, shares of 1
-- formula: loans, or balance, in the bucket ÷ all open loans, both at the month-end (coincident)
-- leaves out: paid-off, charged-off and sold loans. Loans without a balance are left out of the shares by balance
-- pitfalls: growth of the book dilutes it, and charge-offs and sales flatter the late buckets
-- source: levels of one month-end snapshot
-- columns:
--   month: month-end of the snapshot
--   bucket: delinquency bucket
--   loans: open loans in the bucket
--   balance: their balance
--   share_loans: part of all open loans
--   share_balance: part of the balance of all open loans
-- rates:
--   share_loans = loans / _of_loans
--   share_balance = balance / _of_balance, squares _squares / _of_squares, of _of_loans
with buckets as (
    select month, bucket, sum(loans) as loans, sum(balance) as balance, sum(balance_squares) as squares
    from level_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month, bucket
),

wholes as (
    select
        *,
        sum(loans) over book as of_loans,
        sum(balance) over book as of_balance,
        sum(squares) over book as of_squares
    from buckets
    window book as (partition by month)
)

select
    month, bucket, loans::bigint as loans, balance::decimal(38, 2) as balance,
    loans / of_loans as share_loans, balance::double / nullif(of_balance, 0)::double as share_balance,
    of_loans as _of_loans, of_balance as _of_balance, squares as _squares, of_squares as _of_squares
from wholes
join book.bucket as scheme on scheme.name = bucket
order by month, scheme.ordinal
