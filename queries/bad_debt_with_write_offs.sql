-- title: Bad-debt ratio including written off
-- chinese: 含核销不良率
-- answers: What would the bad-debt ratio be had nothing been charged off for a year?
-- grain: month
-- unit: loans, currency of the book, shares of 1
-- formula: (balance beyond the bad-debt line + charged off in the last 12 months − recovered on those) ÷ (balance of all open loans + charged off in the last 12 months − recovered on those)
-- leaves out: charge-offs more than 12 months old, sold loans, and what missing loans owed. Loans without a balance are left out of the ratio by balance
-- pitfalls: NULL until all 12 months are in the ledger, since a shorter window flatters; months_covered says how many are. Recoveries are known only where snapshots list written-off loans with what they paid, after the month of the charge-off; where recovered is NULL the ratio is gross of them. A loan that was charged off and is open again counts in both. By loans nothing is taken off for recoveries. The interval takes loans written off at what they owed then: what has been recovered of each is not kept, and would make it a little narrower
-- source: levels of one month-end snapshot; exit ledger and written-off loans of the 12 months up to it
-- columns:
--   month: month-end of the snapshot
--   months_covered: how many of the last 12 months the ledger holds
--   charged_off_loans: loans charged off in those
--   charged_off_balance: their balance at the opening of the month of the charge-off
--   recovery_loans: of these, those of which a snapshot since then says what they paid, once a month
--   recovered: received on those since
--   bad_balance: balance of open loans beyond the line
--   balance: balance of all open loans
--   ratio: (bad_balance + charged_off_balance − recovered) ÷ (balance + charged_off_balance − recovered)
--   ratio_loans: (open loans beyond the line + charged_off_loans) ÷ (open loans + charged_off_loans)
-- rates:
--   ratio = _bad_balance / _balance, squares _bad_squares / _squares, of _loans
--   ratio_loans = _bad_loans / _loans
with levels as (
    select * from open_book($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
),

covered as (
    select levels.month, count(paired_month.month) as months_covered
    from levels
    left join paired_month on in_year_to(paired_month.month, levels.month)
    group by levels.month
),

charged_off_by_month as (
    select month, sum(loans) as loans, sum(opening_balance) as balance, sum(opening_squares) as squares
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    where to_bucket = 'charged_off'
    group by month
),

charged_off as (
    select levels.month, sum(charged.loans) as loans, sum(charged.balance) as balance, sum(charged.squares) as squares
    from levels
    join charged_off_by_month as charged on in_year_to(charged.month, levels.month)
    group by levels.month
),

recoveries as (
    select levels.month, sum(received.loans) as loans, sum(received.cash) as cash
    from levels
    join recovery_slice($product, $region, $segment, $acquisition_channel) as received
        on in_year_to(received.month, levels.month) and in_year_to(received.charged_off_month, levels.month)
    group by levels.month
),

sums as (
    select
        levels.month, months_covered, levels.loans, bad_loans, bad_balance, levels.balance,
        coalesce(charged_off.loans, 0) as charged_off_loans,
        part_of(levels.balance, charged_off.loans, charged_off.balance) as charged_off_balance,
        coalesce(recoveries.loans, 0) as recovery_loans, recoveries.cash as recovered,
        levels.squares + coalesce(charged_off.squares, 0) as squares,
        coalesce(levels.bad_squares, 0) + coalesce(charged_off.squares, 0) as bad_squares
    from levels
    join covered using (month)
    left join charged_off using (month)
    left join recoveries using (month)
)

select
    month, months_covered::integer as months_covered, charged_off_loans::bigint as charged_off_loans, charged_off_balance,
    recovery_loans::bigint as recovery_loans, recovered::decimal(38, 2) as recovered, bad_balance, balance::decimal(38, 2) as balance,
    if(months_covered = 12, bad_balance + charged_off_balance - coalesce(recovered, 0), null)::double
    / nullif(balance + charged_off_balance - coalesce(recovered, 0), 0)::double as ratio,
    if(months_covered = 12, bad_loans + charged_off_loans, null) / (loans + charged_off_loans) as ratio_loans,
    if(months_covered = 12, bad_loans + charged_off_loans, null) as _bad_loans, loans + charged_off_loans as _loans,
    if(months_covered = 12, bad_balance + charged_off_balance - coalesce(recovered, 0), null) as _bad_balance,
    balance + charged_off_balance - coalesce(recovered, 0) as _balance, bad_squares as _bad_squares, squares as _squares
from sums
order by month
