-- Of the loans that units held over a month (held: unit, stage, bucket, balance_band, product, segment, balance, cash, exact_balance,
-- exact_cash): for each unit what it made of them, and what all others made of the like. Loans are alike in stage, bucket, band of
-- balance, product and segment. The variance is that of cash less expected cash: of cash per loan about the
-- rate of its cell, which grows with the balance squared, plus the error of the others' rate.
cells as (
    select
        unit, stage, bucket, balance_band, product, segment,
        count(*) as loans, sum(balance) as balance, sum(cash) as cash,
        sum(exact_balance)::decimal(38, 2) as exact_balance, sum(exact_cash)::decimal(38, 2) as exact_cash,
        sum(balance * balance) as balance_squares, sum(balance * cash) as balance_by_cash, sum(cash * cash) as cash_squares
    from held
    group by all
),

wholes as (
    select
        *,
        sum(loans) over cell as all_loans, sum(balance) over cell as all_balance, sum(cash) over cell as all_cash,
        sum(balance_squares) over cell as all_squares, sum(balance_by_cash) over cell as all_products,
        sum(cash_squares) over cell as all_cash_squares
    from cells
    window cell as (partition by stage, bucket, balance_band, product, segment)
),

rated as (
    select
        *,
        all_loans > loans as matched,
        (all_cash - cash) / (all_balance - balance) * balance as expected,
        greatest(
            all_cash_squares - 2 * all_cash / all_balance * all_products + (all_cash / all_balance) ** 2 * all_squares, 0
        ) / all_squares * all_loans / (all_loans - 1)
            * (balance_squares + (balance / (all_balance - balance)) ** 2 * (all_squares - balance_squares)) as variance
    from wholes
)

select
    $month::date as month, unit, product, segment,
    sum(loans)::bigint as loans,
    coalesce(sum(loans) filter (where matched), 0)::bigint as matched_loans,
    sum(exact_balance)::decimal(38, 2) as balance,
    sum(exact_cash)::decimal(38, 2) as cash,
    sum(exact_cash) filter (where matched)::decimal(38, 2) as matched_cash,
    sum(balance_squares) as balance_squares,
    sum(balance_by_cash) as balance_by_cash,
    sum(cash_squares) as cash_squares,
    sum(expected) filter (where matched) as expected,
    sum(variance) filter (where matched) as variance
from rated
group by all
