"""The question days_to_judgment: how long court cases take."""

import polars as pl

from queries.computed.survival import counted, survival

SMALL = 30


def answer(frame: pl.DataFrame, by: str) -> pl.DataFrame:
    """A row for each month of filing, or one. frame: month, event (judged, ended_otherwise, open), age in days, cases."""
    keyed = frame if by == "month" else frame.with_columns(month=pl.lit(None, pl.Date))
    rows = []
    for (month,), group in keyed.sort("month").group_by(["month"], maintain_order=True):
        found = survival(None, *(counted(group.filter(event=event)) for event in ("judged", "open")))
        counts = dict(group.group_by("event").agg(pl.col("cases").sum()).iter_rows())
        cases = sum(counts.values())
        rows.append(
            {"month": month, "cases": cases}
            | {event: counts.get(event, 0) for event in ("judged", "ended_otherwise", "open")}
            | {
                "median_days": found.age_at(0.5),
                "median_days_low": found.age_at(0.5, "low"),
                "median_days_high": found.age_at(0.5, "high"),
                "small": cases < SMALL,
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


SCHEMA = {"month": pl.Date}
SCHEMA |= dict.fromkeys(("cases", "judged", "ended_otherwise", "open"), pl.Int64)
SCHEMA |= dict.fromkeys(("median_days", "median_days_low", "median_days_high"), pl.Int64) | {"small": pl.Boolean}
