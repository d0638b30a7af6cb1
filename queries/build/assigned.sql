-- Accounts and account-days that were assigned to a stage and an owner in a month, and how many accounts were cured at its end.
--
-- An account is assigned where it stood in a stage, and where it was attempted. Accounts cannot be summed over stages or owners,
-- so that each level is counted on its own: NULL stands for all stages, or all owners.
with attempts as (
    -- include attempts.sql
),

held as (
    select
        stays.loan_id, stays.stage, coalesce(holdings.owner, '') as owner,
        least(stays.last_day, coalesce(holdings.last_day, stays.last_day))
        - greatest(stays.first_day, coalesce(holdings.first_day, stays.first_day)) + 1 as days
    from stays
    left join holdings
        on holdings.loan_id = stays.loan_id and holdings.first_day <= stays.last_day and holdings.last_day >= stays.first_day
),

by_owner as (
    select loan_id, stage, owner, days from held
    union all
    select loan_id, stage, owner, count(distinct day) as days from attempts where elsewhere group by all
),

by_stage as (
    select loan_id, stage, last_day - first_day + 1 as days from stays
    union all
    select loan_id, stage, count(distinct day) as days from attempts where outside group by all
),

per_loan as (
    select loan_id, stage, owner, sum(days) as days
    from by_owner
    group by grouping sets ((loan_id, stage, owner), (loan_id, owner))
    union all
    select loan_id, stage, null as owner, sum(days) as days
    from by_stage
    group by grouping sets ((loan_id, stage), (loan_id))
)

select
    $month::date as month, stage, owner, product, region, segment, acquisition_channel,
    count(*)::bigint as accounts, sum(days)::bigint as account_days, count_if(cured)::bigint as cured_accounts
from per_loan
join accounts using (loan_id)
group by all
