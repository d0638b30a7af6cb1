-- What fell due in a month for loans that were not overdue at its opening, and what of it was unpaid the day after its due date.
select
    $month::date as month,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    sum(loans)::bigint as loans,
    sum(due_amount)::decimal(38, 2) as due_amount,
    sum(due_squares) as due_squares,
    coalesce(sum(loans) filter (where loan_id is not null), 0)::bigint as unpaid_loans,
    sum(unpaid_amount)::decimal(38, 2) as unpaid_amount,
    coalesce(sum(unpaid_amount::double * unpaid_amount::double) filter (where loan_id is not null), 0) as unpaid_squares,
    coalesce(sum(unpaid_amount::double * due_amount::double) filter (where loan_id is not null), 0) as unpaid_by_due
from due
group by all
