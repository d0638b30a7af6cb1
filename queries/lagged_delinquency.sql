-- title: Lagged delinquency
-- chinese: 滞后逾期率
-- answers: How much of the book that the overdue debt comes from stands in each bucket?
-- grain: month × overdue bucket, where the month that many months before is in the book
-- unit: loans, currency of the book, shares of 1
-- formula: balance in the k-th overdue bucket at the month-end ÷ balance of all open loans k months before
-- leaves out: paid-off, charged-off and sold loans. Loans without a balance are left out of the rate by balance
-- pitfalls: growth dilutes it less than the coincident share, for the denominator is the book of the month in which the debt was still current; with the usual buckets of a month each. The last bucket gathers the debt of all months before, so its rate is no flow. Charge-offs and sales still flatter it. Which loans stand on both sides is not kept: the interval takes them for different ones, which makes it a little wide, by loans as well as by balance
-- source: levels of two month-end snapshots, k months apart
-- columns:
--   month: month-end of the snapshot
--   bucket: overdue bucket, the k-th
--   origin_month: month-end k months before
--   loans: open loans in the bucket
--   balance: their balance
--   origin_loans: open loans of the origin month
--   origin_balance: their balance
--   lagged_rate: balance ÷ origin_balance
--   lagged_rate_loans: loans ÷ origin_loans
-- rates:
--   lagged_rate = balance / origin_balance, products _squares / 0 / _origin_squares, may exceed 1, of origin_loans
--   lagged_rate_loans = loans / origin_loans, counted, of origin_loans
with buckets as (
    select month, bucket, sum(loans) as loans, sum(balance) as balance, sum(balance_squares) as squares
    from level_slice($product, $region, $segment, $acquisition_channel)
    group by month, bucket
),

book_of_month as (
    select month, sum(loans) as loans, sum(balance) as balance, sum(squares) as squares from buckets group by month
),

cells as (
    select
        held_month.month, scheme.name as bucket, scheme.ordinal,
        last_day(held_month.month - to_months(scheme.ordinal)) as origin_month
    from held_month
    join book.bucket as scheme on scheme.ordinal > 0
    where in_months(held_month.month, $month, $from_month, $to_month)
    and origin_month in (select month from held_month)
),

measured as (
    select
        cells.month, cells.bucket, ordinal, origin_month,
        coalesce(buckets.loans, 0) as loans,
        if(whole.loans > 0 and whole.balance is null, null, amount_of(buckets.loans, buckets.balance)) as balance,
        coalesce(origin.loans, 0) as origin_loans,
        origin.balance as origin_balance, buckets.squares as squares, origin.squares as origin_squares
    from cells
    left join buckets on buckets.month = cells.month and buckets.bucket = cells.bucket
    left join book_of_month as whole on whole.month = cells.month
    left join book_of_month as origin on origin.month = cells.origin_month
    where whole.loans > 0 or origin.loans > 0
)

select
    month, bucket, origin_month, loans::bigint as loans, balance,
    origin_loans::bigint as origin_loans, origin_balance::decimal(38, 2) as origin_balance,
    balance::double / nullif(origin_balance, 0)::double as lagged_rate,
    loans / nullif(origin_loans, 0) as lagged_rate_loans,
    squares as _squares, origin_squares as _origin_squares
from measured
order by month, ordinal
