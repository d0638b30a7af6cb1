"""The bad-debt ratio over time.

Frame `bad_debt`: month, bad_loans, bad_debt_ratio (by balance), bad_debt_ratio_loans, … Ratios are fractions.
"""

import datetime as dt

import plotly.graph_objects as go
import polars as pl

from charts.lines import Line, line_chart, series
from charts.marks import Marks
from charts.theme import HEIGHT, Mode, Weigh, palette
from charts.words import Words, finding, needed, since, some, span, told, until
from wording import _, ngettext

DIGITS = 2
COLUMN = {"balance": "bad_debt_ratio", "loans": "bad_debt_ratio_loans"}


def bad_debt_ratio(
    frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, height: int = HEIGHT, marks: Marks = ()
) -> go.Figure | None:
    """One line, its last value named; None without a value."""
    loans = dict(zip(frame["month"], frame["bad_loans"], strict=True))
    notes = {when: " · " + ngettext("{n} bad loan", "{n} bad loans", many or 0) for when, many in loans.items()}
    line = Line("", series(frame, COLUMN[weigh]), palette(mode).final, thick=True, notes=notes)
    return line_chart([line], mode, name="bad_debt_ratio", height=height, digits=DIGITS, marks=marks)


def bad_debt_ratio_words(
    frame: pl.DataFrame, *, weigh: Weigh, month: dt.date | None = None, against: dt.date | None = None
) -> Words:
    """The change against `against` (by default the month before), or the record where it is one.

    `month` is the month to speak of, by default the last of the frame; so in all words of this house.
    """
    values = until(series(frame, COLUMN[weigh]), month)
    if not some(values):
        return needed(frame, weigh)
    name = _("Bad-debt ratio")
    base = _("share of the open balance") if weigh == "balance" else _("share of the open loans")
    alt = _(
        "Line, {span}: loans beyond the bad-debt line as a {base}. {finding}.",
        span=span(values),
        base=base,
        finding=told(name, values, against, DIGITS),
    )
    return Words(finding(name, values, against, DIGITS), alt, beside=since(values, DIGITS))
