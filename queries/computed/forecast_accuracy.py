"""The question forecast_accuracy: the forecasts of past months, in means."""

import polars as pl

from queries.computed import forecast_hindsight


def answer(frame: pl.DataFrame, horizon: int, last: int, level: float, by: str) -> pl.DataFrame:
    """A row for each measure. frame: as for forecast_hindsight."""
    foretold = forecast_hindsight.answer(frame, horizon, last, level, by)
    return foretold.group_by("measure", maintain_order=True).agg(
        months=pl.col("error").count(),
        mean_actual=pl.col("actual").mean(),
        mean_error=pl.col("error").mean(),
        mean_absolute_error=pl.col("error").abs().mean(),
        naive_mean_absolute_error=pl.col("naive_error").abs().mean(),
        coverage=pl.col("inside").mean(),
        level=pl.lit(level),
    )
