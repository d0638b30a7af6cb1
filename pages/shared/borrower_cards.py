"""The cards of the page Borrowers: each asks its question, draws it, and says in a caption what it is."""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

import charts
from charts.months import months_earlier
from pages.shared.card import chart_card
from pages.shared.view import View
from queries import Filters
from wording import _, month

TWO_YEARS = 23  # months before the one shown: plans take a year to show their fate


@dataclass(frozen=True)
class BorrowerCards:
    """What the page was asked to show. group: the dimension that borrowers are split by. measure: of contacts."""

    view: View
    group: str = "segment"
    measure: str = "cured_rate"

    def ask(self, question: str, filters: Filters | None = None, **options: object) -> pl.DataFrame:
        return self.view.reader.ask(question, filters or self.view.filters, intervals=True, **options)

    @cached_property
    def late(self) -> pl.DataFrame:
        return self.ask("late_by", by=self.group)

    @cached_property
    def works(self) -> pl.DataFrame:
        return self.ask("what_works", by=self.group)

    @cached_property
    def late_words(self) -> charts.Words:
        return charts.late_by_words(self.late, weigh=self.view.weigh_by)

    @cached_property
    def title(self) -> str:
        """Who is late, and where the book has attempts, how many of those reached are cured."""
        cured = "" if self.view.reader.lacks("what_works") else charts.reached_words(self.works)
        return _("{late}. {cured}", late=self.late_words.title, cured=cured) if cured else self.late_words.title


def late(of: BorrowerCards) -> None:
    buckets = of.view.reader.buckets
    words = of.late_words
    figure = charts.late_by(of.late, mode=of.view.mode, weigh=of.view.weigh_by, buckets=buckets)
    base = {"balance": _("balance"), "loans": _("loans")}[of.view.weigh_by]
    caption = _(
        "Overdue part of the open {base} of each at the end of {month}, by bucket; to its right what that is",
        base=base,
        month=month(of.view.filters.month),
    )
    chart_card(
        of.view, replace(words, title=words.beside or words.title), figure, ["late_by"], of.late, caption, "late_by"
    )


def outcomes(of: BorrowerCards) -> None:
    every, split = of.ask("outcomes"), of.ask("outcomes", by=of.group)
    words, figure = charts.outcomes_words(every), charts.outcomes(every, split, mode=of.view.mode)
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
    chart_card(of.view, words, figure, ["outcomes"], split, caption, "outcomes")


def works(of: BorrowerCards) -> None:
    words = charts.what_works_words(of.works, measure=of.measure)
    figure = charts.what_works(of.works, mode=of.view.mode, measure=of.measure)
    caption = _(
        "{measure}: {meaning}. Grey: few cases. No proof of an effect: who is reached differs from who is not",
        measure=charts.measure_name(of.measure),
        meaning=charts.measure_means(of.measure),
    )
    chart_card(of.view, words, figure, ["what_works"], of.works, caption, "what_works")


def plans(of: BorrowerCards) -> None:
    last = of.view.filters.month
    period = replace(of.view.filters, month=None, from_month=months_earlier(last, TWO_YEARS), to_month=last)
    fates = of.ask("plans", period, by="period")
    words, figure = charts.plans_words(fates), charts.plans(fates, mode=of.view.mode)
    caption = _(
        "Plans of the two years to {month} that are old enough. Late again: 31 days or more past due at a month-end since; where a "
        "plan leaves the days past due as they were, that is old arrears",
        month=month(last),
    )
    chart_card(of.view, words, figure, ["plans"], fates, caption, "plans")


def customers(of: BorrowerCards) -> None:
    held = of.ask("customers", Filters(month=of.view.filters.month))
    words, figure = charts.customers_words(held), charts.customers(held, mode=of.view.mode)
    caption = _(
        "Customers at the end of {month} by the loans they have open. It is not cut by the filters",
        month=month(of.view.filters.month),
    )
    chart_card(of.view, words, figure, ["customers"], held, caption, "customers")
