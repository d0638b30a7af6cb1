-- title: Movement of a bucket
-- chinese: 滚动率趋势
-- answers: Which part of each bucket got worse, stayed, improved, was cured or left, month by month?
-- grain: month × bucket at its opening
-- unit: loans, currency of the book, shares of 1
-- formula: the row's mass in worse buckets or charged off (forward), the same bucket (stay), a better one that is still overdue (improve), current or paid off (cure), sold or missing (exit); the five sum to 1
-- leaves out: loans booked in the month and loans that return after a gap. Loans without a balance are left out of the shares by balance
-- pitfalls: for the current bucket, cure is what was paid off. A restructured loan counts as cured or improved here; the question ledger tells restructured ones apart
-- source: exit ledger, built from two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   from_bucket: bucket at the opening
--   loans: loans in the bucket at the opening
--   opening_balance: their balance at the opening
--   forward_share_loans: part of the loans now in a worse bucket or charged off
--   stay_share_loans: part of the loans in the same bucket
--   improve_share_loans: part of the loans in a better bucket that is still overdue
--   cure_share_loans: part of the loans now current or paid off
--   exit_share_loans: part of the loans sold or missing
--   forward_share_balance: part of the opening balance now in a worse bucket or charged off
--   stay_share_balance: part of the opening balance in the same bucket
--   improve_share_balance: part of the opening balance in a better bucket that is still overdue
--   cure_share_balance: part of the opening balance now current or paid off
--   exit_share_balance: part of the opening balance sold or missing
-- rates:
--   forward_share_loans = _forward_loans / loans
--   stay_share_loans = _stay_loans / loans
--   improve_share_loans = _improve_loans / loans
--   cure_share_loans = _cure_loans / loans
--   exit_share_loans = _exit_loans / loans
--   forward_share_balance = _forward_balance / opening_balance, squares _forward_squares / _squares, of loans
--   stay_share_balance = _stay_balance / opening_balance, squares _stay_squares / _squares, of loans
--   improve_share_balance = _improve_balance / opening_balance, squares _improve_squares / _squares, of loans
--   cure_share_balance = _cure_balance / opening_balance, squares _cure_squares / _squares, of loans
--   exit_share_balance = _exit_balance / opening_balance, squares _exit_squares / _squares, of loans
with moved as (
    select
        month, from_bucket, sum(loans) as loans, sum(opening_balance) as opening_balance,
        nullif(sum(opening_balance), 0)::double as base, sum(opening_squares) as squares,
        sum(loans) filter (where movement = 'forward') as forward_loans,
        sum(loans) filter (where movement = 'stay') as stay_loans,
        sum(loans) filter (where movement = 'improve') as improve_loans,
        sum(loans) filter (where movement = 'cure') as cure_loans,
        sum(loans) filter (where movement = 'exit') as exit_loans,
        sum(opening_balance) filter (where movement = 'forward') as forward_balance,
        sum(opening_balance) filter (where movement = 'stay') as stay_balance,
        sum(opening_balance) filter (where movement = 'improve') as improve_balance,
        sum(opening_balance) filter (where movement = 'cure') as cure_balance,
        sum(opening_balance) filter (where movement = 'exit') as exit_balance,
        sum(opening_squares) filter (where movement = 'forward') as forward_squares,
        sum(opening_squares) filter (where movement = 'stay') as stay_squares,
        sum(opening_squares) filter (where movement = 'improve') as improve_squares,
        sum(opening_squares) filter (where movement = 'cure') as cure_squares,
        sum(opening_squares) filter (where movement = 'exit') as exit_squares
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month) and movement <> 'entry'
    group by month, from_bucket
)

select
    month, from_bucket, loans::bigint as loans, opening_balance::decimal(38, 2) as opening_balance,
    coalesce(forward_loans, 0) / loans as forward_share_loans,
    coalesce(stay_loans, 0) / loans as stay_share_loans,
    coalesce(improve_loans, 0) / loans as improve_share_loans,
    coalesce(cure_loans, 0) / loans as cure_share_loans,
    coalesce(exit_loans, 0) / loans as exit_share_loans,
    coalesce(forward_balance, 0)::double / base as forward_share_balance,
    coalesce(stay_balance, 0)::double / base as stay_share_balance,
    coalesce(improve_balance, 0)::double / base as improve_share_balance,
    coalesce(cure_balance, 0)::double / base as cure_share_balance,
    coalesce(exit_balance, 0)::double / base as exit_share_balance,
    squares as _squares,
    coalesce(forward_loans, 0) as _forward_loans, coalesce(forward_balance, 0) as _forward_balance, forward_squares as _forward_squares,
    coalesce(stay_loans, 0) as _stay_loans, coalesce(stay_balance, 0) as _stay_balance, stay_squares as _stay_squares,
    coalesce(improve_loans, 0) as _improve_loans, coalesce(improve_balance, 0) as _improve_balance, improve_squares as _improve_squares,
    coalesce(cure_loans, 0) as _cure_loans, coalesce(cure_balance, 0) as _cure_balance, cure_squares as _cure_squares,
    coalesce(exit_loans, 0) as _exit_loans, coalesce(exit_balance, 0) as _exit_balance, exit_squares as _exit_squares
from moved
join state on state.name = from_bucket
order by month, state.ordinal
