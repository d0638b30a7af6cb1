"""The reference's clock: whole seconds since the run began, and what date and due date a day is."""

from datetime import date, timedelta

DAY = 86_400
LAST_DUE_DAY = 28


def at(day: int, hour: float) -> int:
    """The moment of that hour of that day of the run."""
    return day * DAY + round(hour * 3600)


class Clock:
    """Dates of the days of a run; months are counted from the year 0."""

    def __init__(self, starts_on: date) -> None:
        self.starts_on = starts_on

    def date(self, day: int) -> date:
        return self.starts_on + timedelta(days=day)

    def month(self, day: int) -> int:
        on = self.date(day)
        return on.year * 12 + on.month - 1

    def due(self, month: int, due_day: int) -> int:
        """The day of the run on which the instalment of that month falls due."""
        return (date(month // 12, month % 12 + 1, due_day) - self.starts_on).days

    def day_of_month(self, day: int) -> int:
        return self.date(day).day

    def ends_month(self, day: int) -> bool:
        return self.date(day + 1).day == 1

    def ends_quarter(self, day: int) -> bool:
        return self.ends_month(day) and self.date(day).month % 3 == 0
