-- Loans in arrears by the test group that chance had put them in when the month began, and what became of them: the intention to
-- treat counts, whatever was done. Outcomes: cured at the month-end; the amount overdue at the opening paid within 7, 15, 30 days.
--
-- Sums of squares and products say how uncertain a ratio of amounts is. A loan that is not there at the closing was not cured.
with tested as (
    select
        loan_id, as_of, test_group, coalesce(stage, stage_of(coalesce(days_past_due, dpd_of_bucket(bucket)), product, segment), 'none') as stage,
        balance, overdue_amount, product, region, segment, acquisition_channel
    from followed_before
    where test_group is not null and status = 'open'
    and (stage is not null or coalesce(days_past_due, dpd_of_bucket(bucket)) > 0)
),

closing as (
    select loan_id, state_of(status, days_past_due, bucket) in (0, state_number('paid_off')) as cured
    from followed
    semi join tested using (loan_id)
),

paid as (
    select
        tested.loan_id, days,
        coalesce(sum(amount) filter (where paid_on > as_of and paid_on <= as_of + days), 0) as cash
    from tested
    cross join (select unnest([7, 15, 30])::integer as days)
    left join receipts on receipts.loan_id = tested.loan_id and not cancelled and reverses_on is null
    where as_of + days <= $known_until
    group by all
),

outcomes as (
    select
        tested.*, 'cured' as outcome, coalesce(cured, false) as good,
        balance as base, if(coalesce(cured, false), balance, balance * 0) as part
    from tested
    left join closing using (loan_id)
    union all
    select
        tested.*, 'paid in ' || days || ' days', cash >= overdue_amount, overdue_amount, greatest(least(cash, overdue_amount), 0)
    from tested
    join paid using (loan_id)
    where overdue_amount > 0
)

select
    $month::date as month, stage, test_group, outcome,
    coalesce(product, '') as product, coalesce(region, '') as region,
    coalesce(segment, '') as segment, coalesce(acquisition_channel, '') as acquisition_channel,
    count(*)::bigint as loans,
    count_if(good)::bigint as good_loans,
    count(base)::bigint as loans_with_amount,
    sum(base)::decimal(38, 2) as amount,
    sum(part)::decimal(38, 2) as good_amount,
    sum(base::double * base::double) as amount_squares,
    sum(part::double * part::double) as good_squares,
    sum(base::double * part::double) as cross_products
from outcomes
group by all
