-- Each attempt once for every rule that is about it, with what rules ask: whether it has an hour, is a call, a conversation.
-- Where every attempt of a month is said to have been at midnight, the file knows days and no hours: hours are then not judged.
select
    rule.id as rule, counts, per, most, days, opens, closes, closing_second, told.*
from (
    select
        loan_id, of_month, acted_at, acted_at::date - date '1970-01-01' as day, channel, coalesce(owner, '') as owner,
        collector_id, connected, right_party, third_party, outcome,
        has_hours and channel in ('phone', 'ai_call', 'sms', 'email', 'social', 'visit') as has_hour,
        channel in ('phone', 'ai_call') as voice,
        voice and coalesce(connected, false) and coalesce(right_party, true) as talk,
        voice and not coalesce(connected, true) as unanswered
    from attempts_in_sight
    cross join (select count_if(acted_at::time <> '00:00:00') > 0 as has_hours from action)
) as told
join counted_rule as rule on case counts
    when 'hours' then has_hour and of_month
    when 'talks_a_day' then talk and of_month
    when 'dials_a_day' then unanswered and of_month
    when 'third_parties' then third_party is not null and of_month
    else voice end
