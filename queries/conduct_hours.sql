-- title: Hours of contact
-- chinese: 触达时段
-- answers: When are borrowers contacted, and how much of it is outside the permitted hours?
-- grain: weekday × hour, or that × channel, or that × owner, as chosen; hours without an attempt are not listed
-- unit: attempts, shares of 1
-- formula: attempts begun in the hour, in the borrower's local time; outside: those that the rule of hours in force does not permit
-- leaves out: nothing: what has no hour stands in rows without one: letters, what agencies and courts do, and months whose attempts are all said to have been at midnight
-- pitfalls: hours are taken as the file gives them, and must be the borrower's. Where the rule preset has no hours, outside is empty. It cannot be cut by product, region, segment or acquisition channel
-- source: contact attempts; the rule of hours of the preset in force
-- needs: action
-- options:
--   by = hour (hour, channel, owner): a row an hour of the week, or one for each of its channels or owners
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
        sum(attempts) as attempts, sum(outside) filter (where has_rule and hour is not null) as outside
    from book.attempt_hour
    where in_months(month, $month, $from_month, $to_month)
    group by all
)

select
    weekday, hour, channel, owner, attempts::bigint as attempts, outside::bigint as outside,
    attempts / sum(attempts) over () as share, sum(attempts) over () as _of_attempts
from cells
order by channel, owner, weekday, hour nulls last
