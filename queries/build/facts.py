"""Building the monthly facts from partitions, a month at a time.

A month's ledger needs the partitions of two adjacent months, its levels need one; nothing ever needs the whole history,
so memory and the cost of a new month do not grow with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb

from data.duck import paths
from data.settings import Settings

STATES = {"paid_off": 100, "charged_off": 101, "sold": 102, "missing": 103, "new": 110, "returned": 111}

_SQL = {path.stem: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.sql")}


@dataclass(frozen=True)
class MonthPair:
    """Two months of the book that follow each other in it; `adjacent` when they do in the calendar, too."""

    opening: date
    closing: date

    @property
    def adjacent(self) -> bool:
        return (self.opening + timedelta(days=1)).replace(day=1) == self.closing.replace(day=1)


def month_pairs(months: Iterable[date]) -> list[MonthPair]:
    ordered = sorted(months)
    return [MonthPair(a, b) for a, b in pairwise(ordered)]


def define_states(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """What the SQL stands on: macros and tables that carry the settings, and an empty `crossing` for the first month."""
    lower = [band.lower_dpd for band in settings.buckets]
    names = list(settings.bucket_names)
    tiers = list(settings.tiers)
    of_days = (
        "case " + " ".join(f"when days >= {lower[i]} then {i}" for i in range(len(lower) - 1, 0, -1)) + " else 0 end"
    )
    # Names are checked by Settings to be plain words, and numbers are integers.
    of_name = "case bucket " + " ".join(f"when '{name}' then {i}" for i, name in enumerate(names)) + " end"
    tier_of_days = "case " + " ".join(f"when days >= {t.lower_dpd} then '{t.name}'" for t in reversed(tiers[1:]))
    tier_of_days += f" else '{tiers[0].name}' end"
    tier_of_name = (
        "case bucket "
        + " ".join(f"when '{name}' then '{settings.tier_of_bucket(i)}'" for i, name in enumerate(names))
        + " end"
    )
    bad_names = ", ".join(f"'{b.name}'" for b in settings.buckets if b.lower_dpd > settings.bad_above_dpd) or "''"
    numbers = "case name " + " ".join(f"when '{name}' then {n}" for name, n in STATES.items()) + " end"
    con.execute(
        f"""
        create temp macro bucket_of(days, bucket) as
            (case when days is null then {of_name} else {of_days} end)::utinyint;
        create temp macro tier_of(days, bucket) as case when days is null then {tier_of_name} else {tier_of_days} end;
        create temp macro is_bad(days, bucket) as
            case when days is null then bucket in ({bad_names}) else days > {settings.bad_above_dpd} end;
        create temp macro state_number(name) as ({numbers})::utinyint;
        create temp macro state_of(status, days, bucket) as
            case status when 'open' then bucket_of(days, bucket) when 'paid_off' then {STATES["paid_off"]}::utinyint
            when 'charged_off' then {STATES["charged_off"]}::utinyint else {STATES["sold"]}::utinyint end;
        create temp macro movement(origin, target) as case
            when origin >= {STATES["new"]} then 'entry'
            when target in ({STATES["sold"]}, {STATES["missing"]}) then 'exit'
            when target = {STATES["paid_off"]} then 'cure'
            when target > origin then 'forward'
            when target = origin then 'stay'
            when target = 0 then 'cure'
            else 'improve' end;
        create temp table crossing (loan_id varchar, entered boolean);
        create temp table state as select unnest($names) as name, unnest($numbers)::utinyint as number;
    """,
        {"names": names + list(STATES), "numbers": [*range(len(names)), *STATES.values()]},
    )


def write_scheme(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Tables bucket and tier of the version attached as `built`: name, ordinal, lower and upper days past due."""
    for table, bands in (("bucket", settings.buckets), ("tier", settings.tiers)):
        con.execute(f"create table built.{table} (name varchar, ordinal integer, lower_dpd integer, upper_dpd integer)")
        for ordinal, band in enumerate(bands):
            upper = bands[ordinal + 1].lower_dpd - 1 if ordinal + 1 < len(bands) else None
            con.execute(
                f"insert into built.{table} values ($1, $2, $3, $4)", [band.name, ordinal, band.lower_dpd, upper]
            )


def create_facts(
    con: duckdb.DuckDBPyConnection, stale_levels: Sequence[date], stale_ledgers: Sequence[date], reuse: bool
) -> None:
    """Tables ledger and level of the version attached as `built`, holding what is not stale of the one attached as `old`."""
    con.execute(
        """create table built.ledger (month date, from_bucket varchar, to_bucket varchar, movement varchar, product varchar,
        region varchar, segment varchar, acquisition_channel varchar, restructured boolean, loans bigint,
        opening_balance decimal(38, 2), closing_balance decimal(38, 2), cash decimal(38, 2), jumps bigint)"""
    )
    con.execute(
        """create table built.level (month date, bucket varchar, tier varchar, bad boolean, product varchar, region varchar,
        segment varchar, acquisition_channel varchar, loans bigint, balance decimal(38, 2))"""
    )
    if reuse:
        for fact, stale in (("level", stale_levels), ("ledger", stale_ledgers)):
            con.execute(
                f"insert into built.{fact} select * from old.{fact} where not list_contains($stale::date[], month)",
                {"stale": list(stale)},
            )


def compare_rosters(con: duckdb.DuckDBPyConnection, opening: Path, closing: Path) -> None:
    """Table `crossing`: the loans open at exactly one of two month-ends, for `write_leavers` and `build_ledger` to read."""
    con.execute(_SQL["crossing"], {"opening": paths([opening]), "closing": paths([closing])})


def write_leavers(con: duckdb.DuckDBPyConnection, target: Path) -> int:
    """The leavers file of the pair in `crossing`: what an entrant of a later month is looked up in. Returns its rows."""
    con.execute(
        "copy (select loan_id from crossing where not entered order by loan_id) to $target (format parquet)",
        {"target": str(target)},
    )
    return con.execute("select count(*) from crossing where not entered").fetchall()[0][0]


def build_ledger(
    con: duckdb.DuckDBPyConnection, pair: MonthPair, snapshots: Mapping[date, Path], leavers: Mapping[date, Path]
) -> None:
    """The exit ledger of the adjacent pair in `crossing`, appended to `built.ledger`.

    `leavers` is keyed by the month they had left by; that of the first month of the book is empty.
    """
    con.execute(
        f"insert into built.ledger {_SQL['ledger']}",
        {
            "opening": paths([snapshots[pair.opening]]),
            "closing": paths([snapshots[pair.closing]]),
            "opening_month": pair.opening,
            "closing_month": pair.closing,
            "leavers": paths([path for month, path in leavers.items() if month <= pair.opening]),
        },
    )


def build_level(con: duckdb.DuckDBPyConnection, month: date, snapshot: Path) -> None:
    """The levels of one month-end, appended to `built.level`."""
    con.execute(f"insert into built.level {_SQL['level']}", {"closing": paths([snapshot]), "closing_month": month})


def jump_examples(con: duckdb.DuckDBPyConnection, opening: Path, closing: Path) -> tuple[str, ...]:
    """A few of the loans whose days past due grew by more than the days between two snapshots."""
    found = con.execute(_SQL["jumps"], {"opening": paths([opening]), "closing": paths([closing])}).fetchall()
    return tuple(f"{loan_id}: {before} → {after}" for loan_id, before, after in found)
