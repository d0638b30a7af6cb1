-- title: Litigation
-- chinese: 诉讼回收
-- answers: Of the amount sued for, which part has come in after so many months, and what is left of it after fees?
-- grain: month of filing × months since filing, up to the horizon
-- unit: cases, currency of the book, shares of 1
-- formula: cash of the sued loans from the day of filing up to this month ÷ claims; net: less the court's and the lawyers' fees, all of them from the month of filing on. A payment belongs to the latest suit of its loan. Months are calendar months: 0 is the rest of the month of filing
-- leaves out: in the shares, cases without a claim, their cash and fees; they are counted
-- pitfalls: all cash since the filing, which a debtor may have paid without the suit; court_cash is what the payments say came through the court. A fee that the file leaves empty counts as none. A month after the last snapshot of the book is not over yet: its cells are empty, not zero. A month whose payments were never imported looks like a month without cash
-- source: court cases, payments
-- needs: legal_case, payment
-- options:
--   horizon = 18 (0 to 60): months to follow the cases of a month
-- columns:
--   month: month of filing
--   months_since: calendar months since
--   cases: suits filed
--   unknown_claims: of them, without a claim
--   unknown_fees: of them, without any fee
--   claim: amounts sued for
--   fees: court's and lawyers' fees of all cases
--   cash: cash of the sued loans up to this month; empty while the month is not over
--   court_cash: part of it that came through the court
--   share: cash of the cases with a claim ÷ claim
--   net_share: the same less their fees
-- rates:
--   share = _cash / claim, products _cash_squares / _cash_by_claim / _claim_squares, may exceed 1, of _cases
--   net_share = _net / claim, products _net_squares / _net_by_claim / _claim_squares, may be negative, of _cases
with filed as (
    select
        month, sum(cases) as cases, sum(unknown_claims) as unknown_claims, sum(unknown_fees) as unknown_fees,
        sum(claim) as claim, sum(fees) as fees, sum(fees_of_known_claims) as known_fees,
        sum(claim_squares) as claim_squares, sum(fees_squares) as fees_squares, sum(fees_by_claim) as fees_by_claim
    from court_case_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month
),

received as (
    select
        filed_month, datediff('month', filed_month, month) as months_since,
        sum(cash) as cash, sum(court_cash) as court_cash, sum(cash) filter (where of_known_claim) as known_cash,
        sum(cash_squares) filter (where of_known_claim) as cash_squares,
        sum(cash_by_claim) as cash_by_claim, sum(cash_by_fees) filter (where of_known_claim) as cash_by_fees
    from court_cash_slice($product, $region, $segment, $acquisition_channel)
    group by all
),

grid as (
    select filed.*, months_since::integer as months_since, last_day(month + to_months(months_since)) <= last_month() as over
    from filed
    cross join (select unnest(generate_series(0, $horizon)) as months_since)
),

followed as (
    select
        grid.*,
        sum(coalesce(cash, 0)) over so_far as cash,
        sum(coalesce(court_cash, 0)) over so_far as court_cash,
        sum(coalesce(known_cash, 0)) over so_far as known_cash,
        sum(coalesce(cash_squares, 0)) over so_far as cash_squares,
        sum(coalesce(cash_by_claim, 0)) over so_far as cash_by_claim,
        sum(coalesce(cash_by_fees, 0)) over so_far as cash_by_fees
    from grid
    left join received on received.filed_month = grid.month and received.months_since = grid.months_since
    window so_far as (partition by grid.month order by grid.months_since)
)

select
    month, months_since,
    cases::bigint as cases, unknown_claims::bigint as unknown_claims, unknown_fees::bigint as unknown_fees,
    claim::decimal(38, 2) as claim, fees::decimal(38, 2) as fees,
    if(over, cash, null)::decimal(38, 2) as cash,
    if(over, court_cash, null)::decimal(38, 2) as court_cash,
    if(over, known_cash::double / nullif(claim, 0)::double, null) as share,
    if(over, (known_cash - coalesce(known_fees, 0))::double / nullif(claim, 0)::double, null) as net_share,
    cases - unknown_claims as _cases,
    known_cash as _cash, cash_squares as _cash_squares, cash_by_claim as _cash_by_claim, claim_squares as _claim_squares,
    known_cash - coalesce(known_fees, 0) as _net, cash_squares - 2 * cash_by_fees + coalesce(fees_squares, 0) as _net_squares,
    cash_by_claim - coalesce(fees_by_claim, 0) as _net_by_claim
from followed
order by month, months_since
