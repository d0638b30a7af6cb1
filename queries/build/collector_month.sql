-- What collectors made of the loans they were the first to try in a month, by what kind of loans these were.
--
-- A loan counts for the collector who made the month's first attempt at it, whoever came after, and so does its cash from that day to the
-- month-end. A cell is a kind of loan as it stood at the month-end before: stage, bucket, band of balance, product, segment.
with first_attempts as (
    select
        loan_id,
        arg_min(collector_id, struct_pack(acted_at, collector_id)) as collector_id,
        min(acted_at)::date as began_on
    from action
    where collector_id is not null
    group by loan_id
),

received as (
    select loan_id, sum(amount) as cash
    from payment
    join first_attempts using (loan_id)
    where paid_on >= began_on
    group by loan_id
),

held as (
    select
        collector_id as unit,
        stage_rank_of(days_past_due, product, segment) as stage,
        bucket_of(days_past_due, bucket) as bucket,
        balance_band(balance) as balance_band,
        coalesce(product, '') as product,
        coalesce(segment, '') as segment,
        balance::double as balance,
        coalesce(received.cash, 0)::double as cash,
        balance as exact_balance,
        coalesce(received.cash, 0) as exact_cash
    from opening_snapshot
    join first_attempts using (loan_id)
    left join received using (loan_id)
    where status = 'open' and balance > 0
),

-- include like_loans.sql
