-- Loans charged off in the month: open at its opening, charged off at its close; what they were at the opening.
with charged_off as (
    select loan_id from crossings where left_as = state_number('charged_off')
)

select loan_id, balance, product, region, segment, acquisition_channel, $month::date as month
from opening_snapshot
semi join charged_off using (loan_id)
