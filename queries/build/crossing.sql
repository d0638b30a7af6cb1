-- Loans open at exactly one of two month-ends that follow each other in the book: those that left, and those that entered.
create or replace temp table crossing as
with opening as (
    select loan_id from read_parquet($opening) where status = 'open'
),

closing as (
    select loan_id from read_parquet($closing) where status = 'open'
)

select coalesce(opening.loan_id, closing.loan_id) as loan_id, opening.loan_id is null as entered
from opening
full join closing on closing.loan_id = opening.loan_id
where opening.loan_id is null or closing.loan_id is null
