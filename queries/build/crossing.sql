-- Loans open at exactly one of two month-ends that follow each other in the book: those that left, and those that entered.
-- left_as is the number of the state in which a loan left, `missing` where it has no row; NULL for those that entered.
with opening as (
    select loan_id from opening_snapshot where status = 'open'
),

closing as (
    select loan_id, state_of(status, 0, null) as state from closing_snapshot
)

select
    coalesce(opening.loan_id, closing.loan_id) as loan_id,
    opening.loan_id is null as entered,
    case when opening.loan_id is not null then coalesce(closing.state, state_number('missing')) end as left_as,
    $month::date as month
from opening
full join closing on closing.loan_id = opening.loan_id
where if(opening.loan_id is null, closing.state = 0, coalesce(closing.state, 255) > 0)
