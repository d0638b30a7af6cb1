-- title: Recovery by day
-- chinese: N日催回率
-- answers: Of what was newly overdue on its due date, which part was paid within so many days?
-- needs: loan, payment
-- grain: month of the due dates × days (1, 3, 7, 15, 30, 60, 90); NULL where payments do not reach so far yet
-- unit: loans, currency of the book, shares of 1
-- formula: payments after the due date up to so many days later, at most what was unpaid ÷ what was unpaid the day after the due date. By loans: those whose unpaid part was paid in full ÷ those with an unpaid part. Still unpaid: what was not paid within so many days ÷ all that was due, so that after 30 days it is the share that reaches 31 days past due: entry rate × (1 − recovery within 30 days)
-- leaves out: what the entry rate by due date leaves out, and what was overdue before
-- pitfalls: event family. Payments go to the oldest instalment first, and that is the one newly overdue. Only months with a snapshot count as covered by payments, each to its end, and a month is known when its last day is so long past. Reversed payments lower it again
-- source: schedules of loans, payments, and month-end snapshots
-- columns:
--   month: month-end of the month of the due dates
--   days: within so many days after the due date
--   loans: loans newly overdue
--   overdue_amount: what of their instalments was unpaid the day after the due date
--   recovered_loans: of these, paid in full within the days
--   recovered_amount: paid of it within the days
--   recovery_rate: recovered_amount ÷ overdue_amount
--   recovery_rate_loans: recovered_loans ÷ loans
--   still_unpaid_share: overdue_amount − recovered_amount ÷ all instalments due
--   still_unpaid_share_loans: loans − recovered_loans ÷ all loans with an instalment due
-- rates:
--   recovery_rate = recovered_amount / overdue_amount, products _recovered_squares / _recovered_by_overdue / _overdue_squares, of loans
--   recovery_rate_loans = recovered_loans / loans
--   still_unpaid_share = _unpaid_amount / _due_amount, products _unpaid_squares / _unpaid_by_due / _due_squares, of _due_loans
--   still_unpaid_share_loans = _unpaid_loans / _due_loans
with due as (
    select month, sum(loans) as loans, sum(due_amount) as due_amount, sum(due_squares) as due_squares
    from entry_event_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month
),

recovered as (
    select
        month, days, sum(loans) as loans, sum(overdue_amount) as overdue_amount,
        sum(recovered_loans) as recovered_loans, sum(recovered_amount) as recovered_amount,
        sum(overdue_squares) as overdue_squares, sum(recovered_squares) as recovered_squares,
        sum(recovered_by_overdue) as recovered_by_overdue, sum(left_by_due) as left_by_due
    from recovery_by_day_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month, days
)

select
    month, days, recovered.loans::bigint as loans, overdue_amount::decimal(38, 2) as overdue_amount,
    recovered_loans::bigint as recovered_loans, recovered_amount::decimal(38, 2) as recovered_amount,
    recovered_amount::double / nullif(overdue_amount, 0)::double as recovery_rate,
    recovered_loans / nullif(recovered.loans, 0) as recovery_rate_loans,
    (overdue_amount - recovered_amount)::double / nullif(due_amount, 0)::double as still_unpaid_share,
    (recovered.loans - recovered_loans) / nullif(due.loans, 0) as still_unpaid_share_loans,
    recovered_squares as _recovered_squares, recovered_by_overdue as _recovered_by_overdue, overdue_squares as _overdue_squares,
    recovered.loans - recovered_loans as _unpaid_loans, due.loans as _due_loans,
    overdue_amount - recovered_amount as _unpaid_amount, due_amount as _due_amount,
    overdue_squares - 2 * recovered_by_overdue + recovered_squares as _unpaid_squares,
    left_by_due as _unpaid_by_due, due_squares as _due_squares
from recovered
join due using (month)
order by month, days
