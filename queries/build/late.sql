-- Loans open and overdue at one month-end: few beside the whole book, and what most lists of loans are made from.
select
    loan_id, as_of, days_past_due, bucket_of(days_past_due, bucket) as state, is_bad(days_past_due, bucket) as bad,
    balance, product, region, segment, acquisition_channel, $month::date as month
from followed
where status = 'open' and bucket_of(days_past_due, bucket) > 0
