-- title: Who is late
-- chinese: 逾期构成
-- answers: Which segments, products, regions or acquisition channels are late, and how late?
-- grain: month × value × overdue bucket, and a row for all overdue buckets together
-- unit: loans, currency of the book, shares of 1
-- formula: open loans of the value in the bucket ÷ all its open loans, at one month-end; by balance in the same way
-- leaves out: paid-off, charged-off and sold loans. Loans without a balance are left out of the shares by balance
-- pitfalls: a value that grows fast looks better than it is, since its new loans have had no time to be late: cohorts at the same age tell (see vintages). Sales and charge-offs flatter the late buckets
-- source: levels of one month-end snapshot
-- options:
--   by = segment (segment, product, region, acquisition_channel): what the rows are split by
-- columns:
--   month: month-end of the snapshot
--   value: segment, product, region or acquisition channel; empty where not known
--   bucket: overdue bucket, or all
--   loans: open loans of the value in the bucket
--   balance: their balance
--   of_loans: open loans of the value, late or not
--   of_balance: balance of these
--   share_loans: loans ÷ of_loans
--   share_balance: balance ÷ of_balance
-- rates:
--   share_loans = loans / of_loans
--   share_balance = balance / of_balance, squares _squares / _of_squares, of of_loans
with cells as (
    select
        month,
        case $by when 'product' then product when 'region' then region when 'segment' then segment else acquisition_channel end as value,
        scheme.ordinal, bucket, sum(loans) as loans, sum(balance) as balance, sum(balance_squares) as squares
    from level_slice($product, $region, $segment, $acquisition_channel)
    join book.bucket as scheme on scheme.name = bucket
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

open_loans as (
    select month, value, sum(loans) as loans, sum(balance) as balance, sum(squares) as squares from cells group by all
),

lines as (
    select ordinal, name as bucket, [ordinal] as holds from book.bucket where ordinal > 0
    union all
    select 1000, 'all', list(ordinal) from book.bucket where ordinal > 0
)

select
    open_loans.month, open_loans.value, lines.bucket,
    coalesce(sum(cells.loans), 0)::bigint as loans,
    part_of(any_value(open_loans.balance), coalesce(sum(cells.loans), 0), sum(cells.balance)) as balance,
    any_value(open_loans.loans)::bigint as of_loans, any_value(open_loans.balance)::decimal(38, 2) as of_balance,
    coalesce(sum(cells.loans), 0) / any_value(open_loans.loans) as share_loans,
    part_of(any_value(open_loans.balance), coalesce(sum(cells.loans), 0), sum(cells.balance))::double
    / nullif(any_value(open_loans.balance), 0)::double as share_balance,
    coalesce(sum(cells.squares), 0) as _squares, any_value(open_loans.squares) as _of_squares
from open_loans
cross join lines
left join cells
    on cells.month = open_loans.month and cells.value = open_loans.value and list_contains(lines.holds, cells.ordinal)
group by open_loans.month, open_loans.value, lines.ordinal, lines.bucket
order by open_loans.month, open_loans.value, lines.ordinal
