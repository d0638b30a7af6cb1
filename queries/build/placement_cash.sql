-- Cash of a month from loans that are with an agency, by the batch they were placed in, and the commission on it.
--
-- A payment belongs to the latest placement of its loan up to its day, if the loan has not been taken back by then: what comes on the
-- day of the recall or later is not the agency's, and a placement ends where the next of the same loan begins.
with placements as (
    select * from placed semi join payment using (loan_id)
),

credited as (
    select placements.* exclude (month), last_day(placed_on) as placed_month, payment.amount
    from payment
    asof join placements on placements.loan_id = payment.loan_id and placements.placed_on <= payment.paid_on
    where recalled_on is null or payment.paid_on < recalled_on
)

select
    $month::date as month,
    placed_month, agency, tier, product, region, segment, acquisition_channel,
    balance is not null as of_known_balance,
    sum(amount)::decimal(38, 2) as cash,
    sum(amount) filter (where commission_rate is null)::decimal(38, 2) as cash_of_unknown_rate,
    sum(amount * commission_rate)::decimal(38, 8) as commission
from credited
group by all
