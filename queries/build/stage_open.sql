-- Spells in a collection stage still open at the last month-end of the book, counted by the days since their entry.
select
    $month::date as month,
    stage,
    last_day(entered_on) as entered_month,
    'open' as event,
    (as_of - entered_on)::integer as age,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    count(*) as cases
from spell
where ended_on is null
group by all
