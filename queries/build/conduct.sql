-- Attempts of a month that each rule of each preset is about, by channel and owner. Those that broke it are listed in breach.sql.
with attempts_in_sight as (
    select *, true as of_month from action
),

told as (
    -- include told_attempts.sql
),

counted as (
    -- include counted_attempts.sql
)

select $month::date as month, rule, channel, owner, count(*)::bigint as judged
from counted
group by all
