-- title: Days to judgment
-- chinese: 诉讼周期
-- answers: How long does a court case take until it is judged?
-- grain: month of filing, or all cases in one row, as chosen
-- unit: cases, days
-- formula: Kaplan–Meier estimate of the days from filing to judgment: cases still open are censored at the last snapshot of the book. The median is the first day by which at least half are judged
-- leaves out: of the estimate, cases with a result and without a day of judgment: withdrawn or settled, on a day that nobody knows. They are counted. Cases filed after the last snapshot of the book
-- pitfalls: a judgment after the last snapshot is not counted yet. A case that was withdrawn, but whose result the file leaves empty, looks open
-- source: court cases; Kaplan and Meier 1958; interval log-log with Greenwood's variance
-- needs: legal_case
-- computed by: days_to_judgment
-- options:
--   by = month (month, all): a row a month of filing, or one of all
-- columns:
--   month: month of filing; empty in the row of all
--   cases: suits filed
--   judged: of them, judged by the last snapshot
--   ended_otherwise: of them, ended without a judgment
--   open: of them, still open
--   median_days: median of the days to judgment; empty while fewer than half are judged
--   median_days_low: lower end of its 95 % interval
--   median_days_high: upper end; empty where the data do not bound it
--   small: fewer than 30 cases
select
    month,
    case
        when judged_on <= last_month() then 'judged'
        when judged_on is null and result <> '' then 'ended_otherwise'
        else 'open' end as event,
    (least(judged_on, last_month()) - filed_on)::integer as age,
    sum(cases)::bigint as cases
from court_case_slice($product, $region, $segment, $acquisition_channel)
where in_months(month, $month, $from_month, $to_month) and filed_on <= last_month()
group by all
order by all
