-- title: Net flow rate
-- chinese: 迁徙率
-- answers: How large is each bucket against the one before it a month ago?
-- grain: month × bucket but the last, for months whose preceding calendar month is in the book; NULL where the bucket was empty
-- unit: share of 1; may exceed 1
-- formula: balance in the next bucket at the month-end ÷ balance in this bucket at the month-end before
-- leaves out: loans without a balance
-- pitfalls: an aggregate, not the same loans on both sides: loans that return, skip a bucket or stay in one enter it too, so it may exceed 100 %. Not the roll rate
-- source: levels of two adjacent month-end snapshots
-- columns:
--   month: month-end of the closing snapshot
--   from_bucket: bucket at the opening
--   rate: balance in the next bucket at the close ÷ balance in from_bucket at the opening
-- rates:
--   rate = _flowed_balance / _opening_balance, products _flowed_squares / _products / _opening_squares, may exceed 1, of _of_loans
select
    month, from_bucket, rate, of_loans as _of_loans, flowed_balance as _flowed_balance, opening_balance as _opening_balance,
    flowed_squares as _flowed_squares, cross_products as _products, opening_squares as _opening_squares
from net_flows($product, $region, $segment, $acquisition_channel)
where in_months(month, $month, $from_month, $to_month)
order by month, ordinal
