-- Promises to pay as they stand at a month-end: those made since the month before, and earlier ones whose days of grace reach into it.
--
-- Payments are laid against the promises of their loan in the order of their days: each goes whole to the promise due first among
-- those that are open on its day and not yet paid, so that one payment satisfies one promise; several payments can satisfy
-- one together. A payment that was taken back counts for none. A promise without an amount is satisfied by any payment.
-- owed: what is still to be paid for the promise to count as kept, 0 or less when it is.
with touches as (
    select
        loan_id, acted_at,
        max({'channel': channel, 'owner': coalesce(owner, ''), 'collector_id': coalesce(collector_id, '')}) as touch
    from (from actions_before union all by name from actions)
    where right_party
    group by all
),

touched as (
    select
        promises.loan_id, promised_on, due_on, amount,
        case when promised_on - touches.acted_at::date <= credit_days() then touch end as touch
    from promises
    asof left join touches on touches.loan_id = promises.loan_id and promises.promised_on + interval 1 day > touches.acted_at
),

made as (
    select
        touched.loan_id, promised_on, due_on,
        greatest(coalesce(touched.amount, 0) * promise_kept_share(), 0.01)::decimal(38, 8) as owed,
        coalesce(stays.stage, 'none') as stage,
        coalesce(touch.channel, 'none') as channel,
        coalesce(nullif(touch.owner, ''), holdings.owner, '') as owner,
        coalesce(touch.collector_id, '') as collector_id,
        coalesce(accounts.product, '') as product,
        coalesce(accounts.region, '') as region,
        coalesce(accounts.segment, '') as segment,
        coalesce(accounts.acquisition_channel, '') as acquisition_channel
    from touched
    left join stays on stays.loan_id = touched.loan_id and promised_on between stays.first_day and stays.last_day
    left join holdings on holdings.loan_id = touched.loan_id and promised_on between holdings.first_day and holdings.last_day
    left join accounts on accounts.loan_id = touched.loan_id
),

standing as (
    select * from made
    union all by name
    select * from pledges_before where promise_deadline(due_on) > $opening_month
),

by_loan as (
    select
        loan_id,
        list(promised_on order by due_on, promised_on) as since,
        list(promise_deadline(due_on) order by due_on, promised_on) as until,
        list(owed order by due_on, promised_on) as owed
    from standing
    group by loan_id
),

paid as (
    select
        loan_id,
        list({'paid_on': paid_on, 'amount': amount::decimal(38, 8), 'owed': null::decimal(38, 8)[]} order by paid_on, amount) as payments
    from receipts
    semi join by_loan using (loan_id)
    where not cancelled and reverses_on is null
    group by loan_id
),

laid as (
    select
        loan_id,
        since,
        list_reduce(
            payments,
            lambda done, payment: {
                'paid_on': payment.paid_on,
                'amount': payment.amount,
                'owed': list_transform(done.owed, lambda owed, place: if(
                    place = list_position(
                        list_transform(since, lambda day, i:
                            payment.paid_on between day and until[i] and (done.owed[i] > 0 or payment.amount < 0)),
                        true
                    ),
                    (owed - payment.amount)::decimal(38, 8),
                    owed
                ))
            },
            {'paid_on': null::date, 'amount': null::decimal(38, 8), 'owed': owed}
        ).owed as owed
    from by_loan
    join paid using (loan_id)
),

outcome as (
    select loan_id, unnest(since) as promised_on, unnest(owed) as owed from laid
)

select standing.* replace (coalesce(outcome.owed, standing.owed) as owed)
from standing
left join outcome on outcome.loan_id = standing.loan_id and outcome.promised_on = standing.promised_on
order by loan_id, promised_on
