-- title: Results of litigation
-- chinese: 诉讼结果
-- answers: How did the court cases end, and what did they bring?
-- grain: month of filing × result, as the file calls it
-- unit: cases, currency of the book, shares of 1
-- formula: cases with the result ÷ all cases filed in the month; cash received so far, as the case file says, ÷ claims of the same cases
-- leaves out: from the share recovered, cases of which the claim or the cash is not known
-- pitfalls: the words of the result are the lender's. What was recovered so far says nothing of when: see the question litigation, which follows payments. Young months have many open cases
-- source: court cases
-- needs: legal_case
-- columns:
--   month: month of filing
--   result: how the case ended; empty while it is open
--   cases: cases with this result
--   judged: of them, with a day of judgment
--   share: part of all cases of the month
--   claim: amounts sued for
--   fees: court's and lawyers' fees
--   recovered: cash received so far
--   share_recovered: recovered ÷ claim, of cases where both are known
-- rates:
--   share = cases / _of_cases
--   share_recovered = _recovered / _claim, products _recovered_squares / _recovered_by_claim / _claim_squares, may exceed 1, of cases
with results as (
    select
        month, result,
        sum(cases) as cases,
        coalesce(sum(cases) filter (where judged_on is not null), 0) as judged,
        sum(claim) as claim, sum(fees) as fees, sum(recovered) as recovered,
        sum(recovered_of_known_claims) as recovered_of_known, sum(claim_of_known_recoveries) as claim_of_known,
        sum(recovered_squares_of_both) as recovered_squares, sum(recovered_by_claim) as recovered_by_claim,
        sum(claim_squares_of_both) as claim_squares
    from court_case_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by all
)

select
    month, result, cases::bigint as cases, judged::bigint as judged,
    cases / sum(cases) over (partition by month) as share,
    claim::decimal(38, 2) as claim, fees::decimal(38, 2) as fees, recovered::decimal(38, 2) as recovered,
    recovered_of_known::double / nullif(claim_of_known, 0)::double as share_recovered,
    sum(cases) over (partition by month) as _of_cases, recovered_of_known as _recovered, claim_of_known as _claim,
    recovered_squares as _recovered_squares, recovered_by_claim as _recovered_by_claim, claim_squares as _claim_squares
from results
order by month, result
