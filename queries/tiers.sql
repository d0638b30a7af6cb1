-- title: Classification in tiers
-- chinese: 五级分类
-- answers: How is the open book classified under the regulator's tiers?
-- grain: month × tier; tiers without a loan are not listed
-- unit: loans, currency of the book, shares of 1
-- formula: loans, or balance, in the tier ÷ all open loans, both at the month-end. By default: normal, special mention from 1 day past due, substandard beyond 90, doubtful beyond 270, loss beyond 360
-- leaves out: paid-off, charged-off and sold loans. Loans without a balance are left out of the shares by balance
-- pitfalls: by days past due alone; a lender may classify a loan worse for other reasons. Where only a bucket is known that spans several tiers, the loan is unclassified
-- source: levels of one month-end snapshot; tiers after the 2023 rule on classification of financial assets (China)
-- columns:
--   month: month-end of the snapshot
--   tier: normal, special_mention, substandard, doubtful, loss, or unclassified
--   loans: open loans in the tier
--   balance: their balance
--   share_loans: part of all open loans
--   share_balance: part of the balance of all open loans
-- rates:
--   share_loans = loans / _of_loans
--   share_balance = balance / _of_balance, squares _squares / _of_squares, of _of_loans
with classified as (
    select month, tier, sum(loans) as loans, sum(balance) as balance, sum(balance_squares) as squares
    from level_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by month, tier
),

wholes as (
    select
        *,
        sum(loans) over book as of_loans,
        sum(balance) over book as of_balance,
        sum(squares) over book as of_squares
    from classified
    window book as (partition by month)
)

select
    month, tier, loans::bigint as loans, balance::decimal(38, 2) as balance,
    loans / of_loans as share_loans, balance::double / nullif(of_balance, 0)::double as share_balance,
    of_loans as _of_loans, of_balance as _of_balance, squares as _squares, of_squares as _of_squares
from wholes
left join book.tier as scheme on scheme.name = tier
order by month, scheme.ordinal nulls last
