-- title: Movement of a bucket by slice
-- chinese: 各切片滚动率
-- answers: In which product, region, segment or channel did more of each bucket roll on, month by month?
-- grain: month × dimension × value × bucket at its opening
-- unit: loans, currency of the book, shares of 1
-- formula: of each value of each dimension alone, the part of the bucket that is now in a worse one or charged off
-- leaves out: loans booked in the month and loans that return after a gap. Loans without a balance are left out of the share by balance
-- pitfalls: each dimension cuts the same book anew: never add two dimensions. A loan counts to the slice that it was in at the opening. For all movements of one slice ask roll_trend with it chosen
-- source: exit ledger, built from two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   dimension: product, region, segment, or acquisition_channel
--   value: value of the dimension; empty where it is not known
--   from_bucket: bucket at the opening
--   loans: loans in the bucket at the opening
--   opening_balance: their balance at the opening
--   forward_share_loans: part of the loans now in a worse bucket or charged off
--   forward_share_balance: part of the opening balance now in a worse bucket or charged off
-- rates:
--   forward_share_loans = _forward_loans / loans
--   forward_share_balance = _forward_balance / opening_balance, squares _forward_squares / _squares, of loans
with cells as (
    select
        month, product, region, segment, acquisition_channel, from_bucket, movement = 'forward' as forward,
        sum(loans) as loans, sum(opening_balance) as balance, sum(opening_squares) as squares
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month) and movement <> 'entry'
    group by all
),

by_value as (
    select
        month, unnest(['product', 'region', 'segment', 'acquisition_channel']) as dimension,
        unnest([product, region, segment, acquisition_channel]) as value, from_bucket, forward, loans, balance, squares
    from cells
),

moved as (
    select
        month, dimension, value, from_bucket, sum(loans) as loans, sum(balance) as opening_balance, sum(squares) as squares,
        coalesce(sum(loans) filter (where forward), 0) as forward_loans,
        coalesce(sum(balance) filter (where forward), 0) as forward_balance, sum(squares) filter (where forward) as forward_squares
    from by_value
    group by month, dimension, value, from_bucket
)

select
    month, dimension, value, from_bucket, loans::bigint as loans, opening_balance::decimal(38, 2) as opening_balance,
    forward_loans / loans as forward_share_loans,
    forward_balance::double / nullif(opening_balance, 0)::double as forward_share_balance,
    forward_loans as _forward_loans, forward_balance as _forward_balance, forward_squares as _forward_squares, squares as _squares
from moved
join state on state.name = from_bucket
order by month, list_position(['product', 'region', 'segment', 'acquisition_channel'], dimension), value, state.ordinal
