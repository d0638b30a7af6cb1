"""Writing the book's monthly partitions from staged rows, each with fingerprints of what is in it."""

from collections.abc import Sequence
from datetime import date

import duckdb

from data.book import Book, Partition
from data.checks import REFUSED
from data.duck import paths
from data.schema import column_names

SNAPSHOT = "loan_snapshot"
QUARANTINE = "quarantine"


def write_snapshot(con: duckdb.DuckDBPyConnection, book: Book, month: date) -> Partition:
    """The good staged rows of a month as a partition, sorted by loan."""
    file = book.new_partition_file(SNAPSHOT, month)
    columns = ", ".join(column_names(SNAPSHOT))
    target = book.partitions / file
    con.execute(
        f"copy (select {columns} from staged where month = $month and len(reasons) = 0 order by loan_id) to $target (format parquet)",
        {"month": month, "target": str(target)},
    )
    return snapshot_partition(con, book, month, file)


def snapshot_partition(con: duckdb.DuckDBPyConnection, book: Book, month: date, file: str) -> Partition:
    """The record of a snapshot partition that is already written."""
    columns = ", ".join(column_names(SNAPSHOT))
    rows, content, roster, open_loans = con.execute(
        f"""select count(*), coalesce(sum(hash({columns})::hugeint), 0)::varchar,
            coalesce(sum(hash(loan_id)::hugeint) filter (where status = 'open'), 0)::varchar, count(*) filter (where status = 'open')
        from read_parquet($files, hive_partitioning = false)""",
        {"files": paths([book.partitions / file])},
    ).fetchall()[0]
    return Partition(SNAPSHOT, month, file, rows, content, roster, open_loans)


def write_quarantine(
    con: duckdb.DuckDBPyConnection,
    book: Book,
    sources: Sequence[str],
    months: Sequence[date],
    earlier: Sequence[Partition],
) -> Partition:
    """Every refused row that still stands: the staged ones, and earlier ones of months and files not imported again.

    Columns: source (file), line, month, loan_id, as_of, reasons, raw (the row as text: as the file has it, or where the row
    was read and then found repeated, our columns in their order).
    """
    file = book.new_partition_file(QUARANTINE, None)
    texts = ", ".join(f"{name}::varchar" for name in column_names(SNAPSHOT))
    params: dict[str, object] = {"sources": list(sources), "target": str(book.partitions / file)}
    kept = ""
    if earlier:
        kept = """union all select source, line, month, loan_id, as_of, reasons, raw from read_parquet($earlier, hive_partitioning = false)
            where not list_contains($months, month) or (month is null and not list_contains($sources, source))"""
        params |= {"earlier": paths(book.partitions / p.file for p in earlier), "months": list(months)}
    con.execute(
        f"""copy (
            select $sources[part + 1] as source, line, month, loan_id, as_of, reasons,
                coalesce(raw, [{texts}]) as raw
            from staged where {REFUSED} {kept} order by source, line
        ) to $target (format parquet)""",
        params,
    )
    rows, content = con.execute(
        "select count(*), coalesce(sum(hash(source, line, month, loan_id, reasons, raw)::hugeint), 0)::varchar from read_parquet($files, hive_partitioning = false)",
        {"files": paths([book.partitions / file])},
    ).fetchall()[0]
    return Partition(QUARANTINE, None, file, rows, content, "", 0)
