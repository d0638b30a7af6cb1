-- Each attempt with what rules ask of it: whether it has an hour, is a call, a conversation, a dial that nobody answered.
-- Where every attempt of a month is said to have been at midnight, the file knows days and no hours: hours are then not judged.
select
    attempts_in_sight.* replace (coalesce(owner, '') as owner),
    acted_at::date - date '1970-01-01' as day,
    has_hours and channel in ('phone', 'ai_call', 'sms', 'email', 'social', 'visit') as has_hour,
    channel in ('phone', 'ai_call') as voice,
    voice and coalesce(connected, false) and coalesce(right_party, true) as talk,
    voice and not coalesce(connected, true) as unanswered
from attempts_in_sight
cross join (select count_if(acted_at::time <> '00:00:00') > 0 as has_hours from action)
