-- title: Resolution of a stage
-- chinese: 阶段化解率
-- answers: Of the accounts that entered a stage in a month, which part has left it cured or paid off, and where did the others go?
-- grain: month of entry × stage
-- unit: accounts (stays of a loan in a stage), currency of the book, shares of 1
-- formula: accounts that left the stage cured or paid off ÷ accounts that entered it in the month; by amount, the balance at entry of the same accounts on both sides
-- leaves out: accounts that stood in the stage when the book, or a stretch of it without a gap, began: nobody saw them enter. Accounts without a balance are left out of the shares by amount
-- pitfalls: accounts that are still open are counted as not resolved and stated in their own column, so that the last months look worse than they will be. An account that enters again is counted again, and taken as another one in the intervals. Days between month-ends are counted from days past due and payments, so that a loan that became overdue and paid between two month-ends is not seen
-- source: stays in stages, followed from month to month through the month-end snapshots
-- rates:
--   resolved_share_loans = resolved / entered
--   resolved_share_balance = resolved_amount / entered_amount, squares _resolved_squares / _entered_squares, of entered
--   still_open_share_loans = still_open / entered
-- columns:
--   month: month-end of the month of entry
--   stage: collection stage
--   entered: accounts that entered the stage
--   entered_amount: their balance at entry
--   cured: accounts that became current
--   paid: accounts that were paid off
--   resolved: both together
--   to_earlier_stage: accounts that went back to an earlier stage, or below the first
--   to_later_stage: accounts that went on to a later stage, or were written off
--   to_other_stage: accounts that went to a stage that the settings do not put before or after this one
--   sold: accounts that were sold
--   missing: accounts that were seen no more
--   still_open: accounts that are still in the stage at the last month-end
--   resolved_amount: balance at entry of the accounts resolved
--   still_open_amount: balance at entry of the accounts still open
--   resolved_share_loans: resolved ÷ entered
--   resolved_share_balance: resolved_amount ÷ entered_amount
--   still_open_share_loans: still_open ÷ entered
with events as (
    select entered_month as month, stage, event, sum(accounts) as accounts, sum(amount) as amount, sum(amount_squares) as squares
    from resolved_slice($product, $region, $segment, $acquisition_channel)
    where in_months(entered_month, $month, $from_month, $to_month)
    group by all
),

counted as (
    select
        month, stage,
        coalesce(sum(accounts) filter (where event = 'entered'), 0) as entered,
        sum(amount) filter (where event = 'entered') as entered_amount,
        coalesce(sum(accounts) filter (where event = 'cured'), 0) as cured,
        coalesce(sum(accounts) filter (where event = 'paid'), 0) as paid,
        coalesce(sum(accounts) filter (where event = 'better'), 0) as to_earlier_stage,
        coalesce(sum(accounts) filter (where event = 'worse'), 0) as to_later_stage,
        coalesce(sum(accounts) filter (where event = 'other'), 0) as to_other_stage,
        coalesce(sum(accounts) filter (where event = 'sold'), 0) as sold,
        coalesce(sum(accounts) filter (where event = 'missing'), 0) as missing,
        coalesce(sum(amount) filter (where event in ('cured', 'paid')), 0) as resolved_amount,
        coalesce(sum(amount) filter (where event <> 'entered'), 0) as left_amount,
        sum(squares) filter (where event = 'entered') as entered_squares,
        sum(squares) filter (where event in ('cured', 'paid')) as resolved_squares
    from events
    group by all
),

closed as (
    select
        *, cured + paid as resolved,
        entered - cured - paid - to_earlier_stage - to_later_stage - to_other_stage - sold - missing as still_open
    from counted
)

select
    month, stage, entered::bigint as entered, entered_amount::decimal(38, 2) as entered_amount,
    cured::bigint as cured, paid::bigint as paid, resolved::bigint as resolved,
    to_earlier_stage::bigint as to_earlier_stage, to_later_stage::bigint as to_later_stage, to_other_stage::bigint as to_other_stage,
    sold::bigint as sold, missing::bigint as missing, still_open::bigint as still_open,
    case when entered_amount is not null then resolved_amount end::decimal(38, 2) as resolved_amount,
    (entered_amount - left_amount)::decimal(38, 2) as still_open_amount,
    resolved / nullif(entered, 0) as resolved_share_loans,
    resolved_amount::double / nullif(entered_amount, 0)::double as resolved_share_balance,
    still_open / nullif(entered, 0) as still_open_share_loans,
    entered_squares as _entered_squares, resolved_squares as _resolved_squares
from closed
left join book.stage as ladder on ladder.name = closed.stage
order by month, coalesce(ladder.ordinal, 1000), stage
