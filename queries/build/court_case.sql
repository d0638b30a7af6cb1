-- Court cases filed in a month, counted by the days on which they were filed and judged, and by their result.
with cases as (
    select
        *, coalesce(court_fee, 0) + coalesce(lawyer_fee, 0) as all_fees, claim::double as claimed, recovered::double as received
    from legal_case
)

select
    $month::date as month,
    filed_on,
    judged_on,
    coalesce(result, '') as result,
    product, region, segment, acquisition_channel,
    count(*) as cases,
    count_if(claim is null) as unknown_claims,
    count_if(court_fee is null and lawyer_fee is null) as unknown_fees,
    sum(claim)::decimal(38, 2) as claim,
    sum(all_fees)::decimal(38, 2) as fees,
    sum(all_fees) filter (where claim is not null)::decimal(38, 2) as fees_of_known_claims,
    sum(recovered)::decimal(38, 2) as recovered,
    sum(recovered) filter (where claim is not null)::decimal(38, 2) as recovered_of_known_claims,
    sum(claim) filter (where recovered is not null)::decimal(38, 2) as claim_of_known_recoveries,
    sum(claimed * claimed) as claim_squares,
    sum(all_fees::double * all_fees::double) filter (where claim is not null) as fees_squares,
    sum(all_fees::double * claimed) as fees_by_claim,
    sum(claimed * claimed) filter (where recovered is not null) as claim_squares_of_both,
    sum(claimed * received) as recovered_by_claim,
    sum(received * received) filter (where claim is not null) as recovered_squares_of_both
from cases
join involved using (loan_id)
group by all
