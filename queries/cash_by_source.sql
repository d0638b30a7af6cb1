-- title: Cash by source
-- chinese: 回款归因
-- answers: Which stage, channel and owner does the cash of a month belong to, and how much came by itself?
-- grain: month × stage × channel × owner
-- unit: payments, currency of the book, shares of 1
-- formula: each payment belongs to the stage and the owner of its loan on the day it was paid. A channel is credited when it was the last to reach the borrower, or to have a message read, on that day or within 7 days before (credit_days in the settings); the rest is self_cure. A reversal takes back from where the payment it reverses was credited
-- leaves out: payments in months without a snapshot
-- pitfalls: credit is no proof of an effect: who would have paid anyway is credited too, and only a test tells. A payment has no time of day, so that a contact on the same day counts as before it. Cash of loans in no stage stands under “none”. The rows of one split sum to all cash of the month. The interval takes payments as drawn one by one: several of one loan are alike, and make it too narrow; small: the month has fewer than 30 payments
-- source: payments, actions and placements with the month-end snapshots
-- needs: payment
-- options:
--   split = stage_channel_owner (total, stage, channel, owner, stage_channel, stage_owner, channel_owner, stage_channel_owner): what the rows are split by
-- columns:
--   month: month-end
--   stage: collection stage on the day of payment; none for a loan in no stage, all where not split
--   channel: channel credited, or self_cure; all where not split
--   owner: team or agency on the day of payment; empty where not known, all where not split
--   payments: payments and reversals
--   cash: cash received, less reversals
--   share: cash ÷ all cash of the month, of the slice asked for
-- rates:
--   share = cash / _of_cash, squares _squares / _of_squares, of _of_payments
with split as (
    select
        month,
        if(contains($split, 'stage'), stage, 'all') as stage,
        if(contains($split, 'channel'), channel, 'all') as channel,
        if(contains($split, 'owner'), owner, 'all') as owner,
        sum(payments) as payments, sum(cash) as cash, sum(cash_squares) as squares
    from collected_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month) and payments > 0
    group by all
)

select
    split.month, stage, channel, owner, payments::bigint as payments, cash::decimal(38, 2) as cash,
    cash::double / nullif(sum(cash) over of_month, 0)::double as share,
    sum(payments) over of_month as _of_payments, sum(cash) over of_month as _of_cash,
    squares as _squares, sum(squares) over of_month as _of_squares
from split
left join book.stage as ladder on ladder.name = split.stage
window of_month as (partition by split.month)
order by split.month, coalesce(ladder.ordinal, 1000), stage, channel, owner
