-- title: Entry rate
-- chinese: 入催率
-- answers: Which part of the current loans became overdue during the month?
-- grain: month with current loans at its opening
-- unit: loans, currency of the book, shares of 1
-- formula: balance current at the opening and overdue at the close ÷ balance current at the opening; the opening balance of the same loans on both sides
-- leaves out: loans booked in the month and loans that return after a gap. Loans charged off straight from current are not overdue at the close: they stay in the denominator, are no entry, and are shown beside. Loans without a balance are left out of the rate by balance
-- pitfalls: snapshot family: a loan that was late and paid within the month is not seen, and the rate depends on the days between due date and month-end. Paid-off, sold and missing loans stay in the denominator
-- source: exit ledger, built from two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   loans: current loans at the opening
--   opening_balance: their balance at the opening
--   entered_loans: of these, overdue at the close
--   entered_balance: their balance at the opening
--   charged_off_loans: of these, charged off at the close
--   charged_off_balance: their balance at the opening
--   entry_rate: entered_balance ÷ opening_balance
--   entry_rate_loans: entered_loans ÷ loans
-- rates:
--   entry_rate = entered_balance / opening_balance, squares _entered_squares / _squares, of loans
--   entry_rate_loans = entered_loans / loans
with current_loans as (
    select
        month, loans, opening_balance, opening_squares, to_bucket = 'charged_off' as charged_off,
        coalesce(target.ordinal > 0, false) as entered
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    join book.bucket as origin on origin.name = from_bucket and origin.ordinal = 0
    left join book.bucket as target on target.name = to_bucket
    where in_months(month, $month, $from_month, $to_month)
),

sums as (
    select
        month, sum(loans) as loans, sum(opening_balance) as opening_balance,
        coalesce(sum(loans) filter (where entered), 0) as entered_loans,
        sum(opening_balance) filter (where entered) as entered_balance,
        sum(opening_squares) as squares, sum(opening_squares) filter (where entered) as entered_squares,
        coalesce(sum(loans) filter (where charged_off), 0) as charged_off_loans,
        sum(opening_balance) filter (where charged_off) as charged_off_balance
    from current_loans
    group by month
)

select
    month, loans::bigint as loans, opening_balance::decimal(38, 2) as opening_balance,
    entered_loans::bigint as entered_loans, part_of(opening_balance, entered_loans, entered_balance) as entered_balance,
    charged_off_loans::bigint as charged_off_loans,
    part_of(opening_balance, charged_off_loans, charged_off_balance) as charged_off_balance,
    part_of(opening_balance, entered_loans, entered_balance)::double / nullif(opening_balance, 0)::double as entry_rate,
    entered_loans / loans as entry_rate_loans,
    squares as _squares, entered_squares as _entered_squares
from sums
order by month
