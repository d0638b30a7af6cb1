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

create macro recovery_slice(products, regions, segments, channels) as table
    select * from book.write_off_recovery
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

-- Months whose preceding calendar month is in the book, with that month. The month-ends of the book, one a row.
create view held_month as select unnest(months) as month from book.book_version;

create view paired_month as
    select month, last_day(month - interval 1 month) as opening_month
    from held_month
    where last_day(month - interval 1 month) in (select month from held_month);

-- An amount that nobody could have is 0, one that nobody knows is NULL.
create macro amount_of(loans, known) as if(coalesce(loans, 0) = 0, 0, known)::decimal(38, 2);

-- Of a whole, the balance of some of its loans: 0 where there are none, NULL where no balance is known.
create macro part_of(whole, loans, known) as if(whole is null, null, amount_of(loans, known));

create macro known_amount(known, amount) as if(known, amount, null)::decimal(38, 2);

-- The twelve months that end with a month.
create macro in_year_to(month, last) as month <= last and month > last_day(last - interval 12 month);

-- The open book of each month-end, and what of it lies beyond the bad-debt line.
create macro open_book(products, regions, segments, channels) as table
    select
        month, sum(loans) as loans, sum(balance) as balance,
        coalesce(sum(loans) filter (where bad), 0) as bad_loans,
        if(sum(balance) is null, null, amount_of(count_if(bad), sum(balance) filter (where bad))) as bad_balance,
        sum(balance_squares) as squares, sum(balance_squares) filter (where bad) as bad_squares
    from level_slice(products, regions, segments, channels)
    group by month;

-- Paired months in which the slice has an open loan at the opening or at the close, with the open book of both.
create macro book_change(products, regions, segments, channels) as table
    with open_book_of as materialized (
        select * from open_book(products, regions, segments, channels)
    )
    select
        paired_month.month, paired_month.opening_month,
        coalesce(before.loans, 0) as opening_loans,
        coalesce(after.loans, 0) as closing_loans,
        amount_of(before.loans, before.balance) as opening_balance,
        amount_of(after.loans, after.balance) as closing_balance,
        amount_of(before.loans, before.bad_balance) as opening_bad,
        amount_of(after.loans, after.bad_balance) as closing_bad,
        coalesce(before.squares, 0) as opening_squares, coalesce(after.squares, 0) as closing_squares
    from paired_month
    left join open_book_of as before on before.month = paired_month.opening_month
    left join open_book_of as after on after.month = paired_month.month
    where before.loans > 0 or after.loans > 0;

-- The net flow rate from each bucket but the last, for every paired month; of_loans stood in the bucket at the opening.
-- cross_products: opening × closing balance of the loans on both sides, which were in the bucket and are in the next.
create macro net_flows(products, regions, segments, channels) as table
    with level_by_bucket as materialized (
        select month, bucket, sum(loans) as loans, sum(balance) as balance, sum(balance_squares) as squares
        from level_slice(products, regions, segments, channels)
        group by month, bucket
    ),

    rolled as (
        select month, from_bucket, to_bucket, sum(balance_products) as cross_products
        from ledger_slice(products, regions, segments, channels)
        group by month, from_bucket, to_bucket
    ),

    flows as (
        select
            paired_month.month, origin.ordinal, origin.name as from_bucket, opening.loans as of_loans,
            opening.balance as opening_balance, opening.squares as opening_squares, closing.squares as flowed_squares,
            coalesce(rolled.cross_products, 0) as cross_products,
            if(closing.bucket is null, 0, closing.balance) as flowed_balance
        from paired_month
        join book.bucket as origin on true
        join book.bucket as target on target.ordinal = origin.ordinal + 1
        left join level_by_bucket as opening
            on opening.month = paired_month.opening_month and opening.bucket = origin.name
        left join level_by_bucket as closing on closing.month = paired_month.month and closing.bucket = target.name
        left join rolled
            on rolled.month = paired_month.month and rolled.from_bucket = origin.name and rolled.to_bucket = target.name
    )

    select
        month, ordinal, from_bucket, of_loans, flowed_balance, opening_balance, flowed_squares, cross_products, opening_squares,
        flowed_balance::double / nullif(opening_balance, 0)::double as rate
    from flows;

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

-- The last month-end of the book that a question about the past of a cohort looks from: months after it are not seen.
create macro seen_to(chosen, last) as table
    select max(month) as month
    from (select unnest(months) as month from book.book_version)
    where (chosen is null or month <= chosen) and (last is null or month <= last);

create macro cures_slice(products, regions, segments, channels) as table
    select * from book.cure_held
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro vintage_slice(products, regions, segments, channels) as table
    select * from book.vintage
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels)
    and cohort >= (select min(month) from (select unnest(months) as month from book.book_version));

create macro default_slice(products, regions, segments, channels) as table
    select * from book.default_recovery
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels)
    and cohort > (select min(month) from (select unnest(months) as month from book.book_version));

create macro first_payment_slice(products, regions, segments, channels) as table
    select * from book.first_payment
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro entry_event_slice(products, regions, segments, channels) as table
    select * from book.entry_event
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro recovery_by_day_slice(products, regions, segments, channels) as table
    select * from book.recovery_by_day
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

-- The facts of collections, cut the same way.
create macro assigned_slice(products, regions, segments, channels) as table
    select * from book.assigned
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro contact_slice(products, regions, segments, channels) as table
    select * from book.contact
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro outcome_slice(products, regions, segments, channels) as table
    select * from book.outcome
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro collected_slice(products, regions, segments, channels) as table
    select * from book.collected
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro effort_slice(products, regions, segments, channels) as table
    select * from book.effort
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro resolved_slice(products, regions, segments, channels) as table
    select * from book.resolved
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro trial_slice(products, regions, segments, channels) as table
    select * from book.trial
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro stage_time_slice(products, regions, segments, channels) as table
    select month, stage, entered_month, event, age, cases
    from (from book.stage_time union all by name from book.stage_open)
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

-- The last month-end of the book.
create macro last_month() as (select max(month) from (select unnest(months) as month from book.book_version));

create macro placement_batch_slice(products, regions, segments, channels) as table
    select * from book.placement_batch
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro placement_cash_slice(products, regions, segments, channels) as table
    select * from book.placement_cash
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro court_case_slice(products, regions, segments, channels) as table
    select * from book.court_case
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro court_cash_slice(products, regions, segments, channels) as table
    select * from book.court_cash
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro plan_batch_slice(products, regions, segments, channels) as table
    select * from book.plan_batch
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

create macro plan_month_slice(products, regions, segments, channels) as table
    select * from book.plan_month
    where in_slice(product, products) and in_slice(region, regions)
    and in_slice(segment, segments) and in_slice(acquisition_channel, channels);

-- The rules that are asked about: those in force, or those of another preset.
create macro rules_of(chosen) as table
    select * from book.rule where if(chosen = 'in_force', in_force, preset = chosen);

-- What broke them.
create macro breaches_of(chosen) as table
    select breach.*
    from book.breach
    join rules_of(chosen) as broken on broken.id = breach.rule;
