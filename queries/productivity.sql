-- title: Productivity of collectors
-- chinese: 催收员产能
-- answers: What does an hour of a collector, and a working day of the month, bring in cash, borrowers reached and promises kept?
-- grain: month × owner × collector
-- unit: currency of the book, contacts and promises, each an hour or a working day
-- formula: cash, borrowers reached and promises kept ÷ hours spent on attempts (their seconds, wrap-up included); and ÷ working days of the month by the calendar in the settings
-- leaves out: cash that came by itself, and promises that no contact led to. Events in months without a snapshot
-- pitfalls: easy accounts make a collector look good: compare only on the same case mix (see comparison). Cash and kept promises belong to who last reached the borrower within the days of credit before, so that work of one month can bear fruit in the next. Attempts of which no time is known count with no time: see untimed_attempts. The calendar does not know who was on leave. Intervals take the hours as given, and payments, contacts and kept promises as coming one by one and by chance (Poisson); small: fewer than 30 attempts
-- source: actions, payments and promises with the month-end snapshots
-- needs: action
-- options:
--   split = collector (total, owner, collector): what the rows are split by
-- columns:
--   month: month-end
--   owner: team or agency; empty where not known, all where not split
--   collector_id: collector; empty where not known, all where not split
--   working_days: working days of the month
--   attempts: attempts
--   untimed_attempts: attempts of which no time is known
--   hours: hours spent on attempts
--   cash: cash credited
--   right_party: attempts that reached the borrower
--   promises_kept: promises due in the month and kept
--   cash_per_hour: cash ÷ hours
--   right_party_per_hour: right_party ÷ hours
--   promises_kept_per_hour: promises_kept ÷ hours
--   cash_per_working_day: cash ÷ working_days
--   right_party_per_working_day: right_party ÷ working_days
--   promises_kept_per_working_day: promises_kept ÷ working_days
-- rates:
--   cash_per_hour = cash / hours, products _cash_squares / 0 / 0, may exceed 1, of attempts
--   right_party_per_hour = right_party / hours, counted, of attempts
--   promises_kept_per_hour = promises_kept / hours, counted, of attempts
--   cash_per_working_day = cash / working_days, products _cash_squares / 0 / 0, may exceed 1, of attempts
--   right_party_per_working_day = right_party / working_days, counted, of attempts
--   promises_kept_per_working_day = promises_kept / working_days, counted, of attempts
with split as (
    select
        month,
        if($split = 'total', 'all', owner) as owner,
        if($split = 'collector', collector_id, 'all') as collector_id,
        any_value(working_days) as working_days,
        sum(attempts) as attempts, sum(untimed_attempts) as untimed_attempts,
        sum(seconds) / 3600 as hours, sum(cash) as cash, sum(reached) as right_party, sum(promises_kept) as promises_kept,
        sum(cash_squares) as cash_squares
    from effort_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
    group by all
)

select
    month, owner, collector_id, working_days, attempts::bigint as attempts, untimed_attempts::bigint as untimed_attempts, hours,
    cash::decimal(38, 2) as cash, right_party::bigint as right_party, promises_kept::bigint as promises_kept,
    cash::double / nullif(hours, 0) as cash_per_hour,
    right_party / nullif(hours, 0) as right_party_per_hour,
    promises_kept / nullif(hours, 0) as promises_kept_per_hour,
    cash::double / nullif(working_days, 0) as cash_per_working_day,
    right_party / nullif(working_days, 0) as right_party_per_working_day,
    promises_kept / nullif(working_days, 0) as promises_kept_per_working_day,
    cash_squares as _cash_squares
from split
order by month, owner, collector_id
