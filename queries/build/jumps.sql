-- Examples of loans whose days past due grew by more than the days between two snapshots.
with opening as (
    select loan_id, as_of, days_past_due from opening_snapshot where status = 'open'
),

closing as (
    select loan_id, as_of, days_past_due from closing_snapshot
)

select loan_id, opening.days_past_due, closing.days_past_due
from opening
join closing using (loan_id)
where closing.days_past_due - opening.days_past_due > closing.as_of - opening.as_of
order by loan_id
limit 5
