-- What each sued loan paid in a month, for the latest suit filed up to the day of the payment.
with cases as (
    select
        loan_id, filed_on, claim, coalesce(court_fee, 0) + coalesce(lawyer_fee, 0) as fees
    from legal_case
    semi join payment using (loan_id)
),

credited as (
    select cases.*, last_day(filed_on) as filed_month, payment.amount, payment.source
    from payment
    asof join cases on cases.loan_id = payment.loan_id and cases.filed_on <= payment.paid_on
)

select
    credited.loan_id, filed_on, filed_month, claim, fees, product, region, segment, acquisition_channel,
    sum(amount)::decimal(38, 2) as cash,
    coalesce(sum(amount) filter (where source = 'court'), 0)::decimal(38, 2) as court_cash
from credited
join involved on involved.loan_id = credited.loan_id and involved.month = filed_month
group by all
order by loan_id, filed_on
