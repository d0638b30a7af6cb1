-- Attempts of a month by the hour of the week, channel and owner, in the borrower's local time.
--
-- weekday is 1 for Monday. hour is NULL where it is not known: for letters, for what an agency or a court does, and in a month whose
-- attempts are all said to have been at midnight.
with clocked as (
    select count_if(acted_at::time <> '00:00:00') > 0 as has_hours from action
),

attempts as (
    select
        isodow(acted_at)::integer as weekday,
        if(has_hours and channel in ('phone', 'ai_call', 'sms', 'email', 'social', 'visit'), hour(acted_at), null)::integer as hour,
        channel,
        coalesce(owner, '') as owner,
        coalesce(connected, false) as contact,
        complaint
    from action
    cross join clocked
)

select
    $month::date as month,
    weekday,
    hour,
    channel,
    owner,
    count(*) as attempts,
    count_if(contact) as contacts,
    count(complaint) as known_complaints,
    count_if(complaint) as complaints
from attempts
group by all
