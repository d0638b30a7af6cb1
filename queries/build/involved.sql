-- The loans of the placements, court cases and plans of a month: their balance at the month-end before, and what slices the book.
--
-- A slice is what the snapshot of the month says; where that says nothing, the snapshot before, then the table of loans.
with asked as (
    select loan_id from placement union select loan_id from legal_case union select loan_id from plan
),

closing as (
    select loan_id, product, region, segment, acquisition_channel from closing_snapshot semi join asked using (loan_id)
),

opening as (
    select loan_id, if(status = 'open', balance, null) as balance, product, region, segment, acquisition_channel
    from opening_snapshot
    semi join asked using (loan_id)
),

known as (
    select loan_id, product, region, segment, acquisition_channel from loan semi join asked using (loan_id)
)

select
    $month::date as month,
    loan_id,
    opening.balance,
    coalesce(closing.product, opening.product, known.product, '') as product,
    coalesce(closing.region, opening.region, known.region, '') as region,
    coalesce(closing.segment, opening.segment, known.segment, '') as segment,
    coalesce(closing.acquisition_channel, opening.acquisition_channel, known.acquisition_channel, '') as acquisition_channel
from asked
left join closing using (loan_id)
left join opening using (loan_id)
left join known using (loan_id)
order by loan_id
