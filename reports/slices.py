"""The slices of the book held against each other over all dimensions: which rolled on, or went bad, beyond its earlier rates.

The answers are of a few rows and rest on the whole history: who asks often keeps them.
"""

from dataclasses import replace

import polars as pl

import charts
from charts.months import months_earlier
from data.schema import DIMENSIONS
from queries import Filters
from reports.exhibit import Scope

BACK_MONTHS = 37  # what is usual is told from the changes of two years, each over up to a year


def slice_changes(scope: Scope) -> pl.DataFrame:
    """`charts.slice_changes` of every value of each dimension that the filters leave more than one of."""
    return scope.once("slice_changes", lambda: _slice_changes(scope))


def _slice_changes(scope: Scope) -> pl.DataFrame:
    slices = scope.reader.ask("roll_slices", _span(scope.filters))
    compared = [name for name in DIMENSIONS if _values(scope, name)]
    slices = slices.filter(pl.col("dimension").is_in(compared))
    return charts.slice_changes(slices, month=scope.filters.month, against=scope.compare_month, weigh=scope.weigh_by)


def contributions(scope: Scope, rolled: pl.DataFrame | None = None) -> pl.DataFrame:
    """`charts.contributions` of the same slices; by loans, what rolled on alone: mix and rate are told by balance.

    rolled: `slice_changes` of the scope, where it is known already.
    """
    return scope.once(
        "contributions", lambda: _contributions(scope, slice_changes(scope) if rolled is None else rolled)
    )


def _contributions(scope: Scope, rolled: pl.DataFrame) -> pl.DataFrame:
    mixed = scope.reader.ask("mix_and_rate", _span(scope.filters))
    compared = [name for name in DIMENSIONS if _values(scope, name)]
    mixed = mixed.filter(pl.col("dimension").is_in(compared if scope.weigh_by == "balance" else []))
    (balance,) = scope.reader.ask("bad_debt", scope.filters)["balance"].cast(pl.Float64).to_list() or [None]
    return charts.contributions(rolled, mixed, balance, month=scope.filters.month, against=scope.compare_month)


def _span(filters: Filters) -> Filters:
    return replace(filters, month=None, from_month=months_earlier(filters.month, BACK_MONTHS), to_month=filters.month)


def _values(scope: Scope, dimension: str) -> tuple[str, ...]:
    """The values to compare; none where only one is left, which is the whole."""
    values = getattr(scope.filters, dimension) or scope.reader.dimensions[dimension]
    return values if len(values) > 1 else ()
