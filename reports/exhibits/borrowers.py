"""Who is late, why, and what works for them: the charts of the page Borrowers, each with its caption."""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

import charts
from charts.months import months_earlier
from charts.slices import DIMENSIONS
from queries import Filters
from reports.exhibit import Exhibit, Scope
from wording import _, month

TWO_YEARS = 23  # months before the one shown: plans take a year to show their fate


@dataclass(frozen=True)
class Borrowers:
    """What is asked about. group: the dimension that borrowers are split by, the first of several values where none is named. measure: of contacts."""

    scope: Scope
    group: str = ""
    measure: str = "cured_rate"

    @property
    def split(self) -> str:
        return self.group or next((name for name in DIMENSIONS if name in self.scope.splits), "segment")

    def ask(self, question: str, filters: Filters | None = None, **options: object) -> pl.DataFrame:
        return self.scope.reader.ask(question, filters or self.scope.filters, intervals=True, **options)

    @cached_property
    def late(self) -> pl.DataFrame:
        return self.ask("late_by", by=self.split)

    @cached_property
    def works(self) -> pl.DataFrame:
        return self.ask("what_works", by=self.split)

    @cached_property
    def late_words(self) -> charts.Words:
        return charts.late_by_words(self.late, weigh=self.scope.weigh_by)

    @cached_property
    def title(self) -> str:
        """Who is late, and where the book has attempts, how many of those reached are cured."""
        cured = "" if self.scope.reader.lacks("what_works") else charts.reached_words(self.works)
        return _("{late}. {cured}", late=self.late_words.title, cured=cured) if cured else self.late_words.title


def late(of: Borrowers) -> Exhibit:
    buckets = of.scope.reader.buckets
    words = of.late_words
    figure = charts.late_by(of.late, mode=of.scope.mode, weigh=of.scope.weigh_by, buckets=buckets)
    base = {"balance": _("balance"), "loans": _("loans")}[of.scope.weigh_by]
    caption = _(
        "Overdue part of the open {base} of each at the end of {month}, by bucket; to its right what that is",
        base=base,
        month=month(of.scope.filters.month),
    )
    return Exhibit("late_by", words, figure, ("late_by",), of.late, caption)


def outcomes(of: Borrowers) -> Exhibit:
    every, split = of.ask("outcomes"), of.ask("outcomes", by=of.split)
    words, figure = charts.outcomes_words(every), charts.outcomes(every, split, mode=of.scope.mode)
    caption = (
        _(
            "Part of the attempts that reached the borrower. The book has no column for why a loan is late: it knows what is "
            "written as outcome, in your words"
        )
        if charts.of_reached(every)
        else _(
            "Part of all attempts: which of them reached the borrower is not said. The book has no column for why a loan is late: "
            "it knows what is written as outcome, in your words"
        )
    )
    return Exhibit("outcomes", words, figure, ("outcomes",), split, caption)


def works(of: Borrowers) -> Exhibit:
    words = charts.what_works_words(of.works, measure=of.measure)
    figure = charts.what_works(of.works, mode=of.scope.mode, measure=of.measure)
    caption = _(
        "{measure}: {meaning}. Grey: few cases. No proof of an effect: who is reached differs from who is not",
        measure=charts.measure_name(of.measure),
        meaning=charts.measure_means(of.measure),
    )
    return Exhibit("what_works", words, figure, ("what_works",), of.works, caption)


def plans(of: Borrowers) -> Exhibit:
    last = of.scope.filters.month
    period = replace(of.scope.filters, month=None, from_month=months_earlier(last, TWO_YEARS), to_month=last)
    fates = of.ask("plans", period, by="period")
    words, figure = charts.plans_words(fates), charts.plans(fates, mode=of.scope.mode)
    caption = _(
        "Plans of the two years to {month} that are old enough. Late again: 31 days or more past due at a month-end since; where a "
        "plan leaves the days past due as they were, that is old arrears",
        month=month(last),
    )
    return Exhibit("plans", words, figure, ("plans",), fates, caption)


def customers(of: Borrowers) -> Exhibit:
    held = of.ask("customers", Filters(month=of.scope.filters.month))
    words, figure = charts.customers_words(held), charts.customers(held, mode=of.scope.mode)
    caption = _(
        "Customers at the end of {month} by the loans they have open. It is not cut by the filters",
        month=month(of.scope.filters.month),
    )
    return Exhibit("customers", words, figure, ("customers",), held, caption)
