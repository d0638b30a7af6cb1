"""Proposing a mapping from what a file looks like: its column names, in English and Chinese, and its values.

A proposal is for a person to confirm; what cannot be told is left unmapped rather than guessed.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from data.mapping import LEAVE_OUT, Mapping, Wide
from data.parts import FileOptions, Part
from data.schema import LOAN_SNAPSHOT, TABLES, Table
from data.settings import Settings
from data.synonyms import CODES, synonyms

_CURRENT_CODES = ("c", "current", "normal", "正常", "m0", "0")


def propose(
    parts: Sequence[Part], settings: Settings, options: FileOptions | None = None, table: str = LOAN_SNAPSHOT.name
) -> Mapping:
    """A mapping to `table` for files like these, judged by the first one's header and first rows."""
    part = parts[0]
    columns = _Columns(part)
    named = _by_name(TABLES[table], part.header, columns)
    mapping = Mapping(table=table, columns=named, file=options or FileOptions())
    if table == LOAN_SNAPSHOT.name:
        mapping = _wide(mapping, part)
        mapping = _file_name_months(mapping, parts)
        mapping = _buckets(mapping, columns, settings)
    mapping = _codes(mapping, columns)
    mapping = _dates(mapping, columns)
    return _numbers(mapping, columns)


class _Columns:
    """The distinct non-empty values of each column of a part's first rows."""

    def __init__(self, part: Part) -> None:
        self._values = {
            name: tuple(dict.fromkeys(v.strip() for row in part.sample if (v := row[i]) and v.strip()))
            for i, name in enumerate(part.header)
        }

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._values.get(name, ())


def normalised(name: str) -> str:
    """A column name as synonyms are written: lower case, words apart, no punctuation."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.strip())
    words = re.sub(r"[\W_]+", " ", spaced.lower()).strip()
    return re.sub(
        r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", words
    )  # Chinese has no spaces; 逾期 over 天数 is one name


def _by_name(table: Table, header: Sequence[str], columns: _Columns) -> dict[str, str]:
    """Each canonical column's best source column; a source serves one column, the best match first."""
    found: list[tuple[int, int, str, str]] = []
    for source in header:
        for order, column in enumerate(table.columns):
            score = _score(normalised(source), table, column.name)
            if (
                score
                and _plausible(table, column.name, columns[source], _share_expected(column.name, score))
                and not _mere_flag(column.name, score, columns[source])
            ):
                found.append((-score, order, column.name, source))
    chosen: dict[str, str] = {}
    for _, _, name, source in sorted(found):
        if name not in chosen and source not in chosen.values():
            chosen[name] = source
    if "days_past_due" in chosen and "bucket" in chosen:
        values = columns[chosen["bucket"]]
        if values and not _looks_like_bucket(values):
            del chosen["bucket"]
    return {c.name: chosen[c.name] for c in table.columns if c.name in chosen}


def _share_expected(canonical: str, score: int) -> float:
    """How many of the values must fit: none where the name is our own, so that bad values are found as such, not as no column."""
    if score == 100 and canonical != "status":  # which is also what buckets are called
        return 0.0
    return 0.5 if score > 30 else 0.8


def _mere_flag(canonical: str, score: int, values: Sequence[str]) -> bool:
    """A column of small numbers whose name only contains a word for a date, such as "default next month"."""
    return canonical == "as_of" and score <= 30 and counts_months(values)


def _score(name: str, table: Table, canonical: str) -> int:
    """How well a source name fits: 100 the canonical name itself, 90 to 50 a synonym, earlier ones better, 30 to contain one."""
    if name == canonical.replace("_", " "):
        return 100
    known = synonyms(table.name, canonical)
    if name in known:
        return 90 - known.index(name)
    chinese = [s for s in known if not s.isascii() and len(s) >= 3 and s in name]
    english = [s for s in known if s.isascii() and len(s) >= 5 and f" {s} " in f" {name} "]
    return 30 if chinese or english else 0


def _plausible(table: Table, canonical: str, values: Sequence[str], share: float) -> bool:
    """Whether that share of the values could be what the name promises; a column without values has the benefit of the doubt."""
    tests: dict[str, Callable[[str], bool]] = {
        "days_past_due": lambda v: re.fullmatch(r"-?[\d,]+(\.0+)?\s*(天|日|[Dd]ays?)?", v) is not None,
        "as_of": lambda v: _date_format(v) is not None or _is_offset(v),
    }
    kind = table.column(canonical).kind
    test = tests.get(canonical)
    if test is None and kind == "money":
        test = _is_number
    if test is None and canonical in CODES:
        words = _code_words(canonical)
        test = lambda v: v.lower() in words or normalised(v) in words  # noqa: E731
    if test is None and kind in ("rate", "count"):
        test = lambda v: _is_number(v.rstrip("%％天日期秒个月 "))  # noqa: E731
    if test is None and kind in ("date", "time"):
        test = lambda v: _date_format(v) is not None  # noqa: E731
    return test is None or not values or sum(map(test, values)) >= share * len(values)


def _is_offset(value: str) -> bool:
    return re.fullmatch(r"-?\d{1,3}(\.0+)?", value) is not None


def counts_months(values: Sequence[str]) -> bool:
    """Whether a date column counts months (0, −1, −2 …) instead of naming them."""
    return bool(values) and all(_is_offset(value) for value in values)


def _is_number(value: str) -> bool:
    return re.fullmatch(r"[(¥￥$€£\s]*[-+]?[\d.,\s]*\d[\d.,]*([eE][-+]?\d+)?[)元\s]*", value) is not None


def _looks_like_bucket(values: Sequence[str]) -> bool:
    return bool(values) and all(re.fullmatch(r"[Mm]\d{1,2}\+?|[Cc]|[Cc]urrent", v) for v in values)


_MONTH = re.compile(r"((?:19|20)\d{2})(?:[-_./年]?(0[1-9]|1[0-2])|年([1-9])(?=月))(?:[-_./月]?\d{2}(?!\d))?")


def _months_in(text: str) -> list[str]:
    """The different months (YYYY-MM) that a text names, in order."""
    found = (f"{year}-{int(two or one):02d}" for year, two, one in _MONTH.findall(text))
    return list(dict.fromkeys(found))


def _wide(mapping: Mapping, part: Part) -> Mapping:
    """Columns that carry a month in their name become one column over many months."""
    groups: dict[str, dict[str, str]] = {}
    for source in part.header:
        months_named = _months_in(source)
        if len(months_named) == 1:
            what = normalised(_MONTH.sub(" ", source).replace("月", " "))
            groups.setdefault(what, {})[months_named[0]] = source
    months = sorted({month for by_month in groups.values() for month in by_month})
    if len(months) < 2:
        return mapping
    wide: dict[str, tuple[str, ...]] = {}
    for what, by_month in groups.items():
        name = _measure(what, [row[part.header.index(s)] or "" for s in by_month.values() for row in part.sample[:50]])
        if name and list(by_month) and set(by_month) == set(months):
            wide[name] = tuple(by_month[month] for month in months)
    if not {"days_past_due", "bucket"} & set(wide):
        return mapping
    taken = {source for sources in wide.values() for source in sources}
    columns = {n: s for n, s in mapping.columns.items() if n not in (*wide, "as_of") and s not in taken}
    return replace(mapping, columns=columns, wide=Wide(tuple(months), wide))


def _measure(what: str, values: Sequence[str]) -> str | None:
    """Which canonical column a group of month columns is."""
    if what:
        scores = {
            name: _score(what, LOAN_SNAPSHOT, name)
            for name in ("days_past_due", "bucket", "balance", "paid_in_month", "overdue_amount")
        }
        best = max(scores, key=lambda name: scores[name])
        return best if scores[best] else None
    filled = [value for value in values if value]
    if _looks_like_bucket(filled):
        return "bucket"
    return "days_past_due" if filled and all(re.fullmatch(r"\d{1,4}", v) for v in filled) else None


def _file_name_months(mapping: Mapping, parts: Sequence[Part]) -> Mapping:
    """No date column, but one month in every file's name; a name with two may mean either."""
    inner = [part.name.rsplit(" › ", 1)[-1] for part in parts]
    if "as_of" in mapping.mapped or any(len(_months_in(name)) > 1 for name in inner):
        return mapping
    if not all(_months_in(part.name) for part in parts):
        return mapping
    return replace(mapping, as_of_in_file_name=True, month_end=True)


def _buckets(mapping: Mapping, columns: _Columns, settings: Settings) -> Mapping:
    if "days_past_due" in mapping.mapped or "bucket" not in mapping.mapped:
        return mapping
    sources = mapping.wide.columns.get("bucket", ()) if mapping.wide else ()
    sources = sources or (mapping.columns["bucket"],)
    seen = dict.fromkeys(value for source in sources for value in columns[source])
    names = settings.bucket_names
    codes = {code: bucket for code in seen if code not in names and (bucket := _bucket_of(code, names))}
    if any(code.lower() == "c" for code in seen) and any(re.fullmatch(r"0(\.0+)?", code) for code in seen):
        # Beside C for current, 0 may be current too or the first days late, and every number shifts with it.
        codes = {code: bucket for code, bucket in codes.items() if not re.fullmatch(r"\d+(\.0+)?", code)}
    return replace(mapping, values={**mapping.values, "bucket": codes}) if codes else mapping


def _bucket_of(code: str, names: Sequence[str]) -> str | None:
    """The bucket a code most likely means; None when it cannot be told."""
    lowered = code.lower()
    if lowered in _CURRENT_CODES:
        return names[0]
    if lowered in ("x", "no loan"):
        return LEAVE_OUT
    match = re.fullmatch(r"(?:m|b|bucket|期)?\s*(\d{1,2})(?:\.0+)?\s*\+?(?:期)?", lowered)
    return names[min(int(match[1]), len(names) - 1)] if match else None


def _codes(mapping: Mapping, columns: _Columns) -> Mapping:
    """Words of the file for our codes: a status, a channel, a source of cash."""
    for name in CODES:
        source = mapping.columns.get(name)
        if source is None or not TABLES[mapping.table].column(name).codes:
            continue
        words = _code_words(name)
        meant = {v: code for v in columns[source] if (code := words.get(v.lower()) or words.get(normalised(v)))}
        codes = {value: code for value, code in meant.items() if code != value}
        if codes:
            mapping = replace(mapping, values={**mapping.values, name: codes})
    return mapping


def _code_words(name: str) -> dict[str, str]:
    return {word: code for code, words in CODES[name].items() for word in (code, *words)}


_UNSTATED = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m", "%Y/%m", "%Y%m", "%Y.%m", "%Y年%m月",
             "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")  # fmt: skip
_DAY_OR_MONTH_FIRST = tuple(
    day + time for day in ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y")
    for time in ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p")
)  # fmt: skip
_STATED = (*_DAY_OR_MONTH_FIRST, "%d.%m.%Y", "%d-%b-%Y", "%d %b %Y", "%b %Y", "%b-%Y", "%b-%y", "%d-%b-%y", "%m/%Y")
_FORMATS = (*_UNSTATED, *_STATED)
_ISO_WITH_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[-+]\d{2}(:?\d{2})?)?")


def _date_format(value: str) -> str | None:
    if re.fullmatch(r"[2-7]\d{4}(\.\d+)?", value):
        return "excel"
    if _ISO_WITH_TIME.fullmatch(value):
        return _UNSTATED[0]
    return next((form for form in _FORMATS if _parses(value, form)), None)


def _skeleton(text: str) -> str:
    """What stands between the numbers of a date, or of a format."""
    return _BLANKS.sub(" ", _NUMBERS.sub("", text))


_NUMBERS, _BLANKS = re.compile(r"%[YymdHIMS]|\d+"), re.compile(r"\s+")
_SKELETONS = {form: _skeleton(form) for form in _FORMATS if "%b" not in form and "%p" not in form}
"""Of the formats that are of numbers alone."""


def _parses(value: str, form: str) -> bool:
    if form in _SKELETONS and _SKELETONS[form] != _skeleton(value):
        return False  # as `strptime` would find, which compiles a format anew for each of many
    if form in ("%Y%m%d", "%Y%m") and not re.fullmatch(r"\d{8}" if form == "%Y%m%d" else r"\d{6}", value):
        return False
    try:
        return 1900 <= datetime.strptime(value, form).year <= 2200
    except ValueError:
        return False


def _dates(mapping: Mapping, columns: _Columns) -> Mapping:
    """State formats that are not read without saying; day and month are told apart by a value above 12, else left unsaid."""
    dates = {}
    for column in TABLES[mapping.table].columns:
        source = mapping.columns.get(column.name)
        values = columns[source] if source else ()
        if column.kind not in ("date", "time") or not values:
            continue
        forms = _fitting(values)
        if forms and forms[0] not in _UNSTATED and not _differ(forms, values):
            dates[column.name] = forms[0]
    return replace(mapping, dates=dates) if dates else mapping


def _fitting(values: Sequence[str]) -> list[str]:
    return [form for form in _FORMATS if all(_parses(value, form) for value in values)]


def _differ(forms: Sequence[str], values: Sequence[str]) -> bool:
    """Whether values read as different days by one format and by another."""
    return any(len({datetime.strptime(value, form) for form in forms}) > 1 for value in values)


def undecided_dates(mapping: Mapping, part: Part) -> tuple[str, ...]:
    """Date columns of the file whose values may be read day first or month first, with the mapping saying nothing."""
    columns = _Columns(part)
    undecided = []
    for column in TABLES[mapping.table].columns:
        source = mapping.columns.get(column.name)
        if (
            column.kind not in ("date", "time")
            or source is None
            or column.name in mapping.dates
            or column.name in mapping.values
        ):
            continue
        values = columns[source]
        forms = _fitting(values) if values else []
        if forms and forms[0] in _DAY_OR_MONTH_FIRST and _differ(forms, values):
            undecided.append(source)
    return tuple(undecided)


def _numbers(mapping: Mapping, columns: _Columns) -> Mapping:
    """The decimal and thousands marks, where the amounts use any but a point."""
    amounts = [v for value in _money_values(mapping, columns) if (v := re.sub(r"[^\d.,]", "", value))]
    comma_decimal = any(re.fullmatch(r"\d{1,3}(\.\d{3})*,\d{1,2}|\d+,\d{1,2}|\d{1,3}(\.\d{3}){2,}", v) for v in amounts)
    comma_groups = any(re.fullmatch(r"[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d+)?", v) for v in amounts)
    if comma_decimal and not comma_groups:
        return replace(mapping, decimal=",", thousands=".")
    return replace(mapping, thousands=",") if comma_groups else mapping


def _money_values(mapping: Mapping, columns: _Columns) -> Iterable[str]:
    money = {c.name for c in TABLES[mapping.table].columns if c.kind in ("money", "days")}
    for name, source in mapping.columns.items():
        if name in money:
            yield from columns[source]
    for name, sources in (mapping.wide.columns if mapping.wide else {}).items():
        if name in money:
            for source in sources:
                yield from columns[source]
