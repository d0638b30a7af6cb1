-- title: Roll rate
-- chinese: 滚动率
-- answers: Where did the loans of each bucket go during the month?
-- grain: month × bucket at its opening × bucket or exit at its close; cells without a loan are not listed
-- unit: loans, currency of the book, shares of 1
-- formula: loans in a at the opening and in b at the close ÷ loans in a at the opening; by balance, the opening balance of the same loans on both sides
-- leaves out: loans booked in the month and loans that return after a gap; they stand in the question ledger. Loans without a balance are left out of the shares by balance
-- pitfalls: snapshot family: it depends on the days between due date and month-end. Only adjacent months make a pair. Paid-off, charged-off, sold and missing loans stay in the denominator, so each row sums to 1
-- source: exit ledger, built from two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   from_bucket: bucket at the opening
--   to_bucket: bucket at the close, or paid_off, charged_off, sold, missing
--   loans: number of loans
--   opening_balance: their balance at the opening
--   share_loans: part of the loans of from_bucket
--   share_balance: part of the opening balance of from_bucket
-- rates:
--   share_loans = loans / _of_loans
--   share_balance = opening_balance / _of_balance, squares _squares / _of_squares, of _of_loans
with cells as (
    select
        month, from_bucket, to_bucket, sum(loans) as loans, sum(opening_balance) as opening_balance,
        sum(opening_squares) as squares
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month) and movement <> 'entry'
    group by all
),

wholes as (
    select
        *,
        sum(loans) over origin as of_loans,
        sum(opening_balance) over origin as of_balance,
        sum(squares) over origin as of_squares
    from cells
    window origin as (partition by month, from_bucket)
)

select
    month, from_bucket, to_bucket, loans::bigint as loans, opening_balance::decimal(38, 2) as opening_balance,
    loans / of_loans as share_loans, opening_balance::double / nullif(of_balance, 0)::double as share_balance,
    of_loans as _of_loans, of_balance as _of_balance, squares as _squares, of_squares as _of_squares
from wholes
join state as origin on origin.name = from_bucket
join state as target on target.name = to_bucket
order by month, origin.ordinal, target.ordinal
