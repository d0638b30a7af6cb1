-- title: What works for whom
-- chinese: 分客群催收效果
-- answers: Which channel reaches whom, and what comes of it: promises, kept promises, cures and cash?
-- grain: month × value × channel, and rows for all channels and for accounts that nobody reached
-- unit: attempts, accounts (loans), promises, currency of the book, shares of 1
-- formula: right-party contact (RPC) = borrower reached ÷ attempts; promise to pay (PTP) = promises ÷ borrowers reached; kept = promises kept ÷ promises due; cured = accounts reached that are current or paid off at the month-end ÷ accounts reached, and for not_reached, accounts assigned that nobody reached and that are cured ÷ all of these; cash per account = cash credited to the channel ÷ accounts attempted in it. Promises are kept, and cash is credited, as in the questions contact_funnel and cash_by_source
-- leaves out: promises that followed no contact, but in the rows of all channels; cash that came by itself; events in months without a snapshot
-- pitfalls: it is no proof of an effect. Who is reached differs from who is not, and each channel is used for other accounts and at other times: only a test of groups drawn by chance tells what a channel does (see challenger). An account tried in two channels counts in both, and in all once. Intervals take attempts and payments as independent: they are too narrow where few borrowers are tried often, or pay often
-- source: actions, promises, payments and placements with the month-end snapshots
-- needs: action
-- options:
--   by = segment (segment, product, region, acquisition_channel): what the rows are split by
-- columns:
--   month: month-end
--   value: segment, product, region or acquisition channel; empty where not known
--   channel: channel; all for any of them, not_reached for accounts that no attempt reached
--   attempts: attempts
--   right_party: attempts that reached the borrower
--   attempted_accounts: accounts with at least one attempt
--   reached_accounts: of these, accounts where the borrower was reached; for not_reached, accounts assigned that were not
--   promises: promises made in the month
--   promises_due: promises that were due in the month, their days of grace being over
--   promises_kept: of these, those that were paid
--   cured_accounts: of reached_accounts, those current or paid off at the month-end
--   cash: cash credited to the channel
--   rpc_rate: right_party ÷ attempts
--   ptp_rate: promises ÷ right_party
--   kept_rate: promises_kept ÷ promises_due
--   cured_rate: cured_accounts ÷ reached_accounts
--   cash_per_account: cash ÷ attempted_accounts
-- rates:
--   rpc_rate = right_party / attempts
--   ptp_rate = promises / right_party, counted, of right_party
--   kept_rate = promises_kept / promises_due
--   cured_rate = cured_accounts / reached_accounts
--   cash_per_account = cash / attempted_accounts, products _cash_squares / _cash / attempted_accounts, may exceed 1, of attempted_accounts
with contacted as (
    select
        month, product, region, segment, acquisition_channel, coalesce(channel, 'all') as channel,
        attempts, reached, attempted_accounts, reached_accounts, reached_cured_accounts, promises, promises_due, promises_kept
    from contact_slice($product, $region, $segment, $acquisition_channel)
    where stage is null and owner is null and channel is distinct from 'none'
    and in_months(month, $month, $from_month, $to_month)
),

-- Of the accounts assigned, those that were reached are taken away.
not_reached as (
    select
        month, product, region, segment, acquisition_channel, accounts as reached_accounts, cured_accounts as reached_cured_accounts
    from assigned_slice($product, $region, $segment, $acquisition_channel)
    where stage is null and owner is null and in_months(month, $month, $from_month, $to_month)
    union all
    select month, product, region, segment, acquisition_channel, -reached_accounts, -reached_cured_accounts
    from contacted
    where channel = 'all'
),

received as (
    select
        month, product, region, segment, acquisition_channel, unnest([channel, 'all']) as channel, cash, cash_squares
    from collected_slice($product, $region, $segment, $acquisition_channel)
    where payments > 0 and channel <> 'self_cure' and in_months(month, $month, $from_month, $to_month)
),

together as (
    from contacted
    union all by name
    select *, 'not_reached' as channel from not_reached
    union all by name
    from received
),

-- Where nothing is known of a month, of whom an attempt reached or of its payments, a row has none of it.
known as (
    select month, count(reached_accounts) > 0 as of_reached, count(promises) > 0 as of_promises, count(promises_due) > 0 as of_payments
    from book.contact
    group by month
),

sums as (
    select
        month,
        case $by when 'product' then product when 'region' then region when 'segment' then segment else acquisition_channel end as value,
        channel,
        sum(attempts) as attempts, sum(reached) as right_party, sum(attempted_accounts) as attempted_accounts,
        sum(reached_accounts) as reached_accounts, sum(reached_cured_accounts) as cured_accounts,
        sum(promises) as promises, sum(promises_due) as promises_due, sum(promises_kept) as promises_kept,
        sum(cash) as cash, sum(cash_squares) as cash_squares
    from together
    group by all
),

told as (
    select
        sums.* replace (
            if(of_reached, reached_accounts, null) as reached_accounts,
            if(of_reached, cured_accounts, null) as cured_accounts,
            if(of_promises and channel <> 'not_reached', coalesce(promises, 0), null) as promises,
            if(of_payments and of_promises and channel <> 'not_reached', coalesce(promises_due, 0), null) as promises_due,
            if(of_payments and of_promises and channel <> 'not_reached', coalesce(promises_kept, 0), null) as promises_kept,
            if(exists (from book.collected where collected.month = sums.month and payments > 0) and channel <> 'not_reached', coalesce(cash, 0), null) as cash
        )
    from sums
    left join known using (month)
)

select
    month, value, channel,
    coalesce(attempts, 0)::bigint as attempts,
    right_party::bigint as right_party,
    coalesce(attempted_accounts, 0)::bigint as attempted_accounts,
    reached_accounts::bigint as reached_accounts,
    promises::bigint as promises,
    promises_due::bigint as promises_due,
    promises_kept::bigint as promises_kept,
    cured_accounts::bigint as cured_accounts,
    cash::decimal(38, 2) as cash,
    right_party / nullif(attempts, 0) as rpc_rate,
    promises / nullif(right_party, 0) as ptp_rate,
    promises_kept / nullif(promises_due, 0) as kept_rate,
    cured_accounts / nullif(reached_accounts, 0) as cured_rate,
    cash::double / nullif(attempted_accounts, 0) as cash_per_account,
    cash as _cash, coalesce(cash_squares, 0) as _cash_squares
from told
where channel <> 'not_reached' or reached_accounts is not null
order by month, value, channel
