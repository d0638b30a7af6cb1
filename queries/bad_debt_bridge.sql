-- title: Bad-debt bridge
-- chinese: 不良率变动归因
-- answers: Why is the bad-debt ratio not what it was a month ago: collections, accounting or growth?
-- grain: month × component, for months whose preceding calendar month is in the book and that have an open loan at the opening or the close
-- unit: currency of the book, differences of shares of 1
-- formula: amount: what the component adds to the balance beyond the bad-debt line; the amounts sum to its change, to the cent. Effect: (amount − ratio at the opening × what the component adds to the balance of all open loans) ÷ balance of all open loans at the close; the effects sum to the change of the ratio. growth: all other change of the balance of all open loans
-- leaves out: nothing. Amounts are NULL where a month-end has bad loans, or open loans, and no balance is known for any of them; effects also where a ratio is. A loan without a balance counts as owing nothing, so that one whose balance becomes known stands in interest_and_other
-- pitfalls: newly bad loans count with their balance at the close, all that leave with the one at the opening. newly_bad, cured and re_aged move only the bad side of the ratio; everything else moves both sides, and a charge-off therefore lowers the ratio by less than its amount suggests. Cash that a loan paid before it became bad or after it was cured is in growth. Where the file does not say what was paid, cash holds only the loans paid off and the rest is in interest_and_other
-- source: exit ledger and levels of two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   component: newly_bad (open before, and not beyond the line); cured (still open, no longer beyond the line); cash (received on loans bad at both month-ends, and bad loans paid off); charged_off; sold; re_aged (no longer beyond the line by a restructuring without cash); missing (bad loans without a row now); entered (bad loans that return after a gap or are booked beyond the line); interest_and_other (the rest of the change of loans bad at both month-ends); reclassified (bad loans that changed the product, region, segment or channel asked for); growth
--   amount: what it adds to the bad balance; NULL for growth
--   effect: what it adds to the bad-debt ratio
with changes as (
    select * from book_change($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
),

bad_loans as (
    select
        month, opening_balance, closing_balance, cash,
        case
            when from_bad is null then 'entered'
            when not from_bad then 'newly_bad'
            when to_bad is null then to_bucket
            when to_bad then 'kept'
            when re_aged then 're_aged'
            else 'cured'
        end as fate
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    where coalesce(from_bad, false) or coalesce(to_bad, false)
),

fates as (
    select
        month, fate, coalesce(sum(opening_balance), 0) as opening, coalesce(sum(closing_balance), 0) as closing,
        coalesce(sum(cash), 0) as cash
    from bad_loans
    group by month, fate
),

sums as (
    select
        changes.month,
        coalesce(sum(closing) filter (where fate = 'newly_bad'), 0) as newly_bad,
        coalesce(sum(-opening) filter (where fate = 'cured'), 0) as cured,
        coalesce(sum(-cash) filter (where fate = 'kept'), 0) + coalesce(sum(-opening) filter (where fate = 'paid_off'), 0) as cash,
        coalesce(sum(-opening) filter (where fate = 'charged_off'), 0) as charged_off,
        coalesce(sum(-opening) filter (where fate = 'sold'), 0) as sold,
        coalesce(sum(-opening) filter (where fate = 're_aged'), 0) as re_aged,
        coalesce(sum(-opening) filter (where fate = 'missing'), 0) as missing,
        coalesce(sum(closing) filter (where fate = 'entered'), 0) as entered,
        coalesce(sum(closing - opening + cash) filter (where fate = 'kept'), 0) as interest_and_other,
        any_value(closing_bad) - coalesce(sum(closing) filter (where fate in ('newly_bad', 'kept', 'entered')), 0) as reclassified
    from changes
    left join fates using (month)
    group by changes.month
),

components as (
    select month, component.*
    from sums,
    lateral (values
        (1, 'newly_bad', newly_bad, false),
        (2, 'cured', cured, false),
        (3, 'cash', cash, true),
        (4, 'charged_off', charged_off, true),
        (5, 'sold', sold, true),
        (6, 're_aged', re_aged, false),
        (7, 'missing', missing, true),
        (8, 'entered', entered, true),
        (9, 'interest_and_other', interest_and_other, true),
        (10, 'reclassified', reclassified, true),
        (11, 'growth', null, true)
    ) as component(ordinal, component, amount, on_both_sides)
),

known as (
    select
        month, opening_bad::double as opening_bad, (opening_balance - opening_bad)::double as opening_good,
        nullif(opening_balance, 0)::double as opening, nullif(closing_balance, 0)::double as closing,
        closing_balance - opening_balance as change
    from changes
    where opening_bad is not null and closing_bad is not null
),

measured as (
    select
        components.month, ordinal, component, on_both_sides, opening_bad, opening_good, opening, closing,
        if(known.month is null, null, amount)::decimal(38, 2) as known_amount,
        (change - sum(if(on_both_sides, amount, 0)) over (partition by components.month))::double as growth
    from components
    left join known using (month)
)

-- (amount − ratio × amount) as amount × the good part of the book: no difference of nearly equal numbers.
select
    month, component, known_amount as amount,
    case
        when opening is null then null
        when component = 'growth' then -(opening_bad / opening) * (growth / closing)
        when on_both_sides then (known_amount::double / closing) * (opening_good / opening)
        else known_amount::double / closing
    end as effect
from measured
order by month, ordinal
