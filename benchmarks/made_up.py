"""A book of any size for measuring: month-end snapshots of N open loans over M months, written as partitions of a book.

The loans move by a plain Markov chain, a loan that leaves is replaced, so every month has the same number of rows. What it
looks like does not matter here; that joins, exits, entrants and slices are as many as in a real book does.
"""

from collections.abc import Iterator
from datetime import date

import duckdb
import numpy as np
import polars as pl

from data.book import Book, Partition
from data.checks import next_month_end
from data.partitions import partition_of
from data.schema import LOAN_SNAPSHOT, SQL_TYPE

FIRST_MONTH = date(2023, 1, 31)
SLICES = {
    "product": ("Personal", "Car", "Card"),
    "region": ("North", "East", "South", "Central", "West"),
    "segment": ("Salaried", "Self-employed", "New to credit"),
    "acquisition_channel": ("App", "Branch", "Partner", "Dealer"),
}
# A month, by months past due (0, 1, 2, 3 and more): paid off; unpaid; cured of the paying (the others improve by one).
PAID_OFF = np.array([0.02, 0.02, 0.005, 0.002])
UNPAID = np.array([0.02, 0.43, 0.90, 0.95])
CURED = np.array([1.0, 0.95, 0.7, 0.5])
CHARGED_OFF_DPD, CHARGED_OFF = 180, 0.3
VANISHED = 0.0002


def month_ends(count: int, first: date = FIRST_MONTH) -> list[date]:
    """`count` month-ends in a row from `first`."""
    ends = [first]
    while len(ends) < count:
        ends.append(next_month_end(ends[-1]))
    return ends


def snapshots(loans: int, months: int, seed: int = 1) -> Iterator[pl.DataFrame]:
    """A frame a month-end, sorted by loan_id, with the columns a lender's file would have; `loans` rows and a few exits each."""
    rng = np.random.default_rng(seed)
    ids = np.arange(loans)
    days = np.zeros(loans, np.int32)
    cents = rng.integers(50_000, 5_000_000, loans)
    slices = {name: rng.integers(0, len(values), loans).astype(np.uint32) for name, values in SLICES.items()}
    opening = None
    for end in month_ends(months):
        status = np.zeros(len(ids), np.uint32)
        cash = np.zeros(len(ids), np.int64)
        if opening is not None:
            days, status, cash = _live(rng, days, cents, (end - opening).days)
            cents = cents - cash
        yield _frame(end, ids, days, cents, cash, status, slices)
        staying = (status == 0) & (rng.random(len(ids)) >= VANISHED)
        entering = len(ids) - int(staying.sum())
        ids = np.concatenate([ids[staying], np.arange(ids[-1] + 1, ids[-1] + 1 + entering)])
        days = np.concatenate([days[staying], np.zeros(entering, np.int32)])
        cents = np.concatenate([cents[staying], rng.integers(50_000, 5_000_000, entering)])
        slices = {
            name: np.concatenate([at[staying], rng.integers(0, len(SLICES[name]), entering).astype(np.uint32)])
            for name, at in slices.items()
        }
        opening = end


def _live(
    rng: np.random.Generator, days: np.ndarray, cents: np.ndarray, passed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A month of every loan: days past due, status (0 open, 1 paid off, 2 charged off) and cash at its end."""
    step = np.minimum((days + 29) // 30, 3)
    luck = rng.random((3, len(days)))
    unpaid = luck[0] < UNPAID[step]
    late = np.where(days > 0, days + passed, rng.integers(1, passed + 1, len(days), dtype=np.int32))
    better = np.where(luck[1] < CURED[step], 0, np.maximum(days - 30, 1))
    after = np.where(unpaid, late, better).astype(np.int32)
    paid_off = ~unpaid & (luck[2] < PAID_OFF[step])
    lost = unpaid & (after > CHARGED_OFF_DPD) & (luck[2] < CHARGED_OFF)
    status = np.where(paid_off, 1, np.where(lost, 2, 0)).astype(np.uint32)
    cash = np.where(paid_off, cents, np.where(unpaid, 0, cents // 40))
    return after, status, cash


def _frame(
    end: date,
    ids: np.ndarray,
    days: np.ndarray,
    cents: np.ndarray,
    cash: np.ndarray,
    status: np.ndarray,
    slices: dict[str, np.ndarray],
) -> pl.DataFrame:
    def money(amount: np.ndarray) -> pl.Series:
        return pl.Series(amount).cast(pl.Int128).reinterpret(dtype=pl.Decimal(18, 2))

    return pl.DataFrame(
        {
            "loan_id": pl.select("L" + pl.lit(pl.Series(ids)).cast(pl.String).str.zfill(10)).to_series(),
            "as_of": pl.repeat(end, len(ids), dtype=pl.Date, eager=True),
            "days_past_due": days,
            "balance": money(cents),
            "paid_in_month": money(cash),
            "status": pl.Series(["open", "paid_off", "charged_off"]).gather(status),
            **{name: pl.Series(SLICES[name]).gather(at) for name, at in slices.items()},
        }
    )


def write_partitions(book: Book, loans: int, months: int) -> list[Partition]:
    """Write `snapshots` as the book's own partitions, as an import would have, without publishing a version."""
    partitions = []
    with duckdb.connect() as con:
        for snapshot in snapshots(loans, months):
            file = book.new_partition_file(LOAN_SNAPSHOT.name, end := snapshot["as_of"][0])
            columns = ", ".join(
                column.name if column.name in snapshot.columns else f"null::{SQL_TYPE[column.kind]} as {column.name}"
                for column in LOAN_SNAPSHOT.columns
            )
            con.register("snapshot", snapshot)
            con.execute(
                f"copy (select {columns} from snapshot) to $target (format parquet)",
                {"target": str(book.partitions / file)},
            )
            partitions.append(partition_of(con, book, LOAN_SNAPSHOT, end, file))
    return partitions
