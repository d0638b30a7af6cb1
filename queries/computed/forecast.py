"""The question forecast: a book's last months rolled forward."""

import polars as pl

from queries.computed.matrices import columns, forecast, month_end, read_history


def answer(frame: pl.DataFrame, horizon: int, last: int, level: float, by: str) -> pl.DataFrame:
    """A row for each month to come and measure: month, measure, value, low, high.

    frame: rows of forecast_ground, the levels of one month-end and months of ledger up to it. Empty without any ledger.
    """
    history = read_history(frame, by)
    if not history.ledger_months:
        return pl.DataFrame(schema=SCHEMA)
    (origin,) = history.standing
    found = forecast(history.standing[origin], history.until(origin, last), horizon, history.bad, level)
    months = [month_end(origin, ahead) for ahead in range(1, horizon + 1)]
    keys = pl.DataFrame({"month": months}).join(pl.DataFrame({"measure": history.measures}), how="cross")
    return keys.with_columns(columns(("value", "low", "high"), [part.ravel() for part in found]))


SCHEMA = {"month": pl.Date, "measure": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64}
