"""Days of a run as whole numbers from 0, and what date, month, weekday and due date each is."""

from datetime import date, timedelta

import numpy as np

DAYS_A_MONTH = 365 / 12
LAST_DUE_DAY = 28
_BEFORE = 500
"""Months kept before the first one, so that the oldest unpaid due date has a day."""


class Calendar:
    """The calendar of a run of `days` days from `starts_on`. Months count from the month of the first day, 0."""

    def __init__(self, starts_on: date, days: int, rest_days: tuple[str, ...], holidays: tuple[date, ...]) -> None:
        self.starts_on, self.days = starts_on, days
        first = np.datetime64(starts_on, "D")
        dates = first + np.arange(days + 1)
        months = dates.astype("datetime64[M]")
        self.month = (months - months[0]).astype(np.int64)
        self.day_of_month = (dates - months.astype("datetime64[D]")).astype(np.int64) + 1
        starts = (months[0] + np.arange(-_BEFORE, self.month[-1] + 2)).astype("datetime64[D]")
        self._month_start = (starts - first).astype(np.int64)
        names = np.array(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
        self.rest = np.isin(names[(starts_on.weekday() + np.arange(days + 1)) % 7], rest_days)
        self.holiday = np.isin(dates, np.array(holidays, "datetime64[D]"))
        self.month_end = np.append(self.day_of_month[1:] == 1, False)
        self.quarter_end = self.month_end & ((months.astype(np.int64) % 12 + 1) % 3 == 0)

    def date(self, day: int) -> date:
        return self.starts_on + timedelta(days=int(day))

    def dates(self, day: np.ndarray) -> np.ndarray:
        """Dates as datetime64[D]; a negative day beyond any book, −1 million, is none."""
        return np.datetime64(self.starts_on, "D") + day

    def due_date(self, month: np.ndarray, due_day: np.ndarray) -> np.ndarray:
        """The day on which the instalment of that month falls due; due_day is 1–28."""
        return self._month_start[month + _BEFORE] + due_day - 1

    def month_of(self, day: np.ndarray) -> np.ndarray:
        """The month of any day, also one before the run."""
        return np.searchsorted(self._month_start, day, side="right") - 1 - _BEFORE
