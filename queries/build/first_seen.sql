-- Loans that the book sees for the first time, with the month they were paid out in (their cohort) and what they were then.
--
-- First seen in the month of origination, open or not; or, of an earlier one, open at this month-end and not at the one
-- before. An id that was seen before is no new loan. What stood in the book at its first month-end and was paid out before is left
-- out: of those cohorts only the survivors are there.
with entrants as (
    select loan_id from crossings where entered
),

booked as (
    select
        loan_id, last_day(originated_on) as cohort, originated_on, principal, product, region, segment, acquisition_channel
    from closing_snapshot
    where originated_on > last_day($month::date - interval 1 month) and originated_on <= $month
    union all
    select
        loan_id, last_day(originated_on) as cohort, originated_on, principal, product, region, segment, acquisition_channel
    from closing_snapshot
    semi join entrants using (loan_id)
    where originated_on <= last_day($month::date - interval 1 month)
),

known as (
    select loan_id from seen_before semi join booked using (loan_id)
)

select *, $month::date as month
from booked
anti join known using (loan_id)
