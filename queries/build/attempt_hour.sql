-- Attempts of a month by the hour of the week, channel and owner, in the borrower's local time.
--
-- weekday is 1 for Monday. hour is NULL where it is not known: for letters, for what an agency or a court does, and in a month whose
-- attempts are all said to have been at midnight. outside is counted by the rule of hours in force, where there is one.
with clocked as (
    select count_if(acted_at::time <> '00:00:00') > 0 as has_hours from action
),

hours as (
    select opens, closes, closing_second from counted_rule where counts = 'hours'
),

attempts as (
    select
        isodow(acted_at)::integer as weekday,
        if(has_hours and channel in ('phone', 'ai_call', 'sms', 'email', 'social', 'visit'), hour(acted_at), null)::integer as hour,
        channel,
        coalesce(owner, '') as owner,
        coalesce(connected, false) as contact,
        complaint,
        acted_at::time as clock
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
    count_if(complaint) as complaints,
    count_if(
        hour is not null and opens is not null
        and (clock < opens or clock > closes or (clock = closes and not closing_second))
    ) as outside,
    coalesce(bool_or(opens is not null), false) as has_rule
from attempts
left join hours on true
group by all
