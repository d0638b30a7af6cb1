"""The cards of the page Conduct: each asks its question against the rules chosen, draws it, and says in a caption what it is."""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl
import streamlit as st

import charts
from charts.months import months_earlier
from pages.shared.card import chart_card
from pages.shared.drill import clicked_on
from pages.shared.view import View
from queries import Filters
from wording import _, month

YEARS = 29  # months before the one shown, in cards that go over months


@dataclass(frozen=True)
class ConductCards:
    """What the page was asked to show. preset: the rules judged by. who: owner or channel. Slices do not apply to conduct."""

    view: View
    preset: str
    who: str = "owner"

    @property
    def of_month(self) -> Filters:
        return Filters(month=self.view.filters.month)

    @property
    def history(self) -> Filters:
        return Filters(from_month=months_earlier(self.view.filters.month, YEARS), to_month=self.view.filters.month)

    def ask(self, question: str, filters: Filters | None = None, **options: object) -> pl.DataFrame:
        return self.view.reader.ask(question, filters or self.of_month, **options)

    @cached_property
    def rules(self) -> pl.DataFrame:
        return self.ask("rules", Filters(), preset=self.preset)

    @cached_property
    def judged(self) -> pl.DataFrame:
        return self.ask("conduct", preset=self.preset)

    @cached_property
    def words(self) -> charts.Words:
        return charts.breaches_by_rule_words(self.judged, self.rules, month=self.view.filters.month)


def rules_broken(of: ConductCards) -> None:
    before = None
    if of.view.compare_month:
        earlier = of.ask("conduct", replace(of.of_month, month=of.view.compare_month), preset=of.preset)
        before = None if earlier.is_empty() else earlier
    figure = charts.breaches_by_rule(of.judged, of.rules, before, mode=of.view.mode)
    caption = _(
        "Attempts of {month} beyond what each rule allows; per 1,000 of those that the rule is about. A click on a bar lists its "
        "attempts below",
        month=month(of.view.filters.month),
    )
    chart_card(
        of.view,
        of.words.under(of.words.title),
        figure,
        ["conduct", "rules"],
        of.judged,
        caption,
        "conduct",
        on_click=lambda place: list_rule(of.judged["rule"][place]),
    )


def list_hour(weekday: int, hour: int) -> None:
    """Have the list below show the attempts of one hour of the week that broke a rule, from its first page."""
    st.session_state["hour_of_list"] = charts.hour_code(weekday, hour)
    st.session_state["page_of_list"] = 1


def list_rule(rule: str) -> None:
    """Have the list below show the attempts that broke one rule, from its first page."""
    st.session_state["rule"] = rule
    st.session_state["page_of_list"] = 1


def hours(of: ConductCards) -> None:
    attempts = of.ask("conduct_hours", preset=of.preset)
    caption = _(
        "Attempts of {month} by hour and day, darker is more; grey ground: not permitted, red: attempts there. A click on an hour lists "
        "its breaches below",
        month=month(of.view.filters.month),
    )
    words, figure = (
        charts.contact_hours_words(attempts, of.rules),
        charts.contact_hours(attempts, of.rules, mode=of.view.mode),
    )
    chart_card(of.view, words, figure, ["conduct_hours"], attempts, caption, "conduct_hours")
    if figure is not None and (click := clicked_on("conduct_hours")) and click["row"] is not None:
        list_hour(charts.weekday_of_row(click["row"]), click["column"])


def owners(of: ConductCards) -> None:
    rates = of.ask("breach_rates", by=of.who, preset=of.preset, intervals=True)
    caption = {
        "owner": _("Breaches of all rules per 1,000 attempts of {month}, by team or agency; upright line: all of them"),
        "channel": _("Breaches of all rules per 1,000 attempts of {month}, by channel; upright line: all of them"),
    }[of.who].format(month=month(of.view.filters.month))
    words, figure = (
        charts.breach_rates_words(rates, split=of.who),
        charts.breach_rates(rates, mode=of.view.mode, split=of.who),
    )
    chart_card(of.view, words, figure, ["breach_rates"], rates, caption, "breach_rates")


def months(of: ConductCards) -> None:
    rates = of.ask("breach_rates", of.history, preset=of.preset, intervals=True)
    words, figure = charts.breaches_by_month_words(rates), charts.breaches_by_month(rates, mode=of.view.mode)
    caption = _("Breaches a month; other rules are soft ones and presumptions")
    chart_card(of.view, words, figure, ["breach_rates"], rates, caption, "breaches_by_month")


def complaints(of: ConductCards) -> None:
    rates = of.ask("complaints", of.history, intervals=True)
    words, figure = charts.complaints_by_month_words(rates), charts.complaints_by_month(rates, mode=of.view.mode)
    caption = _("Complaints written beside attempts, per 1,000 contacts: answered, or read; band: 95 % interval")
    chart_card(of.view, words, figure, ["complaints"], rates, caption, "complaints_by_month")


def complainers(of: ConductCards) -> None:
    rates = of.ask("complaints", by=of.who, intervals=True)
    caption = {
        "owner": _("Complaints per 1,000 contacts of {month}, by team or agency; upright line: all of them"),
        "channel": _("Complaints per 1,000 contacts of {month}, by channel; upright line: all of them"),
    }[of.who].format(month=month(of.view.filters.month))
    words, figure = (
        charts.complaint_rates_words(rates, split=of.who),
        charts.complaint_rates(rates, mode=of.view.mode, split=of.who),
    )
    chart_card(of.view, words, figure, ["complaints"], rates, caption, "complaint_rates")
