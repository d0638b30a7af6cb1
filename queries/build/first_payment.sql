-- First instalments that at this month-end have for the first time been due for more than so many days: who has not paid.
--
-- Due in the calendar month after origination, on the due day or the month's last day. From the snapshot: the days past
-- due are more than these, and more than a second instalment could be; a loan already charged off counts too. Unseen: not in
-- the snapshot, sold, or of unknown days. From payments: those up to so many days after are less than the instalment.
with lines as (
    select unnest([1, 3, 5, 7, 10, 15, 20, 30, 45, 60]) as days
),

scheduled as (
    select
        first_seen.loan_id, cohort, product, region, segment, acquisition_channel, instalment,
        last_day(cohort + interval 1 month) as first_month, last_day(cohort + interval 2 month) as second_month,
        make_date(year(first_month), month(first_month), least(due_day, day(first_month))) as first_due,
        make_date(year(second_month), month(second_month), least(due_day, day(second_month))) as second_due
    from (select loan_id, cohort, product, region, segment, acquisition_channel from first_seen) as first_seen
    join (select loan_id, due_day, instalment from schedule where due_day between 1 and 31) as loan
        on loan.loan_id = first_seen.loan_id
),

judged_now as (
    select scheduled.*, days
    from scheduled
    join lines on last_day(first_due + days + 1) = $month
),

listed as (
    select loan_id, as_of, days_past_due, status from closing_snapshot semi join judged_now using (loan_id)
),

paid as (
    select loan_id, days, sum(amount) as amount
    from payment
    join judged_now using (loan_id)
    where paid_on <= first_due + days
    group by loan_id, days
),

judged as (
    select
        judged_now.*,
        coalesce(status in ('paid_off', 'charged_off') or (status = 'open' and days_past_due is not null), false) as seen,
        coalesce(status = 'charged_off' or (status = 'open' and days_past_due > greatest(days, as_of - second_due)), false) as overdue,
        instalment > 0 and cohort >= $paid_from::date as known,
        coalesce(paid.amount, 0) < instalment and coalesce(status <> 'paid_off', true) as unpaid
    from judged_now
    left join listed using (loan_id)
    left join paid using (loan_id, days)
)

select
    $month::date as month,
    cohort,
    days,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    count(*)::bigint as loans,
    count_if(not seen)::bigint as unseen_loans,
    count_if(overdue)::bigint as overdue_loans,
    coalesce(count_if(known), 0)::bigint as known_loans,
    coalesce(count_if(known and unpaid), 0)::bigint as unpaid_loans
from judged
group by all
