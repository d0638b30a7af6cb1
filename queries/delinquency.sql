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
with buckets as (
    select month, bucket, sum(loans) as loans, sum(balance) as balance
    from level_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month, bucket
)

select
    month, bucket, loans::bigint as loans, balance::decimal(38, 2) as balance,
    loans / sum(loans) over (partition by month) as share_loans,
    balance::double / nullif(sum(balance) over (partition by month), 0)::double as share_balance
from buckets
join book.bucket as scheme on scheme.name = bucket
order by month, scheme.ordinal
