"""Slides of the book in figures and words: the summary with its key figures, and what moved."""

from collections.abc import Mapping, Sequence

import polars as pl

import charts
from charts.worse import signed
from data.notes import Rule, Target
from queries.alerts import alerts
from reports.deck import Grid, Slide
from reports.exhibit import Scope
from reports.exhibits.overview import Overview
from reports.key_figures import KeyFigure, change, standing
from reports.slices import contributions
from reports.targets import in_words, target_of_figure
from wording import _, month, percent

MOST_POINTS = 5
MOST_LINES = 8


def summary(scope: Scope) -> Slide:
    """The key figures with their changes and targets; below them which alerts fire, and what moved most."""
    of = Overview(scope)
    figures = tuple((figure.name, standing(figure, scope).value, _below(figure, scope)) for figure in of.figures)
    points = [*_alerts(scope), *_moved(scope)][:MOST_POINTS]
    return Slide(
        "summary", of.title, figures=figures, points=tuple(points), values=_values(of.figures, scope), notes=_means(of)
    )


def _below(figure: KeyFigure, scope: Scope) -> str:
    """The change with the month that it is since, and the target where there is one."""
    how = standing(figure, scope)
    parts = [how.beside] if how.beside else []
    if how.by:
        parts.append(
            _("{change} since {month}", change=how.by, month=month(scope.compare_month)) if not how.beside else how.by
        )
    if (target := target_of_figure(figure.key, scope)) is not None:
        parts.append(_("target {value}", value=percent(target, figure.digits)))
    return " · ".join(parts)


def _values(figures: Sequence[KeyFigure], scope: Scope) -> pl.DataFrame:
    """figure, month, share, share_change (since as long before as the month compared with), share_target; None where not known."""
    rows = [
        (figure.name, figure.at, figure.series[figure.at], change(figure, scope.filters.month, scope.compare_month)[0], target_of_figure(figure.key, scope))
        for figure in figures
    ]  # fmt: skip
    kinds = {"figure": pl.String, "month": pl.Date} | dict.fromkeys(
        ("share", "share_change", "share_target"), pl.Float64
    )
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _alerts(scope: Scope) -> list[str]:
    if scope.notes is None:
        return []
    told = alerts(scope.reader, tuple(scope.notes.all(Rule)), tuple(scope.notes.all(Target)), scope.filters.month)
    return [in_words(alert, alert.rule.name) for alert in told if alert.fires]


def _moved(scope: Scope) -> list[str]:
    """The contributions that are more than usual, the largest first; where none is, that."""
    found = contributions(scope)
    news = [_line(row, scope) for row in found.filter("news").head(MOST_POINTS).iter_rows(named=True)]
    return news or [charts.moved_words(found, weigh=scope.weigh_by, against=scope.compare_month).title]


def _line(row: Mapping[str, object], scope: Scope) -> str:
    return _("{name}: {what}", name=charts.slice_name(row), what=charts.contribution_words(row, scope.weigh_by))


def _means(of: Overview) -> str:
    return "\n\n".join(figure.means.replace("*", "") for figure in of.figures)


def moved(scope: Scope) -> Slide:
    """The largest contributions, a line each: what it was, and how much of it is usual."""
    found = contributions(scope)
    words = charts.moved_words(found, weigh=scope.weigh_by, against=scope.compare_month)
    heads = (_("Slice"), _("What moved"), _("Usual"), _("More than usual"))
    rows = tuple(_row(row, scope) for row in found.head(MOST_LINES).iter_rows(named=True))
    grid = Grid(heads, rows, numbers=(2,)) if rows else None
    footnote = ()
    if rows:
        footnote = (_("Beyond what the rates of {month} would have let, a slice at a time; slices of several dimensions never add up", month=month(scope.compare_month)),)  # fmt: skip
    return Slide(
        "moved",
        words.title,
        grid=grid,
        values=_named(found),
        points=() if rows else (words.title,),
        footnotes=footnote,
        notes=words.alt,
    )


def _row(row: Mapping[str, object], scope: Scope) -> tuple[str, ...]:
    usual = "–" if row["usual"] is None else "± " + signed(row["usual"], scope.weigh_by).lstrip("+")
    return (
        charts.slice_name(row),
        charts.contribution_words(row, scope.weigh_by),
        usual,
        _("yes") if row["news"] else _("no"),
    )


def _named(found: pl.DataFrame) -> pl.DataFrame:
    return found.select("kind", "dimension", "value", "extra", "usual", "news")
