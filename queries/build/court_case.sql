-- Court cases filed in a month, counted by the days on which they were filed and judged, and by their result.
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
    sum(coalesce(court_fee, 0) + coalesce(lawyer_fee, 0))::decimal(38, 2) as fees,
    sum(coalesce(court_fee, 0) + coalesce(lawyer_fee, 0)) filter (where claim is not null)::decimal(38, 2) as fees_of_known_claims,
    sum(recovered)::decimal(38, 2) as recovered,
    sum(recovered) filter (where claim is not null)::decimal(38, 2) as recovered_of_known_claims,
    sum(claim) filter (where recovered is not null)::decimal(38, 2) as claim_of_known_recoveries
from legal_case
join involved using (loan_id)
group by all
