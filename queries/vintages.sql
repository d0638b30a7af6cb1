-- title: Vintages
-- chinese: 账龄分析（Vintage）
-- answers: Of the loans paid out in a month, which part had ever been past due by more than a month, two, three, by each age?
-- grain: cohort (month of origination) × months on book × line; ages that a cohort has not reached yet are listed, and NULL
-- unit: loans, currency of the book, shares of 1
-- formula: ever: loans that stood at or beyond the line at some month-end so far, or were charged off ÷ loans of the cohort; by amount, the principal of the same loans on both sides. Current: loans open at or beyond the line at that month-end ÷ the same. Months on book: calendar months from the month of origination to that of the snapshot. By default lines are 31, 61 and 91 days past due and more
-- leaves out: cohorts paid out before the book begins, of which only the survivors are there. Loans paid out and gone between two month-ends, and loans whose day of origination was not known when they were first seen. Loans of unknown principal are left out of the shares by amount. A loan that vanished before it was charged off does not count as charged off
-- pitfalls: seen at month-ends only: who was 40 days late and paid by the month-end is not ever 30+. Where a month-end since origination is not in the book (gap), later ever shares are a lower bound, and that month's own cells are NULL. Current leaves out what was charged off or sold, so it falls without anybody paying. An id used again counts as the loan it first was, a loan in the slice in which it was first seen. Filters: month and to_month are the month-end looked from, from_month the first cohort
-- source: loans first seen with their day of origination and principal, and those that reached a line, of all month-end snapshots
-- columns:
--   cohort: month-end of the month of origination
--   months_on_book: calendar months since
--   month: month-end of the cell
--   line: 30+, 60+ or 90+, after the days beyond which it counts
--   lower_dpd: days past due from which a loan counts
--   loans: loans of the cohort
--   amount: their principal
--   ever_loans: of these, ever at or beyond the line
--   ever_amount: their principal
--   current_loans: of these, open at or beyond the line at the month-end
--   current_amount: their principal
--   ever_share_loans: ever_loans ÷ loans
--   ever_share_amount: ever_amount ÷ amount
--   current_share_loans: current_loans ÷ loans
--   current_share_amount: current_amount ÷ amount
--   gap: a month-end since origination is not in the book
-- rates:
--   ever_share_loans = ever_loans / loans
--   ever_share_amount = ever_amount / amount, squares _ever_squares / _squares, of loans
--   current_share_loans = current_loans / loans
--   current_share_amount = current_amount / amount, squares _current_squares / _squares, of loans
with held as (
    select unnest(months) as month from book.book_version
),

facts as (
    select vintage.*
    from vintage_slice($product, $region, $segment, $acquisition_channel) as vintage
    join seen_to($month, $to_month) as seen on vintage.month <= seen.month
    where $from_month is null or cohort >= $from_month
),

cohorts as (
    select cohort, sum(new_loans) as loans, sum(new_amount) as amount, sum(new_squares) as squares
    from facts
    where line = 0
    group by cohort
),

lines as (
    select
        ordinal, lower_dpd, lower_dpd - if(lower_dpd % 10 = 1 and lower_dpd > 1, 1, 0) || '+' as line
    from book.bucket
    where ordinal between 2 and 4
),

ages as (
    select unnest(range(0, date_diff('month', (select min(cohort) from cohorts), seen.month) + 1))::integer as months_on_book
    from seen_to($month, $to_month) as seen
),

grid as (
    select
        cohorts.*, lines.*, months_on_book, last_day(cohort + to_months(months_on_book)) as month,
        held.month is not null and held.month <= seen.month as observed, held.month is null as missing
    from cohorts
    cross join lines
    cross join ages
    cross join seen_to($month, $to_month) as seen
    left join held on held.month = last_day(cohort + to_months(months_on_book))
),

moved as (
    select
        cohort, line as ordinal, month, sum(new_loans) as new_loans, sum(new_amount) as new_amount,
        sum(current_loans) as current_loans, sum(current_amount) as current_amount,
        sum(new_squares) as new_squares, sum(current_squares) as current_squares
    from facts
    where line > 0
    group by cohort, line, month
),

so_far as (
    select
        grid.*,
        coalesce(sum(new_loans) over age, 0) as ever_loans, sum(new_amount) over age as ever_known,
        coalesce(current_loans, 0) as current_loans, current_amount as current_known,
        sum(new_squares) over age as ever_squares, current_squares,
        bool_or(missing) over age as gap
    from grid
    left join moved on moved.cohort = grid.cohort and moved.ordinal = grid.ordinal and moved.month = grid.month
    window age as (partition by grid.cohort, grid.ordinal order by months_on_book)
),

amounts as (
    select
        *,
        case when observed then if(ever_loans = 0 and amount is not null, 0, ever_known) end as ever_amount,
        case when observed then if(current_loans = 0 and amount is not null, 0, current_known) end as current_amount
    from so_far
)

select
    cohort, months_on_book, month, line, lower_dpd, loans::bigint as loans, amount::decimal(38, 2) as amount,
    case when observed then ever_loans end::bigint as ever_loans, ever_amount::decimal(38, 2) as ever_amount,
    case when observed then current_loans end::bigint as current_loans, current_amount::decimal(38, 2) as current_amount,
    case when observed then ever_loans / loans end as ever_share_loans,
    ever_amount::double / nullif(amount, 0)::double as ever_share_amount,
    case when observed then current_loans / loans end as current_share_loans,
    current_amount::double / nullif(amount, 0)::double as current_share_amount,
    case when observed then gap end as gap,
    squares as _squares, ever_squares as _ever_squares, current_squares as _current_squares
from amounts
order by cohort, months_on_book, ordinal
