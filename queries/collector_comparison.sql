-- title: Comparison of collectors
-- chinese: 催收员比较
-- answers: Which collector gets more from loans than others would have from the same kind of loans?
-- grain: unit, a collector
-- unit: loan-months, currency of the book, ratios
-- formula: cash ÷ expected cash. A loan counts for the collector who made the month's first attempt at it, and so does its cash from that day to the month-end, whoever came after. Expected: over the cells of like loans of a month, balance × cash rate of all other collectors in the cell (their cash ÷ their balance). A cell is month × stage × bucket × band of balance × product × segment at the month-end before. Shrunk: between the collector's own ratio and the mean of all, the nearer to the mean the less is known of it (normal-normal empirical Bayes, spread after Paule and Mandel)
-- leaves out: loans that no collector tried in the month, attempts without a collector; cash before the first attempt; loans without a positive balance at the month-end before. From ratio and expected cash, loans in cells where no other collector has any: they are in loans and cash_rate, and not in matched_loans
-- pitfalls: a ratio of 1 is what others make of such loans, not a target. Only what the cells know is taken into account: how hard a debtor is beyond that, and how late in the month the first attempt came, is not. The interval takes the months of one loan as independent, and is wide where cash comes in few large payments. Compare shrunk ratios when collectors have few loans: the first and the last of a league of raw rates are mostly small ones. It cannot be cut by region or acquisition channel: the like of a loan are looked for in all of them, and the error of what the others made of a cell is common to all loans of the cell, so that it cannot be shared out among them
-- source: contact attempts, payments, month-end snapshots
-- needs: action, payment
-- computed by: comparison
-- columns:
--   unit: the collector
--   loans: loans first tried, each month counted
--   matched_loans: of them, those that other collectors have the like of
--   balance: their balance at the month-ends before
--   cash: cash from the first attempt to the month-end
--   cash_rate: cash ÷ balance, as it is
--   expected: what others would have collected from the matched loans; empty, with what follows, where it is not positive
--   ratio: cash of the matched loans ÷ expected
--   ratio_low: lower end of its 95 % interval
--   ratio_high: upper end of its 95 % interval
--   shrunk_ratio: the ratio to believe, drawn to the mean of all where little is known
--   small: fewer than 30 loans first tried
-- rates:
--   cash_rate = cash / balance, products _cash_squares / _balance_by_cash / _balance_squares, may exceed 1, of loans
select
    unit, sum(loans)::bigint as loans, sum(matched_loans)::bigint as matched_loans,
    sum(balance)::decimal(38, 2) as balance, sum(cash)::decimal(38, 2) as cash, sum(matched_cash)::double as matched_cash,
    if(sum(expected) > 0, sum(expected), null) as expected, sum(variance) as variance,
    sum(cash_squares) as _cash_squares, sum(balance_by_cash) as _balance_by_cash, sum(balance_squares) as _balance_squares
from book.collector_month
where in_months(month, $month, $from_month, $to_month) and in_slice(product, $product) and in_slice(segment, $segment)
group by unit
order by unit
