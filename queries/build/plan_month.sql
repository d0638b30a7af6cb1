-- Plans of each month of agreement as they stand at a month-end.
select
    month, agreed_month, months_since, product, region, segment, acquisition_channel,
    count(*) as plans,
    count_if(not redefaulted and not broken and not sold and (paid_off or seen)) as kept,
    count_if(redefaulted) as redefaulted,
    count_if(broken) as broken,
    count_if(paid_off) as paid_off,
    count_if(not redefaulted and not broken and (sold or not (paid_off or seen))) as out_of_sight
from planned
group by all
