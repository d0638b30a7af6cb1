-- How far each loan is ahead of its schedule (more than 0) or behind it (less) at a month-end; loans that are even are not listed.
--
-- Carried from month to month: what was paid less what fell due, whatever the payments say they were for. The snapshot corrects
-- it: a loan that is not overdue is not behind (but by an instalment that falls due on that very day or later), and one that is overdue is behind, by its overdue amount or else by the
-- instalments missed, where the payments would have it ahead, or where nothing is carried ($carried is false: the payments
-- begin here, or a month is missing). A loan is then taken to be even unless it is overdue, or
-- was paid out in the month.
with scheduled as (
    select
        loan_id, originated_on, instalment, coalesce(term_months, 10000) as term_months,
        make_date(year($month::date), month($month::date), least(due_day, day($month::date))) as due_on
    from schedule
    where instalment > 0 and due_day between 1 and 31
),

open_loans as (
    select loan_id, as_of, days_past_due, overdue_amount, originated_on
    from closing_snapshot
    where status = 'open' and days_past_due is not null
),

paid as (
    select loan_id, sum(amount) as amount from payment group by loan_id
),

moved as (
    select
        loan_id, days_past_due, overdue_amount, instalment,
        date_diff('month', coalesce(open_loans.originated_on, scheduled.originated_on), $month::date) as age,
        if(due_on >= as_of, -instalment, 0) as lowest,
        date_diff('month', (as_of - days_past_due)::date, as_of) + if(due_on <= as_of, 1, 0) as missed,
        coalesce(carried.amount, 0) + coalesce(paid.amount, 0)
        - if(coalesce(age, 1) between 1 and term_months, instalment, 0) as amount
    from open_loans
    join scheduled using (loan_id)
    left join paid using (loan_id)
    left join carried using (loan_id)
),

corrected as (
    select
        loan_id,
        case when days_past_due = 0 then if($carried::boolean or age = 0, greatest(amount, lowest), 0)
            when $carried::boolean and amount < 0 then amount
            else -coalesce(nullif(overdue_amount, 0), instalment * greatest(missed, 1)) end as amount
    from moved
)

select loan_id, amount::decimal(18, 2) as amount
from corrected
where amount <> 0
