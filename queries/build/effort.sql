-- What each collector did in a month, and what came of it: time, attempts, borrowers reached, cash credited,
-- promises due in the month and kept. Without payments, or promises, what came of it is not known: NULL.
with attempts as (
    -- include attempts.sql
),

pledged as (
    select pledges.* replace (coalesce(later.owed, pledges.owed) as owed)
    from pledges
    left join pledges_after as later on later.loan_id = pledges.loan_id and later.promised_on = pledges.promised_on
),

entries as (
    select
        accounts.product, accounts.region, accounts.segment, accounts.acquisition_channel, owner, collector_id,
        1 as attempts, seconds, (seconds is null)::integer as untimed, right_party::integer as reached,
        null::decimal(18, 2) as cash, null::integer as kept
    from attempts
    join accounts using (loan_id)
    union all
    select
        accounts.product, accounts.region, accounts.segment, accounts.acquisition_channel, collector_owner, collector_id,
        0, null, 0, null, amount, null
    from credits
    join accounts using (loan_id)
    where channel <> 'self_cure'
    union all
    select product, region, segment, acquisition_channel, owner, collector_id, 0, null, 0, null, null, (owed <= 0)::integer
    from pledged
    where channel <> 'none' and due_on between month_start($month) and $month and promise_deadline(due_on) <= $known_until
)

select
    $month::date as month, owner, collector_id, product, region, segment, acquisition_channel,
    working_days($month)::integer as working_days,
    sum(attempts)::bigint as attempts,
    sum(seconds)::bigint as seconds,
    sum(untimed)::bigint as untimed_attempts,
    sum(reached)::bigint as reached,
    case when $known_until is not null then coalesce(sum(cash), 0) end::decimal(38, 2) as cash,
    coalesce(sum(cash::double * cash::double), 0) as cash_squares,
    case when $known_until is not null and $promises_known then coalesce(sum(kept), 0) end::bigint as promises_kept
from entries
group by all
