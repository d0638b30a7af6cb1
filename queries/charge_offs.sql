-- title: Charge-off rate
-- chinese: 核销率（年化）
-- answers: How much was charged off in the month, gross and net of recoveries, at a yearly rate?
-- grain: month whose preceding calendar month is in the book, with an open loan at its opening or close
-- unit: loans, currency of the book, shares of 1 a year
-- formula: opening balance of the loans charged off in the month × 12 ÷ mean of the opening and closing balance of all open loans; net: less what loans written off in earlier months paid in the month
-- leaves out: loans that were not open at the opening, such as one that vanished before it was charged off. Sold loans are no charge-offs. Loans without a balance are left out of the rates by balance. Cash in the month of the charge-off itself is no recovery: it cannot be told from what was paid before
-- pitfalls: one month times twelve swings; a year's rate is not its mean. The interval is that of the month's rate, times twelve: it says how far chance among the loans can take this month, and not how the year will be. Recoveries are those that the snapshots tell of loans they still list as charged off; where they list none, or not what was paid, recoveries and the net rate are NULL and not zero, and where they list few, recovery_loans tells how few
-- source: exit ledger, levels, and written-off loans of the month-end snapshot
-- columns:
--   month: month-end of the closing snapshot
--   loans: loans charged off in the month
--   balance: their balance at the opening
--   recovery_loans: loans written off in earlier months of which the snapshot says what they paid
--   recovered: received on those in the month
--   opening_balance: balance of all open loans at the opening
--   closing_balance: balance of all open loans at the close
--   rate: balance × 12 ÷ mean of opening_balance and closing_balance
--   net_rate: (balance − recovered) × 12 ÷ the same
--   rate_loans: loans × 12 ÷ mean of open loans at the opening and at the close
-- rates:
--   rate = _yearly / _balances, products _yearly_squares / _products / _balance_squares, may exceed 1, of _opening_loans
--   net_rate = _net_yearly / _balances, products _net_yearly_squares / _products / _balance_squares, may be negative, of _opening_loans
--   rate_loans = loans / _loan_years, counted, of _opening_loans
with changes as (
    select * from book_change($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
),

charged_off as (
    select month, sum(loans) as loans, sum(opening_balance) as balance, sum(opening_squares) as squares
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    where to_bucket = 'charged_off'
    group by month
),

recoveries as (
    select month, sum(loans) as loans, sum(cash) as cash, sum(cash_squares) as squares
    from recovery_slice($product, $region, $segment, $acquisition_channel)
    group by month
),

on_both_sides as (
    select month, sum(balance_products) as products
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    group by month
),

sums as (
    select
        changes.*, coalesce(charged_off.squares, 0) as squares, recoveries.squares as recovered_squares,
        changes.opening_squares + 2 * coalesce(on_both_sides.products, 0) + changes.closing_squares as both_squares, coalesce(charged_off.loans, 0) as loans, coalesce(recoveries.loans, 0) as recovery_loans, recoveries.cash as recovered,
        part_of(opening_balance, charged_off.loans, charged_off.balance) as balance
    from changes
    left join charged_off using (month)
    left join recoveries using (month)
    left join on_both_sides using (month)
)

select
    month, loans::bigint as loans, balance, recovery_loans::bigint as recovery_loans, recovered::decimal(38, 2) as recovered,
    opening_balance, closing_balance,
    24 * balance::double / nullif(opening_balance + closing_balance, 0)::double as rate,
    24 * (balance - recovered)::double / nullif(opening_balance + closing_balance, 0)::double as net_rate,
    24 * loans / (opening_loans + closing_loans) as rate_loans,
    24 * balance as _yearly, 24 * (balance - recovered) as _net_yearly, opening_balance + closing_balance as _balances,
    576 * squares as _yearly_squares, 576 * (squares + recovered_squares) as _net_yearly_squares,
    24 * squares as _products, both_squares as _balance_squares,
    (opening_loans + closing_loans) / 24 as _loan_years, opening_loans as _opening_loans
from sums
order by month
