-- Placements of a month by agency and tier: how many, and what was handed over.
select
    month, agency, tier, product, region, segment, acquisition_channel,
    count(*) as placements,
    count_if(recalled_on is not null) as recalled,
    count_if(balance is null) as unknown_balances,
    sum(balance)::decimal(38, 2) as balance,
    sum(balance::double * balance::double) as balance_squares
from placed
group by all
