-- title: Contact funnel
-- chinese: 催收漏斗
-- answers: How many accounts were attempted, reached, promised, paid as promised and were cured, by stage, channel and owner?
-- grain: month × level × stage × channel × owner
-- unit: accounts (loans), account-days, attempts, promises, shares of 1
-- formula: penetration = accounts attempted ÷ assigned; intensity = attempts ÷ account-days assigned; connect rate = answered ÷ attempts; right-party contact (RPC) = borrower reached ÷ attempts; promise to pay (PTP) = promises ÷ borrowers reached; kept = promises kept ÷ promises due. A promise is kept when its amount (or the share that the settings say) was paid between the promise and its due date plus the days of grace; one payment satisfies one promise, the one due first
-- leaves out: promises made before the first month of the book, and events in months without a snapshot. A promise is due only once payments of all its days of grace are known; until then it stands under promises_not_due
-- pitfalls: accounts are distinct within a row and cannot be summed over stages, channels or owners: take the row of the level asked for, where “all” stands for every one. Between two month-ends a stage is counted forward from days past due until the last payment, and back from the next snapshot after it; an account that became overdue and paid between them is seen only where it was attempted. Of channels all share the accounts assigned to the stage. cured_accounts counts everybody who was cured, contacted or not. Promises that followed no contact with the borrower stand under the channel “none”, and are in the PTP rate, which may exceed 1. Intervals of rates of attempts take attempts as independent; those at the same borrower are alike, so that they are too narrow where few borrowers are tried often
-- source: actions, promises, payments and placements with the month-end snapshots
-- needs: action
-- options:
--   split = all (all, total, stage, channel, owner, stage_channel, stage_owner, channel_owner, stage_channel_owner): the level of rows to answer; all gives every level
-- rates:
--   penetration = attempted_accounts / assigned_accounts
--   connect_rate = connected / attempts
--   rpc_rate = right_party / attempts
--   rpc_of_connected = right_party / connected
--   ptp_rate = promises / right_party, counted, of right_party
--   kept_rate = promises_kept / promises_due
-- columns:
--   month: month-end
--   level: what the row is split by
--   stage: collection stage; none for a loan that stood in none, all where not split
--   channel: channel of the contact; none for promises that no contact led to, all where not split
--   owner: team or agency; empty where not known, all where not split
--   assigned_accounts: accounts that stood in the stage, or with the owner, on some day
--   account_days: days on which they did
--   attempted_accounts: accounts with at least one attempt
--   connected_accounts: of these, accounts where somebody answered or a message was read
--   reached_accounts: of these, accounts where the borrower was reached
--   promised_accounts: of these, accounts with a promise made in the month
--   kept_accounts: of these, accounts where such a promise was paid by the next month-end
--   kept_cured_accounts: of these, accounts that were cured at the month-end
--   cured_accounts: accounts assigned that were current or paid off at the month-end
--   attempts: attempts
--   connected: attempts that were answered, and messages that were read
--   right_party: attempts that reached the borrower
--   promises: promises made in the month
--   promises_due: promises that were due in the month, their days of grace being over
--   promises_kept: of these, those that were paid
--   promises_not_due: promises with a due date in the month whose days of grace are not over yet
--   penetration: attempted_accounts ÷ assigned_accounts
--   intensity: attempts ÷ account_days
--   connect_rate: connected ÷ attempts
--   rpc_rate: right_party ÷ attempts
--   rpc_of_connected: right_party ÷ connected
--   ptp_rate: promises ÷ right_party
--   kept_rate: promises_kept ÷ promises_due
with contacted as (
    select
        month, stage, channel, owner,
        sum(attempted_accounts) as attempted_accounts, sum(connected_accounts) as connected_accounts,
        sum(reached_accounts) as reached_accounts, sum(promised_accounts) as promised_accounts,
        sum(kept_accounts) as kept_accounts, sum(kept_cured_accounts) as kept_cured_accounts,
        sum(attempts) as attempts, sum(connected) as connected, sum(reached) as right_party,
        sum(promises) as promises, sum(promises_due) as promises_due, sum(promises_kept) as promises_kept,
        sum(promises_not_due) as promises_not_due
    from contact_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

held as (
    select
        month, stage, owner,
        sum(accounts) as assigned_accounts, sum(account_days) as account_days, sum(cured_accounts) as cured_accounts
    from assigned_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by all
),

-- Where something is known of a month's promises, a row without any has none.
known as (
    select month, count(promises) > 0 as of_promises, count(promises_due) > 0 as of_payments from book.contact group by month
),

lines as (
    select month, stage, channel, owner from contacted
    union
    select month, stage, null as channel, owner from held
),

joined as (
    select
        lines.month,
        coalesce(nullif(concat_ws(
            '_', if(lines.stage is null, null, 'stage'), if(lines.channel is null, null, 'channel'), if(lines.owner is null, null, 'owner')
        ), ''), 'total') as level,
        lines.stage, lines.channel, lines.owner,
        contacted.* exclude (month, stage, channel, owner, promises, promises_due, promises_kept, promises_not_due),
        if(of_promises, coalesce(promises, 0), null) as promises,
        if(of_payments, coalesce(promises_due, 0), null) as promises_due,
        if(of_payments, coalesce(promises_kept, 0), null) as promises_kept,
        if(of_payments, coalesce(promises_not_due, 0), null) as promises_not_due,
        held.* exclude (month, stage, owner)
    from lines
    left join known on known.month = lines.month
    left join contacted
        on contacted.month = lines.month and contacted.stage is not distinct from lines.stage
        and contacted.channel is not distinct from lines.channel and contacted.owner is not distinct from lines.owner
    left join held
        on held.month = lines.month and held.stage is not distinct from lines.stage and held.owner is not distinct from lines.owner
)

select
    month, level, coalesce(stage, 'all') as stage, coalesce(channel, 'all') as channel, coalesce(owner, 'all') as owner,
    coalesce(assigned_accounts, 0)::bigint as assigned_accounts,
    coalesce(account_days, 0)::bigint as account_days,
    coalesce(attempted_accounts, 0)::bigint as attempted_accounts,
    connected_accounts::bigint as connected_accounts,
    reached_accounts::bigint as reached_accounts,
    promised_accounts::bigint as promised_accounts,
    kept_accounts::bigint as kept_accounts,
    kept_cured_accounts::bigint as kept_cured_accounts,
    coalesce(cured_accounts, 0)::bigint as cured_accounts,
    coalesce(attempts, 0)::bigint as attempts,
    connected::bigint as connected,
    right_party::bigint as right_party,
    promises::bigint as promises,
    promises_due::bigint as promises_due,
    promises_kept::bigint as promises_kept,
    promises_not_due::bigint as promises_not_due,
    case when stage is distinct from 'none' then coalesce(attempted_accounts, 0) / nullif(assigned_accounts, 0) end as penetration,
    coalesce(attempts, 0) / nullif(account_days, 0) as intensity,
    connected / nullif(attempts, 0) as connect_rate,
    right_party / nullif(attempts, 0) as rpc_rate,
    right_party / nullif(connected, 0) as rpc_of_connected,
    promises / nullif(right_party, 0) as ptp_rate,
    promises_kept / nullif(promises_due, 0) as kept_rate
from joined
left join book.stage as ladder on ladder.name = joined.stage
where $split = 'all' or level = $split
order by month, length(level), level, coalesce(ladder.ordinal, 1000), stage, channel, owner
