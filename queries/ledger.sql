-- title: Exit ledger
-- chinese: 账户变动台账
-- answers: What happened to every loan during the month, newly booked and returned ones included?
-- grain: month × bucket at its opening, or new or returned × bucket or exit at its close × restructured or not
-- unit: loans, currency of the book
-- formula: each loan open at either month-end stands in exactly one row. opening loans + new + returned − exits = closing loans
-- leaves out: nothing
-- pitfalls: a loan is returned if it was open in an earlier month of the book, new otherwise; the first month of the book has no ledger
-- source: exit ledger, built from two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   from_bucket: bucket at the opening, or new, or returned
--   to_bucket: bucket at the close, or paid_off, charged_off, sold, missing
--   movement: forward, stay, improve, cure, exit, or entry
--   restructured: whether the loan was restructured during the month
--   loans: number of loans
--   opening_balance: their balance at the opening
--   closing_balance: their balance at the close, of those still open
--   cash: received from them during the month, where the snapshot says so
with cells as (
    select
        month, from_bucket, to_bucket, movement, restructured, sum(loans) as loans,
        sum(opening_balance) as opening_balance, sum(closing_balance) as closing_balance, sum(cash) as cash
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by all
)

select
    month, from_bucket, to_bucket, movement, restructured, loans::bigint as loans,
    opening_balance::decimal(38, 2) as opening_balance, closing_balance::decimal(38, 2) as closing_balance,
    cash::decimal(38, 2) as cash
from cells
join state as origin on origin.name = from_bucket
join state as target on target.name = to_bucket
order by month, origin.ordinal, target.ordinal, restructured
