-- How each plan of the last twelve months stands at a month-end.
--
-- A plan has re-defaulted once a month-end after the month of its agreement showed the loan 31 days past due or more, or charged off; it
-- is broken when its result says so, or when a later plan replaced it; it is kept when it is neither, and the loan is open below
-- 31 days past due, or was paid off. What nobody can see, a loan that was sold or is missing, is not kept.
with plans as (
    select
        loan_id, agreed_on, last_day(agreed_on) as agreed_month, ended_on, result,
        lead(agreed_on) over (partition by loan_id order by agreed_on) as replaced_on
    from plan
    where agreed_on <= $month
),

held as (
    select loan_id, agreed_on, redefaulted, paid_off, sold from earlier
),

closing as (
    select
        loan_id, status,
        coalesce(days_past_due, scheme.lower_dpd) >= 31 as late
    from closing_snapshot
    semi join plans using (loan_id)
    left join built.bucket as scheme on scheme.name = closing_snapshot.bucket
),

running as (
    select * from plans where datediff('month', agreed_month, $month) between 1 and 12
)

select
    $month::date as month,
    running.loan_id,
    running.agreed_on,
    agreed_month,
    datediff('month', agreed_month, $month)::integer as months_since,
    coalesce(held.redefaulted, false)
        or coalesce(closing.status = 'charged_off' or (closing.status = 'open' and closing.late), false) as redefaulted,
    coalesce(held.paid_off, false) or coalesce(closing.status = 'paid_off', false) as paid_off,
    coalesce(held.sold, false) or coalesce(closing.status = 'sold', false) as sold,
    coalesce(lower(result) in ('broken', 'failed', 'cancelled'), false) and coalesce(ended_on <= $month, true)
        or replaced_on is not null as broken,
    coalesce(closing.status = 'open', false) as seen,
    product, region, segment, acquisition_channel
from running
join involved on involved.loan_id = running.loan_id and involved.month = running.agreed_month
left join held on held.loan_id = running.loan_id and held.agreed_on = running.agreed_on
left join closing on closing.loan_id = running.loan_id
order by running.loan_id, running.agreed_on
