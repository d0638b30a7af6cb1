-- title: Breaches
-- chinese: 违规触达明细
-- answers: Which attempts broke a rule of conduct?
-- grain: place in the list: an attempt and a rule that it broke
-- unit: attempts
-- formula: the attempts that the question conduct counts as breaches, the latest first. found is the number that broke the rule: which one of the day it was, which one of the days in a row, or how many days after the conversation
-- leaves out: what the question conduct leaves out
-- pitfalls: an attempt that broke two rules stands here twice. Of many attempts on a day the first ones were allowed, and the list holds those beyond. A third party reached is to be looked into, and not a breach by itself where it was allowed. It cannot be cut by product, region, segment or acquisition channel, since a debtor may have loans of several
-- source: contact attempts; the rules of the preset chosen (see the question rules)
-- needs: action
-- options:
--   preset = in_force (in_force, cn, in, uk, us): the rules to judge by; in_force: those that the settings of the book name
--   rule = all (any text): one rule, or all
--   channel = all (any text): one channel, or all
--   owner = all (any text): one team or agency, or all
--   weekday = 0 (0 to 7): 1 for Monday, 7 for Sunday; 0 for every day
--   hour = -1 (-1 to 23): the hour of the day in which the attempt began; -1 for every hour
--   first = 1 (1 to 1000000000): place in the list from which on rows are given
--   rows = 1000 (1 to 1000000): how many rows are given at most
-- columns:
--   place: place in the list, the latest attempt is the first
--   month: month of the attempt
--   rule: the rule that was broken
--   strength: hard, soft, or presumption
--   number: its number
--   found: what was counted beyond it; empty where the rule counts nothing
--   acted_at: when the attempt was made, in the borrower's local time
--   loan_id: the loan
--   customer_id: the borrower; empty where not known
--   channel: channel of the attempt
--   owner: team or agency; empty where not known
--   collector_id: collector; empty where not known
--   connected: somebody answered, or the message was read
--   right_party: the borrower was reached
--   outcome: what came of it
--   in_all: breaches in the whole list
with listed as (
    select
        row_number() over (order by acted_at desc, loan_id, ordinal, channel, owner) as place,
        month, breach.rule, strength, number, found, acted_at, loan_id, customer_id, channel, owner, collector_id,
        connected, right_party, outcome, count(*) over () as in_all
    from book.breach
    join rules_of($preset) as scheme on scheme.id = breach.rule
    where in_months(month, $month, $from_month, $to_month)
    and ($rule = 'all' or breach.rule = $rule)
    and ($channel = 'all' or channel = $channel)
    and ($owner = 'all' or owner = $owner)
    and ($weekday = 0 or isodow(acted_at) = $weekday)
    and ($hour = -1 or hour(acted_at) = $hour)
)

select *
from listed
where place between $first and $first + $rows - 1
order by place
