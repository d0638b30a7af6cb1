"""The lender's settings as SQL: macros for buckets, tiers and the bad-debt line, and the states a loan can be in."""

import duckdb

from data.settings import UNCLASSIFIED, Band, Settings
from queries.build.case_definitions import case_statements, write_rules
from queries.build.collection import collection_statements

STATES = {"paid_off": 100, "charged_off": 101, "sold": 102, "missing": 103, "new": 110, "returned": 111}


def statements(settings: Settings) -> str:
    """Macros bucket_of, tier_number, is_bad, state_number, state_of and movement; tables state and tier_state (name, number).

    And those of collection_statements and case_statements. Names are checked by Settings to be plain words, and bounds are
    integers.
    """
    names = settings.bucket_names
    bad = ", ".join(f"'{b.name}'" for b in settings.buckets if b.lower_dpd > settings.bad_above_dpd) or "''"
    tiers = {tier.name: at for at, tier in enumerate(settings.tiers)} | {UNCLASSIFIED: len(settings.tiers)}
    tier_of_bucket = {name: tiers[settings.tier_of_bucket(at)] for at, name in enumerate(names)}
    states = {name: at for at, name in enumerate(names)} | STATES
    return f"""
        create temp macro bucket_of(days, bucket) as (case
            when days is null then {_by_name("bucket", dict(zip(names, range(len(names)), strict=True)))}
            else {_by_days(settings.buckets, list(range(len(names))))} end)::utinyint;
        create temp macro tier_number(days, bucket) as (case
            when days is null then {_by_name("bucket", tier_of_bucket)}
            else {_by_days(settings.tiers, list(range(len(settings.tiers))))} end)::utinyint;
        create temp macro is_bad(days, bucket) as
            case when days is null then bucket in ({bad}) else days > {settings.bad_above_dpd} end;
        create temp macro state_number(name) as ({_by_name("name", states)})::utinyint;
        create temp macro state_of(status, days, bucket) as case status
            when 'open' then bucket_of(days, bucket)
            when 'paid_off' then {STATES["paid_off"]}::utinyint
            when 'charged_off' then {STATES["charged_off"]}::utinyint
            else {STATES["sold"]}::utinyint end;
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
        {collection_statements(settings)}
        {case_statements(settings)}
    """


def _numbered(numbers: dict[str, int]) -> str:
    rows = ", ".join(f"('{name}', {number}::utinyint)" for name, number in numbers.items())
    return f"select * from (values {rows}) as numbered(name, number)"


def _by_days(bands: tuple[Band, ...], values: list[object]) -> str:
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
