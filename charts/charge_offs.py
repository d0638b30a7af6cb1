"""The charge-off rate of each month at a yearly rate, gross and net of recoveries.

Frame `charge_offs`: month, loans, rate, net_rate, rate_loans; fractions a year.
"""

import datetime as dt

import plotly.graph_objects as go
import polars as pl

from charts.lines import Line, line_chart, series
from charts.marks import Marks
from charts.theme import HEIGHT, Mode, Weigh, palette
from charts.words import Series, Words, finding, needed, since, some, span, told, until
from wording import _, ngettext

COLUMNS = {"balance": {"gross": "rate", "net": "net_rate"}, "loans": {"gross": "rate_loans"}}


def charge_offs(
    frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, height: int = HEIGHT, marks: Marks = ()
) -> go.Figure | None:
    """Gross, and net where recoveries are known; by loans there is no net. None without a value."""
    colours = palette(mode)
    loans = dict(frame.select("month", "loans").iter_rows())
    notes = {when: " · " + ngettext("{n} loan", "{n} loans", many) for when, many in loans.items()}
    inks = {"gross": (colours.charged_off, True), "net": (colours.self_cure, False)}
    lines = [Line(_name(code), values, *inks[code], notes=notes) for code, values in _rates(frame, weigh).items()]
    return line_chart(lines, mode, name="charge_offs", height=height, from_zero=True, marks=marks)


def charge_offs_words(
    frame: pl.DataFrame, *, weigh: Weigh, month: dt.date | None = None, against: dt.date | None = None
) -> Words:
    """The news of the gross rate; the alternative text adds the net one."""
    rates = {code: until(values, month) for code, values in _rates(frame, weigh).items()}
    if not rates:
        return needed(frame, weigh)
    lead = next(iter(rates.values()))
    title = finding(_("Charge-off rate a year"), lead, against)
    alt = _(
        "Lines, {span}: charged off in the month, at a yearly rate. {findings}.",
        span=span(lead),
        findings=_("; ").join(told(_name(code), values, against) for code, values in rates.items()),
    )
    return Words(title, alt, beside=since(lead))


def _rates(frame: pl.DataFrame, weigh: Weigh) -> dict[str, Series]:
    found = {code: series(frame, column) for code, column in COLUMNS[weigh].items()}
    return {code: values for code, values in found.items() if some(values)}


def _name(code: str) -> str:
    return {"gross": _("Gross"), "net": _("Net of recoveries")}[code]
