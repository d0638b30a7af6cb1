-- Cash of a month from loans that were sued, by the month in which the latest suit was filed.
with cases as (
    select loan_id, filed_on, claim from legal_case semi join payment using (loan_id)
),

credited as (
    select cases.loan_id, last_day(filed_on) as filed_month, claim, payment.amount, payment.source
    from payment
    asof join cases on cases.loan_id = payment.loan_id and cases.filed_on <= payment.paid_on
)

select
    $month::date as month,
    filed_month, product, region, segment, acquisition_channel,
    claim is not null as of_known_claim,
    sum(amount)::decimal(38, 2) as cash,
    coalesce(sum(amount) filter (where source = 'court'), 0)::decimal(38, 2) as court_cash
from credited
join involved on involved.loan_id = credited.loan_id and involved.month = filed_month
group by all
