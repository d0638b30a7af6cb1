"""Every word and number a person reads goes through here: translated, formatted, in the reader's language.

    from wording import _, ngettext, percent, points, money, count, month
    _("Rolled forward: {share}", share=percent(0.431))          # Rolled forward: 43.1 %

The English text is the message id. A translation is `locale/<language>/LC_MESSAGES/recoup.po`, read as it
is (no compiled file); what there is to translate is `locale/recoup.pot`, by `python wording.py extract`.

Language and currency belong to the context (one browser session, one command), not to the process: set them
at the start of each run with `set_language` and `set_currency`. What is not known (None, NaN) reads "–".
"""

import ast
import datetime as dt
import gettext
import io
import math
import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterable
from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import takewhile
from pathlib import Path

from babel import Locale
from babel.core import get_locale_identifier
from babel.dates import format_date, format_skeleton
from babel.languages import get_official_languages
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.numbers import (
    format_compact_decimal,
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
)

SOURCE_LANGUAGE = "en"
DEFAULT_CURRENCY = "CNY"
UNKNOWN = "–"
MINUS = "−"
THIN = "\u202f"  # narrow no-break space: between a number and its unit

HOUSE = Path(__file__).parent
CATALOGUES = HOUSE / "locale"
TEMPLATE = CATALOGUES / "recoup.pot"
ROOMS_WITH_WORDS = ("cli", "pages", "charts", "queries", "sim", "data", "reports")
NOT_TRANSLATED = ("chinese", "computed by", "needs")  # fields of a definition that are names: Chinese, or of the code

Number = int | float | Decimal

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)
_currency: ContextVar[str] = ContextVar("currency", default=DEFAULT_CURRENCY)


# Language and currency of this context


def languages() -> tuple[str, ...]:
    """The languages there are words for: English, and each folder of `locale/` with a catalogue."""
    found = sorted(po.parent.parent.name for po in CATALOGUES.glob("*/LC_MESSAGES/recoup.po"))
    return (SOURCE_LANGUAGE, *(name for name in found if name != SOURCE_LANGUAGE))


@cache
def whole_languages() -> tuple[str, ...]:
    """Those that have words for every message of the template: what a screen offers. The others would be half English."""
    return (SOURCE_LANGUAGE, *(name for name in languages()[1:] if not _without_words(name)))


def _without_words(name: str) -> set[object]:
    with TEMPLATE.open("rb") as file:
        wanted = {message.id for message in read_po(file) if message.id}
    with (CATALOGUES / name / "LC_MESSAGES" / "recoup.po").open("rb") as file:
        translated = {
            m.id for m in read_po(file, locale=name) if all([m.string] if isinstance(m.string, str) else m.string)
        }
    return wanted - translated


def set_language(language: str | None) -> None:
    """Speak `language` in this context from now on; one without a catalogue means English."""
    _language.set(language if language in languages() else SOURCE_LANGUAGE)


def language() -> str:
    """The language of this context, as named in `locale/`."""
    return _language.get()


def own_name(language: str) -> str:
    """What a language calls itself: English, 中文."""
    return _locale(language).get_display_name()


def set_currency(currency: str | None) -> None:
    """Count money in `currency` (ISO 4217) in this context; None or "" when the book does not name one."""
    _currency.set(currency or "")


# Words


def _(message: str, **values: object) -> str:
    """`message` in the reader's language, its {names} filled in."""
    text = _translations(language()).gettext(message)
    return text.format(**values) if values else text


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The form of the message that fits `n` things; {n} in it is the formatted count."""
    text = _translations(language()).ngettext(one, many, n)
    return text.format(**({"n": count(n)} | values))


def told(text: object) -> str:
    """A text that was kept as template and values (`data.said`), in the reader's language; anything else as it is."""
    if isinstance(text, tuple):
        return _(", ").join(told(part) for part in text)
    if not hasattr(text, "template"):
        return str(text)
    values = {name: told(value) for name, value in text.values.items()}
    return ngettext(text.template, text.many, text.n, **values) if text.many else _(text.template, **values)


@cache
def _translations(name: str) -> gettext.NullTranslations:
    source = CATALOGUES / name / "LC_MESSAGES" / "recoup.po"
    if not source.exists():
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=name))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


# Numbers


def decimal(x: Number | None, digits: int = 1, signed: bool = False) -> str:
    """43.1 with thousands grouped, halves rounded away from zero; `signed` puts + before a gain."""
    if not _known(x):
        return UNKNOWN
    value = _rounded(x, digits)
    english = f"{abs(value):,.{digits}f}"
    return _sign(value, signed) + english.translate(_marks(language()))


def count(n: Number | None, signed: bool = False) -> str:
    """48,212"""
    return decimal(n, digits=0, signed=signed)


def percent(x: Number | None, digits: int = 1, signed: bool = False) -> str:
    """A fraction as a percentage: 0.431 reads 43.1 %."""
    if not _known(x):
        return UNKNOWN
    return _("{number}\u202f%", number=decimal(Decimal(str(x)) * 100, digits, signed))


def points(x: Number | None, digits: int = 1, signed: bool = True) -> str:
    """A difference of two fractions in percentage points: 0.018 reads +1.8 pp."""
    if not _known(x):
        return UNKNOWN
    return _("{number}\u202fpp", number=decimal(Decimal(str(x)) * 100, digits, signed))


def money(x: Number | None, currency: str | None = None, signed: bool = False) -> str:
    """An amount in three figures: ¥ 812, ¥ 1.2 M, ¥ 38.4 M.

    `currency` is an ISO 4217 code; None takes the book's (`set_currency`), "" gives the plain number.
    """
    if not _known(x):
        return UNKNOWN
    value = _three_figures(Decimal(str(x)))
    symbol = currency_symbol(_currency.get() if currency is None else currency)
    text = format_compact_decimal(abs(value), locale=_locale(language()), fraction_digits=1)
    amount = re.sub(r"(?<=\d)(?=[^\W\d_])", THIN, text) if text.isascii() else text
    return _sign(value, signed) + (f"{symbol}{THIN}{amount}" if symbol else amount)


def separators() -> str:
    """The decimal and the grouping mark, as Plotly's `separators` wants them: ".,"."""
    marks = _marks(language())
    return marks[ord(".")] + marks[ord(",")]


@cache
def _marks(name: str) -> dict[int, str]:
    """From the marks of Python's numbers to those of a language."""
    locale = _locale(name)
    return {ord("."): get_decimal_symbol(locale), ord(","): get_group_symbol(locale)}


@cache
def currency_symbol(currency: str) -> str:
    """The sign a currency has at home: ¥ for CNY, $ for USD; its code where it has none, "" for none."""
    if not currency:
        return ""
    spoken = get_official_languages(currency[:2], de_facto=True)
    home = get_locale_identifier((spoken[0], currency[:2])) if spoken else SOURCE_LANGUAGE
    return unicodedata.normalize("NFKC", get_currency_symbol(currency, home))


def _known(x: Number | None) -> bool:
    return x is not None and math.isfinite(x)


def _rounded(x: Number, digits: int) -> Decimal:
    return Decimal(str(x)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _three_figures(value: Decimal) -> Decimal:
    """Whole below 1,000, three figures above, so that 999,950 becomes a million and not 1000 K."""
    whole = _rounded(value, 0)
    return whole if abs(whole) < 1000 else _rounded(value, 2 - value.adjusted())


def _sign(value: Decimal, signed: bool) -> str:
    if value < 0:
        return MINUS
    return "+" if signed and value > 0 else ""


# Dates


def month(day: dt.date | None, long: bool = False) -> str:
    """Oct 2026; `long`: October 2026."""
    return UNKNOWN if day is None else format_skeleton("yMMMM" if long else "yMMM", day, locale=_locale(language()))


def month_name(day: dt.date | None, long: bool = False) -> str:
    """Oct; `long`: October."""
    return UNKNOWN if day is None else format_date(day, "LLLL" if long else "LLL", locale=_locale(language()))


def year(day: dt.date | None) -> str:
    """2026"""
    return UNKNOWN if day is None else format_skeleton("y", day, locale=_locale(language()))


def date(day: dt.date | None) -> str:
    """Oct 31, 2026"""
    return UNKNOWN if day is None else format_date(day, locale=_locale(language()))


# The template of what there is to translate


def messages() -> Catalog:
    """Every message here: in `_`, `N_`, `ngettext`, in errors a user can mend, in headers of questions, in rules of conduct,
    in parameters of scenarios, in stories of slides."""
    catalogue = Catalog()
    for file, text in [*_calls(), *_definitions(), *_schema(), *_rules(), *_parameters(), *_stories()]:
        catalogue.add(text, locations=[(Path(file).as_posix(), 0)])
    return catalogue


def _calls() -> Iterable[tuple[str, str | tuple[str, ...]]]:
    def in_a_room(folder: str) -> bool:
        return Path(folder) == HOUSE or Path(folder).relative_to(HOUSE).parts[0] in ROOMS_WITH_WORDS

    errors = (HOUSE / "data" / "errors.py").read_text(encoding="utf-8")
    raised = set(re.findall(r"^class (\w+)\(UserError\)", errors, flags=re.MULTILINE)) - {"Several"}  # it holds texts
    keywords = DEFAULT_KEYWORDS | dict.fromkeys([*raised, "said"]) | {"counted": (1, 2)}
    for file, _line, text, *_notes in extract_from_dir(HOUSE, keywords=keywords, directory_filter=in_a_room):
        yield file, text


def _definitions() -> Iterable[tuple[str, str]]:
    """The fields of the definition that a question's SQL opens with, its columns included."""
    for file in sorted((HOUSE / "queries").glob("*.sql")):
        for line in takewhile(lambda line: line.startswith("--"), file.read_text(encoding="utf-8").splitlines()):
            field, _colon, text = line.removeprefix("--").partition(":")
            if text and field.strip() not in NOT_TRANSLATED:
                yield file.relative_to(HOUSE), text.strip()


def _schema() -> Iterable[tuple[str, str]]:
    """What the canonical tables and columns mean."""
    schema = HOUSE / "data" / "schema.py"
    for call, argument in (
        ("Table", 2),
        ("Column", 3),
    ):  # one at a time: what stands inside a call of interest is not read
        for _line, text, *_notes in extract_from_file("python", schema, keywords={call: (argument,)}):
            yield schema.relative_to(HOUSE), text


def _rules() -> Iterable[tuple[str, str]]:
    """What the rules of conduct say."""
    for file in sorted((HOUSE / "rules").glob("*.toml")):
        for rule in tomllib.loads(file.read_text(encoding="utf-8"))["rule"]:
            yield file.relative_to(HOUSE), rule["text"]
            if re.search(r"[a-z]", rule.get("number", "")):
                yield file.relative_to(HOUSE), rule["number"]


def _parameters() -> Iterable[tuple[str, str]]:
    """Unit and meaning of each parameter of a scenario."""
    for file in sorted((HOUSE / "sim").glob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "parameter":
                given = dict(zip(("default", "unit", "meaning"), call.args, strict=False))
                given |= {keyword.arg: keyword.value for keyword in call.keywords}
                for name in ("unit", "meaning"):
                    if (text := getattr(given.get(name), "value", "")) and isinstance(text, str):
                        yield file.relative_to(HOUSE), text


def _stories() -> Iterable[tuple[str, str]]:
    """Titles and comments of the stories that come with Recoup."""
    for file in sorted((HOUSE / "reports" / "stories").glob("*.toml")):
        story = tomllib.loads(file.read_text(encoding="utf-8"))
        for said in (story, *story["slides"]):
            for name in ("title", "comment"):
                if name in said:
                    yield file.relative_to(HOUSE), said[name]


def extract() -> None:
    """Write the template anew."""
    with TEMPLATE.open("wb") as file:
        write_po(file, messages(), width=110, omit_header=True, sort_output=True, include_lineno=False)


if __name__ == "__main__":
    if sys.argv[1:] != ["extract"]:
        sys.exit("usage: python wording.py extract")
    extract()
