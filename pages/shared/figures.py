"""The key figures of the Overview, read from the questions' answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from charts.names import worse_than
from pages.shared.view import Weigh
from queries import questions
from wording import _


@dataclass(frozen=True)
class KeyFigure:
    """One figure over months; `delta_color` says whether more of it is worse ("inverse") or better ("normal")."""

    key: str
    name: str
    means: str
    delta_color: str
    series: dict[date, float | None]

    @property
    def values(self) -> list[float | None]:
        return list(self.series.values())

    def at(self, month: date | None) -> float | None:
        return self.series.get(month) if month else None


def key_figures(
    trend: pl.DataFrame, debt: pl.DataFrame, delinquency: pl.DataFrame, weigh: Weigh, buckets: Sequence[str]
) -> list[KeyFigure]:
    """Bad-debt ratio, arrears, forward rolls and cure, by loans or balance, each over all months of the frames."""
    ratio = "bad_debt_ratio" if weigh == "balance" else "bad_debt_ratio_loans"
    overdue = delinquency.filter(pl.col("bucket") == buckets[0]).with_columns(1 - pl.col(f"share_{weigh}"))
    figures = [
        KeyFigure("bad_debt", _("Bad-debt ratio"), _(questions()["bad_debt"].formula), "inverse", _series(debt, ratio)),
        KeyFigure("overdue", _("Overdue"), _("Share of the open book that is past due"), "inverse",
                  _series(overdue, f"share_{weigh}")),
    ]  # fmt: skip
    for bucket in buckets[:3]:
        rows = trend.filter(pl.col("from_bucket") == bucket)
        forward = _series(rows, f"forward_share_{weigh}")
        figures.append(
            KeyFigure(
                f"forward_{bucket}",
                worse_than(bucket, buckets),
                _(questions()["roll_trend"].formula),
                "inverse",
                forward,
            )
        )
    first = trend.filter(pl.col("from_bucket") == buckets[1])
    name = _("Cured from {bucket}", bucket=buckets[1])
    cured = _series(first, f"cure_share_{weigh}")
    return [*figures, KeyFigure("cured", name, _(questions()["roll_trend"].formula), "normal", cured)]


def _series(frame: pl.DataFrame, column: str) -> dict[date, float | None]:
    return dict(frame.select("month", column).iter_rows())
