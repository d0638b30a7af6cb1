-- title: Past due 30+, 60+, 90+
-- chinese: 逾期30+、60+、90+占比
-- answers: Which part of the open book is past due by more than a month, two, three?
-- grain: month × line, a line where each overdue bucket begins
-- unit: days, loans, currency of the book, shares of 1
-- formula: balance in this bucket and all worse ones ÷ balance of all open loans, both at the month-end (coincident); by default 1, 31, 61, 91, … days past due and more
-- leaves out: paid-off, charged-off and sold loans. Loans without a balance are left out of the shares by balance
-- pitfalls: growth of the book dilutes it: share_of_month_before holds the same balance against the book of the month before. Charge-offs and sales flatter it. A line is named after the days beyond which it counts: 30+ begins at 31 days, or at 30 where the lender's bucket does; lower_dpd says it
-- source: levels of one month-end snapshot
-- columns:
--   month: month-end of the snapshot
--   line: 1+, 30+, 60+, 90+, …
--   lower_dpd: days past due from which a loan counts
--   loans: open loans past due by that much
--   balance: their balance
--   share_balance: balance ÷ balance of all open loans
--   share_loans: loans ÷ all open loans
--   share_of_month_before: balance ÷ balance of all open loans at the month-end before; NULL where that month is not in the book
-- rates:
--   share_balance = balance / _of_balance, squares _squares / _of_squares, of _of_loans
--   share_loans = loans / _of_loans
--   share_of_month_before = balance / _before_balance, products _squares / _products / _before_squares, may exceed 1, of _of_loans
with buckets as (
    select month, scheme.ordinal, sum(loans) as loans, sum(balance) as balance, sum(balance_squares) as squares
    from level_slice($product, $region, $segment, $acquisition_channel)
    join book.bucket as scheme on scheme.name = bucket
    group by month, scheme.ordinal
),

book_of_month as (
    select month, sum(loans) as loans, sum(balance) as balance, sum(squares) as squares from buckets group by month
),

lines as (
    select ordinal, lower_dpd, lower_dpd - if(lower_dpd % 10 = 1 and lower_dpd > 1, 1, 0) || '+' as line
    from book.bucket
    where ordinal > 0
),

measured as (
    select
        book_of_month.month, lines.ordinal, line, lower_dpd, any_value(book_of_month.balance) as whole_balance,
        any_value(book_of_month.loans) as whole_loans, any_value(book_of_month.squares) as whole_squares,
        coalesce(sum(buckets.loans), 0) as loans, sum(buckets.squares) as squares,
        part_of(whole_balance, coalesce(sum(buckets.loans), 0), sum(buckets.balance)) as balance
    from book_of_month
    join lines on true
    left join buckets on buckets.month = book_of_month.month and buckets.ordinal >= lines.ordinal
    where in_months(book_of_month.month, $month, $from_month, $to_month)
    group by book_of_month.month, lines.ordinal, line, lower_dpd
),

-- Of the loans past a line, those that were open a month before: opening × closing balance.
moved as (
    select month, target.ordinal, sum(balance_products) as products
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    join book.bucket as target on target.name = to_bucket
    where in_months(month, $month, $from_month, $to_month)
    group by month, target.ordinal
),

of_both as (
    select moved.month, lines.ordinal, sum(products) as products
    from moved
    join lines on moved.ordinal >= lines.ordinal
    group by moved.month, lines.ordinal
)

select
    measured.month, line, lower_dpd, measured.loans::bigint as loans, measured.balance,
    measured.balance::double / nullif(whole_balance, 0)::double as share_balance,
    measured.loans / whole_loans as share_loans,
    measured.balance::double / nullif(before.balance, 0)::double as share_of_month_before,
    whole_loans as _of_loans, whole_balance as _of_balance, measured.squares as _squares, whole_squares as _of_squares,
    before.loans as _before_loans, before.balance as _before_balance, before.squares as _before_squares,
    coalesce(products, 0) as _products
from measured
left join of_both on of_both.month = measured.month and of_both.ordinal = measured.ordinal
left join book_of_month as before on before.month = last_day(measured.month - interval 1 month)
order by measured.month, measured.ordinal
