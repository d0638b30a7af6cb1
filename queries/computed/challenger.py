"""Test groups held against their champion: differences of rates with intervals, and how many loans a test needs."""

import math
from collections.abc import Iterator
from statistics import NormalDist

import polars as pl
from statsmodels.stats.proportion import confint_proportions_2indep, samplesize_proportions_2indep_onetail

CURED = "cured"
SIGNIFICANCE = 0.05

SCHEMA = {
    "month": pl.Date,
    "stage": pl.String,
    "test_group": pl.String,
    "outcome": pl.String,
    "loans": pl.Int64,
    "judged_loans": pl.Int64,
    "recovered_loans": pl.Int64,
    "rate_loans": pl.Float64,
    "difference_loans": pl.Float64,
    "difference_loans_low": pl.Float64,
    "difference_loans_high": pl.Float64,
    "amount": pl.Decimal(38, 2),
    "recovered_amount": pl.Decimal(38, 2),
    "rate_amount": pl.Float64,
    "difference_amount": pl.Float64,
    "difference_amount_low": pl.Float64,
    "difference_amount_high": pl.Float64,
    "loans_needed": pl.Int64,
    "enough": pl.Boolean,
    "_recovered_squares": pl.Float64,
    "_products": pl.Float64,
    "_amount_squares": pl.Float64,
}


def answer(
    frame: pl.DataFrame, champion: str = "champion", days: str = "30", difference: float = 0.02, power: float = 0.8
) -> pl.DataFrame:
    """One row for each month, stage and group, from sums for each of their outcomes.

    Where any payment was judged, success is the amount overdue paid within `days`, and a month that is not over has NULLs;
    otherwise it is being cured at the month-end.
    """
    paid = f"paid in {days} days"
    outcome = paid if (frame["outcome"] != CURED).any() else CURED
    rows = []
    for cell in frame.partition_by("month", "of_all_stages", "stage", maintain_order=True):
        judged = {row["test_group"]: row for row in cell.filter(pl.col("outcome") == outcome).to_dicts()}
        assigned = {row["test_group"]: row["loans"] for row in cell.filter(pl.col("outcome") == CURED).to_dicts()}
        month, stage = cell["month"][0], cell["stage"][0]
        against = judged.get(champion)
        needed = _loans_needed(against, difference, power)
        for group, loans in assigned.items():
            row = {"month": month, "stage": stage, "test_group": group, "outcome": outcome, "loans": loans}
            row |= {"loans_needed": needed}
            rows.append(row | _judged(judged.get(group), None if group == champion else against, needed))
    return pl.DataFrame(rows, schema=SCHEMA)


def _judged(sums: dict | None, against: dict | None, needed: int | None) -> dict[str, object]:
    """What is known of a group, and of its difference from the champion where it is not the champion itself."""
    if sums is None:
        return {}
    row: dict[str, object] = {
        "judged_loans": sums["loans"],
        "recovered_loans": sums["good_loans"],
        "rate_loans": sums["good_loans"] / sums["loans"],
        "amount": sums["amount"],
        "recovered_amount": sums["good_amount"],
        "rate_amount": _rate_amount(sums),
        "_recovered_squares": sums["good_squares"],
        "_products": sums["cross_products"],
        "_amount_squares": sums["amount_squares"],
    }
    if against is None:
        return row
    if needed is not None:
        row["enough"] = min(sums["loans"], against["loans"]) >= needed
    row |= dict(zip(("difference_loans_low", "difference_loans_high"), _newcombe(sums, against), strict=True))
    row["difference_loans"] = row["rate_loans"] - against["good_loans"] / against["loans"]
    return row | dict(_difference_amount(sums, against))


def _newcombe(sums: dict, against: dict) -> tuple[float, float]:
    low, high = confint_proportions_2indep(
        sums["good_loans"], sums["loans"], against["good_loans"], against["loans"], method="newcomb", alpha=SIGNIFICANCE
    )
    return float(low), float(high)


def _rate_amount(sums: dict) -> float | None:
    return float(sums["good_amount"] / sums["amount"]) if sums["amount"] else None


def _difference_amount(sums: dict, against: dict) -> Iterator[tuple[str, float]]:
    """The difference of two ratios of sums, and its interval from their linearised variances; nothing where one is unknown."""
    rate, other = _rate_amount(sums), _rate_amount(against)
    if rate is None or other is None:
        return
    yield "difference_amount", rate - other
    variances = [_variance(sums, rate), _variance(against, other)]
    if None in variances:
        return
    half = NormalDist().inv_cdf(1 - SIGNIFICANCE / 2) * math.sqrt(sum(variances))
    yield "difference_amount_low", rate - other - half
    yield "difference_amount_high", rate - other + half


def _variance(sums: dict, rate: float) -> float | None:
    """Variance of good ÷ whole over loans (Cochran, Sampling Techniques, section 6.4): n ÷ (n − 1) × Σ(good − rate × whole)² ÷ (Σ whole)²."""
    count = sums["loans_with_amount"]
    if count < 2:
        return None
    residuals = sums["good_squares"] - 2 * rate * sums["cross_products"] + rate**2 * sums["amount_squares"]
    return count / (count - 1) * max(residuals, 0.0) / float(sums["amount"]) ** 2


def _loans_needed(champion: dict | None, difference: float, power: float) -> int | None:
    """Loans in each group to see a difference upwards from the champion's rate; downwards where there is no room above."""
    if champion is None:
        return None
    rate = champion["good_loans"] / champion["loans"]
    step = difference if rate + difference < 1 else -difference
    if not 0 < rate + step < 1:
        return None
    needed = samplesize_proportions_2indep_onetail(step, rate, power, alpha=SIGNIFICANCE, alternative="two-sided")
    return math.ceil(float(needed))
