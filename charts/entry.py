"""How much became overdue: at the month-end, and on the due dates; and how much of the latter was paid within so many days.

Frames: `entry_rate` and `entry_by_event` (month, loans, entry_rate, entry_rate_loans); `recovery_by_day` (month, days, loans,
recovery_rate, recovery_rate_loans; NULL where payments do not reach so far). Fractions.
"""

import datetime as dt

import plotly.graph_objects as go
import polars as pl

from charts.colour import mix
from charts.lines import Line, line_chart, series
from charts.marks import Marks
from charts.theme import HEIGHT, Mode, Weigh, palette
from charts.words import Series, Words, change, finding, needed, since, some, span, told, until
from wording import _, ngettext

ENTRY = {"balance": "entry_rate", "loans": "entry_rate_loans"}
RECOVERY = {"balance": "recovery_rate", "loans": "recovery_rate_loans"}
DIGITS = 2
FEW_LOANS = 30
DAYS = (3, 7, 30)
USUAL_DAYS = 30


def entry(
    snapshots: pl.DataFrame,
    events: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    height: int = HEIGHT,
    marks: Marks = (),
) -> go.Figure | None:
    """Both families on one axis, each named; the one by due date only where the book has payments. None without a value."""
    colours = palette(mode)
    inks = {"snapshot": (colours.primary, True), "event": (colours.early, False)}
    frames = {"snapshot": snapshots, "event": events}
    lines = [
        Line(_family(code), values, *inks[code], _few(frames[code]), _of_loans(frames[code]))
        for code, values in _entries(snapshots, events, weigh).items()
    ]
    return line_chart(lines, mode, name="entry", height=height, digits=DIGITS, from_zero=True, marks=marks)


def entry_words(
    snapshots: pl.DataFrame,
    events: pl.DataFrame,
    *,
    weigh: Weigh,
    month: dt.date | None = None,
    against: dt.date | None = None,
) -> Words:
    """The news at the month-end, and what it is by due date."""
    rates = {code: until(values, month) for code, values in _entries(snapshots, events, weigh).items()}
    if not rates:
        return needed(snapshots, weigh)
    lead = next(iter(rates.values()))
    title = finding(_("Entry rate"), lead, against, DIGITS)
    alt = _(
        "Lines, {span}: the part of what was current that became overdue, by family. {findings}.",
        span=span(lead),
        findings=_("; ").join(told(_family(code), values, against, DIGITS) for code, values in rates.items()),
    )
    return Words(title, alt, beside=since(lead, DIGITS))


def recovery_days(
    frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, height: int = HEIGHT, marks: Marks = ()
) -> go.Figure | None:
    """A line for 3, 7 and 30 days, which ends with the last month whose payments reach so far. None without a value."""
    colours = palette(mode)
    lines = []
    for place, (days, values) in enumerate(_recovered(frame, weigh).items()):
        rows = frame.filter(pl.col("days") == days)
        ink = mix(colours.self_cure, colours.ground, 0.25 * (len(DAYS) - 1 - place))
        lines.append(Line(_within(days), values, ink, days == USUAL_DAYS, _few(rows), _of_loans(rows)))
    return line_chart(lines, mode, name="recovery_days", height=height, marks=marks)


def recovery_days_words(frame: pl.DataFrame, *, weigh: Weigh, against: dt.date | None = None) -> Words:
    """The news of the longest delay that is known, in the last month whose payments reach so far."""
    recovered = _recovered(frame, weigh)
    if not recovered:
        text = _("Nothing became overdue on a due date whose payments are known for long enough")
        return Words(text, text)
    days, values = max(recovered.items())
    title = finding(_("Paid within {days}", days=_days(days)), values, against)
    alt = _(
        "Lines by month of the due dates, {span}: paid within so many days, of what was overdue the day after. {finding}. {parts}.",
        span=span(values),
        finding=told(_within(days), values, against),
        parts=_("; ").join(change(_within(one), known[max(known)], None) for one, known in recovered.items()),
    )
    return Words(title, alt, beside=since(values))


def _entries(snapshots: pl.DataFrame, events: pl.DataFrame, weigh: Weigh) -> dict[str, Series]:
    found = {"snapshot": series(snapshots, ENTRY[weigh]), "event": series(events, ENTRY[weigh])}
    return {code: values for code, values in found.items() if some(values)}


def _recovered(frame: pl.DataFrame, weigh: Weigh) -> dict[int, Series]:
    """Days → month → part, up to the last month that is known."""
    found = {}
    for days in DAYS:
        rows = frame.filter((pl.col("days") == days) & pl.col(RECOVERY[weigh]).is_not_null())
        if not rows.is_empty():
            found[days] = series(rows, RECOVERY[weigh])
    return found


def _of_loans(rows: pl.DataFrame) -> dict[dt.date, str]:
    return {
        when: " " + ngettext("of {n} loan", "of {n} loans", many)
        for when, many in rows.select("month", "loans").iter_rows()
    }


def _few(rows: pl.DataFrame) -> bool:
    return not rows.is_empty() and rows.sort("month")["loans"][-1] < FEW_LOANS


def _family(code: str) -> str:
    return {"snapshot": _("Month-end"), "event": _("Due date")}[code]


def _within(days: int) -> str:
    return _days(days)


def _days(days: int) -> str:
    return ngettext("{n} day", "{n} days", days)
