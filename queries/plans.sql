-- title: Plans
-- chinese: 分期重组
-- answers: How many plans were agreed, and how many of them hold after 3, 6 and 12 months?
-- grain: month of agreement, or all months asked for as one, × 3, 6 and 12 months since
-- unit: plans, currency of the book, shares of 1
-- formula: kept: plans that have neither re-defaulted nor been broken by the month-end so many months later, and whose loan is then open below 31 days past due, or was paid off ÷ plans agreed. Re-defaulted: plans whose loan was 31 days past due or more, or charged off, at any month-end since ÷ plans agreed. Broken: the result of the plan is broken, failed or cancelled, from the day it ended (from the beginning where no day is said), or a later plan replaced it
-- leaves out: nothing: a plan whose loan was sold or has no row is not kept, and is counted as out of sight
-- pitfalls: the days past due are those that the file reports. Where a plan does not reset them, old arrears look like a re-default. Other words of a result than these three say nothing here. Arrears between two month-ends are not seen. While a month-end is still to come, or where the book lacks one in between, cells are empty, not zero; of a period, plans are those whose months are over
-- source: plans, month-end snapshots
-- needs: plan
-- options:
--   by = month (month, period): a row a month of agreement, or one for all months asked for
-- columns:
--   month: month of agreement; of a period, its last
--   months_since: 3, 6 or 12 calendar months since
--   plans: plans agreed; of a period, those agreed so many months ago or longer
--   forgiven: amount forgiven by them
--   mean_instalments: mean number of instalments, of the plans that say it
--   kept: plans kept
--   redefaulted: plans that have re-defaulted by then
--   broken: plans that were broken or replaced by then
--   paid_off: plans whose loan was paid off by then
--   out_of_sight: plans that are neither broken nor re-defaulted, whose loan was sold or is missing
--   share_kept: kept ÷ plans
--   share_redefaulted: redefaulted ÷ plans
--   share_broken: broken ÷ plans
--   share_paid_off: paid_off ÷ plans
-- rates:
--   share_kept = kept / plans
--   share_redefaulted = redefaulted / plans
--   share_broken = broken / plans
--   share_paid_off = paid_off / plans
with agreed as (
    select
        month, sum(plans) as plans, sum(forgiven) as forgiven, sum(instalments) as instalments,
        sum(known_instalments) as known_instalments
    from plan_batch_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month
),

stands as (
    select
        agreed_month, months_since, sum(kept) as kept, sum(redefaulted) as redefaulted, sum(broken) as broken,
        sum(paid_off) as paid_off, sum(out_of_sight) as out_of_sight
    from plan_month_slice($product, $region, $segment, $acquisition_channel)
    group by all
),

held as (
    select unnest(months) as month from book.book_version
),

grid as (
    select
        agreed.*, since.months_since,
        (
            select count(*) from held
            where held.month > agreed.month and held.month <= last_day(agreed.month + to_months(since.months_since))
        ) = since.months_since as over
    from agreed
    cross join (values (3), (6), (12)) as since(months_since)
),

-- A month that is not over stands for itself without a fate, and is no part of a period.
fates as (
    select
        grid.month, grid.months_since, plans, forgiven, instalments, known_instalments,
        if(over, kept, null) as kept, if(over, redefaulted, null) as redefaulted, if(over, broken, null) as broken,
        if(over, paid_off, null) as paid_off, if(over, out_of_sight, null) as out_of_sight, if(over, plans, null) as judged
    from grid
    left join stands on stands.agreed_month = grid.month and stands.months_since = grid.months_since
    where over or $by = 'month'
)

select
    max(month) as month, months_since,
    sum(plans)::bigint as plans, sum(forgiven)::decimal(38, 2) as forgiven,
    sum(instalments) / nullif(sum(known_instalments), 0) as mean_instalments,
    sum(kept)::bigint as kept, sum(redefaulted)::bigint as redefaulted, sum(broken)::bigint as broken,
    sum(paid_off)::bigint as paid_off, sum(out_of_sight)::bigint as out_of_sight,
    sum(kept) / sum(judged) as share_kept, sum(redefaulted) / sum(judged) as share_redefaulted,
    sum(broken) / sum(judged) as share_broken, sum(paid_off) / sum(judged) as share_paid_off
from fates
group by if($by = 'period', null, month), months_since
order by month, months_since
