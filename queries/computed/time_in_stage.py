"""The questions time_in_stage and stage_survival: how long cases stay in a collection stage."""

import numpy as np
import polars as pl

from queries.computed.survival import Survival, counted, survival

OPEN = ("censored", "open")
SMALL = 30


def answer(frame: pl.DataFrame, observed: str, by: str) -> pl.DataFrame:
    """A row for each stage, or stage and month of entry. frame: stage, stage_number, entered_month, event, age, cases."""
    rows = []
    for key, group in _groups(frame, by):
        found = estimate(group, observed)
        counts = dict(group.filter(pl.col("event") != "seen").group_by("event").agg(pl.col("cases").sum()).iter_rows())
        cases = sum(counts.values())
        rows.append(
            key
            | {"cases": cases}
            | {fate: counts.get(fate, 0) for fate in FATES}
            | {
                "median_days": found.age_at(0.5),
                "median_days_low": found.age_at(0.5, "low"),
                "median_days_high": found.age_at(0.5, "high"),
                "small": cases < SMALL,
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def curves(frame: pl.DataFrame, observed: str) -> pl.DataFrame:
    """A row for each stage and age at which a case left it. frame: as above."""
    found = []
    for key, group in _groups(frame, "stage"):
        curve = estimate(group, observed)
        found.append(
            pl.DataFrame(
                {
                    "stage": np.full(len(curve.age), key["stage"], dtype=object),
                    "days": curve.age.astype(np.int64),
                    "at_risk": curve.at_risk.round().astype(np.int64),
                    "left": curve.ended.round().astype(np.int64),
                    "still_in": curve.share,
                    "still_in_low": curve.low,
                    "still_in_high": curve.high,
                },
                schema=CURVE,
                nan_to_null=True,
            )
        )
    return pl.concat(found) if found else pl.DataFrame(schema=CURVE)


def estimate(group: pl.DataFrame, observed: str) -> Survival:
    """The survival in a stage of the cases counted in a group."""
    return survival(
        counted(group.filter(pl.col("event") == "seen")) if observed == "from_sight" else None,
        counted(group.filter(~pl.col("event").is_in([*OPEN, "seen"]))),
        counted(group.filter(pl.col("event").is_in(OPEN))),
    )


def _groups(frame: pl.DataFrame, by: str):
    keys = ["stage_number", "stage", *(["entered_month"] if by == "entered_month" else [])]
    for key, group in frame.sort(keys).group_by(keys, maintain_order=True):
        yield {"stage": key[1], "entered_month": key[2] if len(key) > 2 else None}, group


FATES = ("forward", "cured", "improved", "re_aged", "paid_off", "charged_off", "sold", "censored", "open")
SCHEMA = {"stage": pl.String, "entered_month": pl.Date, "cases": pl.Int64}
SCHEMA |= dict.fromkeys(FATES, pl.Int64)
SCHEMA |= dict.fromkeys(("median_days", "median_days_low", "median_days_high"), pl.Int64) | {"small": pl.Boolean}
CURVE = {"stage": pl.String, "days": pl.Int64, "at_risk": pl.Int64, "left": pl.Int64}
CURVE |= dict.fromkeys(("still_in", "still_in_low", "still_in_high"), pl.Float64)
