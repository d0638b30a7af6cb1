"""The cards of the page Vintages: each draws what it was given or asks its question, and says in a caption what it is."""

from dataclasses import dataclass, replace

import polars as pl

import charts
from charts.months import months_earlier
from pages.shared.card import chart_card
from pages.shared.marks import marks_of
from pages.shared.view import View
from queries import Filters
from wording import _, count

MOST_COHORTS = 36


@dataclass(frozen=True)
class VintageCards:
    """What the page was asked to show. vintages: of one line. kind: ever or current. age: of the cards that compare; split: by what."""

    view: View
    vintages: pl.DataFrame
    line: str
    kind: charts.Kind
    age: int = 0
    split: str = "product"

    @property
    def by(self) -> dict[str, str]:
        return {"weigh": self.view.weigh_by, "kind": self.kind}

    @property
    def mode(self) -> str:
        return self.view.mode

    @property
    def title(self) -> str:
        return charts.vintage_curves_words(self.vintages, **self.by, line=self.line).title


def looked_at(view: View) -> Filters:
    """The last cohorts up to the month shown, as seen from it."""
    return replace(view.filters, from_month=months_earlier(view.filters.month, MOST_COHORTS - 1))


def curves(of: VintageCards) -> None:
    words = charts.vintage_curves_words(of.vintages, **of.by, line=of.line).under(of.title)
    base = _("Share of the amount paid out.") if of.view.weigh_by == "balance" else _("Share of the loans paid out.")
    caption = base + _(
        " A line a month of origination, the last {cohorts}; the average is of all that have reached an age",
        cohorts=count(MOST_COHORTS),
    )
    figure = charts.vintage_curves(of.vintages, mode=of.mode, **of.by)
    chart_card(of.view, words, figure, ["vintages"], of.vintages, caption, "vintage_curves")


def first_payment(of: VintageCards) -> None:
    defaults = of.view.reader.ask("first_payment_default", looked_at(of.view))
    caption = {
        "payments": _("First instalments not paid in time, by payments; of cohorts old enough to tell"),
        "snapshots": _(
            "First instalments still overdue at the next month-end: who paid before it is not seen, so it is at least so many"
        ),
    }[charts.first_payment_family(defaults)]
    words = charts.first_payment_words(defaults)
    figure = charts.first_payment(defaults, mode=of.mode, marks=marks_of(of.view))
    chart_card(of.view, words, figure, ["first_payment_default"], defaults, caption, "first_payment")


def triangle(of: VintageCards) -> None:
    words = charts.vintage_triangle_words(of.vintages, **of.by, line=of.line)
    figure = charts.vintage_triangle(of.vintages, mode=of.mode, **of.by)
    caption = _(
        "Rows: month of origination; columns: months on book; in %. Dots: not reached yet; –: the month is not in the book; "
        "≥: a month since is not; grey: few loans"
    )
    chart_card(of.view, words, figure, ["vintages"], of.vintages, caption, "vintage_triangle")


def ages(of: VintageCards) -> None:
    words = charts.cohorts_at_ages_words(of.vintages, **of.by, line=of.line, age=of.age)
    figure = charts.cohorts_at_ages(of.vintages, mode=of.mode, **of.by, age=of.age, marks=marks_of(of.view))
    caption = _(
        "Each cohort at the same age, by month of origination, a line on its own scale; it ends with the last cohort so old. "
        "Change: newest cohorts against as many before"
    )
    chart_card(of.view, words, figure, ["vintages"], of.vintages, caption, "cohorts_at_ages")


def slices(of: VintageCards) -> None:
    values = getattr(of.view.filters, of.split) or of.view.reader.dimensions[of.split]
    frames = {value or _("Not known"): _slice(of, value) for value in values}
    newest, before = charts.compared_cohorts(frames.values(), age=of.age, **of.by)
    caption = ""
    if newest:
        caption = _("Cohorts {newest}, all at the same age", newest=charts.span(dict.fromkeys(newest)))
    if before:
        caption += _("; ticks: {before}", before=charts.span(dict.fromkeys(before)))
    words = charts.slices_at_age_words(frames, **of.by, line=of.line, age=of.age)
    figure = charts.slices_at_age(frames, mode=of.mode, **of.by, age=of.age)
    table = charts.slices_table(frames, age=of.age, **of.by)
    chart_card(of.view, words, figure, ["vintages"], table, caption, "slices_at_age")


def _slice(of: VintageCards, value: str) -> pl.DataFrame:
    answer = of.view.reader.ask("vintages", replace(looked_at(of.view), **{of.split: (value,)}))
    return answer.filter(pl.col("line") == of.line)
