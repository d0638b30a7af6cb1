-- Stays in a stage followed from month to month: since when, with what at stake, and how they ended.
--
-- A stay goes on when it was open at the month-end before and the loan stands in the same stage on the first day. One that was
-- open and does not go on has ended: in the stage of that day, or out of sight, as all do before a month without a snapshot.
-- entered_month: NULL where nobody saw it begin.
with seen as (
    select * from episodes_before where outcome is null and date_diff('month', $opening_month::date, $month::date) = 1
),

continued as (
    select
        stays.*,
        before.loan_id is not null as goes_on,
        before.entered_month as since_month,
        before.amount as since_amount,
        before.product as since_product, before.region as since_region,
        before.segment as since_segment, before.acquisition_channel as since_channel
    from stays
    left join seen as before
        on before.loan_id = stays.loan_id and before.stage = stays.stage and stays.first_day = month_start($month)
),

broken_off as (
    select seen.* replace (if(next.loan_id is null, 'missing', moved(seen.stage, next.stage)) as outcome)
    from seen
    left join stays as next on next.loan_id = seen.loan_id and next.first_day = month_start($month)
    where next.stage is distinct from seen.stage
    union all
    select * replace ('missing' as outcome)
    from episodes_before
    where outcome is null and date_diff('month', $opening_month::date, $month::date) > 1
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
