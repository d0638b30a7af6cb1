-- Loans that the collection of a month is about, each as it stood at the month-end and, under was_…, at the one before in the book.
--
-- Of note at a month-end: overdue by a day or more, in a stage that the lender names, or written off and still listed. Here is who
-- is of note now, or was; few beside the whole book, and read in its stead by whatever asks about them. A loan that was of note
-- and has no row any more has no status, one that has none at the month-end before has no was_status.
-- What the table of loans says of them is not in here.
with before as (
    select * from followed_before where of_note
),

closing as (
    select
        loan_id, as_of, status, days_past_due, bucket, stage, balance, overdue_amount, paid_in_month,
        restructured_on, charged_off_on, sold_on, test_group, product, region, segment, acquisition_channel,
        status = 'charged_off'
        or (status = 'open' and (stage is not null or coalesce(days_past_due, dpd_of_bucket(bucket)) > 0)) as of_note
    from closing_snapshot
),

known as (
    select
        closing.* replace (coalesce(closing.loan_id, before.loan_id) as loan_id, coalesce(closing.of_note, false) as of_note),
        before.as_of as was_as_of, before.status as was_status, before.days_past_due as was_days_past_due,
        before.bucket as was_bucket, before.stage as was_stage, before.balance as was_balance, before.product as was_product,
        before.region as was_region, before.segment as was_segment, before.acquisition_channel as was_acquisition_channel
    from closing
    full join before on before.loan_id = closing.loan_id
    where closing.of_note or before.loan_id is not null
),

fresh as (
    select loan_id from known where was_status is null
),

opening as (
    select loan_id, as_of, status, days_past_due, bucket, balance, product, region, segment, acquisition_channel
    from opening_snapshot
    semi join fresh using (loan_id)
    where status = 'open'
)

select
    known.* replace (
        coalesce(was_as_of, opening.as_of) as was_as_of,
        coalesce(was_status, opening.status) as was_status,
        coalesce(was_days_past_due, opening.days_past_due) as was_days_past_due,
        coalesce(was_bucket, opening.bucket) as was_bucket,
        coalesce(was_balance, opening.balance) as was_balance,
        coalesce(was_product, opening.product) as was_product,
        coalesce(was_region, opening.region) as was_region,
        coalesce(was_segment, opening.segment) as was_segment,
        coalesce(was_acquisition_channel, opening.acquisition_channel) as was_acquisition_channel
    )
from known
left join opening on known.was_status is null and opening.loan_id = known.loan_id
order by loan_id
