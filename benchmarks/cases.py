"""What is measured, one function a case. Each runs in a process of its own, so that its peak memory is its own:

    python -m benchmarks.cases CASE FOLDER        prints {"seconds": …, …} as JSON

FOLDER holds what `prepare` made: a book with partitions (and a version, after `build`), or one CSV file.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl

from benchmarks.events import write_events
from benchmarks.made_up import snapshots, write_partitions
from data.book import Book, Partition
from data.partitions import write_quarantine
from data.schema import LOAN_SNAPSHOT
from data.settings import Settings
from data.staging import create_staged
from queries import Filters, Reader, import_files, open_reader
from queries.build import version
from queries.build.steps import STEPS
from queries.build.version import DERIVED, build_version

EDGES = (1, 31, 61, 91, 121, 151, 181)
SLICE = ("product", "region", "segment", "acquisition_channel")
READ = ("loan_id", "as_of", "days_past_due", "balance", "status", *SLICE)
LEDGER_AND_LEVELS = ("crossing", "followed", "late", "re_age", "shadow", "ledger", "level")
ROUNDS = 10
Figures = dict[str, float]


# What is prepared, and not measured


def prepare(folder: Path, loans: int, months: int, events: bool = False) -> None:
    """Partitions of a book, and their record; with what collections does, where `events`."""
    book = Book(folder / "book")
    with duckdb.connect() as con:
        create_staged(con, "loan_snapshot")
        nothing_refused = write_quarantine(con, book, LOAN_SNAPSHOT, [], [], [])
    partitions = [*write_partitions(book, loans, months), nothing_refused]
    partitions += write_events(book, loans, months) if events else []
    records = [
        [p.table_name, p.month and p.month.isoformat(), p.file, p.rows, p.content, p.roster, p.open_loans]
        for p in partitions
    ]
    (folder / "partitions.json").write_text(json.dumps(records), encoding="utf-8")


def prepare_csv(folder: Path, rows: int, months: int) -> None:
    """One CSV file of about `rows` snapshots."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "loans.csv").open("wb") as file:
        for number, frame in enumerate(snapshots(rows // months, months)):
            frame.write_csv(file, include_header=number == 0)


def _partitions(folder: Path) -> list[Partition]:
    records = json.loads((folder / "partitions.json").read_text(encoding="utf-8"))
    return [Partition(r[0], date.fromisoformat(r[1]) if r[1] else None, *r[2:]) for r in records]


def _files(folder: Path) -> list[str]:
    return [
        str(folder / "book" / "partitions" / p.file) for p in _partitions(folder) if p.table_name == LOAN_SNAPSHOT.name
    ]


# Recoup: the build of the facts, a month added, the questions, an import


def build_ledger(folder: Path) -> Figures:
    """The exit ledger and the levels of all months, and what they stand on: what every page of managers reads."""
    version.STEPS = tuple(step for step in STEPS if step.name in LEDGER_AND_LEVELS)
    return build(folder)


def build(folder: Path) -> Figures:
    """All facts of all months, built and published."""
    _forget_versions(folder)
    return {"seconds": _publish(folder, _partitions(folder), old=None)}


def add_month(folder: Path) -> Figures:
    """The last month added to a book that has all the others."""
    _forget_versions(folder)
    partitions = _partitions(folder)
    last = max(p.month for p in partitions if p.month)  # its events come with it
    _publish(folder, [p for p in partitions if p.month != last], old=None)
    return {"seconds": _publish(folder, partitions, old=1)}


def _forget_versions(folder: Path) -> None:
    shutil.rmtree(folder / "book" / "versions", ignore_errors=True)
    for derived in DERIVED:
        shutil.rmtree(folder / "book" / "partitions" / derived, ignore_errors=True)


def _publish(folder: Path, partitions: list[Partition], old: int | None) -> float:
    """Seconds to build and publish a version of these partitions, on top of version `old`."""
    book = Book(folder / "book")
    before = book.read_version(old) if old else None
    with tempfile.TemporaryDirectory(dir=folder) as workdir:
        started = time.perf_counter()
        build_version(
            book, Path(workdir), Settings(), before, partitions, [], ["made up"], "bench", lambda step, share: None
        )
        return time.perf_counter() - started


def ask_questions(folder: Path) -> Figures:
    """Milliseconds of each question as pages ask it: a month or the whole history, the whole book or a slice; and of a page."""
    reader = open_reader(folder / "book", remembers=False)
    last = reader.months[-1]
    asked = [
        (name, Filters(**months, **dims))
        for name in reader.answerable
        for months in ({"month": last}, {"to_month": last})
        for dims in ({}, {"product": ("Car",), "region": ("East", "West")})
    ]
    for name, filters in asked:
        reader.ask(name, filters)
    took = np.array([[_milliseconds(reader, [one]) for one in asked] for _round in range(ROUNDS)])
    pages = [[_milliseconds(reader, page) for page in _pages(reader)] for _round in range(ROUNDS)]
    return {
        "median_ms": float(np.median(took)),
        "p95_ms": float(np.percentile(took, 95)),
        "slowest_ms": float(took.max()),
        "page_ms": float(np.median(pages, axis=0).max()),
    }


def _pages(reader: Reader) -> Iterable[list[tuple[str, Filters]]]:
    """The questions of each page, in one go."""
    last = reader.months[-1]
    history = Filters(to_month=last)
    products = [Filters(to_month=last, product=(value,)) for value in reader.dimensions["product"]]
    yield [(n, history) for n in ("roll_trend", "bad_debt", "delinquency", "ledger")] + [
        ("roll_trend", product) for product in products
    ]
    yield [("roll_rates", Filters(month=last))] + [(n, history) for n in ("roll_trend", "net_flow", "ledger")]
    yield [(n, history) for n in ("bad_debt", "delinquency", "tiers")]


def _milliseconds(reader: Reader, asked: list[tuple[str, Filters]]) -> float:
    started = time.perf_counter()
    for name, filters in asked:
        reader.ask(name, filters)
    return 1000 * (time.perf_counter() - started)


def import_csv(folder: Path) -> Figures:
    """A CSV file, read, checked and published."""
    with tempfile.TemporaryDirectory(dir=folder) as book:
        started = time.perf_counter()
        done = import_files(book, [folder / "loans.csv"])
        return {"seconds": time.perf_counter() - started, "rows": done.rows}


# The plainest that others could write: a self-join and a group-by, without exits, entrants, checks or a published version


def duckdb_statement(folder: Path) -> Figures:
    """The hand-written statement, over the same files, with all the memory it wants."""
    bucket = (
        "case " + " ".join(f"when days_past_due >= {edge} then {at}" for at, edge in _worst_first()) + " else 0 end"
    )
    slices = ", ".join(f"opening.{name}" for name in SLICE)
    started = time.perf_counter()
    with duckdb.connect() as con:
        cells = con.execute(
            f"""
            with snapshot as (
                select loan_id, as_of, {bucket} as bucket, balance, {", ".join(SLICE)}
                from read_parquet($files) where status = 'open'
            )
            select closing.as_of, opening.bucket, closing.bucket, {slices},
                count(*), sum(opening.balance), sum(closing.balance)
            from snapshot as opening
            join snapshot as closing
            on closing.loan_id = opening.loan_id and closing.as_of = last_day(opening.as_of + interval 1 month)
            group by all
            """,
            {"files": _files(folder)},
        ).fetchall()
    return {"seconds": time.perf_counter() - started, "cells": len(cells)}


def _worst_first() -> list[tuple[int, int]]:
    return list(enumerate(EDGES, start=1))[::-1]


def polars_join(folder: Path) -> Figures:
    """The same in Polars, a pair of months at a time, lazily."""
    bucket = sum((pl.col("days_past_due") >= edge).cast(pl.Int8) for edge in EDGES).alias("bucket")
    started = time.perf_counter()
    cells = 0
    for opening, closing in pairwise(_files(folder)):
        before, after = (
            pl.scan_parquet(file).select(READ).filter(pl.col("status") == "open").with_columns(bucket)
            for file in (opening, closing)
        )
        joined = before.join(after, on="loan_id", suffix="_after").group_by("bucket", "bucket_after", *SLICE)
        cells += joined.agg(pl.len(), pl.sum("balance"), pl.sum("balance_after")).collect().height
    return {"seconds": time.perf_counter() - started, "cells": cells}


def pandas_merge(folder: Path) -> Figures:
    """The same in pandas, a pair of months at a time; amounts are floats, as pandas users have them."""
    started = time.perf_counter()
    cells = 0
    for opening, closing in pairwise(_files(folder)):
        before, after = (_pandas_month(file) for file in (opening, closing))
        joined = before.merge(after[["loan_id", "bucket", "balance"]], on="loan_id", suffixes=("", "_after"))
        grouped = joined.groupby(["bucket", "bucket_after", *SLICE], observed=True)
        cells += len(grouped.agg({"loan_id": "size", "balance": "sum", "balance_after": "sum"}))
    return {"seconds": time.perf_counter() - started, "cells": cells}


def _pandas_month(file: str) -> pd.DataFrame:
    month = pd.read_parquet(file, columns=list(READ))
    month = month[month["status"] == "open"]
    bucket = np.digitize(month["days_past_due"], EDGES)
    return month.assign(bucket=bucket, balance=month["balance"].astype("float64"))


CASES: dict[str, Callable[[Path], Figures]] = {
    case.__name__: case
    for case in (build_ledger, build, add_month, ask_questions, import_csv, duckdb_statement, polars_join, pandas_merge)
}

if __name__ == "__main__":
    print(json.dumps(CASES[sys.argv[1]](Path(sys.argv[2]))))
