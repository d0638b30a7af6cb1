-- title: Movement of balances
-- chinese: 余额变动表
-- answers: What led from the opening balance of each bucket to its closing balance?
-- grain: month × bucket, for months whose preceding calendar month is in the book and that have an open loan at the opening or the close
-- unit: currency of the book
-- formula: opening + rolled_in − rolled_out + booked + returned + interest − cash − paid_off − charged_off − sold − missing + other + reclassified = closing, to the cent in each row, NULL counting as nothing. Over all buckets rolled_in is rolled_out, and the sum is the movement of the whole book
-- leaves out: nothing. Amounts are NULL where a month-end has open loans and no balance is known for any of them; a single loan without a balance counts as owing nothing
-- pitfalls: a loan that leaves its bucket does so with its opening balance; what it paid, and any other change, stands in the bucket it arrives in. other is what no name explains: interest and fees added to the balance, instalments whose interest part did not lower it, corrections, a balance that became known or unknown. Where cash is not known it is in other too
-- source: exit ledger and levels of two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   bucket: delinquency bucket
--   opening: balance of the bucket at the opening
--   rolled_in: opening balance of loans that came from another bucket
--   rolled_out: opening balance of loans that went to another bucket
--   booked: closing balance of loans first seen in the month
--   returned: closing balance of loans back after a gap
--   interest: interest charged; NULL, since snapshots do not tell it, and then in other
--   cash: received from loans of the bucket at the close that were open at the opening
--   paid_off: opening balance of loans paid off
--   charged_off: opening balance of loans charged off
--   sold: opening balance of loans sold
--   missing: opening balance of loans without a row at the close
--   other: what remains
--   reclassified: closing balance of loans that changed the product, region, segment or channel asked for
--   closing: balance of the bucket at the close
with changes as (
    select * from book_change($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
),

moved as (
    select
        month, from_bucket, to_bucket, loans, opening_balance, closing_balance, cash,
        to_bucket in ('paid_off', 'charged_off', 'sold', 'missing') as has_left
    from ledger_slice($product, $region, $segment, $acquisition_channel)
    where in_months(month, $month, $from_month, $to_month)
),

left_from as (
    select
        month, from_bucket as bucket, sum(opening_balance) as opening,
        sum(opening_balance) filter (where to_bucket <> from_bucket and not has_left) as rolled_out,
        sum(opening_balance) filter (where to_bucket = 'paid_off') as paid_off,
        sum(opening_balance) filter (where to_bucket = 'charged_off') as charged_off,
        sum(opening_balance) filter (where to_bucket = 'sold') as sold,
        sum(opening_balance) filter (where to_bucket = 'missing') as missing
    from moved
    group by month, from_bucket
),

arrived_in as (
    select
        month, to_bucket as bucket, sum(closing_balance) as explained,
        sum(opening_balance) filter (where from_bucket <> to_bucket) as rolled_in,
        sum(closing_balance) filter (where from_bucket = 'new') as booked,
        sum(closing_balance) filter (where from_bucket = 'returned') as returned,
        amount_of(
            sum(loans) filter (where from_bucket not in ('new', 'returned')),
            sum(cash) filter (where from_bucket not in ('new', 'returned'))
        ) as cash
    from moved
    group by month, to_bucket
),

standing_in as (
    select month, bucket, sum(balance) as closing
    from level_slice($product, $region, $segment, $acquisition_channel)
    group by month, bucket
),

sums as (
    select
        changes.month, scheme.ordinal, scheme.name as bucket,
        opening_balance is not null and closing_balance is not null as known,
        coalesce(opening, 0) as opening, coalesce(rolled_in, 0) as rolled_in, coalesce(rolled_out, 0) as rolled_out,
        coalesce(booked, 0) as booked, coalesce(returned, 0) as returned,
        if(arrived_in.month is null, 0, cash) as cash,
        coalesce(paid_off, 0) as paid_off, coalesce(charged_off, 0) as charged_off, coalesce(sold, 0) as sold,
        coalesce(missing, 0) as missing, coalesce(explained, 0) as explained, coalesce(closing, 0) as closing
    from changes
    join book.bucket as scheme on true
    left join left_from on left_from.month = changes.month and left_from.bucket = scheme.name
    left join arrived_in on arrived_in.month = changes.month and arrived_in.bucket = scheme.name
    left join standing_in on standing_in.month = changes.month and standing_in.bucket = scheme.name
)

select
    month, bucket,
    known_amount(known, opening) as opening,
    known_amount(known, rolled_in) as rolled_in,
    known_amount(known, rolled_out) as rolled_out,
    known_amount(known, booked) as booked,
    known_amount(known, returned) as returned,
    null::decimal(38, 2) as interest,
    known_amount(known, cash) as cash,
    known_amount(known, paid_off) as paid_off,
    known_amount(known, charged_off) as charged_off,
    known_amount(known, sold) as sold,
    known_amount(known, missing) as missing,
    known_amount(
        known,
        explained - opening - rolled_in + rolled_out - booked - returned + coalesce(cash, 0) + paid_off + charged_off + sold + missing
    ) as other,
    known_amount(known, closing - explained) as reclassified,
    known_amount(known, closing) as closing
from sums
order by month, ordinal
