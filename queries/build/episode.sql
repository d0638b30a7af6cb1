-- Stays in a stage followed from month to month: since when, with what at stake, and how they ended.
--
-- A stay goes on when it was open at the month-end before and the loan stands in the same stage on the first day. One that was
-- open and does not go on has ended: in the stage of that day, or out of sight. entered_month: NULL where nobody saw it begin.
with continued as (
    select
        stays.*,
        before.loan_id is not null as goes_on,
        before.entered_month as since_month,
        before.amount as since_amount,
        before.product as since_product, before.region as since_region,
        before.segment as since_segment, before.acquisition_channel as since_channel
    from stays
    left join episodes_before as before
        on before.loan_id = stays.loan_id and before.stage = stays.stage and before.outcome is null
        and stays.first_day = month_start($month)
),

broken_off as (
    select before.* replace (coalesce(moved(before.stage, next.stage), 'missing') as outcome)
    from episodes_before as before
    left join stays as same
        on same.loan_id = before.loan_id and same.stage = before.stage and same.first_day = month_start($month)
    left join stays as next on next.loan_id = before.loan_id and next.first_day = month_start($month)
    where before.outcome is null and same.loan_id is null
)

select
    loan_id, stage,
    case when goes_on then since_month when entered or seen_before then $month::date end as entered_month,
    not goes_on and (entered or seen_before) as enters,
    case when goes_on then since_amount else balance end as amount,
    if(goes_on, since_product, product) as product,
    if(goes_on, since_region, region) as region,
    if(goes_on, since_segment, segment) as segment,
    if(goes_on, since_channel, acquisition_channel) as acquisition_channel,
    outcome
from continued
union all
select loan_id, stage, entered_month, false, amount, product, region, segment, acquisition_channel, outcome
from broken_off
order by all
