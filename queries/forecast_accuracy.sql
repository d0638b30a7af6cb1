-- title: Accuracy of the forecast
-- chinese: 预测准确度
-- answers: How far were the forecasts of past months off, how often did their intervals hold, and were they better than "as it is now"?
-- grain: measure
-- unit: currency of the book or loans, as chosen; for the bad-debt ratio, and for coverage, shares of 1
-- formula: means over the months of the question forecast_hindsight; coverage = months whose actual value lies in the interval ÷ months with an interval
-- leaves out: months for which too little was known to make the forecast
-- pitfalls: neighbouring months share most of what they were made from: coverage of a dozen months says little, and a mean error of one sign is a drift that the forecast cannot see
-- source: exit ledger and levels, as for forecast_hindsight
-- computed by: forecast_accuracy
-- options:
--   horizon = 3 (1 to 12): months between the forecast and the month foretold
--   last = 6 (1 to 36): months to learn from
--   level = 0.8 (0.5 to 0.99): how often the interval should hold
--   by = balance (balance, loans): what is rolled forward
-- columns:
--   measure: a bucket (what stands in it), bad_debt_ratio, or charged_off (during the month)
--   months: months that were foretold and whose value is known
--   mean_actual: mean of what happened
--   mean_error: mean of forecast − actual
--   mean_absolute_error: mean of the errors without their sign
--   naive_mean_absolute_error: the same of "as it is now"
--   coverage: part of the months whose actual value lies in the interval
--   level: how often it should
select *, in_months(month, $month, $from_month, $to_month) as wanted
from forecast_ground($product, $region, $segment, $acquisition_channel)
order by month, from_bucket, to_bucket
