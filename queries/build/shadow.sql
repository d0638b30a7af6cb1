-- How many days past due a re-aged loan was spared: what to add to its days past due, had the schedule not been reset.
--
-- At a re-age, the days before, and those that passed since, less those that are left. It stays while the loan does: with equal
-- instalments, each one paid on the new schedule pays the oldest one of the old, so both schedules move on by a month.
-- The limit: whoever pays two instalments at once catches up on the old schedule, and this does not see it; nor
-- does it see a re-age of a loan of which only the bucket is known. Re-ages add up. A loan
-- that is missing keeps its days, one that is paid off, charged off or sold loses them.
with closed as (
    select loan_id from closing_snapshot semi join carried using (loan_id) where status <> 'open'
),

carried_on as (
    select loan_id, offset_days from carried anti join closed using (loan_id)
    union all
    select loan_id, days_before + days_passed - days_after as offset_days
    from re_aged
    where days_before is not null and days_after is not null
)

select loan_id, sum(offset_days)::integer as offset_days
from carried_on
group by loan_id
