-- In which collection stage each loan stood on which days of a month: a row for each run of days in one stage.
--
-- A snapshot shows one day; between two of them days past due are counted forward from the opening one until the loan turned,
-- and back from the closing one after that. It turned on the day of its last payment that stands, else of its restructuring; where
-- neither is known, on the closing day. A stage that the lender names holds until the next snapshot. A loan of
-- which only the bucket is known counts as on the bucket's first day. What is written off is in the stage `written_off`.
--
-- outcome: how the run ended: cured, paid (off), better, worse or other (another stage), sold, missing; NULL: open at the month-end.
-- entered: the day of entry is known to be the first one. seen_before: the loan was there a month before.
with last_paid as (
    select loan_id, max(paid_on) as paid_on from receipts
    where amount > 0 and not cancelled and paid_on >= month_start($month)
    group by loan_id
),

sides as (
    select
        *,
        coalesce(days_past_due, dpd_of_bucket(bucket)) as days,
        coalesce(was_days_past_due, dpd_of_bucket(was_bucket)) as was_days,
        $opening_month::date is not null and was_status is not null as opens
    from followed
),

pairs as (
    select
        loan_id,
        if(opens, was_product, product) as product,
        if(opens, was_region, region) as region,
        if(opens, was_segment, segment) as segment,
        if(opens, was_acquisition_channel, acquisition_channel) as acquisition_channel,
        if(opens, coalesce(was_balance, balance), balance) as balance,
        if(opens, was_as_of, null) as opened, was_status as o_status, was_days as o_days, was_days_past_due is null as o_by_bucket,
        if(was_status = 'charged_off', coalesce(was_stage, 'written_off'), was_stage) as o_stage,
        as_of as closed, status as c_status, days as c_days, days_past_due is null as c_by_bucket,
        case when status = 'charged_off' then coalesce(stage, 'written_off') when status = 'open' then stage end as c_stage,
        if(charged_off_on between month_start($month) and $month, charged_off_on, null) as charged_off_on,
        if(sold_on between month_start($month) and $month, sold_on, null) as sold_on,
        if(restructured_on between month_start($month) and $month, restructured_on, null) as restructured_on
    from sides
    where (opens and (was_status = 'charged_off' or was_stage is not null or was_days > 0))
    or status = 'charged_off'
    or (status = 'open' and (stage is not null or days >= lowest_entry_dpd()))
),

-- The last day on which the opening snapshot says where the loan stands.
turned as (
    select
        pairs.*,
        case
            when opened is null then month_start($month) - 1
            when o_status = 'open' and c_status = 'charged_off' and charged_off_on is not null then charged_off_on - 1
            when c_status = 'sold' and sold_on is not null then sold_on - 1
            when closed is null then $month
            when o_stage is null and o_days = 0 then month_start($month) - 1
            when o_stage is null and c_stage is null and c_status = 'open' and c_days - o_days = closed - opened then $month
            else coalesce(last_paid.paid_on, restructured_on, $month)
        end as turned_on
    from pairs
    left join last_paid on last_paid.loan_id = pairs.loan_id
),

lines as (
    select
        loan_id, false as turned, product, segment, o_stage as stage, month_start($month) as from_day, turned_on as to_day,
        not o_by_bucket and o_days > 0 as counts,
        (o_days + if(o_by_bucket or o_days = 0, 0, month_start($month) - opened))::integer as days
    from turned
    where opened is not null
    union all
    select
        loan_id, true as turned, product, segment, stage, from_day, to_day, counts,
        if(counts, c_days - (closed - from_day), c_days)::integer as days
    from (
        select
            loan_id, product, segment, c_stage as stage, $month as to_day, not c_by_bucket and c_days > 0 as counts, c_days, closed,
            case
                when c_status = 'charged_off' then greatest(turned_on + 1, coalesce(charged_off_on, turned_on + 1))
                when c_stage is not null and not c_by_bucket and c_days > 0 then greatest(turned_on + 1, closed - c_days + 1)
                else turned_on + 1
            end as from_day
        from turned
        where c_status in ('open', 'charged_off')
    )
),

rungs as (
    select *, unnest(ladder_of(product, segment)) as rung from lines where stage is null and from_day <= to_day
),

runs as (
    select loan_id, turned, stage, from_day as first_day, to_day as last_day, false as on_entry from lines where stage is not null
    union all
    select
        loan_id, turned, rung.stage, from_day + greatest(0, rung.entry - days), least(to_day, from_day + (rung.next - 1 - days)),
        rung.entry >= days
    from rungs
    where counts
    union all
    select loan_id, turned, rung.stage, from_day, to_day, false
    from rungs
    where not counts and days between rung.entry and rung.next - 1
),

before as (
    select loan_id, stage, first_day, last_day, on_entry from runs where not turned and first_day <= last_day
),

after as (
    select loan_id, stage, first_day, last_day, on_entry from runs where turned and first_day <= last_day
),

-- The turn does not end the run in a stage that the loan stands in before and after it.
stays as (
    select before.* replace (coalesce(after.last_day, before.last_day) as last_day)
    from before
    left join after on after.loan_id = before.loan_id and after.stage = before.stage and after.first_day = before.last_day + 1
    union all
    select after.*
    from after
    anti join before on before.loan_id = after.loan_id and before.stage = after.stage and before.last_day + 1 = after.first_day
),

in_turn as (
    select
        *,
        lead(stage) over (partition by loan_id order by first_day) as next_stage,
        lead(first_day) over (partition by loan_id order by first_day) as next_day
    from stays
),

ended as (
    select
        in_turn.*, product, region, segment, acquisition_channel, opened, closed, c_status, c_days, balance,
        case when c_status = 'open' and c_stage is null then stage_of(c_days, product, segment) else c_stage end as now_stage
    from in_turn
    join turned using (loan_id)
)

select
    loan_id, stage, first_day, last_day,
    case
        when next_day = last_day + 1 then moved(stage, next_stage)
        when next_day is not null then 'cured'
        when last_day = $month and now_stage = stage then null
        when closed is null then 'missing'
        when c_status = 'paid_off' then 'paid'
        when c_status = 'sold' then 'sold'
        when now_stage is not null then moved(stage, now_stage)
        when c_days = 0 then 'cured'
        else 'better'
    end as outcome,
    first_day > month_start($month) or on_entry as entered,
    opened is not null as seen_before,
    balance,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel
from ended
