-- What became of the overdue loans of a month's opening: cured in it, and how many of these cures held for three months.
--
-- A loan is cured when it is open and current at the close, or paid off. The cure held if nothing ended it in the three
-- months after, except that the loan was paid off: what counts is how the loan first ceased to be open and current.
-- Held is NULL unless $mature: all three month-ends after are in the book.
with leavers as (
    select loan_id, left_as from crossings where not entered
),

outcome as (
    select
        late_before.*, coalesce(left_as = state_number('paid_off'), late.loan_id is null) as cured,
        left_as is null as still_open, re_aged.loan_id is not null as re_aged
    from late_before
    left join late on late.loan_id = late_before.loan_id
    left join leavers on leavers.loan_id = late_before.loan_id
    left join re_aged on re_aged.loan_id = late_before.loan_id
),

watched as (
    select loan_id from outcome where cured and still_open
),

setbacks as (
    select loan_id, month, false as paid_off from late_after semi join watched using (loan_id)
    union all
    select loan_id, month, left_as = state_number('paid_off') from crossings_after semi join watched using (loan_id) where not entered
),

ended as (
    select loan_id, arg_min(paid_off, month) as paid_off from setbacks group by loan_id
),

judged as (
    select outcome.*, cured and (not still_open or coalesce(ended.paid_off, true)) as held
    from outcome
    left join ended using (loan_id)
)

select
    $month::date as month,
    state.name as from_bucket,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    cured,
    re_aged,
    case when $mature::boolean then held end as held,
    count(*)::bigint as loans,
    sum(balance)::decimal(38, 2) as balance,
    sum(balance::double * balance::double) as balance_squares
from judged
join state on state.number = judged.state
group by all
