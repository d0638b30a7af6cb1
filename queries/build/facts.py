"""Running the steps of the build: each one's statement over the partitions that a month is built from.

Nothing ever needs the whole history at once, so memory and the cost of a new month do not grow with it.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import duckdb

from data.book import Book, Partition
from data.duck import paths
from data.schema import DIMENSIONS, LOAN, LOAN_SNAPSHOT, SQL_TYPE, TABLES
from queries.build.loan_steps import FOLLOWED
from queries.build.step import Inputs, Step

_FOLDER = Path(__file__).parent
_JUMPS = (_FOLDER / "jumps.sql").read_text(encoding="utf-8")

_OF_THE_LOAN = {
    LOAN_SNAPSHOT.name: {name: name for name in (*DIMENSIONS, "originated_on", "principal", "customer_id")},
    FOLLOWED: {was + name: name for name in DIMENSIONS for was in ("", "was_")},
}
"""What a snapshot that leaves it empty takes from the table of loans, and so does a list of its rows."""


def prepare(con: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> None:
    """An empty table `none_<table>` for each that may have no partition, of this connection alone."""
    for table in TABLES.values():
        typed = ", ".join(f"{column.name} {SQL_TYPE[column.kind]}" for column in table.columns)
        con.execute(f"create temp table none_{table.name} ({typed})")
    for step in steps:
        if step.keeps == "partition":
            con.execute(f"create temp table none_{step.name} ({step.columns or _typed(con, step)})")


def create(con: duckdb.DuckDBPyConnection, steps: Iterable[Step]) -> None:
    """An empty table `built.<fact>` for each fact, typed by its own statement."""
    for step in steps:
        if step.keeps == "fact":
            con.execute(f"create table built.{step.name} ({_typed(con, step)})")


_TYPED: dict[str, str] = {}
"""The columns of each statement, once it has been asked for them: this costs as much as a small month of its step."""


def _typed(con: duckdb.DuckDBPyConnection, step: Step) -> str:
    """The names and types of the columns that the step's statement gives."""
    if step.sql not in _TYPED:
        columns = con.execute(
            f"describe {_reading(con, step, {}, step.sql)}", dict.fromkeys(_bound(step), None)
        ).fetchall()
        _TYPED[step.sql] = ", ".join(f'"{name}" {kind}' for name, kind, *_ in columns)
    return _TYPED[step.sql]


def _bound(step: Step) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\$(\w+)", step.sql)))


def _reading(con: duckdb.DuckDBPyConnection, step: Step, files: dict[str, list[str]], sql: str) -> str:
    """The statement with what stands for each name that the step reads.

    They are parts of the statement, and no views, since a view opens its files when it is made and again when it is read.
    """
    names = []
    for name, table in sorted(step.reads.items(), key=lambda read: read[1] in _OF_THE_LOAN):
        if not files.get(name):
            # `where false` lets a statement's joins with it be left out of the plan.
            names.append((name, f"select * from none_{table} where false"))
        elif table in _OF_THE_LOAN and files.get(LOAN.name):
            filled = ", ".join(
                f"coalesce(given.{column}, loan.{of}) as {column}" for column, of in _OF_THE_LOAN[table].items()
            )
            names.append((f"given_{name}", _given(con, table, files[name])))
            names.append(
                (
                    name,
                    f"select given.* replace ({filled}) from given_{name} as given left join loan on loan.loan_id = given.loan_id",
                )
            )
        else:
            names.append((name, _given(con, table, files[name])))
    parts = ", ".join(f"{name} as not materialized ({rows})" for name, rows in names)
    return f"with {parts} select * from ({sql}\n)"


def _given(con: duckdb.DuckDBPyConnection, table: str, files: list[str]) -> str:
    """The rows of these partitions, as SQL; a column that they were written without, by an earlier Recoup, is empty."""
    listed = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    rows = f"from read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    if table not in TABLES or set(TABLES[table].column_names) <= _columns_of(con, files):
        return rows
    return f"select * from none_{table} where false union all by name {rows}"


_COLUMNS: dict[str, frozenset[str]] = {}
"""The columns of files that were looked into. A partition's file is written once, under a name of its own."""


def _columns_of(con: duckdb.DuckDBPyConnection, files: list[str]) -> frozenset[str]:
    """The columns that any of these files has."""
    for file in files:
        if file not in _COLUMNS:
            _COLUMNS[file] = frozenset(con.read_parquet([file], hive_partitioning=False).columns)
    return frozenset().union(*(_COLUMNS[file] for file in files))


def run(book: Book, con: duckdb.DuckDBPyConnection, step: Step, month: date, inputs: Inputs) -> Partition | None:
    """Build one month of a step: rows appended to `built.<fact>`, or a derived partition, which is returned."""
    sql = _reading(con, step, _files(book, inputs), step.sql)
    values = {name: inputs.values[name] for name in _bound(step)}
    if step.keeps == "fact":
        con.execute(f"insert into built.{step.name} {sql}", values)
        return None
    file = book.new_partition_file(step.name, month)
    target = book.partitions / file
    con.execute(f"copy ({sql}) to $target (format parquet)", values | {"target": str(target)})
    rows, content = con.execute(
        "select count(*), coalesce(sum(hash(*columns(*))::hugeint), 0)::varchar from read_parquet($files, hive_partitioning = false)",
        {"files": paths([target])},
    ).fetchall()[0]
    return Partition(step.name, month, file, rows, content, "", 0)


def _files(book: Book, inputs: Inputs) -> dict[str, list[str]]:
    """The files of the partitions that stand under each name; those without a row are none."""
    return {name: paths(book.partitions / p.file for p in held if p.rows) for name, held in inputs.partitions.items()}


def take_over(con: duckdb.DuckDBPyConnection, fact: str, months: Sequence[date]) -> None:
    """Copy months of a fact from the version attached as `old`."""
    if months:
        con.execute(
            f"insert into built.{fact} select * from old.{fact} where list_contains($months::date[], month)",
            {"months": list(months)},
        )


def jump_examples(book: Book, con: duckdb.DuckDBPyConnection, ledger: Step, inputs: Inputs) -> tuple[str, ...]:
    """A few of the loans of a month of the ledger whose days past due grew by more than the days between its two snapshots."""
    found = con.execute(_reading(con, ledger, _files(book, inputs), _JUMPS)).fetchall()
    return tuple(f"{loan_id}: {before} → {after}" for loan_id, before, after in found)
