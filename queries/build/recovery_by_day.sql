-- Of what was newly overdue on the due dates of a month: what was paid within so many days after. Payments after the due date go
-- to the oldest instalment first, which is this one, since nothing was overdue before.
-- NULL where the payments of the book do not yet reach so far ($covered_to) after the last day of the month.
with newly as (
    select loan_id, due_on, due_amount, unpaid_amount, product, region, segment, acquisition_channel from due where loan_id is not null
),

later as (
    select loan_id, paid_on - due_on as after, amount
    from payment
    join newly using (loan_id)
    where paid_on > due_on and paid_on <= due_on + 90
),

paid as (
    select
        loan_id,
        [coalesce(sum(amount) filter (where after <= 1), 0), coalesce(sum(amount) filter (where after <= 3), 0),
            coalesce(sum(amount) filter (where after <= 7), 0), coalesce(sum(amount) filter (where after <= 15), 0),
            coalesce(sum(amount) filter (where after <= 30), 0), coalesce(sum(amount) filter (where after <= 60), 0),
            coalesce(sum(amount) filter (where after <= 90), 0)] as amounts
    from later
    group by loan_id
),

days as (
    select
        newly.*, unnest([1, 3, 7, 15, 30, 60, 90]) as days,
        unnest(coalesce(paid.amounts, [0, 0, 0, 0, 0, 0, 0])) as paid_amount
    from newly
    left join paid using (loan_id)
),

recovered as (
    select *, greatest(least(unpaid_amount, paid_amount), 0) as recovered_amount, $month::date + days <= $covered_to::date as known
    from days
)

select
    $month::date as month,
    days,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    count(*)::bigint as loans,
    sum(unpaid_amount)::decimal(38, 2) as overdue_amount,
    case when bool_and(known) then count_if(recovered_amount = unpaid_amount) end::bigint as recovered_loans,
    case when bool_and(known) then sum(recovered_amount) end::decimal(38, 2) as recovered_amount,
    sum(unpaid_amount::double * unpaid_amount::double) as overdue_squares,
    case when bool_and(known) then sum(recovered_amount::double * recovered_amount::double) end as recovered_squares,
    case when bool_and(known) then sum(recovered_amount::double * unpaid_amount::double) end as recovered_by_overdue,
    case when bool_and(known) then sum((unpaid_amount - recovered_amount)::double * due_amount::double) end as left_by_due
from recovered
group by all
