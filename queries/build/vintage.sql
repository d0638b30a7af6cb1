-- Each cohort of loans at one month-end: who is seen for the first time (line 0), and for the lines 2, 3, 4, each the number of a
-- bucket, who reaches it for the first time, and who stands at or beyond it now. Loans count where they were first seen.
with lines as (
    select unnest([2, 3, 4])::utinyint as line
),

touched as (
    select loan_id, line, true as newly, false as now from reached where line > 0
    union all
    select loan_id, line, false, true from late join lines on state >= line
),

moved as (
    select loan_id, line, bool_or(newly) as newly, bool_or(now) as now from touched group by loan_id, line
),

cohorts as (
    select
        cohort, 0::utinyint as line, true as newly, false as now, principal, product, region, segment, acquisition_channel
    from first_seen
    where month = $month
    union all
    select cohort, line, newly, now, principal, product, region, segment, acquisition_channel
    from first_seen
    join moved using (loan_id)
)

select
    $month::date as month,
    cohort,
    line,
    coalesce(product, '') as product,
    coalesce(region, '') as region,
    coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    count_if(newly)::bigint as new_loans,
    (sum(principal) filter (where newly))::decimal(38, 2) as new_amount,
    sum(principal::double * principal::double) filter (where newly) as new_squares,
    count_if(now)::bigint as current_loans,
    (sum(principal) filter (where now))::decimal(38, 2) as current_amount,
    sum(principal::double * principal::double) filter (where now) as current_squares
from cohorts
group by all
