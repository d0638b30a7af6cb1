-- Loans open at exactly one of two month-ends that follow each other in the book: those that left, and those that entered.
with opening as (
    select loan_id from opening_snapshot where status = 'open'
),

closing as (
    select loan_id from closing_snapshot where status = 'open'
)

select
    coalesce(opening.loan_id, closing.loan_id) as loan_id,
    opening.loan_id is null as entered,
    $month::date as month
from opening
full join closing on closing.loan_id = opening.loan_id
where opening.loan_id is null or closing.loan_id is null
order by 1
