"""The data contract, applied to staged rows: what is refused, what is kept and mentioned, what stops an import.

`staged` is the table that data.staging fills. Rows are refused by giving them a reason; they end in quarantine.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from data.duck import paths
from data.findings import Finding
from data.parts import Part
from data.schema import LOAN_SNAPSHOT, Table
from data.staging import LEFT_OUT

EXAMPLES = 5
REFUSED_SHARE_MAX = 0.5
THIN_SHARE = 0.5

REFUSED = f"len(reasons) > 0 and reasons <> ['{LEFT_OUT}']"


def months_staged(con: duckdb.DuckDBPyConnection) -> list[date | None]:
    """Month-ends of the rows that are good so far, ascending; None alone where the table is not by month."""
    found = con.execute("select distinct month from staged where len(reasons) = 0 order by month")
    return [row[0] for row in found.fetchall()]


def refuse_unknown_loans(con: duckdb.DuckDBPyConnection, known: Iterable[Path]) -> None:
    """Refuse the good rows whose loan stands in none of these partitions. What is built in memory is the rows' loans."""
    con.execute(
        """with asked as (
            select distinct loan_id from staged where len(reasons) = 0
        ),

        known as (
            select distinct loan_id from read_parquet($known, hive_partitioning = false) semi join asked using (loan_id)
        )

        update staged set reasons = ['unknown_loan']
        from (select loan_id from asked anti join known using (loan_id)) as unknown
        where staged.loan_id = unknown.loan_id and len(reasons) = 0""",
        {"known": paths(known)},
    )


def refuse_repeated(con: duckdb.DuckDBPyConnection, table: Table, month: date | None) -> None:
    """Within a month: rows of earlier days, copies beyond the first, and rows that contradict each other.

    The result does not depend on the order of the rows: of identical rows any one is kept, of conflicting ones none. Rows of
    a table without a key are events, and may be equal.
    """
    if table is LOAN_SNAPSHOT:
        con.execute(
            """update staged set reasons = ['earlier_day'] where month = $month and len(reasons) = 0
            and as_of < (select max(as_of) from staged where month = $month and len(reasons) = 0)""",
            {"month": month},
        )
    if not table.key:
        return
    values, key = ", ".join(table.column_names), ", ".join(table.key)
    same = " and ".join(f"kinds.{name} = rows.{name}" for name in table.key)
    con.execute(
        f"""update staged set reasons = [repeated.reason] from (
            select rows.rowid as id, case when kinds.variants > 1 then 'conflicting_duplicate' else 'duplicate_row' end as reason
            from staged as rows
            join (
                select {key}, min(rowid) as first, count(distinct hash({values})) as variants
                from staged where month is not distinct from $month and len(reasons) = 0 group by {key} having count(*) > 1
            ) as kinds on {same}
            where rows.month is not distinct from $month and len(rows.reasons) = 0 and (kinds.variants > 1 or rows.rowid <> kinds.first)
        ) as repeated where staged.rowid = repeated.id""",
        {"month": month},
    )


def refused_findings(con: duckdb.DuckDBPyConnection, table: Table, parts: Sequence[Part]) -> list[Finding]:
    """One finding for each reason and month among the refused rows, with examples; and what stops the import."""
    counted = con.execute(
        """select reason, month, if(month is null, part, null) as source, count(*), list_sort(list([part, line]))[1:$examples] as places
        from (select part, line, month, unnest(reasons) as reason from staged) group by all""",
        {"examples": EXAMPLES},
    ).fetchall()
    findings = [_row_finding(con, table, parts, *row) for row in counted]
    total, refused = con.execute(
        f"select count(*) filter (where reasons <> ['{LEFT_OUT}']), count(*) filter (where {REFUSED} "
        "and not list_has_any(reasons, ['duplicate_row', 'earlier_day'])) from staged"
    ).fetchall()[0]
    if not con.execute("select 1 from staged where len(reasons) = 0 limit 1").fetchall():
        findings.append(Finding("nothing_left", total))
    elif refused > REFUSED_SHARE_MAX * total:
        findings.append(Finding("mostly_refused", refused))
    return findings + (_thin_last_days(con) if table is LOAN_SNAPSHOT else [])


def _thin_last_days(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Months whose last day, the only one that is taken, holds far fewer rows than an earlier day of theirs."""
    thin = con.execute(
        """with days as (
            select month, as_of, reasons = ['earlier_day'] as earlier, count(*) as rows from staged
            where len(reasons) = 0 or reasons = ['earlier_day'] group by all
        )
        select month, max(as_of), coalesce(sum(rows) filter (where not earlier), 0)::bigint as last, max(rows) filter (where earlier) as fullest
        from days group by month having last < $share * fullest order by month""",
        {"share": THIN_SHARE},
    ).fetchall()
    return [Finding("thin_last_day", last, (), month, {"day": str(day.day)}) for month, day, last, _ in thin]


def _row_finding(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    parts: Sequence[Part],
    reason: str,
    month: date | None,
    source: int | None,
    count: int,
    places: list[list[int]],
) -> Finding:
    code, _, column = reason.partition(":")
    examples = () if code == LEFT_OUT else tuple(_example(con, table, parts, part, line) for part, line in places)
    values = {"column": column} if column else {}
    if source is not None:
        values["source"] = parts[source].name
    return Finding(code, count, examples, month, values)


def _example(con: duckdb.DuckDBPyConnection, table: Table, parts: Sequence[Part], part: int, line: int) -> str:
    texts = ", ".join(f"{name}::varchar" for name in table.column_names[:5])
    text = con.execute(
        f"select coalesce(raw, [{texts}]) from staged where part = $part and line = $line limit 1",
        {"part": part, "line": line},
    ).fetchall()[0][0]
    return f"{parts[part].name}:{line}  " + " | ".join("" if value is None else value for value in text)[:160]


def kept_findings(
    con: duckdb.DuckDBPyConnection, table: Table, month: date | None, balances_mapped: bool
) -> list[Finding]:
    """What is noteworthy in the good rows of a month."""
    if table is LOAN_SNAPSHOT:
        return _of_snapshots(con, month, balances_mapped)
    findings = []
    if not table.key:
        values = ", ".join(table.column_names)
        counted = con.execute(
            f"""select coalesce(sum(rows - 1), 0)::bigint, list_sort(list(loan_id))[1:$examples] from (
                select any_value(loan_id) as loan_id, count(*) as rows from staged
                where month is not distinct from $month and len(reasons) = 0 group by {values} having count(*) > 1)""",
            {"month": month, "examples": EXAMPLES},
        )
        repeated, examples = counted.fetchall()[0]
        if repeated:
            findings.append(Finding("equal_events", repeated, tuple(examples), month))
    if "amount" in table.column_names:
        counted = con.execute(
            """select count(*), list_sort(list(loan_id || ': ' || amount))[1:$examples] from staged
            where month = $month and len(reasons) = 0 and amount < 0""",
            {"month": month, "examples": EXAMPLES},
        )
        negative, examples = counted.fetchall()[0]
        if negative:
            findings.append(Finding("negative_amount", negative, tuple(examples), month))
    return findings


def _of_snapshots(con: duckdb.DuckDBPyConnection, month: date | None, balances_mapped: bool) -> list[Finding]:
    negative, missing, as_of, examples = con.execute(
        """select count(*) filter (where balance < 0), count(*) filter (where balance is null and status = 'open'), max(as_of),
            list_sort(list(loan_id || ': ' || balance) filter (where balance < 0))[1:$examples]
        from staged where month = $month and len(reasons) = 0""",
        {"month": month, "examples": EXAMPLES},
    ).fetchall()[0]
    findings = []
    if negative:
        findings.append(Finding("negative_balance", negative, tuple(examples), month))
    if missing and balances_mapped:
        findings.append(Finding("missing_balance", missing, (), month))
    if as_of is not None and as_of != month:
        findings.append(Finding("not_month_end", 1, (), month, {"day": str(as_of.day)}))
    return findings


def book_findings(open_loans: Mapping[date, int]) -> list[Finding]:
    """What only shows across months: `open_loans` is the number of open loans of each month-end of the book."""
    months = sorted(open_loans)
    gaps = list(_gaps(months))
    findings = (
        [Finding("month_gap", len(gaps), values={"months": ", ".join(f"{m:%Y-%m}" for m in gaps)})] if gaps else []
    )
    for index, month in enumerate(months[1:], start=1):
        neighbours = [open_loans[m] for m in months[index - 1 : index + 2] if m != month]
        if open_loans[month] < THIN_SHARE * sum(neighbours) / len(neighbours):
            findings.append(Finding("thin_month", open_loans[month], (), month))
    return findings


def _gaps(months: Sequence[date]) -> Iterable[date]:
    present = set(months)
    month = months[0] if months else None
    while month is not None and month < months[-1]:
        if month not in present:
            yield month
        month = next_month_end(month)


def next_month_end(month_end: date) -> date:
    """The month-end after this one."""
    first_of_next = month_end + timedelta(days=1)
    return (first_of_next + timedelta(days=31)).replace(day=1) - timedelta(days=1)
