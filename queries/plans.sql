-- title: Plans
-- chinese: 分期重组
-- answers: How many plans were agreed, and how many of them hold after 3, 6 and 12 months?
-- grain: month of agreement × 3, 6 and 12 months since
-- unit: plans, currency of the book, shares of 1
-- formula: kept: plans that have neither re-defaulted nor been broken by the month-end so many months later, and whose loan is then open below 31 days past due, or was paid off ÷ plans agreed. Re-defaulted: plans whose loan was 31 days past due or more, or charged off, at any month-end since ÷ plans agreed. Broken: the result of the plan is broken, failed or cancelled, from the day it ended (from the beginning where no day is said), or a later plan replaced it
-- leaves out: nothing: a plan whose loan was sold or has no row is not kept, and is counted as out of sight
-- pitfalls: the days past due are those that the file reports. Where a plan does not reset them, old arrears look like a re-default. Other words of a result than these three say nothing here. Arrears between two month-ends are not seen. While a month-end is still to come, or where the book lacks one in between, cells are empty, not zero
-- source: plans, month-end snapshots
-- needs: plan
-- columns:
--   month: month of agreement
--   months_since: 3, 6 or 12 calendar months since
--   plans: plans agreed
--   forgiven: amount forgiven by them
--   mean_instalments: mean number of instalments, of the plans that say it
--   kept: plans kept
--   redefaulted: plans that have re-defaulted by then
--   broken: plans that were broken or replaced by then
--   paid_off: plans whose loan was paid off by then
--   out_of_sight: plans that are neither broken nor re-defaulted, whose loan was sold or is missing
--   share_kept: kept ÷ plans
--   share_redefaulted: redefaulted ÷ plans
-- rates:
--   share_kept = kept / plans
--   share_redefaulted = redefaulted / plans
with agreed as (
    select
        month, sum(plans) as plans, sum(forgiven) as forgiven,
        sum(instalments) / nullif(sum(known_instalments), 0) as mean_instalments
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
)

select
    month, grid.months_since,
    plans::bigint as plans, forgiven::decimal(38, 2) as forgiven, mean_instalments,
    if(over, kept, null)::bigint as kept,
    if(over, redefaulted, null)::bigint as redefaulted,
    if(over, broken, null)::bigint as broken,
    if(over, paid_off, null)::bigint as paid_off,
    if(over, out_of_sight, null)::bigint as out_of_sight,
    if(over, kept / plans, null) as share_kept,
    if(over, redefaulted / plans, null) as share_redefaulted
from grid
left join stands on stands.agreed_month = grid.month and stands.months_since = grid.months_since
order by month, grid.months_since
