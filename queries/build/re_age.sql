-- Loans re-aged in the month: restructured in it, in a better bucket for it but not closed, and no cash received. As in the ledger.
with restructured as (
    select loan_id, as_of, days_past_due, bucket_of(days_past_due, bucket) as state, paid_in_month
    from followed
    where status = 'open' and restructured_on > $opening_month and restructured_on <= $month
),

paid as (
    select loan_id, sum(amount) as amount
    from payment
    semi join restructured using (loan_id)
    group by loan_id
)

select
    loan_id, late.days_past_due as days_before, restructured.as_of - late.as_of as days_passed,
    restructured.days_past_due as days_after
from restructured
join late using (loan_id)
left join paid using (loan_id)
where restructured.state < late.state and coalesce(restructured.paid_in_month, paid.amount, 0) = 0
