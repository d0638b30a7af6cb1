-- Loans that for the first time stand at or beyond a line at this month-end: 2, 3, 4, the number of a bucket, and 0, the bad-debt line.
-- A loan that was charged off in the month has passed every line. Its balance is that of the month-end before; of
-- the others, that of this one. Who has reached a line before is looked up among the loans of all months so far.
with beyond as (
    select loan_id, state, bad, balance, product, region, segment, acquisition_channel from late where state >= 2 or bad
    union all
    select loan_id, state_number('charged_off'), true, balance, product, region, segment, acquisition_channel from charged_off
),

lines as (
    select beyond.*, unnest([2, 3, 4])::utinyint as line from beyond
),

standing as (
    select * exclude (state, bad) from lines where state >= line
    union all
    select * exclude (state, bad), 0::utinyint as line from beyond where bad
),

known as (
    select loan_id, line from reached_before semi join beyond using (loan_id)
)

select *, $month::date as month
from standing
anti join known using (loan_id, line)
