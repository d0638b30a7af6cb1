-- title: Net flow rate
-- chinese: 迁徙率
-- answers: How large is each bucket against the one before it a month ago?
-- grain: month × bucket but the last, for months whose preceding calendar month is in the book; NULL where the bucket was empty
-- unit: share of 1; may exceed 1
-- formula: balance in the next bucket at the month-end ÷ balance in this bucket at the month-end before
-- leaves out: loans without a balance
-- pitfalls: an aggregate, not the same loans on both sides: loans that return, skip a bucket or stay in one enter it too, so it may exceed 100 %. Not the roll rate. No interval is given: the loans of the two sides are partly the same, and how far is not kept in the facts
-- source: levels of two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   from_bucket: bucket at the opening
--   rate: balance in the next bucket at the close ÷ balance in from_bucket at the opening
-- rates:
--   rate without interval, of _of_loans
with level_by_bucket as (
    select month, bucket, sum(loans) as loans, sum(balance) as balance
    from level_slice($product, $region, $segment, $acquisition_channel)
    group by month, bucket
),

held as (
    select unnest(months) as month from book.book_version
),

steps as (
    select
        held.month, last_day(held.month - interval 1 month) as opening_month,
        origin.ordinal, origin.name as from_bucket, target.name as to_bucket
    from held
    join book.bucket as origin on true
    join book.bucket as target on target.ordinal = origin.ordinal + 1
    where in_months(held.month, $month, $from_month, $to_month)
    and last_day(held.month - interval 1 month) in (select month from held)
),

flows as (
    select
        steps.month, steps.from_bucket, steps.ordinal, opening.loans as of_loans, opening.balance as opening_balance,
        if(closing.bucket is null, 0, closing.balance) as flowed_balance
    from steps
    left join level_by_bucket as opening on opening.month = steps.opening_month and opening.bucket = steps.from_bucket
    left join level_by_bucket as closing on closing.month = steps.month and closing.bucket = steps.to_bucket
)

select
    month, from_bucket, flowed_balance::double / nullif(opening_balance, 0)::double as rate, of_loans as _of_loans
from flows
order by month, ordinal
