"""What a run writes down: a daily record always, and the book's own tables of events where they are asked for."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import polars as pl

from sim.calendar import Calendar
from sim.policy import MESSAGES

SOURCES = ("self", "collector", "agency", "court", "plan")
SELF, COLLECTOR, AGENCY, COURT, PLAN = range(5)
COSTS = ("wages", "phone", "ai_call", *MESSAGES, "commission", "court_fee", "lawyer_fee", "penalty")
BUCKETS = (0, 1, 31, 61, 91, 121, 151, 181)
"""Lower bounds in days past due of M0 … M7, for the record of rolls."""
ROLL_STATES = (*(f"M{k}" for k in range(len(BUCKETS))), "paid_off", "charged_off", "sold")


class Record:
    """Sums of each day. Money in cents, minutes and costs as floats (costs in cents), everything else counts."""

    def __init__(self, days: int, events: bool) -> None:
        self.days = days
        self.whole: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(days, np.int64))
        self.part: dict[str, np.ndarray] = defaultdict(lambda: np.zeros(days))
        self.rolls: list[tuple[int, np.ndarray, np.ndarray]] = []
        self.events: dict[str, list[dict[str, np.ndarray]]] | None = defaultdict(list) if events else None

    def add(self, name: str, day: int, value: int) -> None:
        self.whole[name][day] += value

    def add_part(self, name: str, day: int, value: float) -> None:
        self.part[name][day] += value

    def cost(self, kind: str, day: int, cents: float) -> None:
        self.part[f"cost_{kind}"][day] += cents

    def event(self, table: str, **columns: np.ndarray) -> None:
        """Rows of a table; does nothing where events are not kept. Columns are arrays of one length."""
        if self.events is not None:
            self.events[table].append(columns)

    def roll(self, day: int, before: np.ndarray, after: np.ndarray, balance: np.ndarray) -> None:
        """A month's end: positions in ROLL_STATES before and after, and opening balances."""
        size = len(ROLL_STATES)
        cell = before * size + after
        loans = np.bincount(cell, minlength=size * size)
        cents = np.bincount(cell, weights=balance, minlength=size * size)
        self.rolls.append((day, loans, np.rint(cents).astype(np.int64)))

    def totals(self) -> dict[str, int | float]:
        """The sum over all days of what flows; what stands (open_…) as it was on the last day."""
        columns = {**self.whole, **self.part}
        standing = {name for name in columns if name.startswith("open_")}
        return {name: (v[-1] if name in standing else v.sum()).item() for name, v in sorted(columns.items())}

    def daily(self, calendar: Calendar) -> pl.DataFrame:
        columns = {**self.whole, **self.part}
        dates = calendar.dates(np.arange(self.days))
        return pl.DataFrame({"day": dates} | {name: columns[name] for name in sorted(columns)})

    def roll_frame(self, calendar: Calendar) -> pl.DataFrame:
        """Month, from, to, loans, opening balance in cents, where there are loans."""
        size, rows = len(ROLL_STATES), []
        for day, loans, cents in self.rolls:
            rows += [
                (
                    calendar.date(day),
                    ROLL_STATES[cell // size],
                    ROLL_STATES[cell % size],
                    int(loans[cell]),
                    int(cents[cell]),
                )
                for cell in np.flatnonzero(loans)
            ]
        names = {"month": pl.Date, "from": pl.String, "to": pl.String, "loans": pl.Int64, "opening_balance": pl.Int64}
        return pl.DataFrame(rows, schema=names, orient="row")


def gathered(rows: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The rows of a table, one array a column."""
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]} if rows else {}
