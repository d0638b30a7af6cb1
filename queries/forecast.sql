-- title: Forecast
-- chinese: 预测
-- answers: Where will the buckets, the bad-debt ratio and the charge-offs be in the coming months, if loans go on moving as they did lately?
-- grain: month to come × measure
-- unit: currency of the book or loans, as chosen; the bad-debt ratio is a share of 1
-- formula: each month to come, the balance of a bucket moves as the balances of that bucket did in the last months taken together: closing balance in b of the loans that were in a ÷ opening balance of all that were in a, so that repayment is in it; then the mean monthly new and returned loans come in. The interval: 1,000 possible futures, each of which draws, with replacement, first the months it learns from and then one of these for each month to come
-- leaves out: loans without a balance, where balances are rolled. Loans that are sold, paid off or missing leave, and are no measure of their own
-- pitfalls: it assumes that the months to come are like the last ones. It misleads where there is a season (take 12 months, or the same months a year before), where rates drift (the interval knows chance from month to month, not a trend), and after a change of policy or product. A bucket that no loan was in during these months is taken to stay as it is. Few months cannot show all that months do: learnt from 6, an interval of 80 % held about 70 % of the time on made-up books without season or drift, learnt from 12 about 75 %; a single month gives none. A loan of a small slice that stands for much of it makes its rates jump. The bad-debt ratio counts whole buckets: those that begin beyond the line
-- source: exit ledger of the last months and level of the newest month, of those chosen
-- computed by: forecast
-- options:
--   horizon = 6 (1 to 12): months to look ahead
--   last = 6 (1 to 36): months to learn from; where there are fewer, all there are
--   level = 0.8 (0.5 to 0.99): how often the interval should hold
--   by = balance (balance, loans): what is rolled forward
-- columns:
--   month: month-end to come
--   measure: a bucket (what stands in it), bad_debt_ratio, or charged_off (during the month, as of its beginning)
--   value: what is expected
--   low: lower end of the interval; empty where only one month was learnt from
--   high: upper end of the interval
with origin as (
    select max(month) as month
    from (select unnest(months) as month from book.book_version)
    where in_months(month, $month, $from_month, $to_month)
),

ground as (
    select ground.*
    from forecast_ground($product, $region, $segment, $acquisition_channel) as ground
    join origin on ground.month <= origin.month
    where $from_month is null or ground.month >= $from_month
),

recent as (
    select * from ground where from_bucket is not null qualify dense_rank() over (order by month desc) <= $last
)

select * from recent
union all
select ground.* from ground join origin using (month) where from_bucket is null
order by month, from_bucket, to_bucket
