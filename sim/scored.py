"""A what-if held against what came: the months since that the book now has, beside what was foretold for them under each policy."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from sim.experiments import Answer, Order

BAND = 0.8
"""How often a month is to lie in its band."""
SCHEMA = {"scenario": pl.String, "month": pl.Date, "forecast": pl.Float64, "low": pl.Float64, "high": pl.Float64, "actual": pl.Float64, "inside": pl.Boolean}  # fmt: skip


def months_since(order: Order, months: Sequence[date]) -> list[date]:
    """Month-ends of the book that lie wholly inside the run."""
    starts_on = next(iter(order.scenarios.values())).starts_on
    ends_on = starts_on + timedelta(days=order.days - 1)
    return [end for end in months if starts_on <= end.replace(day=1) and end <= ends_on]


def scored(order: Order, answer: Answer, recovered: Mapping[date, float]) -> pl.DataFrame:
    """A row a scenario and month since: cash from the late as foretold (mean of the replications, low and high of the band in which a
    month like these lies four times in five), as it came, and whether it lay inside. Money in units of the currency.

    recovered: what came, by month-end.
    """
    rows = []
    for name, scenario in order.scenarios.items():
        kept = answer.kept.get(name)
        if kept is None or kept.done < 2:
            continue
        cash = np.array(kept.rows["cash"])
        for end in months_since(order, sorted(recovered)):
            first = (end.replace(day=1) - scenario.starts_on).days
            sums = cash[:, first : (end - scenario.starts_on).days + 1].sum(axis=1)
            low, high = np.quantile(sums, [(1 - BAND) / 2, (1 + BAND) / 2])
            actual = recovered[end]
            rows.append((name, end, float(sums.mean()), float(low), float(high), actual, bool(low <= actual <= high)))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
