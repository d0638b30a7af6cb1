-- title: Conduct
-- chinese: 催收合规
-- answers: How often were the rules of conduct broken, and how many debtors were affected?
-- grain: month × rule that can be counted, or that × channel, or that × owner, as chosen
-- unit: attempts, debtors, shares of 1
-- formula: breaches ÷ attempts judged. Hours: calls, messages and visits outside the permitted hours of the borrower's local time. Conversations a day: calls by a person or AI that reached the debtor, beyond the number allowed a day. Dials a day: unanswered calls beyond the number allowed a day. Calls in seven days: calls beyond the number allowed in seven days in a row, today the last of them. After a conversation: calls on the day of a conversation, after it, or on the six days that follow. Third parties: attempts that reached somebody else. Counters run per debtor, over all loans of a customer, all channels, owners and agencies, and across the end of a month; where the rule says so, per debt
-- leaves out: attempts of which the file does not say what a rule asks: whether somebody answered, or whether it was a third party. Letters and what agencies and courts do have no hour, and a month whose attempts are all at midnight has none. Rules that a book cannot show are in the question rules
-- pitfalls: hours are taken as the file gives them, and must be the borrower's. The book keeps no telephone numbers: unanswered dials are counted per debtor, which finds more than the rule forbids where a debtor has several numbers. A third party reached is to be looked into, and not a breach by itself where it was allowed. Consent to another hour, and other exceptions, are not known. Without a customer each loan is a debtor of its own, which finds less. The interval takes attempts as independent, and breaches come in series at the same debtor: it is too narrow where debtors are few; small: fewer than 30 attempts judged. Debtors count once a month and rule, in the channel and with the owner of the first breach. It cannot be cut by product, region, segment or acquisition channel, since a debtor may have loans of several
-- source: contact attempts; the rules of the preset chosen (see the question rules)
-- needs: action
-- options:
--   by = rule (rule, channel, owner): a row a rule, or one for each of its channels or owners
--   preset = in_force (in_force, cn, in, uk, us): the rules to judge by; in_force: those that the settings of the book name
-- columns:
--   month: month of the attempts
--   rule: the rule
--   channel: channel of the attempts; empty unless rows are by channel
--   owner: owner of the attempts; empty unless rows are by owner
--   strength: hard, soft, or presumption
--   number: its number
--   counts: what is counted: hours, talks_a_day, dials_a_day, calls_in_days, quiet_days or third_parties
--   judged: attempts that the rule is about
--   breaches: of them, those beyond what is allowed
--   debtors: debtors with a breach
--   rate: breaches ÷ judged
--   grade: how sure the source is: A official text, B good secondary source
--   source: where the rule stands
-- rates:
--   rate = breaches / judged
with judged as (
    select
        month, rule, if($by = 'channel', channel, null) as channel, if($by = 'owner', owner, null) as owner,
        sum(judged) as judged
    from book.conduct
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

broken as (
    select
        month, rule, if($by = 'channel', channel, null) as channel, if($by = 'owner', owner, null) as owner,
        count(*) as breaches, count_if(first_of_debtor) as debtors
    from breaches_of($preset)
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

whole as (
    select distinct month, rule.id as rule, null::varchar as channel, null::varchar as owner
    from book.attempt_hour
    cross join rules_of($preset) as rule
    where in_months(month, $month, $from_month, $to_month) and rule.counts is not null and $by = 'rule'
),

rows as (
    select * from whole
    union
    select month, rule, channel, owner from judged
)

select
    rows.month, rows.rule, rows.channel, rows.owner, scheme.strength, scheme.number, scheme.counts,
    coalesce(judged, 0)::bigint as judged, coalesce(breaches, 0)::bigint as breaches,
    coalesce(debtors, 0)::bigint as debtors, coalesce(breaches, 0) / judged as rate, scheme.grade, scheme.source
from rows
join rules_of($preset) as scheme on scheme.id = rows.rule
left join judged
    on judged.month = rows.month and judged.rule = rows.rule
    and judged.channel is not distinct from rows.channel and judged.owner is not distinct from rows.owner
left join broken
    on broken.month = rows.month and broken.rule = rows.rule
    and broken.channel is not distinct from rows.channel and broken.owner is not distinct from rows.owner
order by rows.month, scheme.ordinal, rows.channel, rows.owner
