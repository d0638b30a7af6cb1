-- Loans charged off in the month: open at its opening, written off at its close.
with leavers as (
    select loan_id from crossings where not entered
)

select loan_id, $month::date as month
from closing_snapshot
semi join leavers using (loan_id)
where status = 'charged_off'
order by loan_id
