"""The question stage_survival: the share of cases still in a stage, day by day."""

import polars as pl

from queries.computed.time_in_stage import curves


def answer(frame: pl.DataFrame, observed: str) -> pl.DataFrame:
    """A row for each stage and day on which a case left it. frame: as for time_in_stage."""
    return curves(frame, observed)
