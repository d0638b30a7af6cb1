"""How the book does at a glance, its key figures and their news: the charts of the Overview, each with its caption."""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

import charts
from reports.exhibit import Exhibit
from reports.exhibits import stages
from reports.exhibits.over_months import OverMonths
from reports.key_figures import KeyFigure, collection_figures, headline, key_figures
from wording import _


@dataclass(frozen=True)
class Overview(OverMonths):
    """What is asked about."""

    @property
    def told(self) -> dict[str, object]:
        return super().told | {"weigh": self.scope.weigh_by}

    @property
    def drawn(self) -> dict[str, object]:
        return super().drawn | {"weigh": self.scope.weigh_by}

    @cached_property
    def debt(self) -> pl.DataFrame:
        return self.ask("bad_debt")

    @cached_property
    def delinquency(self) -> pl.DataFrame:
        return self.ask("delinquency")

    @cached_property
    def trend(self) -> pl.DataFrame:
        return self.ask("roll_trend")

    @cached_property
    def figures(self) -> list[KeyFigure]:
        """Six; where the book has payments two of collections take the place of the roll of the second bucket and the cure."""
        month, weigh, buckets = self.scope.filters.month, self.scope.weigh_by, self.scope.reader.buckets
        figures = key_figures(month, self.trend, self.debt, self.delinquency, weigh, buckets)
        lacks = self.scope.reader.lacks
        if lacks("recovery_by_day") or lacks("cost_to_collect"):
            return figures
        recovered, costs = self.ask("recovery_by_day"), self.ask("cost_to_collect", split="total")
        collected = collection_figures(month, recovered, costs, weigh)
        dispensable = [f"forward_{buckets[2]}", "cured"][: len(collected)]
        return [*(figure for figure in figures if figure.key not in dispensable), *collected]

    @cached_property
    def title(self) -> str:
        return headline(self.figures, self.scope.filters.month, self.scope.compare_month)[1]


def bad_debt(of: Overview) -> Exhibit:
    days = of.scope.reader.version.settings.bad_above_dpd
    return Exhibit(
        "overview_bad_debt",
        charts.bad_debt_ratio_words(of.debt, **of.told),
        charts.bad_debt_ratio(of.debt, **of.drawn),
        ("bad_debt",),
        of.debt,
        _("Share of the open book more than {days} days past due", days=days),
    )


def overdue(of: Overview) -> Exhibit:
    buckets = {"buckets": of.scope.reader.buckets}
    return Exhibit(
        "overview_overdue",
        charts.bucket_area_words(of.delinquency, **of.told, **buckets),
        charts.bucket_area(of.delinquency, **of.drawn, **buckets),
        ("delinquency",),
        of.delinquency,
        _("Overdue loans by bucket, share of the open book; what is not overdue is not drawn"),
    )


def funnel(of: Overview) -> Exhibit:
    """The contact funnel of the month; without attempts what became of those newly overdue."""
    if not of.scope.reader.lacks("contact_funnel"):
        return replace(stages.funnel(stages.Stages(of.scope)), key="overview_funnel")
    by = {"month": of.scope.filters.month, "buckets": of.scope.reader.buckets}
    return Exhibit(
        "overview_funnel",
        charts.cure_funnel_words(of.trend, **by),
        charts.cure_funnel(of.trend, mode=of.scope.mode, **by),
        ("roll_trend",),
        of.trend,
        _("What became by the month-end of the loans that stood in the bucket at its opening, by number of loans"),
    )
