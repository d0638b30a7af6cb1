-- title: Entry rate by due date
-- chinese: 入催率（按应还日）
-- answers: Of what fell due in the month, which part was not paid on its due date?
-- needs: loan, payment
-- grain: month of the due dates
-- unit: loans, currency of the book, shares of 1
-- formula: part of the instalments that was unpaid the day after the due date ÷ instalments due, of loans that were open and not overdue at the month-end before. By loans: those with any part unpaid ÷ those with an instalment due
-- leaves out: loans overdue at the month-end before, loans without a due day or an instalment, and months of which the month-end before, or the payments, are not in the book
-- pitfalls: event family: it does not depend on the days between due date and month-end, as the entry rate by snapshot does. Paid towards an instalment is what the loan was ahead of its schedule, and all payments of the month up to the due date, whatever they say they were for. Where the payments begin, a loan that is not overdue is taken to be neither ahead nor behind, so who had paid ahead before looks late once; one that is current at the close without having paid after the due date is taken to have paid. Instalments are those of the loan's table as it is now: a new plan or rate needs a new instalment there
-- source: schedules of loans, payments, and month-end snapshots
-- columns:
--   month: month-end of the month of the due dates
--   loans: loans with an instalment due
--   due_amount: their instalments
--   unpaid_loans: of these, with a part unpaid the day after
--   unpaid_amount: what was unpaid the day after
--   entry_rate: unpaid_amount ÷ due_amount
--   entry_rate_loans: unpaid_loans ÷ loans
-- rates:
--   entry_rate = unpaid_amount / due_amount, products _unpaid_squares / _unpaid_by_due / _due_squares, of loans
--   entry_rate_loans = unpaid_loans / loans
with sums as (
    select
        month, sum(loans) as loans, sum(due_amount) as due_amount, sum(unpaid_loans) as unpaid_loans,
        sum(unpaid_amount) as unpaid_amount,
        sum(due_squares) as due_squares, sum(unpaid_squares) as unpaid_squares, sum(unpaid_by_due) as unpaid_by_due
    from entry_event_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month
)

select
    month, loans::bigint as loans, due_amount::decimal(38, 2) as due_amount,
    unpaid_loans::bigint as unpaid_loans, unpaid_amount::decimal(38, 2) as unpaid_amount,
    unpaid_amount::double / nullif(due_amount, 0)::double as entry_rate,
    unpaid_loans / nullif(loans, 0) as entry_rate_loans,
    due_squares as _due_squares, unpaid_squares as _unpaid_squares, unpaid_by_due as _unpaid_by_due
from sums
order by month
