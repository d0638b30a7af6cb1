-- title: What came of the attempts
-- chinese: 触达结果
-- answers: What do the outcomes written beside the attempts say of the borrowers who are late?
-- grain: month × outcome, or that × segment, product, region or acquisition channel, as chosen
-- unit: attempts, accounts (loans), shares of 1
-- formula: attempts with the outcome ÷ all attempts; of those that reached the borrower in the same way
-- leaves out: events in months without a snapshot. Words that are rare stand together as other: a month keeps its fifty most frequent
-- pitfalls: outcomes are the words of the lender's own system, and mean what it means by them: a reason for being late is known only as far as they name it. An account counts in each outcome that it had, so that accounts cannot be summed over outcomes. Many attempts are made at the same borrowers; shares of attempts speak of attempts. The interval takes attempts as independent, and is too narrow where few borrowers are tried often
-- source: contact attempts with the month-end snapshots
-- needs: action
-- options:
--   by = all (all, segment, product, region, acquisition_channel): what the rows are split by
-- columns:
--   month: month-end
--   value: segment, product, region or acquisition channel, empty where not known; all where not split
--   outcome: what came of the attempt, as the file says it; empty where it says nothing
--   attempts: attempts with the outcome
--   reached: of them, attempts that reached the borrower
--   accounts: accounts with such an attempt
--   reached_accounts: accounts with such an attempt that reached the borrower
--   share: attempts ÷ all attempts of the value
--   share_of_reached: reached ÷ all attempts of the value that reached the borrower
-- rates:
--   share = attempts / _of_attempts
--   share_of_reached = reached / _of_reached
with split as (
    select
        month,
        case $by when 'product' then product when 'region' then region when 'segment' then segment
            when 'acquisition_channel' then acquisition_channel else 'all' end as value,
        outcome, sum(attempts) as attempts, sum(reached) as reached, sum(accounts) as accounts,
        sum(reached_accounts) as reached_accounts
    from outcome_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by all
)

select
    month, value, outcome, attempts::bigint as attempts, reached::bigint as reached,
    accounts::bigint as accounts, reached_accounts::bigint as reached_accounts,
    attempts / sum(attempts) over of_value as share,
    reached / nullif(sum(reached) over of_value, 0) as share_of_reached,
    sum(attempts) over of_value as _of_attempts, sum(reached) over of_value as _of_reached
from split
window of_value as (partition by month, value)
order by month, value, attempts desc, outcome
