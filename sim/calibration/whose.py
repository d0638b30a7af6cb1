"""Whose loans they are: products and groups, sizes and terms, bookings, and how the loans stand on the last day."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from data.said import said
from sim.calibration.counted import measured, of_list, of_one
from sim.calibration.entry import Entry, levels
from sim.calibration.fitted import Estimate, Fitted, Z, share
from sim.calibration.ledger import Ledger
from sim.calibration.records import Records, epoch
from sim.calibration.unknowns import DIMENSIONS
from sim.population import Group, Population, Product
from sim.scenario import Scenario

CUT_NORMAL = 0.9894
"""Standard deviation of a standard normal cut at ± 2.5, as principals are drawn."""
AGES = (1, 31, 61, 91, 121, 151, 181, 271, 361, 541, 721)
"""Where ranges of the ages of those late on the last day begin."""
MOST_TERMS = 6


@dataclass(frozen=True)
class Slices:
    """names and shares of the values of each dimension."""

    names: dict[str, tuple[str, ...]]
    shares: dict[str, np.ndarray]


def slices_of(records: Records, codes: dict) -> Slices:
    names = {dimension: values for dimension, (values, _) in codes.items()}
    shares = {
        dimension: np.bincount(code, minlength=len(values)) / len(code) for dimension, (values, code) in codes.items()
    }
    return Slices(names, shares)


def population_in_force(
    records: Records, slices: Slices, preset: Scenario, since: int
) -> tuple[Population, list[Fitted]]:
    """The population that continues the book: a run of it begins the day after the last one."""
    found: list[Fitted] = []
    fresh = records.loan.filter(pl.col("originated_on") >= since)
    if fresh.height < 100:
        fresh = records.loan
    products = tuple(_product(name, records, fresh, preset, found) for name in slices.names["product"])
    groups = {
        DIMENSIONS[dimension]: tuple(
            _group(name, dimension, records, preset, found) for name in slices.names[dimension]
        )
        for dimension in DIMENSIONS
        if dimension != "product"
    }
    whole = replace(preset.population, world="book", cases=0, entries_a_day=0.0, drifts=(), products=products, **groups)
    customers = records.loan["customer"].n_unique()
    again = share(records.loan.height - customers, records.loan.height)
    found.append(of_one("population.another_loan", again))
    whole = replace(whole, another_loan=min(again.value, 0.9))
    return _opening(records, _bookings(records, whole, since, found), found), found


def _product(name: str, records: Records, fresh: pl.DataFrame, preset: Scenario, found: list[Fitted]) -> Product:
    own = fresh.filter(pl.col("product") == name)
    if not own.height:
        own = records.loan.filter(pl.col("product") == name)
    usual = {product.name: product for product in preset.population.products}
    base = replace(usual.get(name, preset.population.products[0]), name=name, pays=1.0, reached=1.0, promises=1.0)
    path = f"population.products.{name}"
    part = share(own.height, max(fresh.height, 1))
    found.append(of_one(f"{path}.share", part))
    base = replace(base, share=max(part.value, 1e-6))
    size = own.filter(pl.col("principal") > 0)["principal"].to_numpy() / 100
    if len(size) > 2:
        logs = np.log(size)
        n, spread = len(logs), float(np.std(logs, ddof=1) / CUT_NORMAL)
        middle, half = float(np.exp(np.mean(logs))), Z * spread / n**0.5
        found.append(measured(f"{path}.principal", middle, middle * np.exp(-half), middle * np.exp(half), n))
        beside = Z * spread / (2 * n) ** 0.5
        found.append(measured(f"{path}.principal_spread", spread, spread - beside, spread + beside, n))
        base = replace(base, principal=max(middle, 1.0), principal_spread=min(spread, 2.0))
    rates = own["annual_rate"].drop_nulls()
    if len(rates):
        rate = float(rates.median())
        found.append(
            measured(f"{path}.annual_rate", rate, None, None, len(rates), said("The middle one of the loans' rates."))
        )
        base = replace(base, annual_rate=float(np.clip(rate, 0, 2)))
    terms = own["term_months"].drop_nulls().value_counts(sort=True).head(MOST_TERMS)
    if terms.height:
        known = tuple(sorted(int(term) for term in terms["term_months"] if 1 <= term <= 360))
        found.append(measured(f"{path}.terms", known, None, None, int(terms["count"].sum())))
        base = replace(base, terms=known or base.terms)
    return base


def _group(name: str, dimension: str, records: Records, preset: Scenario, found: list[Fitted]) -> Group:
    customers = records.loan.unique("customer", keep="first", maintain_order=True)  # whose loans are all of one group
    part = share(customers.filter(pl.col(dimension) == name).height, customers.height)
    found.append(of_one(f"population.{DIMENSIONS[dimension]}.{name}.share", part))
    return Group(name, max(part.value, 1e-6))


def _bookings(records: Records, population: Population, since: int, found: list[Fitted]) -> Population:
    """Loans booked a month and their growth: log-linear regression of the months' counts, for the month after the last."""
    last = records.last
    begun = records.loan.filter(
        (pl.col("originated_on") > max(since - 1, epoch(records.first))) & (pl.col("originated_on") <= epoch(last))
    )
    month = pl.col("originated_on").cast(pl.Int32).cast(pl.Date)
    counts = (
        begun.group_by(ago=(last.year * 12 + last.month) - (month.dt.year().cast(pl.Int64) * 12 + month.dt.month()))
        .len()
        .sort("ago")
    )
    first = max(since, epoch(records.first) + 1)
    months = max(round((epoch(last) - first) / 30.44), 1)
    n = np.zeros(months)
    ago = counts["ago"].to_numpy()
    n[ago[ago < months]] = counts["len"].to_numpy()[ago < months]
    if not n.sum():
        return replace(population, booked_a_month=0.0, growth_a_month=0.0)
    at = -1.0 - np.arange(months)  # months after the last one: the first of a run is 0
    value, spread = _log_linear(at, n)
    growth = [float(np.clip(np.exp(value[1] + z * spread[1, 1] ** 0.5) - 1, -0.5, 0.5)) for z in (0, -Z, Z)]
    booked = [float(np.exp(value[0] + z * spread[0, 0] ** 0.5)) / records.drawn for z in (0, -Z, Z)]
    found.append(of_one("population.booked_a_month", Estimate(booked[0], booked[1], booked[2], int(n.sum()))))
    found.append(of_one("population.growth_a_month", Estimate(growth[0], growth[1], growth[2], int(n.sum()))))
    return replace(population, booked_a_month=round(booked[0], 3), growth_a_month=round(growth[0], 6))


def _log_linear(at: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Poisson regression on a constant and `at`, growth leaning on none (5 % a month); the deviance widens what the months scatter more."""
    design = np.stack([np.ones(len(at)), at], axis=1)
    lean = np.diag([1e-9, 1 / 0.05**2])
    value = np.array([np.log(n.mean()), 0.0])
    for _step in range(50):
        expected = np.exp(design @ value)
        curve = (design * expected[:, None]).T @ design + lean
        step = np.linalg.solve(curve, design.T @ (n - expected) - lean @ value)
        value = value + step
    expected = np.exp(design @ value)
    scatter = float(np.sum((n - expected) ** 2 / expected) / max(len(n) - 2, 1)) if len(n) > 2 else 1.0
    return value, np.linalg.inv(curve) * max(scatter, 1.0)


def _opening(records: Records, population: Population, found: list[Fitted]) -> Population:
    """How the loans stand on the last day: how many, which of them late and for how long; what was charged off counts as late."""
    rows = records.loan_snapshot.filter(pl.col("as_of") == epoch(records.last)).filter(
        pl.col("status").fill_null("open").is_in(["open", "charged_off"])
    )
    days = _ages(rows, records)
    loans = round(rows.height / records.drawn)
    late = days[days > 0] + 1  # a day older when the run begins
    part = share(len(late), max(rows.height, 1), 0.04, 0.5)
    found.append(measured("population.opening_loans", loans, None, None, rows.height))
    found.append(of_one("population.opening_late_share", part))
    begins = tuple(age for age in AGES if age <= max(int(late.max(initial=1)), 1))
    counts = np.histogram(late, [*begins, 10**6])[0]
    shares = [share(int(k), max(len(late), 1)) for k in counts]
    found.append(of_list("population.opening_share", shares, ()))
    to = int(max(late.max(initial=30), begins[-1]))
    return replace(
        population, opening_loans=loans, opening_late_share=part.value if len(late) else 0.0, opening_from=begins,
        opening_share=tuple(float(k) for k in counts) if counts.sum() else (1.0,) * len(begins), opening_to=min(to, 3600),
    )  # fmt: skip


def _ages(rows: pl.DataFrame, records: Records) -> np.ndarray:
    """Days past due; where only the bucket is known, its first day."""
    lower = {band.name: band.lower_dpd for band in records.settings.buckets}
    bucket = pl.col("bucket").cast(pl.String).replace_strict(lower, default=0, return_dtype=pl.Int64)
    return rows.select(pl.coalesce(pl.col("days_past_due").cast(pl.Int64), bucket)).to_series().fill_null(0).to_numpy()


def with_entry(records: Records, found: Entry, slices: Slices, ledger: Ledger, since: int) -> Iterator[Fitted]:
    """Who misses a due date, and who pays all at once, as parameters of the population."""
    shares = slices.shares
    means, deviations = levels(found, shares)
    for dimension, plural in DIMENSIONS.items():
        for at, name in enumerate(slices.names[dimension]):
            middle, off = means[dimension, at], deviations[dimension, at]
            values = [middle, middle - Z * off, middle + Z * off]
            if dimension == "product":
                values = [1 / (1 + np.exp(-each)) for each in values]
            else:
                values = [float(np.exp(each)) for each in values]
            n = found.n[dimension, at]
            yield of_one(f"population.{plural}.{name}.missed", Estimate(*map(float, values), n))
    middle, off = means["again"], deviations["again"]
    again = [float(np.exp(middle + z * off)) for z in (0, -Z, Z)]
    yield of_one("behaviour.back_again", Estimate(*again, found.n["again"]))
    due = ledger.due.filter((pl.col("day") >= since) & ~pl.col("missed"))
    yield of_one("population.prepaid_a_month", share(int(due["paid_all"].sum()), max(due.height, 1), 0.01, 1.0))
    yield _late_before(records, ledger)


def _late_before(records: Records, ledger: Ledger) -> Fitted:
    """Of the loans current on their last due date: those late before. Of what lies before the book, as many missed as in it."""
    path = "population.opening_late_before"
    if not ledger.due.height:
        return measured(path, 0.0, None, None, 0)
    recent = (
        ledger.due.filter(pl.col("day") > ledger.due["day"].max() - 31)
        .unique("i", keep="last")
        .filter(~pl.col("missed"))
    )
    first = ledger.due.filter(pl.col("late_before") == False)["missed"]  # noqa: E712
    missed = float(first.mean() or 0)
    unseen = recent.filter(pl.col("late_before").is_null()).join(records.loan.select("i", "originated_on"), on="i")
    ago = ((epoch(records.first) - unseen["originated_on"].fill_null(epoch(records.first)).to_numpy()) / 30.44).clip(0)
    k = int(recent["late_before"].fill_null(False).sum())
    guess = float(np.sum(1 - (1 - missed) ** ago))
    part = share(k + guess, max(recent.height, 1))
    return of_one(path, part, said("Of {n} loans it is not known whether they were late before the book begins; as many as in the book.", n=f"{unseen.height:,}"))  # fmt: skip
