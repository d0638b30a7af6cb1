"""The key figures of the Overview, read from the questions' answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from charts.delinquency import overdue_shares
from charts.names import worse_than
from charts.words import RECORD_MONTHS, finding, moved, record
from pages.shared.targets import target_of_figure
from pages.shared.view import View, Weigh
from queries import questions
from wording import _, percent, points

ARROWS = {1: "up", 0: "off", -1: "down"}


@dataclass(frozen=True)
class KeyFigure:
    """One figure over months, the last one being the month shown.

    means: what it is, in Markdown. worse: 1 where more of it is worse, -1 where less is. digits: of a percentage.
    """

    key: str
    name: str
    means: str
    worse: int
    series: dict[date, float | None]
    digits: int = 1


def key_figures(
    month: date,
    trend: pl.DataFrame,
    debt: pl.DataFrame,
    delinquency: pl.DataFrame,
    weigh: Weigh,
    buckets: Sequence[str],
) -> list[KeyFigure]:
    """Bad-debt ratio, arrears, forward rolls and cure, by loans or balance, each over all months of the frames."""

    def figure(
        key: str, name: str, question: str, column: str, rows: pl.DataFrame, worse: int, digits: int
    ) -> KeyFigure:
        return KeyFigure(key, name, _means(name, question, column), worse, _series(rows, column, month), digits)

    ratio = "bad_debt_ratio" if weigh == "balance" else "bad_debt_ratio_loans"
    overdue = overdue_shares(delinquency, weigh=weigh, buckets=buckets)
    figures = [
        figure("bad_debt", _("Bad-debt ratio"), "bad_debt", ratio, debt, 1, 2),
        KeyFigure("overdue", _("Overdue"), _means_overdue(), 1, _series(overdue, "overdue", month)),
    ]
    for bucket in buckets[:3]:
        rows = trend.filter(pl.col("from_bucket") == bucket)
        name = _("Roll {step}", step=worse_than(bucket, buckets))
        figures.append(figure(f"forward_{bucket}", name, "roll_trend", f"forward_share_{weigh}", rows, 1, 1))
    first = trend.filter(pl.col("from_bucket") == buckets[1])
    name = _("Cured from {bucket}", bucket=buckets[1])
    return [*figures, figure("cured", name, "roll_trend", f"cure_share_{weigh}", first, -1, 1)]


def headline(figures: Sequence[KeyFigure], against: date | None) -> tuple[str, str]:
    """(key, finding) of the figure that is the news: the first at its worst or best for long, else the roll of M1."""
    known = [figure for figure in figures if figure.series[max(figure.series)] is not None] or list(figures)
    records = [figure for figure in known if record(figure.series)[1] >= RECORD_MONTHS]
    rolls = [figure for figure in known if figure.key.startswith("forward")][1:2]
    news = [*records, *rolls, *known][0]
    return news.key, finding(news.name, news.series, against, news.digits)


def figure_card(figure: KeyFigure, view: View) -> None:
    """A figure with its change since the month compared with, or its difference to its target, its months as a line, and what
    it means."""
    now, before = figure.series[view.filters.month], figure.series.get(view.compare_month)
    beside = None
    if view.against_target:
        before = target_of_figure(figure.key, view)
        beside = _("no target") if before is None else _("to {target}", target=_short(before, figure))
    by = None if now is None or before is None else now - before
    way = moved(now, before, figure.digits)
    st.metric(
        figure.name,
        percent(now, figure.digits),
        beside if by is None else points(by, figure.digits),
        delta_arrow=ARROWS[way],
        delta_description=None if by is None else beside,
        delta_color={1: "red", 0: "off", -1: "green"}[way * figure.worse],
        help=figure.means,
        border=True,
        height="stretch",
        chart_data=_line(figure),
    )


def _short(target: float, figure: KeyFigure) -> str:
    """40 % and not 40.0 %: it stands in a narrow place."""
    whole = round(100 * target, 6).is_integer()
    return percent(target, 0 if whole else figure.digits)


def _series(rows: pl.DataFrame, column: str, month: date) -> dict[date, float | None]:
    """Month → value, in order, with a place for `month` at the end where it has no row."""
    known = dict(rows.select("month", column).iter_rows())
    return known if month in known else {**known, month: None}


def _line(figure: KeyFigure) -> list[float] | None:
    known = [100 * value for value in figure.series.values() if value is not None]
    return known if len(known) > 1 else None


def _means(name: str, question: str, column: str) -> str:
    """The column's own meaning, then what the definition of its question warns of."""
    asked = questions()[question]
    lines = [f"**{name}**: {_(asked.columns[column])}"]
    lines += [f"*{_('Left out')}*: {_(asked.leaves_out)}", f"*{_('Pitfalls')}*: {_(asked.pitfalls)}"]
    return "\n\n".join(lines)


def _means_overdue() -> str:
    asked = questions()["delinquency"]
    return "\n\n".join(
        [
            f"**{_('Overdue')}**: {_('all buckets but the first: what is past due, as a share of the open book')}",
            f"*{_('Left out')}*: {_(asked.leaves_out)}",
            f"*{_('Pitfalls')}*: {_(asked.pitfalls)}",
        ]
    )
