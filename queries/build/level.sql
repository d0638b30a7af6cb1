-- The open book of one month-end, from one partition of loan_snapshot: loans and balance by bucket, tier and dimension.
-- shadow_bucket and shadow_bad are where a loan would stand had its schedule never been reset.
-- Those never re-aged are read apart, so that a book without re-ages needs no join.
with open_loans as (
    select days_past_due, 0 as offset_days, bucket, balance, product, region, segment, acquisition_channel
    from closing_snapshot
    anti join shadow using (loan_id)
    where status = 'open'
    union all
    select days_past_due, offset_days, bucket, balance, product, region, segment, acquisition_channel
    from closing_snapshot
    join shadow using (loan_id)
    where status = 'open'
),

-- A loan never re-aged stands where its class says: it need not be told twice.
classed as (
    select
        class_of(days_past_due, bucket) as class,
        case when offset_days <> 0 then bucket_of(days_past_due + offset_days, bucket) end as shadow_state,
        case when offset_days <> 0 then is_bad(days_past_due + offset_days, bucket) end as shadow_bad,
        balance, product, region, segment, acquisition_channel
    from open_loans
),

by_class as (
    select
        class, shadow_state, shadow_bad, product, region, segment, acquisition_channel,
        count(*) as loans,
        sum(balance) as balance,
        sum(balance::double * balance::double) as balance_squares
    from classed
    group by all
),

cells as (
    select
        class.state, class.tier, class.bad,
        coalesce(shadow_state, class.state) as shadow_state, coalesce(shadow_bad, class.bad) as shadow_bad,
        product, region, segment, acquisition_channel,
        sum(loans) as loans, sum(balance) as balance, sum(balance_squares) as balance_squares
    from by_class
    join class on class.number = by_class.class
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
join state as without_reset on without_reset.number = shadow_state
join tier_state on tier_state.number = cells.tier
