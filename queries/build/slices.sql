-- What every question reads from: the facts cut to some months and a slice of the book. NULL or an empty list means no
-- restriction; the empty text in a list means "not known".
create macro in_months(month, chosen, first, last) as
    (chosen is null or month = chosen) and (first is null or month >= first) and (last is null or month <= last);

create macro in_slice(value, chosen) as len(chosen) = 0 or list_contains(chosen, value);

create macro ledger_slice(products, regions, segments, channels) as table
    select * from book.ledger
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro level_slice(products, regions, segments, channels) as table
    select * from book.level
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create view state as
    select name, ordinal from book.bucket
    union all
    values ('paid_off', 100), ('charged_off', 101), ('sold', 102), ('missing', 103), ('new', 110), ('returned', 111);

-- What forecasts are made from, amounts as doubles: the cells of each month's ledger, and without a from_bucket what stood in
-- each bucket at each month-end, empty buckets included. A bucket is bad when it begins beyond the bad-debt line.
create macro forecast_ground(products, regions, segments, channels) as table
    select
        month, from_bucket, to_bucket, sum(loans)::bigint as loans,
        sum(opening_balance)::double as opening_balance, sum(closing_balance)::double as closing_balance,
        null::integer as ordinal, null::boolean as bad
    from ledger_slice(products, regions, segments, channels)
    group by month, from_bucket, to_bucket
    union all
    select
        held.month, null, scheme.name, coalesce(sum(stood.loans), 0)::bigint,
        null, sum(stood.balance)::double,
        scheme.ordinal, scheme.lower_dpd > bad_above_dpd()
    from (select unnest(months) as month from book.book_version) as held
    cross join book.bucket as scheme
    left join level_slice(products, regions, segments, channels) as stood
        on stood.month = held.month and stood.bucket = scheme.name
    group by held.month, scheme.name, scheme.ordinal, scheme.lower_dpd;
