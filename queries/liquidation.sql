-- title: Liquidation curve
-- chinese: 委外回收曲线
-- answers: Of the balance placed with an agency, which part has come in after so many months?
-- grain: month of placement × agency × tier × months since placement, up to the horizon
-- unit: accounts, currency of the book, shares of 1
-- formula: cash from the batch up to this month ÷ balance placed; net: less commission. Cash is every payment of a placed loan from the day of its placement to the day of its recall, whoever it is said to have come from, since commission is due on it; a new placement of the same loan ends the one before and begins a batch of its own. Months are calendar months: 0 is the rest of the month of placement
-- leaves out: cash after the day of recall, which is not the agency's. In the shares, accounts whose placed balance is known neither from the placement nor from the month-end before, and their cash; they are counted
-- pitfalls: recalled accounts stay in the denominator. A month after the last snapshot of the book is not over yet: its cells are empty, not zero. A month whose payments were never imported looks like a month without cash. Tiers that the file leaves empty are counted: 1 for the first placement of a loan in the book. Later tiers hold what the earlier ones could not collect: compare within a tier
-- source: placements, payments; balances of the month-end before a placement where the placement says none
-- needs: placement, payment
-- options:
--   horizon = 12 (0 to 60): months to follow a batch
-- columns:
--   month: month of the placement
--   agency: who the loans were placed with
--   tier: 1 for the first placement of a loan, 2 for the second …
--   months_since: calendar months since
--   placements: accounts placed
--   recalled: of them, taken back by now
--   unknown_balances: of them, without a known balance
--   placed_balance: balance placed
--   cash: cash of all accounts of the batch up to this month; empty while the month is not over
--   commission: commission on it, as far as rates are known
--   share: cash of the accounts with a known balance ÷ placed_balance
--   net_share: the same less commission; empty where a rate is not known
-- rates:
--   share = _cash / placed_balance, products _cash_squares / _cash_by_balance / _balance_squares, may exceed 1, of _placements
--   net_share = _net / placed_balance, products _net_squares / _net_by_balance / _balance_squares, may exceed 1, of _placements
with batches as (
    select
        month, agency, tier, sum(placements) as placements, sum(recalled) as recalled,
        sum(unknown_balances) as unknown_balances, sum(balance) as balance, sum(balance_squares) as balance_squares
    from placement_batch_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

received as (
    select
        placed_month, agency, tier, datediff('month', placed_month, month) as months_since,
        sum(cash) as cash, sum(commission) as commission,
        sum(cash) filter (where of_known_balance) as known_cash,
        sum(commission) filter (where of_known_balance) as known_commission,
        count(cash_of_unknown_rate) filter (where of_known_balance) as unknown_rates,
        sum(cash_squares) filter (where of_known_balance) as cash_squares, sum(cash_by_balance) as cash_by_balance,
        sum(net_squares) filter (where of_known_balance) as net_squares, sum(net_by_balance) as net_by_balance
    from placement_cash_slice($product, $region, $segment, $acquisition_channel)
    group by all
),

grid as (
    select batches.*, months_since::integer as months_since, last_day(month + to_months(months_since)) <= last_month() as over
    from batches
    cross join (select unnest(generate_series(0, $horizon)) as months_since)
),

followed as (
    select
        grid.*,
        sum(coalesce(cash, 0)) over so_far as cash,
        sum(coalesce(commission, 0)) over so_far as commission,
        sum(coalesce(known_cash, 0)) over so_far as known_cash,
        sum(coalesce(known_commission, 0)) over so_far as known_commission,
        sum(coalesce(unknown_rates, 0)) over so_far as unknown_rates,
        sum(coalesce(cash_squares, 0)) over so_far as cash_squares,
        sum(coalesce(cash_by_balance, 0)) over so_far as cash_by_balance,
        sum(coalesce(net_squares, 0)) over so_far as net_squares,
        sum(coalesce(net_by_balance, 0)) over so_far as net_by_balance
    from grid
    left join received
        on received.placed_month = grid.month and received.agency = grid.agency and received.tier = grid.tier
        and received.months_since = grid.months_since
    window so_far as (partition by grid.month, grid.agency, grid.tier order by grid.months_since)
)

select
    month, agency, tier, months_since,
    placements::bigint as placements, recalled::bigint as recalled, unknown_balances::bigint as unknown_balances,
    balance::decimal(38, 2) as placed_balance,
    if(over, cash, null)::decimal(38, 2) as cash,
    if(over, commission, null)::decimal(38, 2) as commission,
    if(over, known_cash::double / nullif(balance, 0)::double, null) as share,
    if(
        over and unknown_rates = 0,
        (known_cash::double - known_commission::double) / nullif(balance, 0)::double,
        null
    ) as net_share,
    placements - unknown_balances as _placements, balance_squares as _balance_squares,
    known_cash as _cash, cash_squares as _cash_squares, cash_by_balance as _cash_by_balance,
    known_cash - known_commission as _net, net_squares as _net_squares, net_by_balance as _net_by_balance
from followed
order by month, agency, tier, months_since
