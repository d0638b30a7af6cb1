-- The exit ledger of one pair of adjacent months, from its two snapshots and the crossings of all months so far.
--
-- Every loan open at the opening month-end stands in exactly one cell: a bucket, or an exit. A loan that is open at the
-- closing month-end and was not at the opening one is an entrant: `returned` if it was open in an earlier month of the book
-- (it then left in a month since), `new` otherwise. Leavers of all months are many and entrants of one
-- are few: the former are looked up among the latter, so that a long history costs no memory.
-- Cash is what the snapshot says, else the payments of the calendar month; where there are payments of the month, none is 0.
-- A loan is re-aged when it was restructured in the month, stands in a better bucket for it, and no cash was received.
-- A small number, its class, says of a loan its bucket, tier and side of the bad-debt line, or its exit (see `class`), so that the
-- join and the grouping stay cheap.
with opening as (
    select
        loan_id, as_of - days_past_due as since, class_of(days_past_due, bucket) as class,
        balance, product, region, segment, acquisition_channel
    from opening_snapshot
    where status = 'open'
),

closing as (
    select
        loan_id, as_of - days_past_due as since, status = 'open' as still_open,
        if(status = 'open', class_of(days_past_due, bucket), class_of_state(state_of(status, null, null))) as class,
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
        case when opening.loan_id is not null then opening.class
            when returned.loan_id is not null then class_of_state(state_number('returned'))
            else class_of_state(state_number('new')) end as from_class,
        coalesce(closing.class, class_of_state(state_number('missing'))) as to_class,
        if(opening.loan_id is null, closing.product, opening.product) as product,
        if(opening.loan_id is null, closing.region, opening.region) as region,
        if(opening.loan_id is null, closing.segment, opening.segment) as segment,
        if(opening.loan_id is null, closing.acquisition_channel, opening.acquisition_channel) as acquisition_channel,
        coalesce(closing.restructured, false) as restructured,
        coalesce(closing.paid_in_month, paid.amount, if((select count(*) > 0 from payment), 0, null)) as cash,
        paid.interest,
        case when closing.restructured then coalesce(
            coalesce(closing.paid_in_month, paid.amount, 0) = 0 and state_of_class(closing.class) < state_of_class(opening.class), false
        ) else false end as re_aged,
        opening.balance as opening_balance,
        if(closing.still_open, closing.balance, null) as closing_balance,
        coalesce(closing.since < opening.since, false) as jumped
    from opening
    full join closing on closing.loan_id = opening.loan_id
    left join returned on opening.loan_id is null and returned.loan_id = closing.loan_id
    left join paid on paid.loan_id = coalesce(opening.loan_id, closing.loan_id)
    where opening.loan_id is not null or closing.still_open
),

cells as (
    select
        from_class, to_class, product, region, segment, acquisition_channel, restructured, re_aged,
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
),

select
    $month::date as month,
    origin.name as from_bucket,
    target.name as to_bucket,
    movement(origin.number, target.number) as movement,
    before.name as from_tier,
    after.name as to_tier,
    from_class.bad as from_bad,
    to_class.bad as to_bad,
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
join class as from_class on from_class.number = cells.from_class
join class as to_class on to_class.number = cells.to_class
join state as origin on origin.number = from_class.state
join state as target on target.number = to_class.state
left join tier_state as before on before.number = from_class.tier
left join tier_state as after on after.number = to_class.tier
