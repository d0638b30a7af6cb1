-- title: Hours of contact
-- chinese: 触达时段
-- answers: When are borrowers contacted, and how much of it is outside the permitted hours?
-- grain: weekday × hour, or that × channel, or that × owner, as chosen; hours without an attempt are not listed
-- unit: attempts, shares of 1
-- formula: attempts begun in the hour, in the borrower's local time; outside: those that the rule of hours of the preset chosen does not permit
-- leaves out: nothing: what has no hour stands in rows without one: letters, what agencies and courts do, and months whose attempts are all said to have been at midnight
-- pitfalls: hours are taken as the file gives them, and must be the borrower's. Where the rule preset has no hours, outside is empty. It cannot be cut by product, region, segment or acquisition channel
-- source: contact attempts; the rule of hours of the preset chosen
-- needs: action
-- options:
--   by = hour (hour, channel, owner): a row an hour of the week, or one for each of its channels or owners
--   preset = in_force (in_force, cn, in, uk, us): the rules to judge by; in_force: those that the settings of the book name
-- columns:
--   weekday: 1 for Monday, 7 for Sunday
--   hour: hour of the day, 0 to 23; empty where it is not known
--   channel: channel of the attempts; empty unless rows are by channel
--   owner: owner of the attempts; empty unless rows are by owner
--   attempts: attempts begun in the hour
--   outside: of them, outside the permitted hours
--   share: part of all attempts listed
-- rates:
--   share = attempts / _of_attempts
with cells as (
    select
        weekday, hour, if($by = 'channel', channel, null) as channel, if($by = 'owner', owner, null) as owner,
        sum(attempts) as attempts
    from book.attempt_hour
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

has_rule as (
    select count_if(counts = 'hours') > 0 as hours from rules_of($preset)
),

broken as (
    select
        isodow(acted_at)::integer as weekday, hour(acted_at)::integer as hour,
        if($by = 'channel', channel, null) as channel, if($by = 'owner', owner, null) as owner, count(*) as outside
    from breaches_of($preset)
    where in_months(month, $month, $from_month, $to_month)
    and rule in (select id from rules_of($preset) where counts = 'hours')
    group by all
)

select
    cells.weekday, cells.hour, cells.channel, cells.owner, attempts::bigint as attempts,
    if(has_rule.hours and cells.hour is not null, coalesce(outside, 0), null)::bigint as outside,
    attempts / sum(attempts) over () as share, sum(attempts) over () as _of_attempts
from cells
cross join has_rule
left join broken
    on broken.weekday = cells.weekday and broken.hour = cells.hour
    and broken.channel is not distinct from cells.channel and broken.owner is not distinct from cells.owner
order by cells.channel, cells.owner, cells.weekday, cells.hour nulls last
