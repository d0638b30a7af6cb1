-- Every payment of a month with what it is credited to: the stage and the owner of its loan on that day, and the channel and
-- collector of the last contact with the borrower, or message read, on that day or within the days of credit before it; otherwise
-- `self_cure`. A reversal takes the credit back from where the payment it reverses had it. Commission to the cent for each payment.
with touches as (
    select
        loan_id, acted_at,
        max({'channel': channel, 'owner': coalesce(owner, ''), 'collector_id': coalesce(collector_id, '')}) as touch
    from (from actions_before union all by name from actions)
    where right_party or (connected and channel in ('sms', 'email', 'social', 'letter'))
    group by all
),

paid as (
    select
        *,
        if(reverses_on >= month_start($month), reverses_on, paid_on) as credited_on,
        coalesce(reverses_on < month_start($month), false) as takes_back_before
    from receipts
    where paid_on >= month_start($month)
),

touched as (
    select
        paid.*,
        case when credited_on - touches.acted_at::date <= credit_days() then touch end as touch
    from paid
    asof left join touches on touches.loan_id = paid.loan_id and paid.credited_on + interval 1 day > touches.acted_at
),

attributed as (
    select
        touched.loan_id, touched.paid_on, touched.amount, takes_back_before, reverses_on,
        coalesce(stays.stage, 'none') as stage,
        coalesce(holdings.owner, '') as owner,
        coalesce(touch.channel, 'self_cure') as channel,
        coalesce(nullif(touch.owner, ''), holdings.owner, '') as collector_owner,
        coalesce(touch.collector_id, '') as collector_id,
        round(touched.amount * holdings.rate::decimal(9, 6), 2)::decimal(18, 2) as commission
    from touched
    left join stays on stays.loan_id = touched.loan_id and credited_on between stays.first_day and stays.last_day
    left join holdings on holdings.loan_id = touched.loan_id and credited_on between holdings.first_day and holdings.last_day
),

before as (
    select
        loan_id, paid_on, amount,
        max({
            'stage': stage, 'owner': owner, 'channel': channel, 'collector_owner': collector_owner, 'collector_id': collector_id,
            'commission': commission
        }) as was
    from credit_before
    group by all
)

select
    a.loan_id, a.paid_on, a.amount,
    coalesce(was.stage, a.stage) as stage,
    coalesce(was.owner, a.owner) as owner,
    coalesce(was.channel, a.channel) as channel,
    coalesce(was.collector_owner, a.collector_owner) as collector_owner,
    coalesce(was.collector_id, a.collector_id) as collector_id,
    if(was is null, a.commission, -was.commission) as commission
from attributed as a
left join before on a.takes_back_before and before.loan_id = a.loan_id and before.paid_on = a.reverses_on and before.amount = -a.amount
order by all
