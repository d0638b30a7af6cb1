-- What agencies made of the loans they held over a month, by what kind of loans these were.
--
-- An agency holds a loan over the month that was placed with it, and not yet taken back, at the month-end before. Cash is what came
-- while it still held it.
with placements as (
    select loan_id, placed_on, agency, recalled_on from placed
),

active as (
    select loan_id, placed_on, agency
    from placements
    where placed_on <= (select max(as_of) from opening_snapshot)
    qualify row_number() over (partition by loan_id order by placed_on desc) = 1
    and (recalled_on is null or recalled_on > (select max(as_of) from opening_snapshot))
),

received as (
    select placements.loan_id, placements.placed_on, sum(payment.amount) as cash
    from payment
    asof join placements on placements.loan_id = payment.loan_id and placements.placed_on <= payment.paid_on
    where (recalled_on is null or payment.paid_on <= recalled_on) and payment.paid_on > (select max(as_of) from opening_snapshot)
    group by all
),

held as (
    select
        active.agency as unit,
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
    join active using (loan_id)
    left join received on received.loan_id = active.loan_id and received.placed_on = active.placed_on
    where status = 'open' and balance > 0
),

-- include like_loans.sql
