"""Who collects better on like loans: actual ÷ expected cash with an interval, and what to believe of it when a unit is small.

Each unit's ratio is measured with its own error. True ratios are taken to vary about a common mean, normally with a spread that is
estimated from all units (Paule and Mandel 1982); a unit is then believed between its own ratio and that mean, the
nearer to the mean the larger its error (Efron and Morris 1975).
"""

import numpy as np
import polars as pl

SMALL = 30
CONFIDENCE_Z = 1.959963984540054  # 95 %


def answer(frame: pl.DataFrame) -> pl.DataFrame:
    """A row for each unit, the best first. frame: unit, loans, matched, balance, cash, matched_cash, expected, variance."""
    measured = frame.with_columns(
        cash_rate=pl.col("cash").cast(pl.Float64) / pl.col("balance").cast(pl.Float64),
        ratio=pl.col("matched_cash") / pl.col("expected"),
        error=pl.col("variance").sqrt() / pl.col("expected"),
    ).with_columns(
        ratio_low=(pl.col("ratio") - CONFIDENCE_Z * pl.col("error")).clip(lower_bound=0),
        ratio_high=pl.col("ratio") + CONFIDENCE_Z * pl.col("error"),
    )
    shrunk = _shrunk(measured["ratio"].to_numpy(), measured["error"].to_numpy())
    return (
        measured.with_columns(shrunk_ratio=pl.Series(shrunk, dtype=pl.Float64), small=pl.col("loans") < SMALL)
        .with_columns(pl.col("shrunk_ratio").fill_nan(None))
        .sort("shrunk_ratio", "unit", descending=[True, False], nulls_last=True)
    )


def _shrunk(ratio: np.ndarray, error: np.ndarray) -> np.ndarray:
    """The posterior means; NaN where there is no ratio or no error of it, or fewer than two units that have both."""
    from statsmodels.stats.meta_analysis import combine_effects  # slow to import, and few questions need it

    believed = np.full(len(ratio), np.nan)
    known = np.isfinite(ratio.astype(float)) & np.isfinite(error.astype(float)) & (error.astype(float) > 0)
    if known.sum() < 2:
        return believed
    own, variance = ratio[known].astype(float), error[known].astype(float) ** 2
    found = combine_effects(own, variance, method_re="pm", maxiter=200)
    spread = max(float(found.tau2), 0.0)
    mean = np.average(own, weights=1 / (variance + spread))
    believed[known] = mean + spread / (spread + variance) * (own - mean)
    return believed
