-- Stays in a stage that began or ended in a month, by the month in which they began.
select
    $month::date as month, entered_month, stage, if(enters_here, 'entered', outcome) as event,
    product, region, segment, acquisition_channel,
    count(*)::bigint as accounts,
    sum(amount)::decimal(38, 2) as amount,
    sum(amount::double * amount::double) as amount_squares
from (
    select *, unnest(case when enters and outcome is not null then [true, false] else [enters] end) as enters_here
    from episodes
    where entered_month is not null and (enters or outcome is not null)
)
group by all
