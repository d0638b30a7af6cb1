-- Customers of one month-end by the number of loans they have open, four and more as one, and whether some or all of these are late.
-- Loans without a customer are left out: how many loans their borrower has is not known.
with open_loans as (
    select customer_id, bucket_of(days_past_due, bucket) > 0 as late, balance
    from closing_snapshot
    where status = 'open' and customer_id is not null
),

customers as (
    select
        customer_id, count(*) as loans, count_if(late) as late_loans,
        sum(balance) as balance, sum(balance) filter (where late) as late_balance
    from open_loans
    group by customer_id
)

select
    $month::date as month,
    least(loans, 4)::integer as loans_held,
    late_loans > 0 as some_late,
    late_loans = loans as all_late,
    count(*)::bigint as customers,
    sum(loans)::bigint as loans,
    sum(late_loans)::bigint as late_loans,
    sum(balance)::decimal(38, 2) as balance,
    sum(late_balance)::decimal(38, 2) as late_balance,
    sum(late_balance::double * late_balance::double) as late_squares
from customers
group by all
