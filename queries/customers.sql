-- title: Customers by number of loans
-- chinese: 多笔贷款客户
-- answers: How many customers have several loans, how much of the late balance is theirs, and how often are all their loans late together?
-- grain: month × number of open loans of the customer
-- unit: customers, loans, currency of the book, shares of 1
-- formula: customers by the loans that they have open at the month-end; late: at least one of them is past due; all late: every one of them is. Share of the late balance: balance of their late loans ÷ balance of all late loans of customers known
-- leaves out: loans whose customer is not known, and loans that are paid off, charged off or sold
-- pitfalls: a customer with two loans has two chances to be late, so that more of them have a late loan, without paying worse. All late is certain where there is one loan. It cannot be cut by product, region, segment or acquisition channel, since a customer may have loans of several
-- source: one month-end snapshot, and the table of loans where the snapshot does not name the customer
-- columns:
--   month: month-end of the snapshot
--   loans_held: open loans of the customer; 4 stands for four and more
--   customers: customers with so many
--   loans: their open loans
--   balance: balance of these
--   late_customers: customers with at least one late loan
--   all_late_customers: of them, customers all of whose loans are late
--   late_loans: late loans
--   late_balance: balance of the late loans
--   share_customers: customers ÷ all customers
--   share_late: late_customers ÷ customers
--   share_all_late: all_late_customers ÷ late_customers
--   share_of_late_balance: late_balance ÷ late balance of all customers
-- rates:
--   share_customers = customers / _of_customers
--   share_late = late_customers / customers
--   share_all_late = all_late_customers / late_customers
--   share_of_late_balance = late_balance / _of_late_balance, squares _squares / _of_squares, of _of_late_customers
with held as (
    select
        month, loans_held, sum(customers) as customers, sum(loans) as loans, sum(balance) as balance,
        coalesce(sum(customers) filter (where some_late), 0) as late_customers,
        coalesce(sum(customers) filter (where all_late), 0) as all_late_customers,
        sum(late_loans) as late_loans, part_of(sum(balance), sum(late_loans), sum(late_balance)) as late_balance,
        coalesce(sum(late_squares), 0) as squares
    from book.customer
    where in_months(month, $month, $from_month, $to_month)
    group by month, loans_held
)

select
    month, loans_held, customers::bigint as customers, loans::bigint as loans, balance::decimal(38, 2) as balance,
    late_customers::bigint as late_customers, all_late_customers::bigint as all_late_customers,
    late_loans::bigint as late_loans, late_balance,
    customers / sum(customers) over of_month as share_customers,
    late_customers / customers as share_late,
    all_late_customers / nullif(late_customers, 0) as share_all_late,
    late_balance::double / nullif(sum(late_balance) over of_month, 0)::double as share_of_late_balance,
    sum(customers) over of_month as _of_customers, sum(late_balance) over of_month as _of_late_balance,
    squares as _squares, sum(squares) over of_month as _of_squares, sum(late_customers) over of_month as _of_late_customers
from held
window of_month as (partition by month)
order by month, loans_held
