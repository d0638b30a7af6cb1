-- Loans charged off in the month: open at its opening, charged off at its close; what they were at the opening.
select
    loan_id, was_balance as balance, was_product as product, was_region as region, was_segment as segment,
    was_acquisition_channel as acquisition_channel, $month::date as month
from followed
where status = 'charged_off' and was_status = 'open'
