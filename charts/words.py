"""Numbers in, words out: the phrases that the titles and the alternative texts of charts are made of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from charts.months import month_before, month_end, months_between
from charts.theme import Weigh
from wording import _, month, ngettext, percent, points

RECORD_MONTHS = 6  # "its highest in n months" is news from here on

Series = Mapping[dt.date, float | None]


@dataclass(frozen=True)
class Words:
    """What a chart says: `title` is the finding in one line, `alt` says it to who cannot see the chart.

    `beside` is another line for a card whose title already stands at the head of its page; "" where there is none.
    """

    title: str
    alt: str
    beside: str = ""

    def under(self, head: str) -> "Words":
        """The same below a head that may say it already: then with the other line as the title."""
        return replace(self, title=self.beside) if self.beside and self.title == head else self


@dataclass(frozen=True)
class Reading:
    """The latest value of a series and the one it is compared with; None where not known."""

    month: dt.date
    now: float | None
    against: dt.date | None = None
    before: float | None = None


def reading(series: Series, against: dt.date | None = None) -> Reading:
    """The last month of a series that is not empty beside `against`, by default the month just before it."""
    last = max(series)
    if against is None:
        against = next((known for known in series if months_between(known, last) == 1), None)
    return Reading(last, series[last], against, None if against is None else series.get(against))


def moved(now: float | None, before: float | None, digits: int = 1) -> int:
    """1 rose, -1 fell, 0 the same once rounded to `digits` of a percentage point, or not known."""
    if now is None or before is None:
        return 0
    steps = round((now - before) * 100 * 10**digits, 9)
    return 0 if abs(steps) < 0.5 else (1 if steps > 0 else -1)


def change(name: str, now: float | None, before: float | None, digits: int = 1) -> str:
    """M1→M2 rose 1.8 pp to 43.1 %"""
    if now is None:
        return _("{name} is not known", name=name)
    value = percent(now, digits)
    if before is None:
        return _("{name} is {value}", name=name, value=value)
    by = points(abs(now - before), digits, signed=False)
    match moved(now, before, digits):
        case 1:
            return _("{name} rose {points} to {value}", name=name, points=by, value=value)
        case -1:
            return _("{name} fell {points} to {value}", name=name, points=by, value=value)
    return _("{name} held at {value}", name=name, value=value)


def record(series: Series) -> tuple[int, int]:
    """(direction, months): the last value is the highest (1) or lowest (-1) for so many months; else (0, 0).

    The months run back to the last one that was as high (or low), or to the first of the series.
    """
    known = sorted((when, value) for when, value in series.items() if value is not None)
    if len(known) < 2 or known[-1][0] != max(series):
        return 0, 0
    last, value = known[-1]
    direction = moved(value, known[-2][1])
    if not direction:
        return 0, 0
    as_far = [when for when, other in known[:-1] if (other - value) * direction >= 0]
    months = months_between(as_far[-1], last) if as_far else months_between(known[0][0], last) + 1
    return direction, months


def finding(name: str, series: Series, against: dt.date | None = None, digits: int = 1) -> str:
    """The news of a series in one line: a record where there is one, else the change."""
    direction, months = record(series)
    now = reading(series, against)
    if months >= RECORD_MONTHS and moved(now.now, now.before, digits) == direction:
        value = percent(now.now, digits)
        if direction > 0:
            return ngettext(
                "{name} is at its highest in {n} month: {value}",
                "{name} is at its highest in {n} months: {value}",
                months,
                name=name,
                value=value,
            )
        return ngettext(
            "{name} is at its lowest in {n} month: {value}",
            "{name} is at its lowest in {n} months: {value}",
            months,
            name=name,
            value=value,
        )
    return change(name, now.now, now.before, digits)


def told(name: str, series: Series, against: dt.date | None = None, digits: int = 1) -> str:
    """The change with its months: M1→M2 rose 1.8 pp to 43.1 % (Oct 2026 against Sep 2026)."""
    now = reading(series, against)
    said = change(name, now.now, now.before, digits)
    if now.before is None or now.against is None:
        return _("{finding} ({month})", finding=said, month=month(now.month))
    return _(
        "{finding} ({month} against {against})",
        finding=said,
        month=month(now.month),
        against=month(now.against),
    )


def since(series: Series, digits: int = 1) -> str:
    """Up 0.2 pp on Sep 2026, down 0.4 pp on Oct 2025: the last value against a month and a year before; "" without."""
    last = max(series)
    changes = []
    for before in (month_before(last), month_end(last.year - 1, last.month)):
        earlier = series.get(before)
        if series[last] is None or earlier is None:
            continue
        by = points(abs(series[last] - earlier), digits, signed=False)
        match moved(series[last], earlier, digits):
            case 1:
                changes.append(_("up {points} on {month}", points=by, month=month(before)))
            case -1:
                changes.append(_("down {points} on {month}", points=by, month=month(before)))
            case _same:
                changes.append(_("as in {month}", month=month(before)))
    said = _(", ").join(changes)
    return said[:1].upper() + said[1:]


def until(series: Series, month: dt.date | None) -> Series:
    """The series with a place for `month`, unknown unless it has it: what is told is never an older month unasked."""
    return series if month is None or not series or month in series else {**series, month: None}


def span(series: Series) -> str:
    """Jan 2024 to Oct 2026"""
    first, last = min(series), max(series)
    return month(last) if first == last else _("{first} to {last}", first=month(first), last=month(last))


def weighed(weigh: Weigh) -> str:
    """What the share of a movement is a share of."""
    return _("by opening balance") if weigh == "balance" else _("by number of loans")


def some(series: Series) -> bool:
    """Is there a value at all?"""
    return any(value is not None for value in series.values())


def needed(frame: pl.DataFrame, weigh: Weigh) -> Words:
    """What the book lacks for a chart that cannot be drawn."""
    if frame.is_empty():
        text = _("Not enough months in the book for this chart")
    elif weigh == "balance":
        text = _("The book has no balances: weigh by loans instead")
    else:
        text = _("No loans to show in these months")
    return Words(text, text)
