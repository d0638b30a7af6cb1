-- The open book of one month-end, from one partition of loan_snapshot: loans and balance by bucket, tier and dimension.
-- shadow_bucket and shadow_bad are where a loan would stand had its schedule never been reset.
with open_loans as (
    select
        bucket_of(days_past_due, bucket) as state,
        tier_number(days_past_due, bucket) as tier,
        is_bad(days_past_due, bucket) as bad,
        bucket_of(days_past_due + coalesce(offset_days, 0), bucket) as shadow_state,
        is_bad(days_past_due + coalesce(offset_days, 0), bucket) as shadow_bad,
        balance, product, region, segment, acquisition_channel
    from closing_snapshot
    left join shadow on shadow.loan_id = closing_snapshot.loan_id
    where status = 'open'
),

cells as (
    select
        state, tier, bad, shadow_state, shadow_bad, product, region, segment, acquisition_channel,
        count(*) as loans,
        sum(balance) as balance,
        sum(balance::double * balance::double) as balance_squares
    from open_loans
    group by all
)

select
    $month::date as month,
    state.name as bucket,
    tier_state.name as tier,
    bad,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    loans::bigint as loans,
    balance::decimal(38, 2) as balance,
    balance_squares,
    without_reset.name as shadow_bucket,
    shadow_bad
from cells
join state on state.number = cells.state
join state as without_reset on without_reset.number = cells.shadow_state
join tier_state on tier_state.number = cells.tier
