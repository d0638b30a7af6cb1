-- Cash of a month from loans that were sued, by the month in which the latest suit was filed.
--
-- Squares and products say how uncertain the sums up to this month are: they hold what the month adds to the sum, over cases, of
-- (all cash since the filing)², and of that cash × claim, × fees.
with before as (
    select loan_id, filed_on, sum(cash)::double as cash
    from earlier
    semi join case_cash using (loan_id, filed_on)
    group by all
),

now as (
    select case_cash.*, case_cash.cash::double as paid, coalesce(before.cash, 0) as paid_before
    from case_cash
    left join before on before.loan_id = case_cash.loan_id and before.filed_on = case_cash.filed_on
)

select
    $month::date as month,
    filed_month, product, region, segment, acquisition_channel,
    claim is not null as of_known_claim,
    sum(cash)::decimal(38, 2) as cash,
    sum(court_cash)::decimal(38, 2) as court_cash,
    sum((2 * paid_before + paid) * paid) as cash_squares,
    sum(paid * claim::double) as cash_by_claim,
    sum(paid * fees::double) as cash_by_fees
from now
group by all
