-- title: Tier migration rate
-- chinese: 贷款迁徙率（正常类、关注类、次级类、可疑类）
-- answers: Which part of each tier was classified worse a month later?
-- grain: month × tier at its opening but the worst one; tiers without a loan at the opening are not listed
-- unit: loans, currency of the book, shares of 1
-- formula: opening balance of the tier's loans now in a worse tier ÷ (opening balance of the tier − the part of it that left during the month: paid off, charged off or sold)
-- leaves out: loans unclassified at the opening. Charge-offs and sales are disposals: they leave the denominator, as repayments do, and never count as migration; both are shown beside. Missing loans stay in the denominator, since nobody knows that they left. Loans without a balance are left out of the rate by balance
-- pitfalls: by the month, not from the start of the year as regulators ask. A loan written off straight from a tier lowers the denominator instead of raising the rate: read charged_off_balance with it. A loan of which only a bucket is known counts as worse when the whole of the bucket lies in worse tiers. Balances of both sides are those at the opening
-- source: exit ledger; after the migration rates of China's core indicators for commercial banks (2005) and the tiers of the 2023 rule
-- columns:
--   month: month-end of the closing snapshot
--   tier: tier at the opening
--   loans: loans in the tier at the opening
--   opening_balance: their balance at the opening
--   left_loans: of these, paid off, charged off or sold during the month
--   left_balance: their balance at the opening
--   charged_off_loans: of those that left, charged off
--   charged_off_balance: their balance at the opening
--   missing_loans: loans of the tier without a row at the close
--   missing_balance: their balance at the opening
--   worse_loans: loans of the tier now in a worse tier
--   worse_balance: their balance at the opening
--   migration_rate: worse_balance ÷ (opening_balance − left_balance)
--   migration_rate_loans: worse_loans ÷ (loans − left_loans)
-- rates:
--   migration_rate = worse_balance / _stayed_balance, squares _worse_squares / _stayed_squares, of _stayed_loans
--   migration_rate_loans = worse_loans / _stayed_loans
with lowest_tier as (
    select bucket.name as bucket, max(tier.ordinal) as ordinal
    from book.bucket
    join book.tier on tier.lower_dpd <= bucket.lower_dpd
    group by bucket.name
),

moved as (
    select
        month, origin.ordinal, from_tier as tier, loans, opening_balance, opening_squares,
        to_bucket in ('paid_off', 'charged_off', 'sold') as has_left,
        to_bucket = 'charged_off' as charged_off,
        to_bucket = 'missing' as missing,
        coalesce(coalesce(target.ordinal, lowest_tier.ordinal) > origin.ordinal, false) as worse
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    join book.tier as origin on origin.name = from_tier
    left join book.tier as target on target.name = to_tier
    left join lowest_tier on lowest_tier.bucket = to_bucket
    where in_months(month, $month, $from_month, $to_month)
    and origin.ordinal < (select max(ordinal) from book.tier)
),

sums as (
    select
        month, ordinal, tier, sum(loans) as loans, sum(opening_balance) as opening_balance,
        coalesce(sum(loans) filter (where has_left), 0) as left_loans,
        sum(opening_balance) filter (where has_left) as left_balance,
        coalesce(sum(loans) filter (where charged_off), 0) as charged_off_loans,
        sum(opening_balance) filter (where charged_off) as charged_off_balance,
        coalesce(sum(loans) filter (where missing), 0) as missing_loans,
        sum(opening_balance) filter (where missing) as missing_balance,
        coalesce(sum(loans) filter (where worse), 0) as worse_loans,
        sum(opening_balance) filter (where worse) as worse_balance,
        sum(opening_squares) filter (where worse) as worse_squares,
        sum(opening_squares) filter (where not has_left) as stayed_squares
    from moved
    group by month, ordinal, tier
)

select
    month, tier, loans::bigint as loans, opening_balance::decimal(38, 2) as opening_balance,
    left_loans::bigint as left_loans, part_of(opening_balance, left_loans, left_balance) as left_balance,
    charged_off_loans::bigint as charged_off_loans,
    part_of(opening_balance, charged_off_loans, charged_off_balance) as charged_off_balance,
    missing_loans::bigint as missing_loans, part_of(opening_balance, missing_loans, missing_balance) as missing_balance,
    worse_loans::bigint as worse_loans, part_of(opening_balance, worse_loans, worse_balance) as worse_balance,
    part_of(opening_balance, worse_loans, worse_balance)::double
    / nullif(opening_balance - coalesce(left_balance, 0), 0)::double as migration_rate,
    worse_loans / nullif(loans - left_loans, 0) as migration_rate_loans,
    loans - left_loans as _stayed_loans, opening_balance - coalesce(left_balance, 0) as _stayed_balance,
    worse_squares as _worse_squares, stayed_squares as _stayed_squares
from sums
order by month, ordinal
