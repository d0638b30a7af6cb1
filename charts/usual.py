"""What is usual of a measure: how far it moves in most months, by which a change is news or none."""

import datetime as dt

import numpy as np

from charts.months import months_earlier
from charts.words import Series

USUAL_MONTHS = 24  # what is usual is told from so many months before
USUAL_PART = 0.8  # of the changes in them are no larger than what is called usual
LEAST_CHANGES = 6


def usual_change(values: Series, month: dt.date, apart: int) -> float | None:
    """The size that four in five changes over `apart` months had, of those that ended in the two years before `month`.

    None where fewer than six are known, or apart is 0.
    """
    first = months_earlier(month, USUAL_MONTHS)
    changes = [
        abs(value - before)
        for when, value in values.items()
        if first <= when < month
        and value is not None
        and (before := values.get(months_earlier(when, apart))) is not None
    ]
    return float(np.quantile(changes, USUAL_PART)) if apart and len(changes) >= LEAST_CHANGES else None


def is_news(by: float | None, usual: float | None) -> bool:
    """Is the change larger than it usually is? Where nothing is known of what is usual every change is."""
    return by is not None and (usual is None or abs(by) > usual)


def change_over(values: Series, month: dt.date, apart: int) -> float | None:
    """How far the value of `month` is from that of so many months before; None where either is not known, or apart is 0."""
    now, before = values.get(month), values.get(months_earlier(month, apart))
    return None if now is None or before is None or not apart else now - before
