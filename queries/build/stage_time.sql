-- Spells in a collection stage first seen, or ended, in a month: counted by the days since their entry.
--
-- event: `seen` at the first month-end that shows the spell, age being the days since its entry; or how it ended, at that age. A curve
-- of survival needs no more than how many come under observation and leave it at each age.
with events as (
    select *, 'seen' as event, seen_on - entered_on as age
    from spell
    where ended_on is null and seen_on = as_of
    union all
    select *, fate, ended_on - entered_on
    from spell
    where ended_on is not null
)

select
    $month::date as month,
    stage,
    last_day(entered_on) as entered_month,
    event,
    age::integer as age,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    count(*) as cases
from events
group by all
