-- What each placed loan paid in a month while it was with an agency, and the commission on it.
--
-- A payment belongs to the latest placement of its loan up to its day, if the loan has not been taken back before that day: the day of
-- the recall is still the agency's, and a placement ends where the next of the same loan begins.
with placements as (
    select * from placed semi join payment using (loan_id)
),

credited as (
    select placements.* exclude (month), last_day(placed_on) as placed_month, payment.amount
    from payment
    asof join placements on placements.loan_id = payment.loan_id and placements.placed_on <= payment.paid_on
    where recalled_on is null or payment.paid_on <= recalled_on
)

select
    loan_id, placed_on, placed_month, agency, tier, product, region, segment, acquisition_channel, balance, commission_rate,
    sum(amount)::decimal(38, 2) as cash,
    coalesce(sum(amount * commission_rate), 0)::decimal(38, 8) as commission
from credited
group by all
order by loan_id, placed_on
