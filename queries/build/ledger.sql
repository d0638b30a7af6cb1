-- The exit ledger of one pair of adjacent months, from its two snapshots and the crossings of all months so far.
--
-- Every loan open at the opening month-end stands in exactly one cell: a bucket, or an exit. A loan that is open at the
-- closing month-end and was not at the opening one is an entrant: `returned` if it was open in an earlier month of the book
-- (it then left in a month since), `new` otherwise. Leavers of all months are many and entrants of one
-- are few: the former are looked up among the latter, so that a long history costs no memory.
-- Cash is what the snapshot says, else the payments of the calendar month; where there are payments of the month, none is 0.
-- A loan is re-aged when it was restructured in the month, stands in a better bucket for it, and no cash was received.
-- States and tiers are small numbers here (see `state` and `tier_state`), so that the join and the grouping stay cheap.
with opening as (
    select
        loan_id, as_of, days_past_due, bucket_of(days_past_due, bucket) as state, tier_number(days_past_due, bucket) as tier,
        is_bad(days_past_due, bucket) as bad, balance, product, region, segment, acquisition_channel
    from opening_snapshot
    where status = 'open'
),

closing as (
    select
        loan_id, as_of, days_past_due, state_of(status, days_past_due, bucket) as state,
        case when status = 'open' then tier_number(days_past_due, bucket) end as tier,
        case when status = 'open' then is_bad(days_past_due, bucket) end as bad,
        balance, paid_in_month,
        coalesce(restructured_on > $opening_month and restructured_on <= $month, false) as restructured,
        product, region, segment, acquisition_channel
    from closing_snapshot
),

entrants as (
    select loan_id from crossings where month = $month and entered
),

returned as (
    select distinct loan_id
    from crossings
    semi join entrants using (loan_id)
    where not entered and month < $month
),

paid as (
    select loan_id, sum(amount) as amount, sum(interest) as interest from payment group by loan_id
),

joined as (
    select
        case when opening.loan_id is not null then opening.state
            when returned.loan_id is not null then state_number('returned')
            else state_number('new') end as from_state,
        coalesce(closing.state, state_number('missing')) as to_state,
        opening.tier as from_tier,
        closing.tier as to_tier,
        opening.bad as from_bad,
        closing.bad as to_bad,
        if(opening.loan_id is null, closing.product, opening.product) as product,
        if(opening.loan_id is null, closing.region, opening.region) as region,
        if(opening.loan_id is null, closing.segment, opening.segment) as segment,
        if(opening.loan_id is null, closing.acquisition_channel, opening.acquisition_channel) as acquisition_channel,
        coalesce(closing.restructured, false) as restructured,
        coalesce(closing.paid_in_month, paid.amount, if((select count(*) > 0 from payment), 0, null)) as cash,
        paid.interest,
        coalesce(closing.restructured and closing.state < opening.state and coalesce(closing.paid_in_month, paid.amount, 0) = 0, false) as re_aged,
        opening.balance as opening_balance,
        case when closing.state < state_number('paid_off') then closing.balance end as closing_balance,
        coalesce(closing.days_past_due - opening.days_past_due > closing.as_of - opening.as_of, false) as jumped
    from opening
    full join closing on closing.loan_id = opening.loan_id
    left join returned on opening.loan_id is null and returned.loan_id = closing.loan_id
    left join paid on paid.loan_id = coalesce(opening.loan_id, closing.loan_id)
    where opening.loan_id is not null or closing.state < state_number('paid_off')
),

cells as (
    select
        from_state, to_state, from_tier, to_tier, from_bad, to_bad, product, region, segment, acquisition_channel, restructured, re_aged,
        count(*) as loans,
        sum(opening_balance) as opening_balance,
        sum(opening_balance::double * opening_balance::double) as opening_squares,
        sum(closing_balance) as closing_balance,
        sum(opening_balance::double * closing_balance::double) as balance_products,
        sum(cash) as cash,
        sum(interest) as interest,
        count_if(jumped) as jumps
    from joined
    group by all
)

select
    $month::date as month,
    origin.name as from_bucket,
    target.name as to_bucket,
    movement(from_state, to_state) as movement,
    before.name as from_tier,
    after.name as to_tier,
    from_bad,
    to_bad,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    restructured,
    re_aged,
    loans::bigint as loans,
    opening_balance::decimal(38, 2) as opening_balance,
    opening_squares,
    closing_balance::decimal(38, 2) as closing_balance,
    balance_products,
    cash::decimal(38, 2) as cash,
    interest::decimal(38, 2) as interest,
    jumps::bigint as jumps
from cells
join state as origin on origin.number = from_state
join state as target on target.number = to_state
left join tier_state as before on before.number = from_tier
left join tier_state as after on after.number = to_tier
