-- title: Cost to collect
-- chinese: 催收成本率
-- answers: What does it cost to collect one unit of cash, in each stage, channel and with each owner?
-- grain: month × stage × channel × owner
-- unit: currency of the book, shares of 1
-- formula: (cost of attempts + commission of agencies + court and lawyers' fees) ÷ cash. Commission = cash × rate of the placement, to the cent for each payment, on what was paid while the loan was placed
-- leaves out: salaries and rent, unless the cost of attempts includes them. Events in months without a snapshot
-- pitfalls: cash stands with the channel credited for it (see cash_by_source), so that a channel's cost and cash can fall in different months and rows; a commission stands with the payment it is due on, even one that came by itself; fees stand in the channel court on the day of filing. Attempts of which no cost is known cost nothing here: see attempts_without_cost. Where nothing is known of a cost it is NULL. No interval is given: a loan's cost and its cash stand in different rows, and their sum over rows cannot be drawn anew by loans; small: cash of fewer than 30 payments
-- source: actions, payments, placements and legal cases with the month-end snapshots
-- needs: payment
-- options:
--   split = stage (total, stage, channel, owner, stage_channel, stage_owner, channel_owner, stage_channel_owner): what the rows are split by
-- columns:
--   month: month-end
--   stage: collection stage; none for a loan in no stage, all where not split
--   channel: channel of the attempt or credited with the cash, or self_cure; all where not split
--   owner: team or agency; empty where not known, all where not split
--   cash: cash received, less reversals
--   contact_cost: cost of attempts
--   commission: commission of agencies
--   court_cost: court and lawyers' fees
--   cost: the three together
--   cost_to_collect: cost ÷ cash; NULL where no cash came
--   attempts: attempts
--   attempts_without_cost: attempts of which the cost is not known
-- rates:
--   cost_to_collect without interval, of _payments
with split as (
    select
        month,
        if(contains($split, 'stage'), stage, 'all') as stage,
        if(contains($split, 'channel'), channel, 'all') as channel,
        if(contains($split, 'owner'), owner, 'all') as owner,
        coalesce(sum(cash), 0) as cash, sum(payments) as payments, sum(contact_cost) as contact_cost, sum(commission) as commission,
        sum(court_cost) as court_cost, sum(attempts) as attempts, sum(attempts_without_cost) as attempts_without_cost
    from collected_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

summed as (
    select
        *,
        case when coalesce(contact_cost, commission, court_cost) is not null
            then coalesce(contact_cost, 0) + coalesce(commission, 0) + coalesce(court_cost, 0) end as cost
    from split
)

select
    month, stage, channel, owner, cash::decimal(38, 2) as cash, contact_cost::decimal(38, 2) as contact_cost,
    commission::decimal(38, 2) as commission, court_cost::decimal(38, 2) as court_cost, cost::decimal(38, 2) as cost,
    case when cash > 0 then cost::double / cash::double end as cost_to_collect,
    attempts::bigint as attempts, attempts_without_cost::bigint as attempts_without_cost, payments as _payments
from summed
left join book.stage as ladder on ladder.name = summed.stage
order by month, coalesce(ladder.ordinal, 1000), stage, channel, owner
