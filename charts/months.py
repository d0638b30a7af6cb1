"""The axis of months: every calendar month has its place, a month without numbers leaves a gap."""

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence

import wording

DAY = 86_400_000  # milliseconds: the unit of lengths on a date axis
MOST_TICKS = 7
DAYS_BESIDE_ONE = 30
STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60)


def month_end(year: int, number: int) -> dt.date:
    return dt.date(year, number, calendar.monthrange(year, number)[1])


def months_between(early: dt.date, late: dt.date) -> int:
    """Calendar months from `early` to `late`: January to February is 1, whatever the days."""
    return (late.year - early.year) * 12 + late.month - early.month


def month_before(month: dt.date) -> dt.date:
    return month_end(month.year - 1, 12) if month.month == 1 else month_end(month.year, month.month - 1)


def months_earlier(month: dt.date, many: int) -> dt.date:
    """The month-end so many months before."""
    number = month.year * 12 + month.month - 1 - many
    return month_end(number // 12, number % 12 + 1)


def full_calendar(months: Iterable[dt.date]) -> list[dt.date]:
    """Every month-end from the first to the last of `months`, those missing between included."""
    known = sorted(set(months))
    if not known:
        return []
    first = known[0].year * 12 + known[0].month - 1
    span = months_between(known[0], known[-1])
    return [month_end(number // 12, number % 12 + 1) for number in range(first, first + span + 1)]


def runs(months: Sequence[dt.date]) -> list[list[dt.date]]:
    """Months cut into stretches without a gap."""
    found: list[list[dt.date]] = []
    for month in sorted(months):
        if found and months_between(found[-1][-1], month) == 1:
            found[-1].append(month)
        else:
            found.append([month])
    return found


def month_axis(months: Sequence[dt.date], most_ticks: int = MOST_TICKS, days_beside: int = 0) -> dict[str, object]:
    """An x axis from the first to the last of `months`; ticks at even months, the year named once.

    The year is bare figures: with the word that a language adds it would run into the next one.
    `days_beside` is the room before the first and after the last, for marks that have a width.
    """
    ticks = _ticks(months, most_ticks)
    years = [None, *(tick.year for tick in ticks)]
    labels = [
        wording.month_name(tick) + (f"<br>{tick.year}" if tick.year != before else "")
        for tick, before in zip(ticks, years, strict=False)
    ]
    beside = dt.timedelta(days=DAYS_BESIDE_ONE if len(months) == 1 else days_beside)
    return {
        "type": "date",
        "range": [months[0] - beside, months[-1] + beside],
        "tickmode": "array",
        "tickvals": ticks,
        "ticktext": labels,
        "unifiedhovertitle": {"text": "%{x|" + wording._("%b %Y") + "}"},
    }


def _ticks(months: Sequence[dt.date], most_ticks: int) -> list[dt.date]:
    for step in STEPS_MONTHS:
        ticks = [month for month in months if (month.year * 12 + month.month - 1) % step == 0]
        if len(ticks) <= most_ticks:
            return ticks or list(months[-1:])
    return list(months[-1:])
