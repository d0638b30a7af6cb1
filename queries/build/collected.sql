-- Cash and cost of collections in a month by stage, channel and owner. What something cost stands where it was spent: an attempt
-- in its own channel, a commission with the payment it was due on, the fees of a case in the channel `court` on the day it was filed.
with attempts as (
    -- include attempts.sql
),

filed as (
    select
        cases.loan_id, coalesce(stays.stage, 'none') as stage, 'court' as channel, coalesce(holdings.owner, '') as owner,
        court_fee, lawyer_fee
    from cases
    left join stays on stays.loan_id = cases.loan_id and filed_on between stays.first_day and stays.last_day
    left join holdings on holdings.loan_id = cases.loan_id and filed_on between holdings.first_day and holdings.last_day
),

entries as (
    select
        loan_id, stage, channel, owner, 1 as payments, amount as cash, commission,
        0 as attempts, 0 as attempts_without_cost, null as contact_cost, null as court_cost
    from credits
    union all
    select loan_id, stage, channel, owner, 0, null, null, 1, (cost is null)::integer, cost, null from attempts
    union all
    select
        loan_id, stage, channel, owner, 0, null, null, 0, 0, null,
        if(court_fee is null and lawyer_fee is null, null, coalesce(court_fee, 0) + coalesce(lawyer_fee, 0))
    from filed
)

select
    $month::date as month, stage, channel, owner, product, region, segment, acquisition_channel,
    sum(payments)::bigint as payments,
    sum(cash)::decimal(38, 2) as cash,
    sum(cash::double * cash::double) as cash_squares,
    sum(commission)::decimal(38, 2) as commission,
    sum(attempts)::bigint as attempts,
    sum(attempts_without_cost)::bigint as attempts_without_cost,
    sum(contact_cost)::decimal(38, 2) as contact_cost,
    sum(court_cost)::decimal(38, 2) as court_cost
from entries
join accounts using (loan_id)
group by all
