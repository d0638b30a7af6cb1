-- Spells of loans in a collection stage: those open at a month-end, and those that ended since the snapshot before.
--
-- A stage is what the days past due say. A loan entered it as_of − (days past due − days past due at which it begins), and is in
-- the same spell as a month-end before if it had entered by then; otherwise its old arrears were paid in between and these are new
-- ones. A spell ends
--   forward       on the day on which the days past due reach the next stage
--   cured, improved, paid_off   on the day on which the payments since the snapshot before made up for what was then overdue, or the
--                 last of them where that is not known; without payments on the last day it can have been: the month-end, or
--                 the day on which the next stage, or the new arrears, began
--   re_aged       on the day of the restructuring, if no cash came
--   charged_off, sold           on its day
--   censored      on the last day it was seen: no row at the next month-end, no days past due, or no next month-end in the book.
-- What pays, or leaves, on a known day after the next stage began has gone forward first.
-- $opening_month is NULL where the month before is not in the book.
with held as (
    select * exclude (month, ended_on, fate) from earlier where ended_on is null
),

closing as (
    select
        loan_id, as_of, status, days_past_due, overdue_amount, paid_in_month, restructured_on, charged_off_on, sold_on,
        product, region, segment, acquisition_channel,
        case when status = 'open' then stage_rank_of(days_past_due, product, segment) end as stage
    from followed
    where status is not null
),

paid as (
    select
        loan_id, paid_on,
        sum(amount) over (partition by loan_id order by paid_on range between unbounded preceding and current row) as paid_so_far
    from payment
    semi join held using (loan_id)
    join (select max(as_of) as opening_day from held) on paid_on > opening_day
    join (select max(as_of) as closing_day from closing) on paid_on <= closing_day
),

made_up as (
    select
        loan_id,
        coalesce(
            min(paid_on) filter (where overdue_amount > 0 and paid_so_far >= overdue_amount),
            max(paid_on) filter (where paid_so_far > 0)
        ) as paid_on
    from paid
    join held using (loan_id)
    group by loan_id
),

followed as (
    select
        held.*,
        closing.as_of as now,
        closing.stage as next_stage,
        closing.days_past_due as next_days,
        closing.overdue_amount as next_overdue,
        closing.as_of - (closing.days_past_due - stage_entry(closing.stage, closing.product, closing.segment)) as began_on,
        stage_end(held.stage, held.product, held.segment) as boundary_days,
        case
            when $opening_month::date is null or closing.loan_id is null then 'censored'
            when closing.status <> 'open' then closing.status
            when closing.days_past_due is null then 'censored'
            when closing.stage > held.stage then 'forward'
            when closing.stage = held.stage and began_on <= held.as_of then null
            when closing.restructured_on > held.as_of and closing.restructured_on <= closing.as_of
                and made_up.paid_on is null and coalesce(closing.paid_in_month, 0) = 0 then 're_aged'
            when closing.stage < held.stage then 'improved'
            else 'cured' end as fate,
        case
            when fate = 're_aged' then closing.restructured_on
            when fate = 'charged_off' then closing.charged_off_on
            when fate = 'sold' then closing.sold_on
            when fate in ('cured', 'improved', 'paid_off') then made_up.paid_on end as stated_on
    from held
    left join closing using (loan_id)
    left join made_up using (loan_id)
),

dated as (
    select
        *,
        if(stated_on > as_of and stated_on <= now, stated_on, null) as known_on,
        if(boundary_days is null, null, greatest(as_of + (boundary_days - days_past_due), as_of + 1)) as crossed_on
    from followed
),

ends as (
    select
        * exclude (fate),
        case when known_on > crossed_on then 'forward' else fate end as fate,
        case
            when fate is null then null
            when fate = 'censored' then as_of
            when fate = 'forward' then least(greatest(now - (next_days - boundary_days), as_of + 1), now)
            when known_on > crossed_on then crossed_on
            else least(coalesce(known_on, now), crossed_on, if(next_stage = stage, began_on, null)) end as ended_on
    from dated
),

entered as (
    select
        closing.*,
        closing.as_of - (closing.days_past_due - stage_entry(closing.stage, closing.product, closing.segment)) as anew_on,
        if(
            ends.fate <> 'censored' and ends.next_stage < ends.stage,
            greatest(anew_on, coalesce(ends.known_on, ends.ended_on)),
            anew_on
        ) as entered_on
    from closing
    left join ends using (loan_id)
    where closing.stage is not null and (ends.loan_id is null or ends.ended_on is not null)
)

select
    $month::date as month, loan_id, stage, entered_on, seen_on,
    if(ended_on is null, now, as_of) as as_of,
    if(ended_on is null, next_days, days_past_due) as days_past_due,
    if(ended_on is null, next_overdue, overdue_amount) as overdue_amount,
    ended_on, fate, product, region, segment, acquisition_channel
from ends
union all
select
    $month::date, loan_id, stage, entered_on, as_of, as_of, days_past_due, overdue_amount,
    null, null, product, region, segment, acquisition_channel
from entered
