-- title: Roll to loss
-- chinese: 滚动至损失率
-- answers: How much of each bucket would flow through to the last one at the net flow rates seen?
-- grain: month × bucket but the last, for months whose preceding calendar month is in the book
-- unit: share of 1; may exceed 1
-- formula: product of the net flow rates from the bucket to the last one. Coincident: all of the same month. Cohort: down the diagonal, the last step in this month and each step before it a month earlier, so that they follow one balance on its way
-- leaves out: loans without a balance
-- pitfalls: net flow rates are aggregates, not the same loans on both sides. The coincident product mixes months that no loan has lived through together; the cohort one ends in a month and begins as many months before as there are steps. NULL where one of the steps is NULL or its month is not in the book. Reaching the last bucket is not yet a charge-off. No interval is given: the steps share loans, and how many is not kept in the facts; small: one of the steps stands on fewer than 30 loans
-- source: net flow rates, from levels of adjacent month-end snapshots
-- columns:
--   month: month-end of the last step
--   from_bucket: bucket at which the product begins
--   coincident: product of the steps of this month
--   cohort: product of the steps along the diagonal that ends in this month
-- rates:
--   coincident without interval, of _fewest_loans
--   cohort without interval, of _fewest_cohort_loans
with steps as materialized (
    select month, ordinal, from_bucket, rate, of_loans
    from net_flows($product, $region, $segment, $acquisition_channel)
),

last_step as (
    select max(ordinal) as ordinal from steps
),

chains as (
    select
        origin.month, origin.ordinal, origin.from_bucket, 1 + last_step.ordinal - origin.ordinal as length,
        step.ordinal as step, step.rate as coincident, diagonal.rate as cohort,
        step.of_loans, diagonal.of_loans as cohort_loans
    from steps as origin
    join last_step on true
    join steps as step on step.month = origin.month and step.ordinal >= origin.ordinal
    left join steps as diagonal
        on diagonal.ordinal = step.ordinal
        and diagonal.month = last_day(origin.month - to_months(last_step.ordinal - step.ordinal))
    where in_months(origin.month, $month, $from_month, $to_month)
)

select
    month, from_bucket,
    if(count(coincident) = length, product(coincident order by step), null) as coincident,
    if(count(cohort) = length, product(cohort order by step), null) as cohort,
    min(of_loans) as _fewest_loans, if(count(cohort) = length, min(cohort_loans), min(of_loans)) as _fewest_cohort_loans
from chains
group by month, ordinal, from_bucket, length
order by month, ordinal
