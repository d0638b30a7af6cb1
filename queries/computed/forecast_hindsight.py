"""The question forecast_hindsight: past forecasts, each made from what stood before it, beside what happened."""

import numpy as np
import polars as pl

from queries.computed.matrices import columns, forecast, month_end, read_history

FIGURES = ("forecast", "low", "high", "actual", "naive")


def answer(frame: pl.DataFrame, horizon: int, last: int, level: float, by: str) -> pl.DataFrame:
    """A row for each month foretold and measure.

    frame: rows of forecast_ground for the whole book; `wanted` says whether a month is asked about. A month is foretold
    where the month so long before it is in the book, and that many months of ledger end there or before.
    """
    history = read_history(frame, by)
    rows, figures = [], []
    for month in frame.filter("wanted")["month"].unique().sort():
        made_at = month_end(month, -horizon)
        known = history.until(made_at, last)
        if made_at not in history.standing or len(known) < last:
            continue
        start = history.standing[made_at]
        found = [part[-1] for part in forecast(start, known, horizon, history.bad, level, first=horizon)]
        figures.append(np.array([*found, history.actual(month), history.actual(made_at)]))
        rows += [(month, made_at, measure) for measure in history.measures]
    keys = pl.DataFrame(rows, schema={"month": pl.Date, "made_at": pl.Date, "measure": pl.String}, orient="row")
    values = np.concatenate(figures, axis=1) if figures else np.empty((len(FIGURES), 0))
    return keys.with_columns(columns(FIGURES, values)).with_columns(
        error=pl.col("forecast") - pl.col("actual"),
        inside=pl.col("actual").is_between("low", "high"),
        naive_error=pl.col("naive") - pl.col("actual"),
    )
