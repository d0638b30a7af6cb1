-- What came of the attempts of a month, in the words of the file. Words that are rare, as in free notes, stand together: a
-- month keeps its fifty most frequent. An account counts in every outcome that it had.
with said as (
    select loan_id, coalesce(outcome, '') as outcome, coalesce(right_party, false) as reached
    from actions
),

frequent as (
    select outcome from said group by outcome order by count(*) desc, outcome limit 50
),

per_loan as (
    select
        loan_id, if(frequent.outcome is null, 'other', said.outcome) as outcome, count(*) as attempts, count_if(reached) as reached
    from said
    left join frequent using (outcome)
    group by all
)

select
    $month::date as month, outcome, product, region, segment, acquisition_channel,
    sum(attempts)::bigint as attempts, sum(reached)::bigint as reached,
    count(*)::bigint as accounts, count_if(reached > 0)::bigint as reached_accounts
from per_loan
join accounts using (loan_id)
group by all
