-- title: Cure and re-aging
-- chinese: 回正率与重组展期
-- answers: Which part of each overdue bucket was cured during the month, and how much of it only on paper?
-- grain: month × overdue bucket at its opening
-- unit: loans, currency of the book, shares of 1
-- formula: loans of the bucket now current or paid off ÷ loans of the bucket at the opening; by balance, the opening balance of the same loans on both sides. Re-aged: in a better bucket, restructured during the month, and no cash received in it
-- leaves out: loans booked in the month and loans that return after a gap. Paid-off, charged-off, sold and missing loans stay in the denominator, and so do re-aged ones. Loans without a balance are left out of the shares by balance
-- pitfalls: re-aging moves the schedule, not the debt. re_age_share holds loans re-aged to a better bucket that is still overdue too, so that it may exceed cure_share − cure_without_re_age_share. Where a file does not say what was paid, a restructured loan in a better bucket counts as re-aged
-- source: exit ledger, built from two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   from_bucket: bucket at the opening
--   loans: loans in the bucket at the opening
--   opening_balance: their balance at the opening
--   cure_share_loans: part of the loans now current or paid off
--   cure_without_re_age_share_loans: part of the loans now current or paid off, and not re-aged
--   re_age_share_loans: part of the loans that were re-aged
--   cure_share_balance: part of the opening balance now current or paid off
--   cure_without_re_age_share_balance: part of the opening balance now current or paid off, and not re-aged
--   re_age_share_balance: part of the opening balance that was re-aged
-- rates:
--   cure_share_loans = _cured_loans / loans
--   cure_without_re_age_share_loans = _truly_cured_loans / loans
--   re_age_share_loans = _re_aged_loans / loans
--   cure_share_balance = _cured_balance / opening_balance, squares _cured_squares / _squares, of loans
--   cure_without_re_age_share_balance = _truly_cured_balance / opening_balance, squares _truly_cured_squares / _squares, of loans
--   re_age_share_balance = _re_aged_balance / opening_balance, squares _re_aged_squares / _squares, of loans
with moved as (
    select
        month, scheme.ordinal, from_bucket, sum(loans) as loans, sum(opening_balance) as opening_balance,
        nullif(sum(opening_balance), 0)::double as base, sum(opening_squares) as squares,
        sum(loans) filter (where movement = 'cure') as cured_loans,
        sum(loans) filter (where movement = 'cure' and not re_aged) as truly_cured_loans,
        sum(loans) filter (where re_aged) as re_aged_loans,
        sum(opening_balance) filter (where movement = 'cure') as cured_balance,
        sum(opening_balance) filter (where movement = 'cure' and not re_aged) as truly_cured_balance,
        sum(opening_balance) filter (where re_aged) as re_aged_balance,
        sum(opening_squares) filter (where movement = 'cure') as cured_squares,
        sum(opening_squares) filter (where movement = 'cure' and not re_aged) as truly_cured_squares,
        sum(opening_squares) filter (where re_aged) as re_aged_squares
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    join book.bucket as scheme on scheme.name = from_bucket and scheme.ordinal > 0
    where in_months(month, $month, $from_month, $to_month)
    group by month, scheme.ordinal, from_bucket
)

select
    month, from_bucket, loans::bigint as loans, opening_balance::decimal(38, 2) as opening_balance,
    coalesce(cured_loans, 0) / loans as cure_share_loans,
    coalesce(truly_cured_loans, 0) / loans as cure_without_re_age_share_loans,
    coalesce(re_aged_loans, 0) / loans as re_age_share_loans,
    coalesce(cured_balance, 0)::double / base as cure_share_balance,
    coalesce(truly_cured_balance, 0)::double / base as cure_without_re_age_share_balance,
    coalesce(re_aged_balance, 0)::double / base as re_age_share_balance,
    squares as _squares,
    coalesce(cured_loans, 0) as _cured_loans, coalesce(cured_balance, 0) as _cured_balance, cured_squares as _cured_squares,
    coalesce(truly_cured_loans, 0) as _truly_cured_loans, coalesce(truly_cured_balance, 0) as _truly_cured_balance,
    truly_cured_squares as _truly_cured_squares,
    coalesce(re_aged_loans, 0) as _re_aged_loans, coalesce(re_aged_balance, 0) as _re_aged_balance,
    re_aged_squares as _re_aged_squares
from moved
order by month, ordinal
