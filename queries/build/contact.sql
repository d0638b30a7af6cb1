-- The steps of the contact funnel in a month: attempts, answers, borrowers reached, promises made, due and kept.
--
-- Accounts cannot be summed over stages, channels or owners, so that each level is counted on its own: NULL stands for all.
-- An account counts in a step when it also passed the steps before. Unknown flags count nowhere; a count of which nothing is
-- known is NULL. Without the table of promises nothing is known of them, without payments nothing of their being kept.
with attempts as (
    -- include attempts.sql
),

pledged as (
    select pledges.* replace (coalesce(later.owed, pledges.owed) as owed)
    from pledges
    left join pledges_after as later on later.loan_id = pledges.loan_id and later.promised_on = pledges.promised_on
),

cells as (
    select
        loan_id, stage, channel, owner, count(*) as attempts, sum(connected::integer) as connected, sum(right_party::integer) as reached,
        0 as promises, 0 as kept
    from attempts
    group by all
    union all
    select loan_id, stage, channel, owner, 0, null, null, count(*), count_if(owed <= 0)
    from pledged
    where promised_on >= month_start($month)
    group by all
),

per_loan as (
    select
        loan_id, stage, channel, owner,
        sum(attempts) as attempts, sum(connected) as connected, sum(reached) as reached, sum(promises) as promises, sum(kept) as kept
    from cells
    group by grouping sets (
        (loan_id, stage, channel, owner), (loan_id, stage, channel), (loan_id, stage, owner), (loan_id, channel, owner),
        (loan_id, stage), (loan_id, channel), (loan_id, owner), (loan_id)
    )
),

steps as (
    select
        stage, channel, owner, product, region, segment, acquisition_channel,
        sum(attempts) as attempts,
        sum(connected) as connected,
        sum(reached) as reached,
        count_if(attempts > 0) as attempted_accounts,
        case when count(connected) > 0 then count_if(connected > 0) end as connected_accounts,
        case when count(reached) > 0 then count_if(reached > 0) end as reached_accounts,
        case when count(reached) > 0 then count_if(reached > 0 and cured) end as reached_cured_accounts,
        case when count(reached) > 0 and $promises_known then count_if(reached > 0 and promises > 0) end as promised_accounts,
        case when count(reached) > 0 and $promises_known and $known_until is not null then count_if(reached > 0 and kept > 0) end as kept_accounts,
        case when count(reached) > 0 and $promises_known and $known_until is not null
            then count_if(reached > 0 and kept > 0 and cured) end as kept_cured_accounts,
        sum(promises) as promises,
        0 as promises_due, 0 as promises_kept, 0 as promises_not_due
    from per_loan
    join accounts using (loan_id)
    group by all
    union all
    select
        stage, channel, owner, product, region, segment, acquisition_channel, 0, null, null, 0, null, null, null, null, null, null, 0,
        count_if(due), count_if(due and owed <= 0), count_if(not due)
    from (
        select *, coalesce(promise_deadline(due_on) <= $known_until, false) as due
        from pledged
        where due_on between month_start($month) and $month
    )
    group by product, region, segment, acquisition_channel, cube (stage, channel, owner)
)

select
    $month::date as month, stage, channel, owner, product, region, segment, acquisition_channel,
    sum(attempts)::bigint as attempts,
    sum(connected)::bigint as connected,
    sum(reached)::bigint as reached,
    sum(attempted_accounts)::bigint as attempted_accounts,
    sum(connected_accounts)::bigint as connected_accounts,
    sum(reached_accounts)::bigint as reached_accounts,
    sum(reached_cured_accounts)::bigint as reached_cured_accounts,
    sum(promised_accounts)::bigint as promised_accounts,
    sum(kept_accounts)::bigint as kept_accounts,
    sum(kept_cured_accounts)::bigint as kept_cured_accounts,
    case when $promises_known then sum(promises) end::bigint as promises,
    case when $promises_known and $known_until is not null then sum(promises_due) end::bigint as promises_due,
    case when $promises_known and $known_until is not null then sum(promises_kept) end::bigint as promises_kept,
    case when $promises_known and $known_until is not null then sum(promises_not_due) end::bigint as promises_not_due
from steps
group by all
