"""Newer loans against older ones at the same age: the charts of the page Vintages, each with its caption."""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

import charts
from charts.months import months_earlier
from data.errors import InvalidOption
from queries import Filters
from reports.exhibit import Exhibit, Scope
from wording import _, count

MOST_COHORTS = 36


@dataclass(frozen=True)
class Vintages:
    """What is asked about. vintages: of one line. kind: ever or current. age: of the charts that compare; split: by what."""

    scope: Scope
    vintages: pl.DataFrame
    line: str
    kind: charts.Kind
    age: int = 0
    split: str = "product"

    @property
    def by(self) -> dict[str, str]:
        return {"weigh": self.scope.weigh_by, "kind": self.kind}

    @property
    def mode(self) -> str:
        return self.scope.mode

    @cached_property
    def title(self) -> str:
        return charts.vintage_curves_words(self.vintages, **self.by, line=self.line).title


def asked_of(scope: Scope, line: str = "", kind: charts.Kind = "ever", age: int = 0, split: str = "") -> Vintages:
    """What is asked about where nobody chose more: the first line of days past due, the usual age, the first dimension of several.

    Raises InvalidOption where no loan was counted on that line, or no cohort has reached that age.
    """
    every = scope.reader.ask("vintages", looked_at(scope), intervals=True)
    lines = every["line"].unique(maintain_order=True).to_list()
    if line and line not in lines:
        known = ", ".join(lines)
        raise InvalidOption("There is no line “{line}”; there are {known}.", line=line, known=known)
    of = Vintages(scope, every.filter(pl.col("line") == (line or (lines or [""])[0])), line or (lines or [""])[0], kind)
    ages = charts.ages_to_compare(of.vintages, **of.by)
    oldest = charts.oldest_age(of.vintages, **of.by)
    if age and oldest and not 1 <= age <= oldest:
        raise InvalidOption("No cohort has reached an age of {age} months; the oldest has reached {oldest}.", age=age, oldest=oldest)  # fmt: skip
    return replace(
        of, age=age or (charts.usual_age(ages) if ages else 0), split=split or next(iter(scope.splits), "product")
    )


def looked_at(scope: Scope) -> Filters:
    """The last cohorts up to the month shown, as seen from it."""
    return replace(scope.filters, from_month=months_earlier(scope.filters.month, MOST_COHORTS - 1))


def curves(of: Vintages) -> Exhibit:
    words = charts.vintage_curves_words(of.vintages, **of.by, line=of.line)
    base = _("Share of the amount paid out.") if of.scope.weigh_by == "balance" else _("Share of the loans paid out.")
    caption = base + _(
        " A line a month of origination, the last {cohorts}; the average is of all that have reached an age",
        cohorts=count(MOST_COHORTS),
    )
    figure = charts.vintage_curves(of.vintages, mode=of.mode, **of.by)
    return Exhibit("vintage_curves", words, figure, ("vintages",), of.vintages, caption)


def first_payment(of: Vintages) -> Exhibit:
    defaults = of.scope.reader.ask("first_payment_default", looked_at(of.scope))
    caption = {
        "payments": _("First instalments not paid in time, by payments; of cohorts old enough to tell"),
        "snapshots": _(
            "First instalments still overdue at the next month-end: who paid before it is not seen, so it is at least so many"
        ),
    }[charts.first_payment_family(defaults)]
    words = charts.first_payment_words(defaults)
    figure = charts.first_payment(defaults, mode=of.mode, marks=of.scope.marks)
    return Exhibit("first_payment", words, figure, ("first_payment_default",), defaults, caption)


def triangle(of: Vintages) -> Exhibit:
    words = charts.vintage_triangle_words(of.vintages, **of.by, line=of.line)
    figure = charts.vintage_triangle(of.vintages, mode=of.mode, **of.by)
    caption = _(
        "Rows: month of origination; columns: months on book; in %. Empty: not reached yet; –: the month is not in the book; "
        "≥: a month since is not; grey: few loans"
    )
    return Exhibit("vintage_triangle", words, figure, ("vintages",), of.vintages, caption)


def ages(of: Vintages) -> Exhibit:
    words = charts.cohorts_at_ages_words(of.vintages, **of.by, line=of.line, age=of.age)
    figure = charts.cohorts_at_ages(of.vintages, mode=of.mode, **of.by, age=of.age, marks=of.scope.marks)
    caption = _(
        "Each cohort at the same age, by month of origination, a line on its own scale; it ends with the last cohort so old. "
        "Change: newest cohorts against as many before"
    )
    return Exhibit("cohorts_at_ages", words, figure, ("vintages",), of.vintages, caption)


def slices(of: Vintages) -> Exhibit:
    values = getattr(of.scope.filters, of.split) or of.scope.reader.dimensions[of.split]
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
    return Exhibit("slices_at_age", words, figure, ("vintages",), table, caption)


def _slice(of: Vintages, value: str) -> pl.DataFrame:
    answer = of.scope.reader.ask("vintages", replace(looked_at(of.scope), **{of.split: (value,)}))
    return answer.filter(pl.col("line") == of.line)
