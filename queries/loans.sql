-- title: List of loans
-- chinese: 贷款清单
-- answers: Which loans are these?
-- grain: month × loan open at either month-end; worst first, then largest balance
-- unit: days, currency of the book
-- formula: the loans of a cell of the ledger, of a bucket or of a tier, as the snapshots of the month and of the one before have them
-- leaves out: loans that were open at neither month-end. A month whose month before is not in the book lists its open loans alone
-- pitfalls: one month, the newest unless told. A loan that entered is listed as entry, whether new or returned. Where from_bucket is chosen a loan counts to the slice it was in at the opening, as in the ledger, else to the one at the close
-- source: month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   loan_id: identifies the loan
--   customer_id: identifies the borrower
--   product: loan product
--   region: region of the borrower or branch
--   segment: customer segment
--   acquisition_channel: where the customer came from
--   originated_on: day the loan was paid out
--   from_bucket: bucket at the opening, or entry; NULL where the month before is not in the book
--   to_bucket: bucket at the close, or paid_off, charged_off, sold, missing
--   tier: tier at the close, of open loans
--   days_past_due: at the close, of open loans
--   opening_balance: balance at the opening
--   balance: balance at the close, of open loans
--   overdue_amount: past due at the close, of open loans
--   stage: collection stage at the close
--   of_loans: how many loans there are in all, whatever rows says
-- options:
--   from_bucket = any (any text): only loans of this bucket at the opening, or entry
--   to_bucket = any (any text): only loans of this bucket at the close, or paid_off, charged_off, sold, missing
--   tier = any (any text): only open loans of this tier
--   rows = 100 (1 to 1000000): loans to list
--   after = 0 (0 to 1000000000): loans to leave out before the first one listed
with opening as (
    select
        loan_id, customer_id, product, region, segment, acquisition_channel, originated_on, balance,
        bucket_name(days_past_due, bucket) as bucket
    from snapshot_row
    where status = 'open' and follows_month(coalesce($month::date, newest_month()))
    and as_of <= opening_of(coalesce($month::date, newest_month()))
    and as_of > opening_of(opening_of(coalesce($month::date, newest_month())))
),

closing as (
    select
        *, status = 'open' as still_open,
        if(status = 'open', bucket_name(days_past_due, bucket), status) as state,
        if(status = 'open', tier_of(days_past_due, bucket), null) as tier
    from snapshot_row
    where as_of <= coalesce($month::date, newest_month())
    and as_of > opening_of(coalesce($month::date, newest_month()))
),

joined as (
    select
        coalesce(opening.loan_id, closing.loan_id) as loan_id,
        coalesce(closing.customer_id, opening.customer_id) as customer_id,
        coalesce(closing.originated_on, opening.originated_on) as originated_on,
        if($from_bucket = 'any' and closing.still_open or opening.loan_id is null, closing.product, opening.product) as product,
        if($from_bucket = 'any' and closing.still_open or opening.loan_id is null, closing.region, opening.region) as region,
        if($from_bucket = 'any' and closing.still_open or opening.loan_id is null, closing.segment, opening.segment) as segment,
        if(
            $from_bucket = 'any' and closing.still_open or opening.loan_id is null,
            closing.acquisition_channel, opening.acquisition_channel
        ) as acquisition_channel,
        case when opening.loan_id is not null then opening.bucket
            when follows_month(coalesce($month::date, newest_month())) then 'entry' end as from_bucket,
        coalesce(closing.state, 'missing') as to_bucket,
        closing.tier,
        if(closing.still_open, closing.days_past_due, null) as days_past_due,
        opening.balance as opening_balance,
        if(closing.still_open, closing.balance, null) as balance,
        if(closing.still_open, closing.overdue_amount, null) as overdue_amount,
        if(closing.still_open, closing.stage, null) as stage
    from opening
    full join closing on closing.loan_id = opening.loan_id
    where opening.loan_id is not null or closing.still_open
),

chosen as (
    select *
    from joined
    where in_slice(coalesce(product, ''), $product) and in_slice(coalesce(region, ''), $region)
    and in_slice(coalesce(segment, ''), $segment) and in_slice(coalesce(acquisition_channel, ''), $acquisition_channel)
    and ($from_bucket = 'any' or from_bucket = $from_bucket)
    and ($to_bucket = 'any' or to_bucket = $to_bucket)
    and ($tier = 'any' or tier = $tier)
)

select
    coalesce($month::date, newest_month()) as month, loan_id, customer_id,
    coalesce(product, '') as product, coalesce(region, '') as region, coalesce(segment, '') as segment,
    coalesce(acquisition_channel, '') as acquisition_channel,
    originated_on, from_bucket, to_bucket, tier, days_past_due, opening_balance, balance, overdue_amount, stage,
    count(*) over () as of_loans
from chosen
order by days_past_due desc nulls last, coalesce(balance, opening_balance) desc nulls last, loan_id
limit $rows offset $after
