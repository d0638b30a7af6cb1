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
