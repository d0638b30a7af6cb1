"""What collections does with a made-up book, for measuring: as many attempts as snapshots, a fifth as many payments, and placements.

Attempts are on loans that are late at the month-end, payments of loans that have brought in cash, as many of each as asked for,
whatever a lender would do: what is measured is how many rows are joined.
"""

from collections.abc import Iterator

import duckdb
import numpy as np
import polars as pl

from benchmarks.made_up import snapshots
from data.book import Book, Partition
from data.partitions import partition_of
from data.schema import ACTION, PAYMENT, PLACEMENT, SQL_TYPE, Table

CHANNELS, CHANNEL_SHARES = ("phone", "sms", "ai_call", "email", "social"), (0.45, 0.30, 0.10, 0.10, 0.05)
AGENCIES = ("North", "South", "West")
COLLECTORS = 500
PAYMENTS_PER_SNAPSHOT = 0.2
PLACED_DPD = 91


def write_events(book: Book, loans: int, months: int) -> list[Partition]:
    """Write the events of `snapshots(loans, months)` as the book's own partitions, as imports would have."""
    rng = np.random.default_rng(2)
    placed = pl.Series("loan_id", [], pl.String)
    partitions = []
    with duckdb.connect() as con:
        for snapshot in snapshots(loans, months):
            end = snapshot["as_of"][0]
            batch = snapshot.filter(
                (pl.col("days_past_due") >= PLACED_DPD) & ~pl.col("loan_id").is_in(placed.implode())
            )
            placed = pl.concat([placed, batch["loan_id"]])
            for table, rows in _of_a_month(snapshot, batch, rng):
                if rows.height:
                    file = book.new_partition_file(table.name, end)
                    columns = ", ".join(
                        column.name
                        if column.name in rows.columns
                        else f"null::{SQL_TYPE[column.kind]} as {column.name}"
                        for column in table.columns
                    )
                    con.register("rows_of_table", rows)
                    con.execute(
                        f"copy (select {columns} from rows_of_table) to $target (format parquet)",
                        {"target": str(book.partitions / file)},
                    )
                    partitions.append(partition_of(con, book, table, end, file))
    return partitions


def _of_a_month(
    snapshot: pl.DataFrame, batch: pl.DataFrame, rng: np.random.Generator
) -> Iterator[tuple[Table, pl.DataFrame]]:
    late = snapshot.filter(pl.col("days_past_due") > 0)
    yield ACTION, _attempts(late, snapshot.height if late.height else 0, rng)
    paid = snapshot.filter(pl.col("paid_in_month") > 0)
    count = min(paid.height, int(snapshot.height * PAYMENTS_PER_SNAPSHOT))
    payers = paid[np.sort(rng.choice(paid.height, count, replace=False))]
    yield (
        PAYMENT,
        payers.select(paid_on=_days(payers, rng).cast(pl.Date), loan_id="loan_id", amount="paid_in_month"),
    )
    yield (
        PLACEMENT,
        batch.select(
            placed_on=_days(batch, rng).cast(pl.Date),
            loan_id="loan_id",
            agency=pl.Series(AGENCIES).gather(rng.integers(0, len(AGENCIES), batch.height)),
            tier=pl.lit(1, pl.Int32),
            balance="balance",
            commission_rate=pl.lit(0.25),
        ),
    )


def _days(rows: pl.DataFrame, rng: np.random.Generator) -> pl.Expr:
    """A day of the month of each row, as the beginning of that day."""
    day = pl.Series(rng.integers(0, 28, rows.height))
    return pl.col("as_of").dt.month_start().cast(pl.Datetime("us")) + pl.duration(days=day)


def _attempts(late: pl.DataFrame, count: int, rng: np.random.Generator) -> pl.DataFrame:
    rows = late[np.sort(rng.integers(0, max(late.height, 1), count))]
    connected = rng.random(count) < 0.3
    right_party = connected & (rng.random(count) < 0.6)
    return rows.select(
        acted_at=_days(rows, rng) + pl.duration(seconds=pl.Series(rng.integers(8 * 3600, 21 * 3600, count))),
        loan_id="loan_id",
        channel=pl.Series(CHANNELS).gather(rng.choice(len(CHANNELS), count, p=CHANNEL_SHARES)),
        owner=pl.lit("Team 1"),
        collector_id="C" + pl.lit(pl.Series(rng.integers(0, COLLECTORS, count))).cast(pl.String),
        connected=pl.Series(connected),
        right_party=pl.Series(right_party),
        outcome=pl.Series(np.where(right_party, "talked", "no answer")),
        seconds=pl.Series(rng.integers(20, 300, count, dtype=np.int32)),
        cost=pl.lit("0.35").cast(pl.Decimal(18, 2)),
        complaint=pl.Series(rng.random(count) < 0.0005),
    )
