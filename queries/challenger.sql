-- title: Champion and challenger
-- chinese: 冠军挑战者测试
-- answers: Does a way of collecting that was tried on a random group do better than the usual one, and is the group large enough to tell?
-- grain: month × stage × test group
-- unit: loans, currency of the book, shares of 1
-- formula: by loans: loans whose amount overdue at the opening was paid within n days ÷ loans of the group; by amount: the part of the amount overdue that was paid. Without payments: cured or paid off at the month-end. Difference = the group's rate − the champion's
-- leaves out: loans that were neither overdue nor in a stage when the month began, and loans of which the amount overdue is not known, where payments are judged. Months whose n days are not over are NULL
-- pitfalls: a loan counts in the group it was in when the month began, whatever was done with it (intention to treat): dropping those who were not reached would break the draw. A difference of which the interval holds 0 is no difference yet: see loans_needed. Looking every month until one interval leaves 0 out finds differences that are not there. A loan that stands in the test for some months is judged in each of them
-- source: test groups in the month-end snapshots, payments. Intervals of 95 %: Newcombe (1998) by loans; by amount, the linearised variance of a ratio of sums. Sample size: two-sided test of two proportions at 5 %
-- computed by: challenger
-- options:
--   champion = champion (any text): the group that the others are held against
--   days = 30 (7, 15, 30): days after the opening within which the amount overdue is to be paid
--   difference = 0.02 (0.001 to 0.5): the difference by loans that the test should be able to see
--   power = 0.8 (0.5 to 0.99): the chance with which it should see it
-- columns:
--   month: month-end of the month of the test
--   stage: collection stage when the month began; all for all of them together
--   test_group: group
--   outcome: what counts as success
--   loans: loans of the group
--   judged_loans: of these, loans of which the outcome is known
--   recovered_loans: of these, loans that succeeded
--   rate_loans: recovered_loans ÷ judged_loans
--   difference_loans: rate_loans less the champion's
--   difference_loans_low: lower end of its interval
--   difference_loans_high: upper end of its interval
--   amount: amount at stake, overdue at the opening (or the balance, where the outcome is cured)
--   recovered_amount: of this, what was recovered (or cured)
--   rate_amount: recovered_amount ÷ amount
--   difference_amount: rate_amount less the champion's
--   difference_amount_low: lower end of its interval
--   difference_amount_high: upper end of its interval
--   loans_needed: loans that each group needs to see the difference asked for, given the champion's rate
--   enough: both groups have as many
-- rates:
--   rate_loans = recovered_loans / judged_loans
--   rate_amount = recovered_amount / amount, products _recovered_squares / _products / _amount_squares, of judged_loans
select
    month, coalesce(stage, 'all') as stage, stage is null as of_all_stages, test_group, outcome,
    sum(loans)::bigint as loans,
    sum(good_loans)::bigint as good_loans,
    sum(loans_with_amount)::bigint as loans_with_amount,
    sum(amount)::decimal(38, 2) as amount,
    sum(good_amount)::decimal(38, 2) as good_amount,
    sum(amount_squares) as amount_squares,
    sum(good_squares) as good_squares,
    sum(cross_products) as cross_products
from trial_slice($product, $region, $segment, $acquisition_channel)
where in_months(month, $month, $from_month, $to_month)
group by month, test_group, outcome, grouping sets ((stage), ())
order by month, of_all_stages, stage, test_group, outcome
