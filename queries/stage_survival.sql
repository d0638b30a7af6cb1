-- title: Days in stage
-- chinese: 阶段停留曲线
-- answers: Of the cases that enter a stage, which part is still in it after so many days?
-- grain: stage × day on which a case left it
-- unit: cases, days, shares of 1
-- formula: Kaplan–Meier: the product, over the days up to this one, of 1 − cases that left ÷ cases at risk. How entry and leaving are dated is said in the question time_in_stage
-- leaves out: cases that no month-end saw in the stage; a case counts as at risk only from the month-end at which it was first seen. Loans whose days past due are not known
-- pitfalls: where the cases at risk are few, one that leaves makes a large step, and the curve below it stays low. With observed = from_entry each seen case counts from its entry, which overstates the stay. Months filter the entry
-- source: month-end snapshots, payments where the book has them; Kaplan and Meier 1958, with late entry (left truncation); interval log-log with Greenwood's variance
-- computed by: stage_survival
-- options:
--   observed = from_sight (from_sight, from_entry): from when on a case counts as at risk
-- columns:
--   stage: collection stage
--   days: days since the entry
--   at_risk: cases in the stage and under observation just before
--   left: cases that left on this day
--   still_in: part still in the stage after this day
--   still_in_low: lower end of its 95 % interval
--   still_in_high: upper end of its 95 % interval
select scheme.name as stage, stage as stage_number, null::date as entered_month, event, age, sum(cases)::bigint as cases
from stage_time_slice($product, $region, $segment, $acquisition_channel)
join book.stage as scheme on scheme.ordinal = stage
where in_months(entered_month, $month, $from_month, $to_month)
group by all
order by all
