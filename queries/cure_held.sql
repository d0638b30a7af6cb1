-- title: Cure that holds
-- chinese: 回正保持率
-- answers: Which part of each overdue bucket was cured during the month, and which part was so for good?
-- grain: month × overdue bucket at its opening
-- unit: loans, currency of the book, shares of 1
-- formula: loans of the bucket now current or paid off, and open and current at each of the three month-ends after, or paid off by then ÷ loans of the bucket at the opening; by balance, the opening balance of the same loans on both sides
-- leaves out: loans booked in the month and loans that return after a gap. Paid-off, charged-off, sold and missing loans stay in the denominator. Loans without a balance are left out of the shares by balance
-- pitfalls: known three months later only: until then, and where one of the three month-ends is not in the book, held is NULL. A loan that is overdue again at a month-end between did not hold, even if it is cured once more; nor did one that has no row, since nothing says that it was paid. A re-aged loan is current on paper: the columns without_re_age leave such cures out above, not below
-- source: loans overdue at the opening, and what became of them at four month-end snapshots
-- columns:
--   month: month-end of the closing snapshot, by which the loan was cured
--   from_bucket: bucket at the opening
--   loans: loans in the bucket at the opening
--   opening_balance: their balance at the opening
--   cured_loans: of these, now current or paid off
--   cured_balance: their balance at the opening
--   held_loans: of these, still so three months later, or paid off
--   held_balance: their balance at the opening
--   cured_share_loans: cured_loans ÷ loans
--   cured_share_balance: cured_balance ÷ opening_balance
--   held_share_loans: held_loans ÷ loans
--   held_share_balance: held_balance ÷ opening_balance
--   cured_without_re_age_share_loans: part of the loans that were cured and not re-aged
--   cured_without_re_age_share_balance: the same by opening balance
--   held_without_re_age_share_loans: part of the loans whose cure held and was no re-age
--   held_without_re_age_share_balance: the same by opening balance
-- rates:
--   cured_share_loans = cured_loans / loans
--   cured_share_balance = cured_balance / opening_balance, squares _cured_squares / _squares, of loans
--   held_share_loans = held_loans / loans
--   held_share_balance = held_balance / opening_balance, squares _held_squares / _squares, of loans
--   cured_without_re_age_share_loans = _truly_cured_loans / loans
--   cured_without_re_age_share_balance = _truly_cured_balance / opening_balance, squares _truly_cured_squares / _squares, of loans
--   held_without_re_age_share_loans = _truly_held_loans / loans
--   held_without_re_age_share_balance = _truly_held_balance / opening_balance, squares _truly_held_squares / _squares, of loans
with outcomes as (
    select *, coalesce(held, false) as holds, coalesce(held, false) and not re_aged as truly_holds
    from cures_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
),

sums as (
    select
        month, from_bucket, sum(loans) as loans, sum(balance) as balance, sum(balance_squares) as squares, bool_and(held is not null) as mature,
        coalesce(sum(loans) filter (where cured), 0) as cured_loans,
        coalesce(sum(loans) filter (where cured and not re_aged), 0) as truly_cured_loans,
        coalesce(sum(loans) filter (where holds), 0) as held_loans,
        coalesce(sum(loans) filter (where truly_holds), 0) as truly_held_loans,
        sum(balance) filter (where cured) as cured_known,
        sum(balance) filter (where cured and not re_aged) as truly_cured_known,
        sum(balance) filter (where holds) as held_known,
        sum(balance) filter (where truly_holds) as truly_held_known,
        sum(balance_squares) filter (where cured) as cured_squares,
        sum(balance_squares) filter (where cured and not re_aged) as truly_cured_squares,
        sum(balance_squares) filter (where holds) as held_squares,
        sum(balance_squares) filter (where truly_holds) as truly_held_squares
    from outcomes
    group by month, from_bucket
),

amounts as (
    select
        *,
        if(cured_loans = 0 and balance is not null, 0, cured_known) as cured_balance,
        if(truly_cured_loans = 0 and balance is not null, 0, truly_cured_known) as truly_cured_balance,
        case when mature then if(held_loans = 0 and balance is not null, 0, held_known) end as held_balance,
        case when mature then if(truly_held_loans = 0 and balance is not null, 0, truly_held_known) end as truly_held_balance
    from sums
)

select
    month, from_bucket, loans::bigint as loans, balance::decimal(38, 2) as opening_balance,
    cured_loans::bigint as cured_loans, cured_balance::decimal(38, 2) as cured_balance,
    case when mature then held_loans end::bigint as held_loans, held_balance::decimal(38, 2) as held_balance,
    cured_loans / loans as cured_share_loans,
    cured_balance::double / nullif(balance, 0)::double as cured_share_balance,
    case when mature then held_loans / loans end as held_share_loans,
    held_balance::double / nullif(balance, 0)::double as held_share_balance,
    truly_cured_loans / loans as cured_without_re_age_share_loans,
    truly_cured_balance::double / nullif(balance, 0)::double as cured_without_re_age_share_balance,
    case when mature then truly_held_loans / loans end as held_without_re_age_share_loans,
    truly_held_balance::double / nullif(balance, 0)::double as held_without_re_age_share_balance,
    truly_cured_loans as _truly_cured_loans, truly_cured_balance as _truly_cured_balance,
    case when mature then truly_held_loans end as _truly_held_loans, truly_held_balance as _truly_held_balance,
    squares as _squares, cured_squares as _cured_squares, truly_cured_squares as _truly_cured_squares,
    held_squares as _held_squares, truly_held_squares as _truly_held_squares
from amounts
join book.bucket as scheme on scheme.name = from_bucket
order by month, scheme.ordinal
