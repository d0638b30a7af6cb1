"""What broke the rules chosen, when and whose it was: the charts of the page Conduct, each with its caption."""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

import charts
from charts.months import months_earlier
from queries import Filters
from reports.exhibit import Exhibit, Scope
from wording import _, month

YEARS = 29  # months before the one shown, in charts that go over months


@dataclass(frozen=True)
class Conduct:
    """What is asked about. preset: the rules judged by, the book's own where none are named. who: owner or channel. Slices do not apply to conduct."""

    scope: Scope
    preset: str = ""
    who: str = "owner"

    @property
    def rules_of(self) -> str:
        return self.preset or self.scope.reader.version.settings.rules

    @property
    def of_month(self) -> Filters:
        return Filters(month=self.scope.filters.month)

    @property
    def history(self) -> Filters:
        return Filters(from_month=months_earlier(self.scope.filters.month, YEARS), to_month=self.scope.filters.month)

    def ask(self, question: str, filters: Filters | None = None, **options: object) -> pl.DataFrame:
        return self.scope.reader.ask(question, filters or self.of_month, **options)

    @cached_property
    def rules(self) -> pl.DataFrame:
        return self.ask("rules", Filters(), preset=self.rules_of)

    @cached_property
    def judged(self) -> pl.DataFrame:
        return self.ask("conduct", preset=self.rules_of)

    @cached_property
    def words(self) -> charts.Words:
        return charts.breaches_by_rule_words(self.judged, self.rules, month=self.scope.filters.month)


def rules_broken(of: Conduct) -> Exhibit:
    before = None
    if of.scope.compare_month:
        earlier = of.ask("conduct", replace(of.of_month, month=of.scope.compare_month), preset=of.rules_of)
        before = None if earlier.is_empty() else earlier
    figure = charts.breaches_by_rule(of.judged, of.rules, before, mode=of.scope.mode)
    caption = _(
        "Attempts of {month} beyond what each rule allows; per 1,000 of those that the rule is about",
        month=month(of.scope.filters.month),
    )
    return Exhibit("conduct", of.words, figure, ("conduct", "rules"), of.judged, caption)


def hours(of: Conduct) -> Exhibit:
    attempts = of.ask("conduct_hours", preset=of.rules_of)
    caption = _(
        "Attempts of {month} by hour and day, darker is more; grey ground: not permitted, red: attempts there",
        month=month(of.scope.filters.month),
    )
    words = charts.contact_hours_words(attempts, of.rules)
    figure = charts.contact_hours(attempts, of.rules, mode=of.scope.mode)
    return Exhibit("conduct_hours", words, figure, ("conduct_hours",), attempts, caption)


def owners(of: Conduct) -> Exhibit:
    rates = of.ask("breach_rates", by=of.who, preset=of.rules_of, intervals=True)
    caption = {
        "owner": _("Breaches of all rules per 1,000 attempts of {month}, by team or agency; upright line: all of them"),
        "channel": _("Breaches of all rules per 1,000 attempts of {month}, by channel; upright line: all of them"),
    }[of.who].format(month=month(of.scope.filters.month))
    words = charts.breach_rates_words(rates, split=of.who)
    figure = charts.breach_rates(rates, mode=of.scope.mode, split=of.who)
    return Exhibit("breach_rates", words, figure, ("breach_rates",), rates, caption)


def months(of: Conduct) -> Exhibit:
    rates = of.ask("breach_rates", of.history, preset=of.rules_of, intervals=True)
    words, figure = charts.breaches_by_month_words(rates), charts.breaches_by_month(rates, mode=of.scope.mode)
    caption = _("Breaches a month; other rules are soft ones and presumptions")
    return Exhibit("breaches_by_month", words, figure, ("breach_rates",), rates, caption)


def complaints(of: Conduct) -> Exhibit:
    rates = of.ask("complaints", of.history, intervals=True)
    words, figure = charts.complaints_by_month_words(rates), charts.complaints_by_month(rates, mode=of.scope.mode)
    caption = _("Complaints written beside attempts, per 1,000 contacts: answered, or read; band: 95 % interval")
    return Exhibit("complaints_by_month", words, figure, ("complaints",), rates, caption)


def complainers(of: Conduct) -> Exhibit:
    rates = of.ask("complaints", by=of.who, intervals=True)
    caption = {
        "owner": _("Complaints per 1,000 contacts of {month}, by team or agency; upright line: all of them"),
        "channel": _("Complaints per 1,000 contacts of {month}, by channel; upright line: all of them"),
    }[of.who].format(month=month(of.scope.filters.month))
    words = charts.complaint_rates_words(rates, split=of.who)
    figure = charts.complaint_rates(rates, mode=of.scope.mode, split=of.who)
    return Exhibit("complaint_rates", words, figure, ("complaints",), rates, caption)
