"""Key figures: what a book is judged by first, read from the questions' answers, and which of them is the news."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

import charts
from charts.delinquency import overdue_shares
from charts.months import months_between
from charts.names import worse_than
from charts.words import RECORD_MONTHS, finding, moved, record
from queries import Question, questions
from reports.definition import labelled
from reports.exhibit import Scope, Weigh
from reports.targets import RECOVERY_DAYS, target_of_figure
from wording import _, month_name, percent, points


@dataclass(frozen=True)
class KeyFigure:
    """One figure over months, the last one being the month shown, or the last that can be known.

    means: what it is, in Markdown. worse: 1 where more of it is worse, -1 where less is. digits: of a percentage.
    """

    key: str
    name: str
    means: str
    worse: int
    series: dict[date, float | None]
    digits: int = 1

    @property
    def at(self) -> date:
        """The month it is of."""
        return max(self.series)


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


def collection_figures(month: date, recovered: pl.DataFrame, costs: pl.DataFrame, weigh: Weigh) -> list[KeyFigure]:
    """What was paid within 30 days, of the last month that can be known, and what collecting cost; of those that are known.

    recovered: `recovery_by_day`; costs: `cost_to_collect` of one row a month. Either may be empty.
    """
    figures = []
    column = "recovery_rate" if weigh == "balance" else "recovery_rate_loans"
    known = recovered.filter((pl.col("days") == RECOVERY_DAYS) & pl.col(column).is_not_null())
    if not known.is_empty():
        name = _("{n}-day recovery", n=RECOVERY_DAYS)
        means = _means(name, "recovery_by_day", column)
        figures.append(KeyFigure("recovered", name, means, -1, dict(known.select("month", column).iter_rows())))
    if not costs["cost_to_collect"].is_null().all():
        name = _("Cost to collect")
        means = _means(name, "cost_to_collect", "cost_to_collect")
        figures.append(KeyFigure("cost", name, means, 1, _series(costs, "cost_to_collect", month), 2))
    return figures


def headline(figures: Sequence[KeyFigure], month: date, against: date | None) -> tuple[str, str]:
    """(key, finding) of the figure that is the news: the first that moved more than usual, a record before others.

    Where none did, the first at its worst or best for long, else the roll of M1.
    """
    known = [figure for figure in figures if figure.series[figure.at] is not None] or list(figures)
    records = [figure for figure in known if record(figure.series)[1] >= RECORD_MONTHS]
    moved_on = [figure for figure in known if direction(figure, month, against)]
    rolls = [figure for figure in known if figure.key.startswith("forward")][1:2]
    news = [*(figure for figure in records if figure in moved_on), *moved_on, *records, *rolls, *known][0]
    return news.key, finding(news.name, news.series, against if news.at == month else None, news.digits)


def change(figure: KeyFigure, month: date, against: date | None) -> tuple[float | None, float | None]:
    """Since as long before as `against` is before `month`, and what is usual over so long; None where not known."""
    apart = months_between(against, month) if against else 0
    return charts.change_over(figure.series, figure.at, apart), charts.usual_change(figure.series, figure.at, apart)


def direction(figure: KeyFigure, month: date, against: date | None) -> int:
    """1 rose, -1 fell by more than usual, else 0."""
    by, usual = change(figure, month, against)
    return moved(by, 0.0, figure.digits) if charts.is_news(by, usual) else 0


@dataclass(frozen=True)
class Standing:
    """How a figure stands: its value, and the change since the month compared with or the difference to its target.

    by: None where not known. beside: what it is held against, where that has to be said. news: 1 where it is worse beyond what is
    usual, -1 better, else 0. judged: how that is told, in Markdown.
    """

    value: str
    by: str | None
    way: int
    beside: str | None
    news: int
    judged: str


def standing(figure: KeyFigure, scope: Scope, against_target: bool = False) -> Standing:
    """The figure of the scope's month, held against the month compared with, or against its target."""
    month, against = scope.filters.month, scope.compare_month
    now, (by, usual) = figure.series[figure.at], change(figure, month, against)
    news, beside = direction(figure, month, against), None if figure.at == month else month_name(figure.at)
    judged = _judged(usual, figure.digits)
    if against_target:
        target = target_of_figure(figure.key, scope)
        by = None if now is None or target is None else now - target
        beside = _("no target") if target is None else _("to {target}", target=short(target, figure))
        news, judged = moved(by, 0.0, figure.digits), _("*Colour*: red is worse than the target, green better")
    return Standing(
        percent(now, figure.digits),
        None if by is None else points(by, figure.digits),
        moved(by, 0.0, figure.digits),
        beside,
        news * figure.worse,
        judged,
    )


def _judged(usual: float | None, digits: int) -> str:
    """How a change is told from what always moves."""
    if usual is None:
        return _("*Colour*: every change is red or green: too few earlier ones are known to say what is usual")
    return _(
        "*Colour*: grey up to {usual}, which four in five of its changes over as many months did not exceed in the two years "
        "before; beyond it red is worse and green better",
        usual=points(usual, digits, signed=False),
    )


def short(target: float, figure: KeyFigure) -> str:
    """40 % and not 40.0 %: it stands in a narrow place."""
    whole = round(100 * target, 6).is_integer()
    return percent(target, 0 if whole else figure.digits)


def _series(rows: pl.DataFrame, column: str, month: date) -> dict[date, float | None]:
    """Month → value, in order, with a place for `month` at the end where it has no row."""
    known = dict(rows.select("month", column).iter_rows())
    return known if month in known else {**known, month: None}


def _means(name: str, question: str, column: str) -> str:
    """The column's own meaning, then what the definition of its question warns of."""
    asked = questions()[question]
    return _told(name, _(asked.columns[column]), asked)


def _means_overdue() -> str:
    asked = questions()["delinquency"]
    return _told(_("Overdue"), _("all buckets but the first: what is past due, as a share of the open book"), asked)


def _told(name: str, meaning: str, asked: Question) -> str:
    lines = [labelled(f"*{name}*", meaning)]
    lines += [labelled(_("Left out"), _(asked.leaves_out)), labelled(_("Pitfalls"), _(asked.pitfalls))]
    return "\n\n".join(lines)
