"""What a run writes down: a daily record always, and the book's own tables of events where they are asked for."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import polars as pl

from sim.calendar import Calendar
from sim.policy import MESSAGES

SOURCES = ("self", "collector", "agency", "court", "plan")
SELF, COLLECTOR, AGENCY, COURT, PLAN = range(5)
HOLDERS = ("plan", "agency", "court")
COSTS = ("wages", "phone", "ai_call", *MESSAGES, "commission", "court_fee", "lawyer_fee", "penalty")
OF_ONE_DAY = frozenset({"loan_snapshot", "payment", "action"})
"""Tables of which nothing refers to an earlier row of theirs; the others tell how what began earlier goes on."""

WAYS = ("phone", "ai_call", *MESSAGES, "self", "agency", "court", "plan", "sale")
"""What brought cash: the last conversation within seven days, else the last message within seven days, else the borrower himself;
who holds the loan, where it is an agency, a court or a plan; or the buyer of a charged-off loan."""
SUIT_ENDS = ("lost", "paid", "enforced", "nothing")
BUCKETS = (0, 1, 31, 61, 91, 121, 151, 181)
"""Lower bounds in days past due of M0 … M7, for the record of rolls."""
ROLL_STATES = (*(f"M{k}" for k in range(len(BUCKETS))), "paid_off", "charged_off", "sold")


def flows(teams: Sequence[str], stages: Sequence[str], rules: Sequence[str]) -> tuple[str, ...]:
    """The columns of the daily record that count loans, people or cents."""
    return (
        "money_in", "loans_in", "interest", "entered", "overdue_entered", "cured", "paid_off", "paid_off_current",
        *(f"cash_{source}" for source in SOURCES), "cash_scheduled", "cash_after_charge_off", "forgiven",
        "charged_off", "charged_off_balance", "sold", "sold_owed", "sale_proceeds",
        "attempts_phone", "attempts_ai_call", "attempts_agency", "reached_phone", "reached_ai_call", "reached_agency",
        *(f"sent_{kind}" for kind in MESSAGES), "complaints", "calls_answered", "calls_lost",
        "promises", "promises_kept", "promises_broken", "plans", "plans_broken", "plans_completed", "settlements",
        "placed", "placed_balance", "recalled", "filed", "not_filed", "sued", "judged", *(f"suits_{end}" for end in SUIT_ENDS),
        *(f"undone_{team}" for team in teams), *(f"breaches_{rule}" for rule in rules),
        "open_cases", *(f"open_{holder}" for holder in HOLDERS), *(f"open_stage_{stage}" for stage in stages), *(f"open_people_{team}" for team in teams),
    )  # fmt: skip


def measured(teams: Sequence[str]) -> tuple[str, ...]:
    """The columns of the daily record that are minutes, or costs in cents."""
    kinds = ("minutes_available", "minutes_worked")
    return (
        "minutes_waited",
        *(f"{kind}_{team}" for kind in kinds for team in teams),
        *(f"cost_{kind}" for kind in COSTS),
    )


class Record:
    """Sums of each day and each run of a batch. Money in cents, minutes and costs as floats (costs in cents), everything else counts."""

    def __init__(
        self, days: int, run: np.ndarray, runs: int, whole: Sequence[str], part: Sequence[str], events: bool
    ) -> None:
        self.days, self.run, self.runs = days, run, runs
        self.first = np.searchsorted(run, np.arange(runs + 1))
        self.whole = {name: np.zeros((runs, days), np.int64) for name in whole}
        self.part = {name: np.zeros((runs, days)) for name in part}
        self.rolls: list[tuple[int, np.ndarray, np.ndarray]] = []
        self._cells: dict[str, list[tuple[np.ndarray, np.ndarray | None]]] = defaultdict(list)
        self.events: dict[str, list[dict[str, np.ndarray]]] | None = defaultdict(list) if events else None
        self.events_from = 0

    def tally(self, name: str, day: int, i: np.ndarray, amount: np.ndarray | None = None) -> None:
        """Count these loans, or add up whole amounts of theirs."""
        if not len(i):
            return
        if self.runs == 1:
            self.whole[name][0, day] += len(i) if amount is None else int(amount.sum())
        else:
            sums = np.bincount(self.run[i], weights=amount, minlength=self.runs)
            self.whole[name][:, day] += np.rint(sums).astype(np.int64)

    def census(self, name: str, day: int, i: np.ndarray) -> None:
        """Count these loans, which stand in their order: where the runs begin among them says how many each has."""
        if self.runs == 1:
            self.whole[name][0, day] += len(i)
        else:
            self.whole[name][:, day] += np.diff(np.searchsorted(i, self.first))

    def cost(self, kind: str, day: int, i: np.ndarray, cents: np.ndarray | float) -> None:
        """What these loans cost: so many cents each."""
        each = isinstance(cents, np.ndarray)
        if self.runs == 1 and not each:
            self.part[f"cost_{kind}"][0, day] += len(i) * cents
        elif len(i):  # added one after the other, so that the last digit does not depend on the runs beside it
            sums = np.bincount(self.run[i], weights=cents if each else None, minlength=self.runs)
            self.part[f"cost_{kind}"][:, day] += sums if each else sums * cents

    def put(self, name: str, day: int, run: int, value: float) -> None:
        """Something of a run that is no loan's."""
        (self.whole if name in self.whole else self.part)[name][run, day] += value

    def keeps(self, table: str, day: int) -> bool:
        """Whether rows of a table of this day are kept: what belongs to its day alone only from `events_from` on."""
        return self.events is not None and (day >= self.events_from or table not in OF_ONE_DAY)

    def event(self, table: str, **columns: np.ndarray) -> None:
        """Rows of a table, all of one day; does nothing where they are not kept. Columns are arrays of one length."""
        if self.events is not None and len(columns["day"]) and self.keeps(table, int(columns["day"][0])):
            self.events[table].append(columns)

    def roll(self, day: int, i: np.ndarray, before: np.ndarray, after: np.ndarray, balance: np.ndarray) -> None:
        """A month's end: positions in ROLL_STATES before and after, and opening balances, of these loans."""
        size = len(ROLL_STATES)
        cell = (self.run[i].astype(np.int64) * size + before) * size + after
        shape = (self.runs, size * size)
        loans = np.bincount(cell, minlength=self.runs * size * size).reshape(shape)
        cents = np.bincount(cell, weights=balance, minlength=self.runs * size * size).reshape(shape)
        self.rolls.append((day, loans, np.rint(cents).astype(np.int64)))

    def split(self, name: str, cell: np.ndarray, amount: np.ndarray | None = None) -> None:
        """Count loans, or add up amounts of theirs, in the cells of a table that `table` gives; added up once, at the end."""
        if len(cell):
            self._cells[name].append((cell.astype(np.int32), amount))

    def table(self, name: str, cells: int) -> np.ndarray:
        """[run, cell]: what was counted or added up in so many cells a run."""
        pages, size = self._cells[name], self.runs * cells
        if not pages:
            return np.zeros((self.runs, cells))
        cell = np.concatenate([cell for cell, _amount in pages])
        weights = None if pages[0][1] is None else np.concatenate([amount for _cell, amount in pages])
        return np.bincount(cell, weights, size).astype(float).reshape(self.runs, cells)

    def totals(self, run: int = 0) -> dict[str, int | float]:
        """The sum over all days of what flows; what stands (open_…) as it was on the last day."""
        columns = {**self.whole, **self.part}
        return {
            name: (days[run, -1] if name.startswith("open_") else days[run].sum()).item()
            for name, days in sorted(columns.items())
        }

    def daily(self, calendar: Calendar, run: int = 0) -> pl.DataFrame:
        columns = {**self.whole, **self.part}
        dates = calendar.dates(np.arange(self.days))
        return pl.DataFrame({"day": dates} | {name: columns[name][run] for name in sorted(columns)})

    def roll_frame(self, calendar: Calendar, run: int = 0) -> pl.DataFrame:
        """Month, from, to, loans, opening balance in cents, where there are loans."""
        size, rows = len(ROLL_STATES), []
        for day, loans, cents in self.rolls:
            rows += [
                (
                    calendar.date(day),
                    ROLL_STATES[cell // size],
                    ROLL_STATES[cell % size],
                    int(loans[run, cell]),
                    int(cents[run, cell]),
                )
                for cell in np.flatnonzero(loans[run])
            ]
        names = {"month": pl.Date, "from": pl.String, "to": pl.String, "loans": pl.Int64, "opening_balance": pl.Int64}
        return pl.DataFrame(rows, schema=names, orient="row")


def gathered(rows: Sequence[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The rows of a table, one array a column."""
    return {name: np.concatenate([row[name] for row in rows]) for name in rows[0]} if rows else {}
