"""The lender's settings as SQL: macros for buckets, tiers and the bad-debt line, and the states a loan can be in."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from data.settings import UNCLASSIFIED, Band, Settings
from queries.build.case_definitions import case_statements, write_rules
from queries.build.collection import collection_statements

STATES = {"paid_off": 100, "charged_off": 101, "sold": 102, "missing": 103, "new": 110, "returned": 111}


def statements(settings: Settings) -> str:
    """Macros of buckets, states and classes, and their numbers as tables; and those of collection_statements and case_statements.

    Macros bucket_of, is_bad, state_number, state_of, class_of, state_of_class, class_of_state and movement. Tables state and
    tier_state (name, number), class (number, state, tier, bad): what one small number says of a loan, so that a book is joined
    and grouped by that alone; exits and entries have a class too, without tier. Names are checked by Settings to
    be plain words, and bounds are integers.
    """
    names = settings.bucket_names
    bad = ", ".join(f"'{b.name}'" for b in settings.buckets if b.lower_dpd > settings.bad_above_dpd) or "''"
    tiers = {tier.name: at for at, tier in enumerate(settings.tiers)} | {UNCLASSIFIED: len(settings.tiers)}
    states = {name: at for at, name in enumerate(names)} | STATES
    classes, class_of_bucket = _classes(settings)
    by_edge = [Band("", each.lower_dpd) for each in classes if each.lower_dpd is not None]
    return f"""
        create temp macro bucket_of(days, bucket) as (case
            when days is null then {_by_name("bucket", dict(zip(names, range(len(names)), strict=True)))}
            else {_by_days(settings.buckets, list(range(len(names))))} end)::utinyint;
        create temp macro is_bad(days, bucket) as
            case when days is null then bucket in ({bad}) else days > {settings.bad_above_dpd} end;
        create temp macro state_number(name) as ({_by_name("name", states)})::utinyint;
        create temp macro state_of(status, days, bucket) as case status
            when 'open' then bucket_of(days, bucket)
            when 'paid_off' then {STATES["paid_off"]}::utinyint
            when 'charged_off' then {STATES["charged_off"]}::utinyint
            else {STATES["sold"]}::utinyint end;
        create temp macro class_of(days, bucket) as (case
            when days is null then {_by_name("bucket", class_of_bucket)}
            else {_by_days(by_edge, list(range(len(by_edge))))} end)::usmallint;
        create temp macro state_of_class(class) as {[each.state for each in classes]}[class + 1];
        create temp macro class_of_state(number) as ({_BEYOND_CLASSES} + number)::usmallint;
        create temp macro movement(origin, target) as case
            when origin >= {STATES["new"]} then 'entry'
            when target in ({STATES["sold"]}, {STATES["missing"]}) then 'exit'
            when target = {STATES["paid_off"]} then 'cure'
            when target > origin then 'forward'
            when target = origin then 'stay'
            when target = 0 then 'cure'
            else 'improve' end;
        create temp table state as {_numbered(states)};
        create temp table tier_state as {_numbered(tiers)};
        create temp table class as
            select number::usmallint as number, state::utinyint as state, tier::utinyint as tier, bad
            from (values {", ".join(f"({at}, {c.state}, {c.tier}, {c.bad})" for at, c in enumerate(classes))}) as open_class(number, state, tier, bad)
            union all
            select class_of_state(number), number, null, null from state where number >= {len(names)};
        {collection_statements(settings)}
        {case_statements(settings)}
    """


_BEYOND_CLASSES = 1000
"""What is added to the number of a state that is no bucket, to tell it from the classes of open loans."""


@dataclass(frozen=True)
class _Class:
    """Numbers of bucket and tier, and the side of the bad-debt line. lower_dpd: None where only a bucket can say so."""

    lower_dpd: int | None
    state: int
    tier: int
    bad: bool


def _classes(settings: Settings) -> tuple[list[_Class], dict[str, int]]:
    """The classes by number, those by days past due first and ascending; and the number for each bucket that is all one knows."""
    bounds = {band.lower_dpd for band in (*settings.buckets, *settings.tiers)} | {max(settings.bad_above_dpd + 1, 0)}
    classes = [
        _Class(days, _band_of(settings.buckets, days), _band_of(settings.tiers, days), days > settings.bad_above_dpd)
        for days in sorted(bounds)
    ]
    tiers = {tier.name: at for at, tier in enumerate(settings.tiers)} | {UNCLASSIFIED: len(settings.tiers)}
    told = {(each.state, each.tier, each.bad): at for at, each in enumerate(classes)}
    of_bucket: dict[str, int] = {}
    for state, bucket in enumerate(settings.buckets):
        alone = _Class(None, state, tiers[settings.tier_of_bucket(state)], bucket.lower_dpd > settings.bad_above_dpd)
        of_bucket[bucket.name] = told.get((alone.state, alone.tier, alone.bad), len(classes))
        if of_bucket[bucket.name] == len(classes):
            classes.append(alone)
    return classes, of_bucket


def _band_of(bands: Sequence[Band], days: int) -> int:
    return sum(band.lower_dpd <= days for band in bands) - 1


def _numbered(numbers: dict[str, int]) -> str:
    rows = ", ".join(f"('{name}', {number}::utinyint)" for name, number in numbers.items())
    return f"select * from (values {rows}) as numbered(name, number)"


def _by_days(bands: Sequence[Band], values: list[object]) -> str:
    worst_first = list(zip(bands, values, strict=True))[:0:-1]
    whens = " ".join(f"when days >= {band.lower_dpd} then {value}" for band, value in worst_first)
    return f"case {whens} else {values[0]} end"


def _by_name(argument: str, values: dict[str, object]) -> str:
    return f"case {argument} " + " ".join(f"when '{name}' then {value}" for name, value in values.items()) + " end"


def write_scheme(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Tables bucket, tier and stage of the version attached as `built`: name, ordinal, lower and upper days past due; and rule."""
    for table, bands in (("bucket", settings.buckets), ("tier", settings.tiers), ("stage", settings.stages)):
        con.execute(f"create table built.{table} (name varchar, ordinal integer, lower_dpd integer, upper_dpd integer)")
        for ordinal, band in enumerate(bands):
            upper = bands[ordinal + 1].lower_dpd - 1 if ordinal + 1 < len(bands) else None
            con.execute(
                f"insert into built.{table} values ($1, $2, $3, $4)", [band.name, ordinal, band.lower_dpd, upper]
            )
    write_rules(con, settings)
