-- title: Mix and rate
-- chinese: 结构与比率因素
-- answers: Did the bad-debt ratio change because the parts of the book changed, or because their shares did?
-- grain: month × dimension × value, for months whose preceding calendar month is in the book; values with an open loan at the opening or the close
-- unit: shares of 1, differences of shares of 1
-- formula: mix effect: change of the value's share of the balance × (its ratio − the ratio of the whole, each the mean of opening and close). Rate effect: change of its ratio × the mean of its two shares. Within each dimension both together sum to the change of the bad-debt ratio by balance (Shapley midpoint)
-- leaves out: loans without a balance
-- pitfalls: each dimension explains the whole change anew: never add effects of two dimensions. A value that appears or vanishes has one ratio only, which stands for both, so it is all mix. A loan that changes its product is a change of mix. NULL where the ratio of one of the two month-ends is
-- source: levels of two adjacent month-end snapshots
-- columns:
--   month: month-end of the close
--   dimension: product, region, segment, or acquisition_channel
--   value: value of the dimension; empty where it is not known
--   opening_share: its part of the balance of all open loans at the opening
--   closing_share: its part at the close
--   opening_ratio: its bad-debt ratio at the opening
--   closing_ratio: its bad-debt ratio at the close
--   mix_effect: what the change of its share adds to the ratio of the whole
--   rate_effect: what the change of its ratio adds to the ratio of the whole
with changes as (
    select
        month, opening_month,
        nullif(opening_balance, 0)::double as opening_whole, nullif(closing_balance, 0)::double as closing_whole,
        opening_bad::double / opening_whole as opening_total, closing_bad::double / closing_whole as closing_total,
        (opening_total + closing_total) / 2 as middle
    from book_change($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
),

by_value as (
    select
        month, unnest(['product', 'region', 'segment', 'acquisition_channel']) as dimension,
        unnest([product, region, segment, acquisition_channel]) as value, balance, bad
    from level_slice($product, $region, $segment, $acquisition_channel)
),

levels as materialized (
    select
        month, dimension, value, coalesce(sum(balance), 0) as balance, coalesce(sum(balance) filter (where bad), 0) as bad_balance
    from by_value
    group by month, dimension, value
),

sides as (
    select changes.month, dimension, value, balance as opening, bad_balance as opening_bad, 0 as closing, 0 as closing_bad
    from changes
    join levels on levels.month = changes.opening_month
    union all
    select changes.month, dimension, value, 0, 0, balance, bad_balance
    from changes
    join levels on levels.month = changes.month
),

pairs as (
    select
        month, dimension, value, sum(opening)::double as opening, sum(opening_bad)::double as opening_bad,
        sum(closing)::double as closing, sum(closing_bad)::double as closing_bad
    from sides
    group by month, dimension, value
),

measured as (
    select
        pairs.month, dimension, value, middle,
        opening / opening_whole as opening_share, closing / closing_whole as closing_share,
        opening_bad / nullif(opening, 0) as opening_ratio, closing_bad / nullif(closing, 0) as closing_ratio,
        coalesce((opening_ratio + closing_ratio) / 2, opening_ratio, closing_ratio, middle) as own_middle,
        closing_bad / closing_whole - opening_bad / opening_whole as bad_change
    from pairs
    join changes using (month)
)

select
    month, dimension, value, opening_share, closing_share, opening_ratio, closing_ratio,
    (closing_share - opening_share) * (own_middle - middle) as mix_effect,
    if(
        middle is null, null,
        coalesce(
            (closing_ratio - opening_ratio) * (opening_share + closing_share) / 2,
            bad_change - (closing_share - opening_share) * own_middle
        )
    ) as rate_effect
from measured
order by month, list_position(['product', 'region', 'segment', 'acquisition_channel'], dimension), value
