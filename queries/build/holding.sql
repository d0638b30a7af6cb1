-- Who was responsible for each loan on which days of a month: a row for each run of days with one owner.
--
-- The agency that a loan is placed with, from the day of the placement until the day of its recall or the day before its next placement;
-- otherwise whoever acted on it last, since its last recall, in this month or the one before. rate: the agency's commission.
with placed as (
    select
        loan_id, agency, commission_rate, placed_on,
        least(
            coalesce(recalled_on + 1, date '9999-12-31'),
            coalesce(lead(placed_on) over (partition by loan_id order by placed_on), date '9999-12-31')
        ) as until_day
    from placements
    where placed_on <= $month
),

acted as (
    select loan_id, acted_at::date as day, arg_max(owner, (acted_at, owner)) as owner
    from (from actions_before union all by name from actions)
    where owner is not null
    group by loan_id, day
),

told as (
    select loan_id, placed_on as day, 2 as rank, agency as owner, commission_rate as rate
    from placed
    where until_day > placed_on and until_day > month_start($month)
    union all
    select loan_id, until_day as day, 1 as rank, '' as owner, null as rate
    from placed
    where until_day <= $month
    union all
    select acted.loan_id, acted.day, 3 as rank, acted.owner, null as rate
    from acted
    where not exists (
        from placed where placed.loan_id = acted.loan_id and acted.day >= placed.placed_on and acted.day < placed.until_day
    )
),

known as (
    select loan_id from told group by loan_id having max(rank) > 1
),

-- On a day, what is told last counts; what was told before the month counts from its first day.
changes as (
    select
        loan_id, greatest(day, month_start($month)) as first_day,
        arg_max({'owner': owner, 'rate': rate, 'placed': rank = 2}, (day, rank)) as holder
    from (
        from told semi join known using (loan_id)
        union all
        select loan_id, date '0001-01-01', 0, '', null from known
    )
    group by all
),

-- Many attempts of one owner are one run of days.
turns as (
    select * from changes
    qualify holder is distinct from lag(holder) over (partition by loan_id order by first_day)
)

select
    loan_id, first_day,
    coalesce(lead(first_day) over (partition by loan_id order by first_day) - 1, $month) as last_day,
    holder.owner as owner,
    holder.placed as placed,
    holder.rate as rate
from turns
order by loan_id, first_day
