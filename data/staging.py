"""Reading parts through a mapping into one typed table, every row judged on its own.

The staging database is a file in the import's working folder, so that memory stays bounded whatever the size of the input.
Source columns are read under names of ours (c0, c1, …) and every value of a mapping is a bound parameter: nothing that
comes from a file becomes part of a statement.
"""

from collections.abc import Mapping as MappingType
from datetime import date

import duckdb

from data.delimited import write_numbered
from data.duck import paths
from data.errors import InvalidMapping
from data.mapping import LEAVE_OUT, Mapping
from data.parts import Part
from data.pseudonyms import IDENTITY, Pseudonyms
from data.schema import LOAN_SNAPSHOT, SQL_TYPE, TABLES
from data.settings import Settings
from data.sources import parquet_rows
from data.synonyms import CURRENCY_NAMES
from data.values import SPACES, Statement, said, typed

LEFT_OUT = "left_out"
_RAW_LENGTH = 10_000
_NOTHING = r"('', 'null', 'none', 'na', 'n/a', 'nan', 'nat', '-', '--', '\n', '无', '空')"
_NO_TEXT = r"('', 'null', 'nan', 'nat', '\n')"  # NA may be a region, None a product


def create_staged(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """An empty `staged` table: part, line, month, the canonical columns, reasons (why a row is refused), raw (its text)."""
    columns = ", ".join(f"{c.name} {SQL_TYPE[c.kind]}" for c in TABLES[table].columns)
    con.execute(
        f"create table staged (part integer, line bigint, month date, {columns}, reasons varchar[], raw varchar[])"
    )


def load_part(
    con: duckdb.DuckDBPyConnection,
    number: int,
    part: Part,
    mapping: Mapping,
    settings: Settings,
    today: date,
    pseudonyms: Pseudonyms | None = None,
) -> None:
    """Append the rows of one part to `staged`.

    With `pseudonyms`, ids are replaced by them, and nothing of a row is kept as text that is not mapped to a column of ours.

    Lines that are no row of the table (too few or too many fields) arrive as rows with the reason `malformed_line`; rows
    that the mapping leaves out on purpose with the single reason `left_out`.
    Raises InvalidMapping when the part lacks a column that the mapping reads, UnreadableFile when its text breaks off.
    """
    _require_columns(part, mapping)
    if part.kind == "csv":
        write_numbered(part, part.copy)
    statement = Statement()
    source = _source(statement, part)
    trimmed = _trimmed(statement, part, mapping)
    spelled = _spelled(statement, mapping)
    table = TABLES[mapping.table]
    cells = {c.name: said(c, mapping, typed(statement, c, mapping, settings)) for c in table.columns}
    names = ", ".join(cells)
    raw = "[" + ", ".join(_raw_cells(part, mapping, bool(pseudonyms))) + "]"
    con.execute(
        f"""
        insert into staged
        with source as ({source}),
        trimmed as ({trimmed}),
        spelled as ({_unnamed(statement, spelled, mapping, pseudonyms)}),
        typed as (
            select *, {", ".join(f"{expression} as {name}" for name, expression in cells.items())} from spelled
        ),
        bounded as ({_bounded(mapping)}),
        settled as ({_settled(mapping)}),
        judged as (
            select *, case when {_left_out(mapping)} then ['{LEFT_OUT}'] else {_reasons(statement, mapping, settings, today)} end as reasons
            from settled
        )
        select {number}, line, {f"last_day({table.dated_by}::date)" if table.dated_by else "null"}, {names}, reasons,
            case when len(reasons) > 0 then {raw} end
        from judged
        """,
        statement.params,
    )
    if part.kind == "csv":
        _load_malformed(con, number, part, withheld=bool(pseudonyms))
        part.copy.unlink()


def _require_columns(part: Part, mapping: Mapping) -> None:
    missing = [name for name in mapping.source_columns if name not in part.header]
    if missing:
        raise InvalidMapping(
            "{name} has no column {missing}, which the mapping reads. Its columns are {header}.",
            name=part.name,
            missing=", ".join(f"“{m}”" for m in missing),
            header=", ".join(part.header[:30]),
        )


def _source(statement: Statement, part: Part) -> str:
    """The rows of a part as text columns c0, c1, … and their line."""
    names = [f"c{index}" for index in range(len(part.header))]
    if part.kind == "csv":
        columns = ", ".join(f"'{name}': 'varchar'" for name in names)
        return f"""select * from read_csv(
            {statement.bind(paths([part.copy]))}, columns = {{'line': 'bigint', {columns}}}, auto_detect = false, header = false,
            delim = {statement.bind(part.delimiter)}, quote = '"', escape = '"', max_line_size = 8388608, store_rejects = true,
            rejects_limit = 0, null_padding = false, strict_mode = true, hive_partitioning = false)"""
    file = statement.bind(paths([part.path]))
    if part.kind == "sheet":
        return f"select * from {parquet_rows(file, ', '.join(['line', *names]))}"
    texts = ", ".join(f"{name}::varchar as {name}" for name in names)
    if any(name.lower() == "file_row_number" for name in part.header):  # which is what DuckDB would name its own
        return f"select row_number() over () as line, {texts} from {parquet_rows(file, ', '.join(names))}"
    # Rows that a window numbers all pass through one thread.
    return f"select line + 1 as line, {texts} from {parquet_rows(file, ', '.join([*names, 'line']), number_rows=True)}"


def _trimmed(statement: Statement, part: Part, mapping: Mapping) -> str:
    """The cells that the mapping reads, one row a loan and month, trimmed: x_<canonical name>, the empty text for nothing."""
    position = {name: f"c{index}" for index, name in enumerate(part.header)}
    cells = {name: position[source] for name, source in mapping.columns.items()}
    if mapping.as_of_in_file_name and "as_of" not in cells:
        cells["as_of"] = statement.bind(part.name)
    rows = "source"
    if mapping.wide:
        months = [
            ", ".join(f"'{name}': {position[sources[index]]}" for name, sources in mapping.wide.columns.items())
            for index in range(len(mapping.wide.months))
        ]
        stacked = ", ".join(
            f"{{'as_of': {statement.bind(month)}, {fields}}}"
            for month, fields in zip(mapping.wide.months, months, strict=True)
        )
        rows = f"(select *, unnest([{stacked}]) as m from source)"
        cells |= {name: f"m.{name}" for name in ("as_of", *mapping.wide.columns)}
    # Trimming odd spaces costs more than reading the row, so numbers and dates are trimmed so only where they do not parse.
    texts = {c.name for c in TABLES[mapping.table].columns if c.kind in ("text", "code", "flag")}
    trimmed = ", ".join(
        f"coalesce({_bare_text(cell) if name in texts else f'trim({cell})'}, '') as x_{name}"
        for name, cell in cells.items()
    )
    return f"select *, {trimmed} from {rows}"


def _bare_text(cell: str) -> str:
    """A text without odd spaces, and without the ="007" that keeps a spreadsheet from making it a number."""
    unwrapped = (
        f"case when starts_with({cell}, '=\"') then regexp_replace({cell}, '^=\"(.*)\"$', '\\1') else {cell} end"
    )
    return f"trim({unwrapped}, {SPACES})"


def _spelled(statement: Statement, mapping: Mapping) -> str:
    """The cells' text with codes translated: t_<canonical name>, NULL where it says nothing."""
    translated = ", ".join(
        f"{_translated(statement, codes, name)} as x_{name}" for name, codes in mapping.values.items()
    )
    rows = f"(select * replace ({translated}) from trimmed)" if translated else "trimmed"
    free = {c.name for c in TABLES[mapping.table].columns if c.kind == "text" and c.name != "loan_id"}
    texts = ", ".join(
        f"case when lower(x_{name}) not in {_NO_TEXT if name in free else _NOTHING} then x_{name} end as t_{name}"
        for name in mapping.mapped
    )
    return f"select *, {texts} from {rows}"


def _translated(statement: Statement, codes: MappingType[str, str], name: str) -> str:
    known, values = statement.bind(list(codes)), statement.bind(list(codes.values()))
    whole = f"regexp_replace(x_{name}, '^(-?[0-9]+)[.]0+$', '\\1')"  # 1.0 is the code 1
    return (
        f"""coalesce({values}[list_position({known}, x_{name})], {values}[list_position({known}, {whole})], x_{name})"""
    )


def _bounded(mapping: Mapping) -> str:
    """The rows, values that nothing can have become NULL, and so unreadable: dates outside 1900 to 2200, fractions of a day or of a count."""
    replaced = []
    for c in TABLES[mapping.table].columns:
        if c.name not in mapping.mapped:
            continue
        if c.kind in ("date", "time"):
            value = "last_day(as_of)" if c.name == "as_of" and mapping.month_end else c.name
            since, until = "'1900-01-01'", "'2200-12-31'"
            replaced.append(f"case when {c.name} between date {since} and date {until} then {value} end as {c.name}")
        if c.kind in ("days", "count"):
            value = f"greatest({c.name}, 0)" if c.kind == "days" and mapping.negative_days == "zero" else c.name
            replaced.append(f"case when {c.name} = floor({c.name}) then try_cast({value} as integer) end as {c.name}")
    return f"select * replace ({', '.join(replaced)}) from typed" if replaced else "select * from typed"


def _settled(mapping: Mapping) -> str:
    """The rows with a status for each snapshot: what the file says, or what its dates and balance do."""
    if mapping.table != LOAN_SNAPSHOT.name:
        return "select * from bounded"
    zero = (
        "when coalesce(status, 'open') = 'open' and balance = 0 then 'paid_off'"
        if mapping.zero_balance == "paid_off"
        else ""
    )
    status = f"""case
        when coalesce(status, 'open') <> 'open' then status
        when sold_on <= as_of and (charged_off_on is null or sold_on <= charged_off_on) then 'sold'
        when charged_off_on <= as_of then 'charged_off' {zero}
        else 'open' end"""
    return f"select * replace ({status} as status) from bounded"


def _reasons(statement: Statement, mapping: Mapping, settings: Settings, today: date) -> str:
    """The list of reasons to refuse the row; empty when it is good."""
    table = TABLES[mapping.table]
    tests: list[tuple[str, str]] = [
        ("missing_loan_id", "loan_id is null"),
        ("mangled_loan_id", "regexp_full_match(x_loan_id, '[0-9]([.,][0-9]+)?[eE][+][0-9]+')"),
    ]
    for column in table.columns:
        if column.name not in mapping.mapped or column.kind == "text":
            continue
        reason = "unknown_code" if column.kind == "code" else "unreadable"
        tests.append((f"{reason}:{column.name}", f"{column.name} is null and t_{column.name} is not null"))
    for name in (name for group in table.needs if len(group) == 1 for name in group):
        if name != "loan_id" and name in mapping.mapped:
            tests.append(
                (
                    "missing_as_of" if name == "as_of" else f"missing_value:{name}",
                    f"{name} is null and t_{name} is null",
                )
            )
    if table.dated_by:
        tests.append(("future_date", f"{table.dated_by}::date > {statement.bind(today)}"))
    if "currency" in mapping.mapped:
        names = [settings.currency, *CURRENCY_NAMES.get(settings.currency, ())]
        tests.append(("other_currency", f"not list_contains({statement.bind(names)}::varchar[], upper(currency))"))
    tests += [(f"dates_out_of_order:{later}", f"{later}::date < {sooner}::date") for sooner, later in table.order]
    if table is LOAN_SNAPSHOT:
        tests = _of_snapshots(statement, mapping, tests)
    cases = ", ".join(f"case when {test} then '{reason}' end" for reason, test in tests)
    return f"list_filter([{cases}], lambda reason: reason is not null)"


def _of_snapshots(statement: Statement, mapping: Mapping, tests: list[tuple[str, str]]) -> list[tuple[str, str]]:
    if "status" in mapping.mapped:
        # `settled` has made every status a known one; ask the text again.
        statuses = statement.bind(list(LOAN_SNAPSHOT.column("status").codes))
        unknown = f"t_status is not null and not list_contains({statuses}, lower(t_status))"
        tests = [(reason, unknown if reason == "unknown_code:status" else test) for reason, test in tests]
    return [
        *tests,
        ("negative_days", "days_past_due < 0"),
        ("missing_days", f"status = 'open' and days_past_due is null and bucket is null and {_nothing_said(mapping)}"),
        ("before_origination", "originated_on > as_of"),
    ]


def _nothing_said(mapping: Mapping) -> str:
    said = [f"t_{name} is null" for name in ("days_past_due", "bucket") if name in mapping.mapped]
    return "(" + " and ".join(said or ["true"]) + ")"


def _left_out(mapping: Mapping) -> str:
    """Rows that are no loan in that month: a code says so, or a wide file's cells of the month are empty."""
    marked = [f"t_{name} = '{LEAVE_OUT}'" for name, codes in mapping.values.items() if LEAVE_OUT in codes.values()]
    if mapping.wide:
        marked.append("(" + " and ".join(f"t_{name} is null" for name in mapping.wide.columns) + ")")
    return " or ".join(marked) or "false"


def _unnamed(statement: Statement, spelled: str, mapping: Mapping, pseudonyms: Pseudonyms | None) -> str:
    """The spelled rows with pseudonyms for ids."""
    ids = [f"t_{name}" for name in IDENTITY if name in mapping.mapped]
    if pseudonyms is None or not ids:
        return spelled
    replaced = ", ".join(f"{pseudonyms.expression(text, statement.bind)} as {text}" for text in ids)
    return f"select * replace ({replaced}) from ({spelled})"


def _raw_cells(part: Part, mapping: Mapping, withheld: bool) -> list[str]:
    """Each cell of a row as text, as the file has it; `withheld`: ids as pseudonyms, and only what the mapping reads."""
    if not withheld:
        return [f"c{index}::varchar" for index in range(len(part.header))]
    ids = {mapping.columns[name]: f"t_{name}" for name in IDENTITY if name in mapping.columns}
    return [
        ids.get(name) or (f"c{index}::varchar" if name in mapping.source_columns else "null::varchar")
        for index, name in enumerate(part.header)
    ]


def _load_malformed(con: duckdb.DuckDBPyConnection, number: int, part: Part, withheld: bool) -> None:
    """The lines that were no rows, each under the line it carries in front; a line that was quoted whole is itself again."""
    text = 'case when regexp_full_match(text, \'"([^"]|"")*"\') then replace(text[2:-2], \'""\', \'"\') else text end'
    shown = "[]::varchar[]" if withheld else f"[left({text}, {_RAW_LENGTH})]"
    con.execute(
        f"""insert into staged (part, line, reasons, raw)
        with rejected as (
            select try_cast(regexp_extract(csv_line, '^[0-9]+') as bigint) as line,
                regexp_replace(any_value(csv_line), '^[0-9]+.', '') as text
            from reject_errors group by 1
        )
        select {number}, line, ['malformed_line'], {shown} from rejected"""
    )
    con.execute("drop table reject_errors")
    con.execute("drop table reject_scans")
