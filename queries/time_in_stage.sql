-- title: Time in stage
-- chinese: 阶段停留时间
-- answers: How long does a case stay in each collection stage, and how does it leave?
-- grain: stage, or stage × month of entry, as chosen
-- unit: cases, days
-- formula: Kaplan–Meier estimate of the days from entry to leaving, whatever the way out; the median is the first day on which no more than half are still in. A case enters on the day on which its days past due reach the stage. It goes forward on the day on which they reach the next; a payer leaves on the day on which the month's payments made up for what was overdue at its beginning (the last payment where that amount is not known), and where no payments are known on the last day it can have been: the month-end, or the day on which the next stage or newer arrears began. Open cases are censored at the last snapshot, missing loans at the last one that shows them
-- leaves out: cases that no month-end saw in the stage: without daily data nobody knows of those that came and left in between. So a case counts as at risk only from the month-end at which it was first seen; otherwise the missing short cases would make stays look longer than they are. Loans whose days past due are not known
-- pitfalls: stages are those of the settings by days past due, whatever the file calls them. The early ages of a short stage rest on few cases. With observed = from_entry each seen case counts from its entry, which overstates the stay. What goes forward and comes back between two snapshots is seen only where payments tell. A loan that is missing for a month, or a month that the book lacks, ends a case as censored and begins another. Months filter the entry
-- source: month-end snapshots, payments where the book has them; Kaplan and Meier 1958, with late entry (left truncation); interval log-log with Greenwood's variance
-- computed by: time_in_stage
-- options:
--   observed = from_sight (from_sight, from_entry): from when on a case counts as at risk
--   by = stage (stage, entered_month): a row a stage, or one for each month of entry
-- columns:
--   stage: collection stage
--   entered_month: month of the entry; empty in the rows of a whole stage
--   cases: stays of a loan in the stage that a month-end saw
--   forward: went on to a later stage
--   cured: paid, and is in no stage any more, or in newer arrears
--   improved: paid, and fell back to an earlier stage
--   re_aged: left by a restructuring without cash
--   paid_off: paid the loan off
--   charged_off: was charged off
--   sold: was sold
--   censored: lost from sight; counted as long as it was seen
--   open: still in the stage at the last snapshot
--   median_days: median of the days in the stage; empty while more than half are still in
--   median_days_low: lower end of its 95 % interval
--   median_days_high: upper end; empty where the data do not bound it
--   small: fewer than 30 cases
select scheme.name as stage, stage as stage_number, entered_month, event, age, sum(cases)::bigint as cases
from stage_time_slice($product, $region, $segment, $acquisition_channel)
join book.stage as scheme on scheme.ordinal = stage
where in_months(entered_month, $month, $from_month, $to_month)
group by all
order by all
