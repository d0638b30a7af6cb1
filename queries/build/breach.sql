-- The attempts of a month that broke a rule, once for each rule they broke, of every preset.
--
-- Counters run per debtor, all loans of a customer together (a loan without a customer is a debtor of its own), or per loan where the rule
-- says so; across channels, owners and agencies; and into the month before, as far as a rule looks back. A day's attempts
-- are counted in their order: the first ones are allowed and the ones beyond are breaches. found is what was counted: the place
-- of the attempt in its day or in its days in a row, or the days since the conversation; NULL where nothing is counted. A debtor is
-- counted once for a rule and month, where the first breach was.
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
        coalesce(closing.customer_id, opening.customer_id, known.customer_id) as customer,
        row_number() over () as loan,
        dense_rank() over (order by customer, if(customer is null, loan_id, null)) as debtor
    from loans
    left join closing using (loan_id)
    left join opening using (loan_id)
    left join known using (loan_id)
),

numbered as materialized (
    select *, row_number() over (order by acted_at, channel, owner, talk, loan_id) as attempt
    from (
        -- include told_attempts.sql
    )
    join debtors using (loan_id)
),

-- What is carried through the counting is narrow: it is as long as all attempts times the rules about them.
told as (
    select attempt, loan, debtor, of_month, acted_at, day, has_hour, voice, talk, unanswered, third_party from numbered
),

counted as (
    select
        rule, counts, most, days, opens, closes, closing_second, attempt, debtor, of_month, acted_at, day, talk, third_party,
        if(per = 'loan', loan, debtor) as counter,
        if(counts in ('talks_a_day', 'dials_a_day'), day, null) as counting_day
    from (
        -- include counted_attempts.sql
    )
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
        partition by counted.rule, counted.counter, counted.counting_day order by attempt
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
    select rule, attempt, debtor, null as found
    from counted
    where (counts = 'third_parties' and third_party)
    or (
        counts = 'hours'
        and (acted_at::time < opens or acted_at::time > closes or (acted_at::time = closes and not closing_second))
    )
    union all
    select
        rule, attempt, debtor,
        case counts when 'calls_in_days' then place_in_window when 'quiet_days' then day - last_talk_day else place end
    from windowed
    where of_month
    and case counts
        when 'calls_in_days' then place_in_window > most
        when 'quiet_days' then coalesce(day - last_talk_day < days, false)
        else place > most end
)

select
    $month::date as month,
    rule, acted_at, loan_id, customer as customer_id, channel, owner, coalesce(collector_id, '') as collector_id,
    connected, right_party, outcome, found::integer as found,
    row_number() over (partition by rule, breaches.debtor order by attempt) = 1 as first_of_debtor
from breaches
join numbered using (attempt)
