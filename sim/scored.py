"""A what-if held against what came: the months since that the book now has, beside what was foretold for them under each policy.

rows = scored(order, answer, what_came(reader))       # a row a scenario, measure and month
words_of(rows, TODAY)                                 # how many lie where they were foretold to lie
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from data.errors import NeedsData
from data.said import Said, said
from queries import Reader
from sim.calibration.observed import observed
from sim.calibration.records import read_records
from sim.experiments import Answer, Order
from sim.monthly import BAD_DEBT, CASH, COMPLAINTS, COST, ROLLS, Series
from sim.outcome import MONTHLY, Kept

BAND = 0.8
"""How often a month is to lie in its band."""
SCORED = {
    CASH: ("money", said("Recovered")),
    COST: ("money", said("Cost without wages")),
    BAD_DEBT: ("share", said("Bad-debt ratio")),
    **{name: ("share", said("Roll {buckets}", buckets=name)) for name in ROLLS},
    COMPLAINTS: ("count", said("Complaints")),
}
"""What is scored, with unit and title."""
SCHEMA = {"scenario": pl.String, "measure": pl.String, "month": pl.Date, "forecast": pl.Float64, "low": pl.Float64, "high": pl.Float64, "actual": pl.Float64, "inside": pl.Boolean}  # fmt: skip


def what_came(reader: Reader) -> Series:
    """What the book says of its months; a measure that it does not tell is empty. Cost: of contacts, agencies and the court, as far as
    it is known."""
    records, _version = read_records(reader.folder, reader.version.number)
    found = {**observed(records), COST: {}, COMPLAINTS: {}}
    asked = {COST: ("cost_to_collect", {"split": "total"}, "cost"), COMPLAINTS: ("complaints", {}, "complaints")}
    for measure, (question, options, column) in asked.items():
        try:
            rows = reader.ask(question, **options).select("month", column).drop_nulls()
        except NeedsData:
            continue
        found[measure] = {month: float(value) for month, value in rows.iter_rows()}
    return found


def months_since(order: Order, months: Sequence[date]) -> list[date]:
    """Month-ends of the book that lie wholly inside the run."""
    starts_on = next(iter(order.scenarios.values())).starts_on
    ends_on = starts_on + timedelta(days=order.days - 1)
    return [end for end in months if starts_on <= end.replace(day=1) and end <= ends_on]


def scored(order: Order, answer: Answer, came: Mapping[str, Mapping[date, float]]) -> pl.DataFrame:
    """A row a scenario, measure and month since: as foretold (mean of the replications, low and high of the band in which a month like
    these lies four times in five), as it came, and whether it lay inside. Money in units of the currency, shares of 1.

    came: by measure and month-end. The bad-debt ratio of a run begins at the book's: made-up loans have it only nearly.
    """
    rows = []
    for name, scenario in order.scenarios.items():
        kept = answer.kept.get(name)
        if kept is None or kept.done < 2:
            continue
        before = scenario.starts_on - timedelta(days=1)
        for measure in SCORED:
            actuals = came.get(measure, {})
            scale = _scale(kept, measure, before, actuals)
            for end in months_since(order, sorted(actuals)):
                values = _foretold(kept, measure, end, scenario.starts_on)
                if values is not None:
                    rows.append((name, measure, end, *_held(values * scale, actuals[end])))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _held(values: np.ndarray, actual: float) -> tuple[float, float, float, float, bool]:
    low, high = np.quantile(values, [(1 - BAND) / 2, (1 + BAND) / 2])
    return float(values.mean()), float(low), float(high), actual, bool(low <= actual <= high)


def _foretold(kept: Kept, measure: str, end: date, starts_on: date) -> np.ndarray | None:
    """A month's value in each replication; None where one does not know it."""
    if measure == CASH:
        first = (end.replace(day=1) - starts_on).days
        return np.array(kept.rows["cash"])[:, first : (end - starts_on).days + 1].sum(axis=1)
    months = kept.axes.get("by_month", ())
    if end.isoformat() not in months:
        return None
    values = np.array(kept.rows["by_month"])[:, MONTHLY.index(measure), months.index(end.isoformat())]
    return None if np.isnan(values).any() else values


def _scale(kept: Kept, measure: str, before: date, actuals: Mapping[date, float]) -> np.ndarray | float:
    """What a replication's values are times, so that its bad-debt ratio begins where the book's stood."""
    if measure != BAD_DEBT or not actuals.get(before):
        return 1.0
    began = _foretold(kept, measure, before, before)
    return 1.0 if began is None or not began.all() else actuals[before] / began


def words_of(rows: pl.DataFrame, scenario: str) -> Said | None:
    """How many of a scenario's figures lie where they were foretold to lie; None where there are none."""
    own = rows.filter(pl.col("scenario") == scenario)
    if own.is_empty():
        return None
    parts = tuple(
        said("{measure} {inside} of {n}", measure=SCORED[measure][1], inside=str(inside), n=str(n))
        for measure, inside, n in own.group_by("measure", maintain_order=True)
        .agg(pl.col("inside").sum(), pl.len())
        .iter_rows()
    )
    return said("{inside} of {n} figures lie inside their 80\u202f% intervals: {parts}", inside=str(own["inside"].sum()), n=str(own.height), parts=parts)  # fmt: skip
