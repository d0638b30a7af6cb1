-- Attempts of a month judged by the rules in force, by channel and owner: how many were judged, how many broke the rule.
--
-- Counters run per debtor, all loans of a customer together (a loan without a customer is a debtor of its own), or per loan where the rule
-- says so; across channels, owners and agencies; and into the month before, as far as a rule looks back. A day's attempts
-- are counted in their order: the first ones are allowed and the ones beyond are breaches. A debtor counts once for a rule
-- and month, where the first breach was.
-- Where every attempt of a month is said to have been at midnight, the file knows days and no hours: hours are then not judged.
with attempts_in_sight as (
    select *, true as of_month from action
    union all by name
    select *, false from action_before
    where acted_at::date > $month::date - day($month::date)::integer - (select coalesce(max(days), 0) from counted_rule)
),

loans as (
    select distinct loan_id from attempts_in_sight
),

closing as (
    select loan_id, customer_id from closing_snapshot semi join loans using (loan_id)
),

opening as (
    select loan_id, customer_id from opening_snapshot semi join loans using (loan_id)
),

known as (
    select loan_id, customer_id from loan semi join loans using (loan_id)
),

-- Loans and debtors are told by numbers here, so that counting them stays cheap.
debtors as (
    select
        loan_id,
        row_number() over () as loan,
        dense_rank() over (
            order by coalesce(closing.customer_id, opening.customer_id, known.customer_id),
            if(coalesce(closing.customer_id, opening.customer_id, known.customer_id) is null, loan_id, null)
        ) as debtor
    from loans
    left join closing using (loan_id)
    left join opening using (loan_id)
    left join known using (loan_id)
),

clocked as (
    select count_if(acted_at::time <> '00:00:00') > 0 as has_hours from action
),

attempts as materialized (
    select
        loan, debtor, of_month, acted_at, acted_at::date - date '1970-01-01' as day, channel, coalesce(owner, '') as owner,
        third_party,
        has_hours and channel in ('phone', 'ai_call', 'sms', 'email', 'social', 'visit') as has_hour,
        channel in ('phone', 'ai_call') as voice,
        voice and coalesce(connected, false) and coalesce(right_party, true) as talk,
        voice and not coalesce(connected, true) as unanswered
    from attempts_in_sight
    join debtors using (loan_id)
    cross join clocked
),

counted as (
    select
        rule.id as rule, counts, most, days, opens, closes, closing_second,
        if(per = 'loan', loan, debtor) as counter,
        if(counts in ('talks_a_day', 'dials_a_day'), day, null) as counting_day,
        attempts.*
    from attempts
    join counted_rule as rule on case counts
        when 'hours' then has_hour and of_month
        when 'talks_a_day' then talk and of_month
        when 'dials_a_day' then unanswered and of_month
        when 'third_parties' then third_party is not null and of_month
        else voice end
),

judged as (
    select rule, channel, owner, count(*) as judged from counted where of_month group by all
),

-- Only where there is more than allowed, or a conversation to keep a distance from, does the order matter.
crowded as (
    select rule, counter, counting_day
    from counted
    where counts in ('talks_a_day', 'dials_a_day', 'calls_in_days')
    group by all
    having count(*) > any_value(most)
    union all
    select rule, counter, counting_day
    from counted
    where counts = 'quiet_days'
    group by all
    having count_if(talk) > 0 and count(*) > 1
),

placed_in_order as (
    select
        counted.*,
        row_number() over in_order as place,
        max(if(talk, day, null)) over (in_order rows between unbounded preceding and 1 preceding) as last_talk_day
    from counted
    semi join crowded
        on crowded.rule = counted.rule and crowded.counter = counted.counter
        and crowded.counting_day is not distinct from counted.counting_day
    window in_order as (
        partition by counted.rule, counted.counter, counted.counting_day order by acted_at, channel, owner, talk
    )
),

windowed as (
    select
        *,
        place - min(place) over (
            partition by rule, counter, counting_day order by day range between days - 1 preceding and current row
        ) + 1 as place_in_window
    from placed_in_order
),

breaches as (
    select rule, debtor, acted_at, channel, owner
    from counted
    where counts = 'hours'
    and (acted_at::time < opens or acted_at::time > closes or (acted_at::time = closes and not closing_second))
    union all
    select rule, debtor, acted_at, channel, owner from counted where counts = 'third_parties' and third_party
    union all
    select rule, debtor, acted_at, channel, owner
    from windowed
    where of_month
    and case counts
        when 'calls_in_days' then place_in_window > most
        when 'quiet_days' then coalesce(day - last_talk_day < days, false)
        else place > most end
),

broken as (
    select rule, channel, owner, count(*) as breaches from breaches group by all
),

affected as (
    select rule, first.channel as channel, first.owner as owner, count(*) as debtors
    from (
        select rule, debtor, min(struct_pack(acted_at, channel, owner)) as first from breaches group by rule, debtor
    )
    group by all
)

select
    $month::date as month,
    judged.rule,
    judged.channel,
    judged.owner,
    judged.judged::bigint as judged,
    coalesce(broken.breaches, 0)::bigint as breaches,
    coalesce(affected.debtors, 0)::bigint as debtors
from judged
left join broken using (rule, channel, owner)
left join affected using (rule, channel, owner)
