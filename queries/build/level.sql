-- The open book of one month-end, from one partition of loan_snapshot: loans and balance by bucket, tier and dimension.
with open_loans as (
    select
        bucket_of(days_past_due, bucket) as state,
        tier_number(days_past_due, bucket) as tier,
        is_bad(days_past_due, bucket) as bad,
        balance, product, region, segment, acquisition_channel
    from closing_snapshot
    where status = 'open'
),

cells as (
    select
        state, tier, bad, product, region, segment, acquisition_channel,
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
    balance_squares
from cells
join state on state.number = cells.state
join tier_state on tier_state.number = cells.tier
