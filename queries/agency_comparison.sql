-- title: Comparison of agencies
-- chinese: 委外机构比较
-- answers: Which agency collects more than others would have from the same kind of loans?
-- grain: unit, an agency
-- unit: loan-months, currency of the book, ratios
-- formula: cash ÷ expected cash. Expected: over the cells of like loans of a month, balance held × cash rate of all other agencies in the cell (their cash ÷ their balance). A cell is month × stage × bucket × band of balance × product × segment at the month-end before. Shrunk: between the agency's own ratio and the mean of all, the nearer to the mean the less is known of it (normal-normal empirical Bayes, spread after Paule and Mandel)
-- leaves out: loans placed during the month, which count from its end; cash after a recall; loans without a positive balance. From ratio and expected cash, loans in cells where no other agency holds any: they are in loans and cash_rate, and not in matched_loans
-- pitfalls: a ratio of 1 is what others make of such loans, not a target. Only what the cells know is taken into account: how hard a debtor is beyond that, and what earlier tiers have taken, is not. The interval takes the months of one loan as independent, and is wide where cash comes in few large payments. Compare shrunk ratios when agencies are small: the first and the last of a league of raw rates are mostly small ones. It cannot be cut by region or acquisition channel: the like of a loan are looked for in all of them, and the error of what the others made of a cell is common to all loans of the cell, so that it cannot be shared out among them
-- source: placements, payments, month-end snapshots
-- needs: placement, payment
-- computed by: comparison
-- columns:
--   unit: the agency
--   loans: loans held over a month, each month counted
--   matched_loans: of them, those that other agencies hold the like of
--   balance: their balance at the beginning of the months
--   cash: cash received while the agency held them
--   cash_rate: cash ÷ balance, as it is
--   expected: what others would have collected from the matched loans; empty, with what follows, where it is not positive
--   ratio: cash of the matched loans ÷ expected
--   ratio_low: lower end of its 95 % interval
--   ratio_high: upper end of its 95 % interval
--   shrunk_ratio: the ratio to believe, drawn to the mean of all where little is known
--   small: fewer than 30 loans held over a month
-- rates:
--   cash_rate = cash / balance, products _cash_squares / _balance_by_cash / _balance_squares, may exceed 1, of loans
select
    unit, sum(loans)::bigint as loans, sum(matched_loans)::bigint as matched_loans,
    sum(balance)::decimal(38, 2) as balance, sum(cash)::decimal(38, 2) as cash, sum(matched_cash)::double as matched_cash,
    if(sum(expected) > 0, sum(expected), null) as expected, sum(variance) as variance,
    sum(cash_squares) as _cash_squares, sum(balance_by_cash) as _balance_by_cash, sum(balance_squares) as _balance_squares
from book.agency_month
where in_months(month, $month, $from_month, $to_month) and in_slice(product, $product) and in_slice(segment, $segment)
group by unit
order by unit
