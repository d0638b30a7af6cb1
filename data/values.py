"""From the text of a cell to a typed value, in SQL: dates, months, amounts, days and codes as lenders write them.

What cannot be read, or can be read in two ways, becomes NULL; nothing is guessed. Every value of a mapping is bound.
"""

import re
from typing import Any

from data.mapping import Mapping, parse_month
from data.schema import SQL_TYPE, Column
from data.settings import Settings

SPACES = "' \t\u00a0\u2009\u202f\u3000\ufeff'"
_YES = "('1', '1.0', 'true', 't', 'yes', 'y', '是', '有', '真')"
_NO = "('0', '0.0', 'false', 'f', 'no', 'n', '否', '无', '没有', '假')"
_ISO_LIKE = [
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M",
]  # fmt: skip
_MONTHS_ONLY = ["%Y-%m", "%Y/%m", "%Y%m", "%Y.%m", "%Y年%m月"]


class Statement:
    """A statement that grows together with its bound parameters."""

    def __init__(self) -> None:
        self.params: dict[str, Any] = {}

    def bind(self, value: object) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f"${name}"


def typed(statement: Statement, column: Column, mapping: Mapping, settings: Settings) -> str:
    """The typed expression of a canonical column over its text `t_…`; NULL where unreadable or not mapped."""
    if column.name not in mapping.mapped:
        return f"null::{SQL_TYPE[column.kind]}"
    text = f"t_{column.name}"
    if column.kind == "text":
        return text
    if column.kind == "code":
        allowed = list(column.codes or settings.bucket_names)
        lowered = statement.bind([name.lower() for name in allowed])
        return f"{statement.bind(allowed)}[list_position({lowered}, lower({text}))]"
    if column.kind == "date":
        return _date(statement, column.name, text, mapping)
    if column.kind == "time":
        return _time(statement, column.name, text, mapping)
    if column.kind == "flag":
        return f"case when lower({text}) in {_YES} then true when lower({text}) in {_NO} then false end"
    if column.kind in ("days", "count"):
        return _number(statement, f"regexp_replace({text}, '(天|日|期|个月|秒| *[Dd]ays?)$', '')", "double", mapping)
    if column.kind == "rate":
        return _rate(statement, text, mapping)
    return _number(statement, text, SQL_TYPE[column.kind], mapping)


def said(column: Column, mapping: Mapping, expression: str) -> str:
    """Parse only where there is something to parse: trying every format on nothing is what costs."""
    if column.kind == "text" or column.name not in mapping.mapped:
        return expression
    return f"case when t_{column.name} is not null then {expression} end"


def _number(statement: Statement, text: str, sql_type: str, mapping: Mapping) -> str:
    """Text as a number: without currency signs and grouping, with a decimal point; (1,200) and 1,200- are −1200 to accountants.

    Grouping must be whole: under a thousands mark, 1,5 is no number rather than 15.
    """
    bare = f"translate({text}, '−¥￥$€£元 \t\u00a0\u2009\u202f\u3000', '-')"
    bare = f"regexp_replace(regexp_replace({bare}, '^[(](.*)[)]$', '-\\1'), '^([^-]+)-$', '-\\1')"
    plain = f"try_cast({text} as {sql_type})"
    if not mapping.thousands and mapping.decimal == ".":
        return f"coalesce({plain}, try_cast({bare} as {sql_type}))"  # most need no tidying
    group, mark = re.escape(mapping.thousands), re.escape(mapping.decimal)
    whole = f"[0-9]{{1,3}}(?:{group}[0-9]{{2,3}})*{group}[0-9]{{3}}|[0-9]*" if group else "[0-9]*"
    shape = statement.bind(f"[-+]?(?:{whole})(?:{mark}[0-9]*)?(?:[eE][-+]?[0-9]+)?")
    ungrouped = f"replace({bare}, {statement.bind(mapping.thousands)}, '')" if group else bare
    pointed = ungrouped if mapping.decimal == "." else f"replace({ungrouped}, {statement.bind(mapping.decimal)}, '.')"
    tidied = f"case when regexp_full_match({bare}, {shape}) then try_cast({pointed} as {sql_type}) end"
    return f"coalesce({plain}, {tidied})" if mapping.decimal == "." else tidied


def _date(statement: Statement, name: str, text: str, mapping: Mapping) -> str:
    if name == "as_of" and mapping.base_month:
        base = statement.bind(parse_month(mapping.base_month))
        counted = f"regexp_full_match({text}, '[-+]?[0-9]{{1,4}}([.]0+)?')"
        return f"case when {counted} then last_day({base}::date + to_months(try_cast({text} as integer))) end"
    # Only what begins with a digit: DuckDB also casts, and by any format parses, "epoch" and "infinity".
    quick, written = (
        f"case when {_begins_with_digit(text)} then try_cast({text} as date) end",
        f"trim({text}, {SPACES})",
    )
    if name == "as_of" and mapping.as_of_in_file_name:
        quick, written = "null", f"({_month_in_name(text)})"
    serial = f"date '1899-12-30' + try_cast(floor(try_cast(regexp_extract({written}, '^[0-9]{{1,6}}([.][0-9]*)?$') as double)) as integer)"
    stated = mapping.dates.get(name)
    if stated == "excel":
        return f"({serial})::date"
    if stated:
        numbered = f"regexp_matches({written}, '[0-9]')"
        parsed = f"case when {numbered} then try_strptime({written}, {statement.bind(stated)})::date end"
        return parsed if "%d" in stated or "%-d" in stated or "%j" in stated else f"last_day({parsed})"
    return f"""coalesce({quick}, case
        when regexp_full_match({written}, '[2-7][0-9]{{4}}([.][0-9]+)?') then ({serial})::date
        when regexp_full_match({written}, '[0-9]{{4}}([-/.年]?[0-9]{{1,2}}月?)')
            then last_day(try_strptime({written}, {statement.bind(_MONTHS_ONLY)})::date)
        when {_begins_with_digit(written)} then try_strptime({written}, {statement.bind(_ISO_LIKE)})::date end)"""


def _rate(statement: Statement, text: str, mapping: Mapping) -> str:
    """A rate as a fraction: 14.4 % and 14.4 are 0.144, since no rate of interest or commission is above 100 %."""
    number = _number(statement, f"rtrim({text}, '%％ ')", "double", mapping)
    return f"(select if(regexp_matches({text}, '[%％]') or n > 1, n / 100, n) from (select {number} as n))"


def _time(statement: Statement, name: str, text: str, mapping: Mapping) -> str:
    """A time as written, without its zone: collectors' hours are those of the borrower's clock. A bare date is its midnight."""
    stated = mapping.dates.get(name)
    if stated and stated != "excel":
        return f"case when regexp_matches({text}, '[0-9]') then try_strptime({text}, {statement.bind(stated)}) end"
    written = f"trim({text}, {SPACES})"
    days = f"try_cast(regexp_extract({written}, '^[0-9]{{1,6}}([.][0-9]*)?$') as double)"
    serial = f"(timestamp '1899-12-30' + to_seconds(round({days} * 86400)))"
    if stated:
        return serial
    local = f"regexp_replace({written}, '(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$', '')"
    return f"""coalesce(
        case when {_begins_with_digit(written)} then try_cast({local} as timestamp) end,
        case when regexp_full_match({written}, '[2-7][0-9]{{4}}([.][0-9]+)?') then {serial}
            when {_begins_with_digit(written)} then try_strptime({local}, {statement.bind(_ISO_LIKE)}) end)"""


def _begins_with_digit(text: str) -> str:
    return f"ascii({text}) between 48 and 57"


def _month_in_name(text: str) -> str:
    """The last year-and-month that stands in a file's name, as YYYY-MM or YYYY-MM-DD."""
    found = f"regexp_extract_all({text}, '(?:19|20)[0-9]{{2}}[-_.年]?(?:0[1-9]|1[0-2])(?:[-_.月]?(?:0[1-9]|[12][0-9]|3[01]))?')[-1]"
    return f"regexp_replace(regexp_replace({found}, '[^0-9]', '', 'g'), '^(....)(..)(..)?$', '\\1\\2\\3')"
