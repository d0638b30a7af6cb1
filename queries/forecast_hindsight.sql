-- title: Forecast in hindsight
-- chinese: 预测回测
-- answers: What would have been foretold for each past month, and what happened?
-- grain: month that was foretold × measure; months for which enough months of ledger had been known at the time
-- unit: currency of the book or loans, as chosen; the bad-debt ratio is a share of 1
-- formula: the question forecast, asked so many months before with what the book held up to then; error = forecast − actual. Naive: everything stays as it stood when the forecast was made
-- leaves out: loans without a balance, where balances are rolled; months that are not in the book
-- pitfalls: it takes the months as the book holds them now: what was restated since is known to these forecasts and was not then. Neighbouring months share most of what they were made from, so their errors are alike and fewer than they look. What was charged off is compared as of the beginning of the month. The bad-debt ratio counts whole buckets, in the forecast and in what happened
-- source: exit ledger and levels up to the month in which the forecast is made; level and charge-offs of the month foretold
-- computed by: forecast_hindsight
-- options:
--   horizon = 3 (1 to 12): months between the forecast and the month foretold
--   last = 6 (1 to 36): months to learn from
--   level = 0.8 (0.5 to 0.99): how often the interval should hold
--   by = balance (balance, loans): what is rolled forward
-- columns:
--   month: month-end that was foretold
--   made_at: month-end at which the forecast is made, nothing later is known
--   measure: a bucket (what stands in it), bad_debt_ratio, or charged_off (during the month)
--   forecast: what was to be expected
--   low: lower end of the interval
--   high: upper end of the interval
--   actual: what happened
--   error: forecast − actual
--   inside: whether what happened lies in the interval
--   naive: the same measure when the forecast was made
--   naive_error: naive − actual
select *, in_months(month, $month, $from_month, $to_month) as wanted
from forecast_ground($product, $region, $segment, $acquisition_channel)
order by month, from_bucket, to_bucket
