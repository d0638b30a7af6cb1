-- title: First-payment default
-- chinese: 首期逾期率（FPD）
-- answers: Which part of the loans paid out in a month did not pay its first instalment within a week, or a month?
-- needs: loan
-- options:
--   days = 7 (1, 3, 5, 7, 10, 15, 20, 30, 45, 60): more than so many days after the due date
--   later_days = 30 (1, 3, 5, 7, 10, 15, 20, 30, 45, 60): the same of a second line; the same number for no second line
-- grain: cohort (month of origination) × days; cohorts too young to tell are listed, and NULL
-- unit: loans, shares of 1
-- formula: first instalments more than so many days overdue ÷ first instalments due. The first instalment is due in the calendar month after origination, on the loan's due day or the last day of a shorter month. By snapshot: at the first month-end more than so many days after it, days past due are more than these and more than a second instalment could be, or the loan is charged off. By payments: less than the instalment was paid up to so many days after the due date
-- leaves out: loans whose due day or day of origination is not known, and what vintages leave out. In the rate by payments also loans without an instalment, and cohorts for which a month of payments is not in the book
-- pitfalls: two families. By snapshot, whoever paid late but before that month-end is not seen, so that the rate is a lower bound, and loans without a row (unseen_loans) count as paid in it: read it with their number. By payments it is exact, if the payments are whole. A cohort is known once its last due day is so long past at a month-end of the book. Filters: month and to_month are the month-end looked from, from_month the first cohort
-- source: loans first seen with their day of origination; due day and instalment of the loan; snapshots, and payments where the book has them
-- columns:
--   cohort: month-end of the month of origination
--   days: more than so many days after the due date
--   loans: first instalments due
--   unseen_loans: of these, in no snapshot at that month-end, sold, or of unknown days past due
--   overdue_loans: of these, overdue by snapshot
--   overdue_share: overdue_loans ÷ loans
--   known_loans: first instalments that payments can be held against
--   unpaid_loans: of these, not paid in time by payments
--   unpaid_share: unpaid_loans ÷ known_loans
-- rates:
--   overdue_share = overdue_loans / loans
--   unpaid_share = unpaid_loans / known_loans
with held as (
    select unnest(months) as month from book.book_version
),

judged as (
    select first_payment.*
    from first_payment_slice($product, $region, $segment, $acquisition_channel) as first_payment
    join seen_to($month, $to_month) as seen on first_payment.month <= seen.month
    where days in ($days::integer, $later_days::integer)
),

sums as (
    select
        cohort, days, sum(loans) as loans, sum(unseen_loans) as unseen_loans, sum(overdue_loans) as overdue_loans,
        sum(known_loans) as known_loans, sum(unpaid_loans) as unpaid_loans
    from judged
    group by cohort, days
),

cohorts as (
    select
        vintage.cohort, lines.days, last_day(last_day(vintage.cohort + interval 1 month) + lines.days + 1) as known_at,
        any_value(seen.month) as seen_month
    from vintage_slice($product, $region, $segment, $acquisition_channel) as vintage
    cross join (select distinct unnest([$days::integer, $later_days::integer]) as days) as lines
    join seen_to($month, $to_month) as seen on vintage.month <= seen.month
    where line = 0 and ($from_month is null or vintage.cohort >= $from_month)
    group by vintage.cohort, lines.days
),

states as (
    select
        cohorts.cohort, cohorts.days, known_at <= seen_month
        and count(held.month) = date_diff('month', cohorts.cohort, known_at) as known
    from cohorts
    left join held on held.month > cohorts.cohort and held.month <= known_at
    group by cohorts.cohort, cohorts.days, known_at, seen_month
)

select
    cohort, days,
    case when known then coalesce(loans, 0) end::bigint as loans,
    case when known then coalesce(unseen_loans, 0) end::bigint as unseen_loans,
    case when known then coalesce(overdue_loans, 0) end::bigint as overdue_loans,
    case when known then overdue_loans / nullif(loans, 0) end as overdue_share,
    case when known then coalesce(known_loans, 0) end::bigint as known_loans,
    case when known then coalesce(unpaid_loans, 0) end::bigint as unpaid_loans,
    case when known then unpaid_loans / nullif(known_loans, 0) end as unpaid_share
from states
left join sums using (cohort, days)
order by cohort, days
