-- The placements of a month: what was handed over, to whom, for what commission, and the place of each in the row of its loan's.
with fresh as (
    select * from placement where last_day(placed_on) = $month
),

before as (
    select loan_id, count(*) as placements
    from placement
    semi join fresh using (loan_id)
    where last_day(placed_on) < $month
    group by loan_id
)

select
    $month::date as month,
    loan_id,
    placed_on,
    agency,
    coalesce(
        tier, coalesce(before.placements, 0) + row_number() over (partition by loan_id order by placed_on)
    )::integer as tier,
    coalesce(fresh.balance, involved.balance) as balance,
    commission_rate::decimal(9, 6) as commission_rate,
    recalled_on,
    product, region, segment, acquisition_channel
from fresh
join involved using (loan_id)
left join before using (loan_id)
order by loan_id, placed_on
