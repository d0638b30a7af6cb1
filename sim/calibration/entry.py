"""Who misses a due date: logistic regression on product, groups and whether the borrower was late before, thin cells pooled."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import expit

from sim.calibration.ledger import Ledger
from sim.calibration.records import Records
from sim.calibration.unknowns import DIMENSIONS, LEAST_DIFFER, SLICES_DIFFER
from sim.scenario import Scenario

ROUNDS, STEPS = 4, 25


@dataclass(frozen=True)
class Entry:
    """names: level; (dimension, at) …; again. value: logarithms of odds and odds ratios; spread: covariance; n: due dates by name."""

    names: tuple
    value: np.ndarray
    spread: np.ndarray
    n: dict
    missed: int


def entry(records: Records, ledger: Ledger, since: int, slices: dict, preset: Scenario) -> Entry:
    """Fit to the due dates from `since` on of which it is known whether the borrower was late before.

    Where nothing is known of that (all loans are older than the book), every due date counts as one of a borrower not late before.
    """
    due = ledger.due.filter(pl.col("day") >= since)
    known = due.filter(pl.col("late_before").is_not_null())
    if known.height < 0.05 * due.height:
        known = due.with_columns(pl.col("late_before").fill_null(False))
    cells = _cells(known, records, slices)
    names = [
        "level",
        *((dimension, at) for dimension in DIMENSIONS for at in range(len(slices[dimension][0]))),
        "again",
    ]
    design = _design(cells, names)
    products = preset.population.products
    level = float(np.average([p.missed for p in products], weights=[p.share for p in products]))
    centre, wide = np.zeros(len(names)), np.full(len(names), SLICES_DIFFER)
    centre[0], wide[0] = np.log(level / (1 - level)), 2.0
    centre[-1], wide[-1] = np.log(max(preset.behaviour.back_again, 0.01)), 1.0
    n, k = cells["n"].to_numpy().astype(float), cells["k"].to_numpy().astype(float)
    value = centre.copy()
    for _round in range(ROUNDS):
        value, spread = _newton(design, n, k, value, centre, wide)
        wide = _widths(names, value, spread, wide, slices)
    counted = {name: int(n @ design[:, at]) for at, name in enumerate(names)}
    return Entry(tuple(names), value, spread, counted, int(k.sum()))


def _cells(due: pl.DataFrame, records: Records, slices: dict) -> pl.DataFrame:
    loans = pl.DataFrame({"i": records.loan["i"]} | {name: code for name, (_, code) in slices.items()})
    return (
        due.join(loans, on="i").group_by(*DIMENSIONS, "late_before", maintain_order=True).agg(n=pl.len(), k=pl.col("missed").sum())
    )  # fmt: skip


def _design(cells: pl.DataFrame, names: list) -> np.ndarray:
    columns = [np.ones(cells.height)]
    for name in names[1:-1]:
        columns.append((cells[name[0]].to_numpy() == name[1]).astype(float))
    columns.append(cells["late_before"].cast(pl.Float64).to_numpy())
    return np.stack(columns, axis=1)


def _newton(design: np.ndarray, n: np.ndarray, k: np.ndarray, value: np.ndarray, centre: np.ndarray, wide: np.ndarray):
    precision = 1 / wide**2
    for _step in range(STEPS):
        chance = expit(design @ value)
        slope = design.T @ (k - n * chance) - precision * (value - centre)
        curve = (design * (n * chance * (1 - chance))[:, None]).T @ design + np.diag(precision)
        step = np.linalg.solve(curve, slope)
        value = value + step * min(1.0, 2.0 / max(np.max(np.abs(step)), 1e-9))
        if np.max(np.abs(step)) < 1e-8:
            break
    return value, np.linalg.inv(curve)


def _widths(names: list, value: np.ndarray, spread: np.ndarray, wide: np.ndarray, slices: dict) -> np.ndarray:
    wide = wide.copy()
    for dimension in DIMENSIONS:
        these = np.array([at for at, name in enumerate(names) if isinstance(name, tuple) and name[0] == dimension])
        n = len(these)
        if n > 1:
            centred, centre = value[these] - value[these].mean(), np.eye(n) - 1 / n
            unsure = np.trace(centre @ spread[np.ix_(these, these)] @ centre)
            wide[these] = max(np.sqrt((centred @ centred + unsure) / (n - 1)), LEAST_DIFFER)
        else:
            wide[these] = 1e-3
    return wide


def levels(found: Entry, shares: dict[str, np.ndarray]) -> tuple[dict, dict]:
    """Means and standard deviations: of the log odds of each product; of the log odds ratio of each group, their mean weighted by `shares` being 0."""
    size, names = len(found.names), list(found.names)
    means, deviations = {}, {}

    def put(name: object, row: np.ndarray) -> None:
        means[name], deviations[name] = float(row @ found.value), float(np.sqrt(row @ found.spread @ row))

    common = np.zeros(size)
    common[0] = 1
    for dimension, share in shares.items():
        these = [names.index((dimension, at)) for at in range(len(share))]
        if dimension != "product":
            common[these] += share
        for at, place in enumerate(these):
            row = np.zeros(size)
            row[place] = 1
            if dimension != "product":
                row[these] -= share
                put((dimension, at), row)
    for at in range(len(shares["product"])):
        row = common.copy()
        row[names.index(("product", at))] += 1
        put(("product", at), row)
    row = np.zeros(size)
    row[-1] = 1
    put("again", row)
    return means, deviations
