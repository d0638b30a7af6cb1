"""Writing the book's monthly partitions from staged rows, each with fingerprints of what is in it."""

from collections.abc import Sequence
from datetime import date

import duckdb

from data.book import Book, Partition
from data.checks import REFUSED
from data.duck import paths
from data.schema import LOAN_SNAPSHOT, Table

SNAPSHOT = LOAN_SNAPSHOT.name
QUARANTINE = "quarantine"
QUARANTINE_COLUMNS = ("table_name", "source", "line", "month", "loan_id", "as_of", "reasons", "raw")


def write_partition(
    con: duckdb.DuckDBPyConnection, book: Book, table: Table, month: date | None, earlier: Sequence[Partition] = ()
) -> Partition:
    """The good staged rows of a month as a partition, sorted by loan.

    earlier: what a table that is one whole held before; its rows stay where no staged row has their key.
    """
    file = book.new_partition_file(table.name, month)
    target = book.partitions / file
    rows = "select * from staged where month is not distinct from $month and len(reasons) = 0"
    params: dict[str, object] = {"month": month, "target": str(target)}
    columns = ", ".join(table.column_names)
    before = ""
    if earlier:
        key = ", ".join(table.key)
        before = f"union all by name (select {columns} from read_parquet($earlier, hive_partitioning = false) anti join fresh using ({key}))"
        params["earlier"] = paths(book.partitions / p.file for p in earlier)
    order = "loan_id" if table.key == ("loan_id",) else f"loan_id, {table.dated_by}"
    con.execute(
        f"""copy (
            with fresh as (select {columns} from ({rows})) select * from (select * from fresh {before}) order by {order}
        ) to $target (format parquet)""",
        params,
    )
    return partition_of(con, book, table, month, file)


def partition_of(con: duckdb.DuckDBPyConnection, book: Book, table: Table, month: date | None, file: str) -> Partition:
    """The record of a partition that is already written."""
    columns = ", ".join(table.column_names)
    is_open = "status = 'open'" if table is LOAN_SNAPSHOT else "false"
    rows, content, roster, open_loans = con.execute(
        f"""select count(*), coalesce(sum(hash({columns})::hugeint), 0)::varchar,
            coalesce(sum(hash(loan_id)::hugeint) filter (where {is_open}), 0)::varchar, count(*) filter (where {is_open})
        from read_parquet($files, hive_partitioning = false)""",
        {"files": paths([book.partitions / file])},
    ).fetchall()[0]
    return Partition(table.name, month, file, rows, content, roster, open_loans)


def write_quarantine(
    con: duckdb.DuckDBPyConnection,
    book: Book,
    table: Table,
    sources: Sequence[str],
    months: Sequence[date | None],
    earlier: Sequence[Partition],
) -> Partition:
    """Every refused row that still stands: the staged ones, and earlier ones of months and files not imported again.

    Columns: table_name, source (file), line, month, loan_id, as_of (the day the row is of), reasons, raw (the row as text: as the
    file has it, or where the row was read and then found repeated, our columns in their order).
    """
    file = book.new_partition_file(QUARANTINE, None)
    texts = ", ".join(f"{name}::varchar" for name in table.column_names)
    params: dict[str, object] = {"sources": list(sources), "target": str(book.partitions / file)}
    kept = ""
    if earlier:
        kept = f"""union all select {", ".join(QUARANTINE_COLUMNS)} from read_parquet($earlier, hive_partitioning = false)
            where table_name <> $table or not coalesce(list_contains($months::date[], month), list_contains($sources, source))"""
        params |= {"earlier": paths(book.partitions / p.file for p in earlier)}
        params |= {"months": [month for month in months if month], "table": table.name}
    con.execute(
        f"""copy (
            select '{table.name}' as table_name, $sources[part + 1] as source, line, month, loan_id,
                {f"{table.dated_by}::date" if table.dated_by else "null::date"} as as_of, reasons,
                coalesce(raw, [{texts}]) as raw
            from staged where {REFUSED} {kept} order by source, line
        ) to $target (format parquet)""",
        params,
    )
    rows, content = con.execute(
        "select count(*), coalesce(sum(hash(table_name, source, line, month, loan_id, reasons, raw)::hugeint), 0)::varchar "
        "from read_parquet($files, hive_partitioning = false)",
        {"files": paths([book.partitions / file])},
    ).fetchall()[0]
    return Partition(QUARANTINE, None, file, rows, content, "", 0)
