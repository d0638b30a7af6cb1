-- Plans agreed in a month.
select
    $month::date as month,
    product, region, segment, acquisition_channel,
    count(*) as plans,
    sum(forgiven)::decimal(38, 2) as forgiven,
    sum(instalments)::bigint as instalments,
    count(instalments) as known_instalments
from plan
join involved using (loan_id)
group by all
