"""The bad-debt ratio beside what it would be without write-offs, and without resets of the schedule.

Frames: `bad_debt`; `bad_debt_with_write_offs` (month, ratio, ratio_loans; NULL until it covers twelve months);
`shadow_bad_debt` (month, shadow_bad_debt_ratio, shadow_bad_debt_ratio_loans). Ratios are fractions.
"""

import datetime as dt

import plotly.graph_objects as go
import polars as pl

from charts.bad_debt import COLUMN, DIGITS
from charts.lines import Line, line_chart, series
from charts.marks import Marks
from charts.theme import HEIGHT, Mode, Weigh, palette
from charts.words import Series, Words, change, moved, needed, some, span, told, until
from wording import _, percent, points

WITH = {"balance": "ratio", "loans": "ratio_loans"}
SHADOW = {"balance": "shadow_bad_debt_ratio", "loans": "shadow_bad_debt_ratio_loans"}


def with_write_offs(
    debt: pl.DataFrame,
    written: pl.DataFrame,
    shadow: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    height: int = HEIGHT,
    marks: Marks = (),
) -> go.Figure | None:
    """The reported ratio thick, what it would be beside it; re-ages only where there are any. None without a value."""
    colours = palette(mode)
    inks = {"reported": (colours.final, True), "written": (colours.charged_off, False), "re_aged": (colours.mid, False)}
    lines = [Line(_name(code), values, *inks[code]) for code, values in _ratios(debt, written, shadow, weigh).items()]
    return line_chart(lines, mode, name="with_write_offs", height=height, digits=DIGITS, from_zero=True, marks=marks)


def with_write_offs_words(
    debt: pl.DataFrame,
    written: pl.DataFrame,
    shadow: pl.DataFrame,
    *,
    weigh: Weigh,
    month: dt.date | None = None,
    against: dt.date | None = None,
) -> Words:
    """Whether both ratios went the same way: where they did not, write-offs made the difference."""
    ratios = {code: until(values, month) for code, values in _ratios(debt, written, shadow, weigh).items()}
    if "reported" not in ratios:
        return needed(debt, weigh)
    reported = ratios["reported"]
    title = _title(reported, ratios.get("written", {}), max(reported), against)
    alt = _(
        "Lines, {span}: the bad-debt ratio as reported and as it would be. {findings}.",
        span=span(reported),
        findings=_("; ").join(told(_name(code), values, against, DIGITS) for code, values in ratios.items()),
    )
    return Words(title, alt)


def _title(reported: Series, written: Series, now: dt.date, against: dt.date | None) -> str:
    with_them = written.get(now)
    if with_them is None:
        return change(_("Bad-debt ratio"), reported[now], reported.get(against), DIGITS)
    here, there = (moved(values[now], values.get(against), DIGITS) for values in (reported, written))
    said = {"value": percent(with_them, DIGITS)}
    if against is None or written.get(against) is None:
        return _("With a year's write-offs the ratio is {value}", **said)
    by = with_them - written[against]
    said["points"] = points(abs(by), DIGITS, signed=False)
    match there:
        case 1 if here < 0:
            return _("Only write-offs lowered it: with them it rose {points} to {value}", **said)
        case 1:
            return _("With a year's write-offs it rose {points} to {value}", **said)
        case -1 if here < 0:
            return _("The ratio fell with a year's write-offs too, {points} to {value}", **said)
        case -1:
            return _("With a year's write-offs it fell {points} to {value}", **said)
    return _("With a year's write-offs it held at {value}", **said)


def _ratios(debt: pl.DataFrame, written: pl.DataFrame, shadow: pl.DataFrame, weigh: Weigh) -> dict[str, Series]:
    """Those that have a value; re-ages only where they hide some bad debt."""
    found = {
        "reported": series(debt, COLUMN[weigh]),
        "written": series(written, WITH[weigh]),
        "re_aged": series(shadow, SHADOW[weigh]),
    }
    hidden = any(
        found["re_aged"][when] != value for when, value in found["reported"].items() if when in found["re_aged"]
    )
    if not hidden:
        del found["re_aged"]
    return {code: values for code, values in found.items() if some(values)}


def _name(code: str) -> str:
    return {
        "reported": _("As reported"),
        "written": _("With write-offs"),
        "re_aged": _("Without re-ages"),
    }[code]
