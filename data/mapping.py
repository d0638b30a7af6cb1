"""From a lender's columns and codes to ours: a `Mapping`, which a person confirms and TOML keeps.

[columns] renames, [values.*] translates codes, [dates] and [numbers] say how text is written, [as_of] covers month
offsets and dates in file names, [wide] covers files with months in columns.
"""

import re
import tomllib
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import tomlkit

from data.errors import InvalidMapping
from data.parts import FileOptions
from data.schema import TABLES, Column, column, column_names

LEAVE_OUT = "leave_out"


@dataclass(frozen=True)
class Wide:
    """Months in columns: for each canonical column the source columns, one for each month in `months` (YYYY-MM)."""

    months: tuple[str, ...]
    columns: MappingType[str, tuple[str, ...]]


@dataclass(frozen=True)
class Mapping:
    """How one kind of file becomes one canonical table.

    columns: canonical name → source column.
    values: canonical name → {source code: canonical code}; `leave_out` drops the row (no loan that month).
    dates: canonical name → strptime format, or `excel` for serial day numbers; absent = the common unambiguous ones.
    base_month: as_of counts months from this one (YYYY-MM); 0 is the month itself.
    as_of_in_file_name: the month stands in the file's name.
    month_end: whatever its day, as_of stands for the end of its month.
    negative_days: `refuse` or `zero`; some lenders write days until the due date as negative.
    zero_balance: `open` or `paid_off`; whether a row with a balance of zero is a closed loan.
    """

    table: str = "loan_snapshot"
    columns: MappingType[str, str] = field(default_factory=dict)
    values: MappingType[str, MappingType[str, str]] = field(default_factory=dict)
    dates: MappingType[str, str] = field(default_factory=dict)
    base_month: str | None = None
    as_of_in_file_name: bool = False
    month_end: bool = False
    decimal: str = "."
    thousands: str = ""
    negative_days: str = "refuse"
    zero_balance: str = "open"
    wide: Wide | None = None
    file: FileOptions = field(default_factory=FileOptions)

    def __post_init__(self) -> None:
        if self.table not in TABLES:
            raise InvalidMapping(
                "Unknown table “{table}”; known are {known}.", table=self.table, known=", ".join(TABLES)
            )
        for name in self.mapped:
            if name not in column_names(self.table):
                raise _unknown("column", name, column_names(self.table))
        for name, codes in self.values.items():
            if name not in self.mapped:
                raise _unmapped("values." + name, name, self)
            _check_codes(column(self.table, name), codes)
        for name, form in self.dates.items():
            if name not in self.mapped:
                raise _unmapped(f"dates, {name}", name, self)
            _check_date_format(column(self.table, name), form)
        _one_of("negative_days", self.negative_days, ("refuse", "zero"))
        _one_of("zero_balance", self.zero_balance, ("open", "paid_off"))
        _one_of("numbers.decimal", self.decimal, (".", ","))
        if not isinstance(self.thousands, str) or len(self.thousands) > 1 or self.thousands.isalnum():
            raise InvalidMapping("numbers.thousands must be one mark, such as , or . or ', or nothing.")
        if self.thousands == self.decimal:
            raise InvalidMapping("[numbers] the decimal mark and the thousands mark are the same.")
        if self.table != "loan_snapshot" and (
            self.wide or self.base_month or self.as_of_in_file_name or self.month_end
        ):
            raise InvalidMapping("[wide] and [as_of] are for loan_snapshot; {table} has no as_of.", table=self.table)
        months = [*(self.wide.months if self.wide else ()), *([self.base_month] if self.base_month else ())]
        for month in months:
            parse_month(month)
        if self.wide:
            _check_wide(self.wide, self.columns)
        if self.as_of_in_file_name and ("as_of" in self.columns or self.wide):
            raise InvalidMapping("as_of is given twice: by in_file_name, and by a column. Keep one of them.")
        if self.base_month and "as_of" not in self.columns:
            raise InvalidMapping("base_month counts the months of as_of, but no column is mapped to as_of.")

    @property
    def stated_months(self) -> bool:
        """Whether the mapping itself says which months a file holds, so that it fits the next month's file only by chance."""
        return bool(self.base_month) or bool(
            self.wide
            and not all(_names_a_month(source) for sources in self.wide.columns.values() for source in sources)
        )

    @property
    def mapped(self) -> tuple[str, ...]:
        """The canonical columns that this mapping fills."""
        wide = (*self.wide.columns, "as_of") if self.wide else ()
        named = ("as_of",) if self.as_of_in_file_name else ()
        return tuple(dict.fromkeys((*self.columns, *wide, *named)))

    @property
    def source_columns(self) -> tuple[str, ...]:
        """The columns of the file that this mapping reads."""
        wide = [name for names in self.wide.columns.values() for name in names] if self.wide else []
        return tuple(dict.fromkeys((*self.columns.values(), *wide)))

    def missing_required(self) -> tuple[str, ...]:
        """What is required and not mapped: canonical names, or `days_past_due / bucket` where one of them is enough."""
        return tuple(" / ".join(group) for group in TABLES[self.table].needs if not set(group) & set(self.mapped))


def _names_a_month(source: str) -> bool:
    return re.search(r"(19|20)\d{2}", source) is not None


def _unmapped(key: str, name: str, mapping: Mapping) -> InvalidMapping:
    known = column_names(mapping.table)
    if name not in known:
        return _unknown("column", name, known)
    return InvalidMapping("[{key}] speaks of a column that is not mapped. Map {name} first.", key=key, name=name)


def _check_codes(canonical: Column, codes: MappingType[str, str]) -> None:
    for code in codes.values():
        if canonical.codes and code.lower() not in (*canonical.codes, LEAVE_OUT):
            raise _unknown(canonical.name, code, (*canonical.codes, LEAVE_OUT))


def _check_date_format(canonical: Column, form: str) -> None:
    if canonical.kind not in ("date", "time"):
        raise InvalidMapping("[dates] {name} is no date.", name=canonical.name)
    if form == "excel":
        return
    if not isinstance(form, str) or not _is_date_format(form):
        raise InvalidMapping(
            "[dates] {name}: “{form}” is no date format. Write it as %d/%m/%Y, %Y%m%d or excel.",
            name=canonical.name,
            form=form,
        )


def _is_date_format(form: str) -> bool:
    """Whether a format is one, and says the year and the month."""
    days = (date(2001, 2, 3), date(2002, 2, 3), date(2002, 4, 3))
    try:
        with duckdb.connect(":memory:") as con:
            said = {
                con.execute("select try_strptime(strftime($d::date, $f), $f)::date", {"d": day, "f": form}).fetchall()[
                    0
                ][0]
                for day in days
            }
    except duckdb.Error:
        return False
    return None not in said and len(said) == len(days)


def _check_wide(wide: Wide, columns: MappingType[str, str]) -> None:
    for name in ("as_of", *wide.columns):
        if name in columns:
            raise InvalidMapping(
                "{name} is given twice: under [columns] and under [wide]. Keep one of them.", name=name
            )
    if "as_of" in wide.columns:
        raise InvalidMapping("[wide] as_of is what months says; it has no columns of its own.")
    if len(set(wide.months)) != len(wide.months):
        raise InvalidMapping("[wide] names a month twice.")
    for name, sources in wide.columns.items():
        if len(sources) != len(wide.months):
            raise InvalidMapping(
                "[wide] {name} names {given} columns for {months} months.",
                name=name,
                given=len(sources),
                months=len(wide.months),
            )


def _one_of(key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InvalidMapping(
            "{key} is “{value}”; it must be one of {allowed}.", key=key, value=value, allowed=", ".join(allowed)
        )


def _unknown(what: str, name: str, known: tuple[str, ...]) -> InvalidMapping:
    near = get_close_matches(name, known, n=1)
    if near:
        return InvalidMapping("Unknown {what} “{name}”; did you mean “{near}”?", what=what, name=name, near=near[0])
    return InvalidMapping("Unknown {what} “{name}”; known are {known}.", what=what, name=name, known=", ".join(known))


def parse_month(text: str) -> date:
    """The first day of a month written YYYY-MM. Raises InvalidMapping."""
    match = re.fullmatch(r"(\d{4})-(\d{2})", str(text))
    try:
        return date(int(match[1]), int(match[2]), 1)  # type: ignore[index]
    except (TypeError, ValueError) as error:
        raise InvalidMapping("“{month}” is not a month; write it as 2024-01.", month=text) from error


_KEYS: dict[str, tuple[str, ...]] = {
    "": ("table", "columns", "values", "dates", "as_of", "numbers", "meaning", "wide", "file"),
    "as_of": ("base_month", "in_file_name", "month_end"),
    "numbers": ("decimal", "thousands"),
    "meaning": ("negative_days", "zero_balance"),
    "file": ("encoding", "delimiter", "sheet", "header_row"),
}


def read_mapping(text: str) -> Mapping:
    """A mapping from TOML. Raises InvalidMapping that names the key."""
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidMapping("The mapping is not valid TOML: {error}", error=error) from error
    for section, known in _KEYS.items():
        inside = stated.get(section, {}) if section else stated
        if not isinstance(inside, dict):
            raise InvalidMapping("[{section}] must be a section.", section=section)
        for key in inside:
            if key not in known:
                raise _unknown("key", key, known)
    for key, value in stated.items():
        if key != "table" and not isinstance(value, dict):
            raise InvalidMapping("[{section}] must be a section.", section=key)
    return _from_sections(stated)


def _texts(section: str, stated: object) -> dict[str, str]:
    """A section of texts; numbers are taken as they are written. Raises InvalidMapping."""
    if not isinstance(stated, dict):
        raise InvalidMapping("[{section}] must be a section.", section=section)
    for key, value in stated.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise InvalidMapping("[{section}] {key} must be a text in quotation marks.", section=section, key=key)
    return {key: str(value) for key, value in stated.items()}


def _list(key: str, stated: object) -> tuple[str, ...]:
    if not isinstance(stated, list) or not all(isinstance(value, str) for value in stated):
        raise InvalidMapping('[wide] {key} must be a list of texts, such as ["2024-01", "2024-02"].', key=key)
    return tuple(stated)


def _truth(section: dict[str, Any], key: str) -> bool:
    value = section.get(key, False)
    if not isinstance(value, bool):
        raise InvalidMapping("[as_of] {key} is true or false, without quotation marks.", key=key)
    return value


def _from_sections(stated: dict[str, Any]) -> Mapping:
    wide = dict(stated["wide"]) if "wide" in stated else None
    months = _list("months", wide.pop("months", [])) if wide is not None else ()
    as_of, numbers, meaning = stated.get("as_of", {}), stated.get("numbers", {}), stated.get("meaning", {})
    return Mapping(
        table=stated.get("table", "loan_snapshot"),
        columns=_texts("columns", stated.get("columns", {})),
        values={name: _texts(f"values.{name}", codes) for name, codes in stated.get("values", {}).items()},
        dates=_texts("dates", stated.get("dates", {})),
        base_month=as_of.get("base_month"),
        as_of_in_file_name=_truth(as_of, "in_file_name"),
        month_end=_truth(as_of, "month_end"),
        decimal=numbers.get("decimal", "."),
        thousands=numbers.get("thousands", ""),
        negative_days=meaning.get("negative_days", "refuse"),
        zero_balance=meaning.get("zero_balance", "open"),
        wide=Wide(months, {name: _list(name, sources) for name, sources in wide.items()}) if wide is not None else None,
        file=FileOptions(**stated.get("file", {})),
    )


def write_mapping(mapping: Mapping) -> str:
    """The mapping as TOML that `read_mapping` gives back; only what differs from the defaults, and what each column means."""
    document = tomlkit.document()
    document["table"] = mapping.table
    columns = tomlkit.table()
    for name, source in mapping.columns.items():
        columns[name] = source
        columns[name].comment(column(mapping.table, name).meaning)
    document["columns"] = columns
    if mapping.values:
        document["values"] = {name: dict(codes) for name, codes in mapping.values.items()}
    if mapping.dates:
        document["dates"] = dict(mapping.dates)
    plain = Mapping(table=mapping.table)
    sections = {
        "as_of": {
            "base_month": (mapping.base_month, plain.base_month),
            "in_file_name": (mapping.as_of_in_file_name, plain.as_of_in_file_name),
            "month_end": (mapping.month_end, plain.month_end),
        },
        "numbers": {"decimal": (mapping.decimal, plain.decimal), "thousands": (mapping.thousands, plain.thousands)},
        "meaning": {
            "negative_days": (mapping.negative_days, plain.negative_days),
            "zero_balance": (mapping.zero_balance, plain.zero_balance),
        },
        "file": {key: (getattr(mapping.file, key), getattr(plain.file, key)) for key in _KEYS["file"]},
    }
    for name, pairs in sections.items():
        stated = {key: value for key, (value, default) in pairs.items() if value != default}
        if stated:
            document[name] = stated
    if mapping.wide:
        document["wide"] = {"months": list(mapping.wide.months)} | {k: list(v) for k, v in mapping.wide.columns.items()}
    return tomlkit.dumps(document)


def load_mapping(path: Path) -> Mapping:
    """The mapping in a TOML file. Raises InvalidMapping naming the file."""
    try:
        return read_mapping(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise InvalidMapping("There is no mapping file {name}.", name=str(path)) from error
    except (UnicodeDecodeError, IsADirectoryError) as error:
        raise InvalidMapping("{name} is not a mapping in TOML.", name=str(path)) from error


def describe(mapping: Mapping, header: tuple[str, ...], sample: tuple[tuple[str | None, ...], ...]) -> pl.DataFrame:
    """A frame for a person to confirm: column (canonical), source, examples (text), codes (text)."""
    position = {name: index for index, name in enumerate(header)}

    def examples(sources: tuple[str, ...]) -> str:
        seen = [row[position[s]] for s in sources if s in position for row in sample[:200]]
        return ", ".join(list(dict.fromkeys(value for value in seen if value))[:4])

    rows = []
    for name in mapping.mapped:
        sources = mapping.wide.columns.get(name, ()) if mapping.wide else ()
        sources = sources or tuple(s for n, s in mapping.columns.items() if n == name)
        codes = ", ".join(f"{code or '∅'} → {value}" for code, value in mapping.values.get(name, {}).items())
        rows.append({"column": name, "source": ", ".join(sources), "examples": examples(sources), "codes": codes})
    return pl.DataFrame(
        rows, schema={"column": pl.String, "source": pl.String, "examples": pl.String, "codes": pl.String}
    )
