-- Each attempt with the stage its loan was in that day, else the stage it says itself; and the owner it says, else the holder.
-- outside: the loan was in no stage that day. elsewhere: so, or another owner held it. NULL flags are unknown.
select
    actions.loan_id, acted_at::date as day, coalesce(stays.stage, actions.stage, 'none') as stage, channel,
    coalesce(actions.owner, holdings.owner, '') as owner, coalesce(collector_id, '') as collector_id,
    if(right_party, true, connected) as connected,
    if(connected = false, coalesce(right_party, false), right_party) as right_party,
    seconds, cost,
    stays.loan_id is null as outside,
    stays.loan_id is null or coalesce(actions.owner, holdings.owner, '') <> coalesce(holdings.owner, '') as elsewhere
from actions
left join stays on stays.loan_id = actions.loan_id and acted_at::date between stays.first_day and stays.last_day
left join holdings on holdings.loan_id = actions.loan_id and acted_at::date between holdings.first_day and holdings.last_day
