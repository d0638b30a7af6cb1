-- The loans that collections had to do with in a month, with their dimensions and whether they were cured at its end.
with touched as (
    select loan_id from stays
    union
    select loan_id from receipts
    union
    select loan_id from actions
    union
    select loan_id from promises
    union
    select loan_id from cases
),

opening as (
    select loan_id, product, region, segment, acquisition_channel from opening_snapshot
    semi join touched using (loan_id)
),

closing as (
    select
        loan_id, product, region, segment, acquisition_channel,
        state_of(status, days_past_due, bucket) in (0, state_number('paid_off')) as cured
    from closing_snapshot
    semi join touched using (loan_id)
)

select
    touched.loan_id,
    coalesce(if(opening.loan_id is null, closing.product, opening.product), '') as product,
    coalesce(if(opening.loan_id is null, closing.region, opening.region), '') as region,
    coalesce(if(opening.loan_id is null, closing.segment, opening.segment), '') as segment,
    coalesce(if(opening.loan_id is null, closing.acquisition_channel, opening.acquisition_channel), '') as acquisition_channel,
    coalesce(closing.cured, false) as cured
from touched
left join opening on opening.loan_id = touched.loan_id
left join closing on closing.loan_id = touched.loan_id
order by 1
