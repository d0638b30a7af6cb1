-- Loans open in one month of the book and no longer open in the next: what a later entrant is looked up in.
with opening as (
    select loan_id from read_parquet($opening) where status = 'open'
),

closing as (
    select loan_id from read_parquet($closing) where status = 'open'
)

select loan_id from opening anti join closing using (loan_id) order by loan_id
