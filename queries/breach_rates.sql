-- title: Breaches per 1,000 attempts
-- chinese: 每千次触达违规数
-- answers: Who breaks the rules of conduct most often for what they do, and is it getting better?
-- grain: month, or month × channel, or month × owner, as chosen
-- unit: attempts, breaches, breaches per 1,000 attempts
-- formula: breaches of all rules, as the question conduct counts them ÷ all attempts × 1,000; hard: of the rules that are hard
-- leaves out: nothing: attempts that no rule is about are among the attempts
-- pitfalls: an attempt that broke two rules counts twice. An owner with few calls and many letters has few chances to break a rule of calls: the question conduct holds each rule against the attempts it is about. The interval is that of a Poisson count and takes breaches as independent; they come in series at the same debtor, so that it is too narrow where debtors are few. Months whose attempts do not say what a rule asks have no breaches of it, which is not the same as keeping it. It cannot be cut by product, region, segment or acquisition channel
-- source: contact attempts; the rules of the preset chosen (see the question rules)
-- needs: action
-- options:
--   by = month (month, channel, owner): a row a month, or one for each of its channels or owners
--   preset = in_force (in_force, cn, in, uk, us): the rules to judge by; in_force: those that the settings of the book name
--   rule = all (any text): one rule, or all
-- columns:
--   month: month of the attempts
--   channel: channel of the attempts; empty unless rows are by channel
--   owner: owner of the attempts; empty unless rows are by owner
--   attempts: attempts
--   breaches: breaches of the rules; empty where none of these rules can be counted
--   hard_breaches: of them, breaches of hard rules
--   per_thousand: breaches per 1,000 attempts
--   hard_per_thousand: breaches of hard rules per 1,000 attempts
-- rates:
--   per_thousand = breaches / _thousands, counted, of attempts
--   hard_per_thousand = hard_breaches / _thousands, counted, of attempts
with tried as (
    select
        month, if($by = 'channel', channel, null) as channel, if($by = 'owner', owner, null) as owner,
        sum(attempts) as attempts
    from book.attempt_hour
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

broken as (
    select
        month, if($by = 'channel', channel, null) as channel, if($by = 'owner', owner, null) as owner,
        count(*) as breaches, count_if(strength = 'hard') as hard_breaches
    from book.breach
    join rules_of($preset) as scheme on scheme.id = breach.rule
    where in_months(month, $month, $from_month, $to_month) and ($rule = 'all' or breach.rule = $rule)
    group by all
),

countable as (
    select count(counts) > 0 as is_countable from rules_of($preset) where $rule = 'all' or id = $rule
),

counted as (
    select
        tried.month, tried.channel, tried.owner, attempts,
        if(is_countable, coalesce(breaches, 0), null) as breaches, if(is_countable, coalesce(hard_breaches, 0), null) as hard_breaches
    from tried
    cross join countable
    left join broken
        on broken.month = tried.month and broken.channel is not distinct from tried.channel
        and broken.owner is not distinct from tried.owner
)

select
    month, channel, owner, attempts::bigint as attempts, breaches::bigint as breaches, hard_breaches::bigint as hard_breaches,
    1000 * breaches / attempts as per_thousand, 1000 * hard_breaches / attempts as hard_per_thousand,
    attempts / 1000 as _thousands
from counted
order by month, channel, owner
