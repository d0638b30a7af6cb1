"""Which stage, channel, team and agency earns its cost: the charts of the page Stages, each with its caption."""

from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

import charts
from charts.months import months_earlier
from data.errors import InvalidOption
from queries import Filters
from reports.exhibit import Exhibit, Scope
from wording import _, month

YEAR = 11  # months before the one shown: what moves slowly is told of twelve
CHAMPION = "champion"


@dataclass(frozen=True)
class Stages:
    """What is asked about, and what can be chosen of it.

    split: stage, channel or owner. unit: agency or collector. days: to judge a challenger by.
    """

    scope: Scope
    split: str = "stage"
    unit: str = "agency"
    champion: str = CHAMPION
    days: str = "30"

    @property
    def ladder(self) -> tuple[str, ...]:
        return tuple(band.name for band in self.scope.reader.version.settings.stages)

    @property
    def history(self) -> Filters:
        return replace(self.scope.filters, month=None, to_month=self.scope.filters.month)

    @property
    def of_year(self) -> Filters:
        return replace(self.history, from_month=months_earlier(self.scope.filters.month, YEAR))

    def ask(self, question: str, filters: Filters | None = None, **options: object) -> pl.DataFrame:
        return self.scope.reader.ask(question, filters or self.scope.filters, **options)

    def before(self, question: str, **options: object) -> pl.DataFrame | None:
        """The answer for the month compared with; None where the book has none."""
        if self.scope.compare_month is None:
            return None
        return self.ask(question, replace(self.scope.filters, month=self.scope.compare_month), **options)

    @cached_property
    def costs(self) -> pl.DataFrame:
        return self.ask("cost_to_collect", split=self.split, intervals=True)

    @cached_property
    def resolved(self) -> pl.DataFrame:
        return self.ask("resolution", self.history)

    @cached_property
    def title(self) -> str:
        """The page's finding: what collecting costs, or where the book has no payments, how stages resolve."""
        if self.scope.reader.lacks("cost_to_collect"):
            return charts.resolution_words(self.resolved, weigh=self.scope.weigh_by, stages=self.ladder).title
        return charts.cost_to_collect_words(self.costs, split=self.split, stages=self.ladder).title


def split_names() -> dict[str, str]:
    return {"stage": _("Stage"), "channel": _("Channel"), "owner": _("Team or agency")}


def funnel(of: Stages) -> Exhibit:
    accounts, mode = of.ask("contact_funnel", split="total"), of.scope.mode
    figure = charts.contact_funnel(accounts, of.before("contact_funnel", split="total"), mode=mode)
    caption = _(
        "Accounts in {month}, each step of those of the step before; cured: after a promise kept",
        month=month(of.scope.filters.month),
    )
    return Exhibit(
        "contact_funnel", charts.contact_funnel_words(accounts), figure, ("contact_funnel",), accounts, caption
    )


def funnel_by(of: Stages) -> Exhibit:
    accounts, by = of.ask("contact_funnel", split=of.split), {"split": of.split, "stages": of.ladder}
    caption = {
        "stage": _("By stage: accounts assigned, then how many of them came to each step; grey: few accounts"),
        "channel": _("By channel, which share the accounts assigned: how many came to each step; grey: few accounts"),
        "owner": _("By team or agency: accounts assigned, then how many came to each step; grey: few accounts"),
    }[of.split]
    words, figure = charts.funnel_matrix_words(accounts, **by), charts.funnel_matrix(accounts, mode=of.scope.mode, **by)
    return Exhibit("funnel_split", words, figure, ("contact_funnel",), accounts, caption)


def cash(of: Stages) -> Exhibit:
    received, by = (
        of.ask("cash_by_source", split=charts.cash_split(of.split)),
        {"split": of.split, "stages": of.ladder},
    )
    caption = {
        "stage": _("Cash of {month} by stage on the day of payment; who would have paid anyway is credited too"),
        "channel": _("Cash of {month} by the channel credited; who would have paid anyway is credited too"),
        "owner": _("Cash of {month} by team or agency; who would have paid anyway is credited too"),
    }[of.split].format(month=month(of.scope.filters.month))
    words, figure = (
        charts.cash_by_source_words(received, **by),
        charts.cash_by_source(received, mode=of.scope.mode, **by),
    )
    return Exhibit("cash_by_source", words, figure, ("cash_by_source",), received, caption)


def cost(of: Stages) -> Exhibit:
    by = {"split": of.split, "stages": of.ladder}
    figure = charts.cost_to_collect(of.costs, of.before("cost_to_collect", split=of.split), mode=of.scope.mode, **by)
    caption = _(
        "Cost of attempts, commission and court ÷ cash; a bar ends where the cost is all of it; grey: few payments"
    )
    words = charts.cost_to_collect_words(of.costs, **by)
    return Exhibit("cost_to_collect", words, figure, ("cost_to_collect",), of.costs, caption)


def seen_at_month_ends(of: Stages) -> str:
    """What a book without payments cannot tell of stages that are shorter than a month; empty where it can."""
    if not of.scope.reader.lacks("cash_by_source"):
        return ""
    return _(
        "Without payments a cure is seen at the next month-end only: in a stage of a few days hardly anybody seems to pay"
    )


def with_note(caption: str, note: str) -> str:
    return _("{caption}. {note}", caption=caption, note=note) if note else caption


def resolution(of: Stages) -> Exhibit:
    by = {"weigh": of.scope.weigh_by, "stages": of.ladder}
    words = charts.resolution_words(of.resolved, **by)
    figure = charts.resolution(of.resolved, mode=of.scope.mode, marks=of.scope.marks, **by)
    caption = _(
        "Left the stage cured or paid off, of those that entered in a month. Dotted: over 5 % are still in it, so it may rise; "
        "the last months are left out while over half are"
    )
    caption = with_note(caption, seen_at_month_ends(of))
    return Exhibit("resolution", words, figure, ("resolution",), of.resolved, caption)


def time_in_stage(of: Stages) -> Exhibit:
    curves, medians = of.ask("stage_survival", of.of_year), of.ask("time_in_stage", of.of_year)
    words = charts.stage_survival_words(curves, medians, stages=of.ladder)
    figure = charts.stage_survival(curves, medians, mode=of.scope.mode, stages=of.ladder)
    caption = _(
        "Still in the stage, of cases entered in the twelve months to {month}; dot: half have left; band: 95 % interval",
        month=month(of.scope.filters.month),
    )
    caption = with_note(caption, seen_at_month_ends(of))
    return Exhibit(
        "stage_survival",
        words,
        figure,
        (
            "stage_survival",
            "time_in_stage",
        ),
        curves,
        caption,
    )


def liquidation(of: Stages) -> Exhibit:
    batches, now = of.ask("liquidation", of.history), of.scope.filters.month
    words, figure = (
        charts.liquidation_words(batches, month=now),
        charts.liquidation(batches, mode=of.scope.mode, month=now),
    )
    caption = _(
        "Cash so far ÷ balance placed; faint: each month's batch of 30 accounts or more; strong: an agency's batches as one, "
        "(2) for second placements. Accounts taken back stay in"
    )
    return Exhibit("liquidation", words, figure, ("liquidation",), batches, caption)


def challenger(of: Stages) -> Exhibit:
    """Raises InvalidOption where a champion was chosen that no loan is in. A book that calls none so has its first group for one."""
    tested = of.ask("challenger", champion=of.champion, days=of.days)
    groups = charts.groups_of(tested)
    if groups and of.champion not in groups:
        if of.champion != CHAMPION:
            known = ", ".join(groups)
            raise InvalidOption("There is no test group “{group}”; there are {known}.", group=of.champion, known=known)
        of = replace(of, champion=groups[0])
        tested = of.ask("challenger", champion=of.champion, days=of.days)
    by = {"weigh": of.scope.weigh_by, "stages": of.ladder}
    words, figure = charts.challengers_words(tested, **by), charts.challengers(tested, mode=of.scope.mode, **by)
    caption = _(
        "Overdue amounts paid within {days} days of the month, against “{champion}”, by the group drawn, contacted or not; line: 95 % interval",
        days=of.days,
        champion=of.champion,
    )
    if "cured" in set(tested["outcome"]):
        caption = _(
            "Cured at the month-end, against “{champion}”, by the group drawn, contacted or not; line: 95 % interval",
            champion=of.champion,
        )
    return Exhibit("challenger", words, figure, ("challenger",), tested, caption)


def league(of: Stages) -> Exhibit:
    question = f"{of.unit}_comparison"
    compared = of.ask(question, of.of_year)
    caption = _(
        "Cash ÷ what others would have made of like loans, twelve months to {month}; ring: as it is, dot: drawn to the mean "
        "where little is known, line: 95 % interval",
        month=month(of.scope.filters.month),
    )
    if of.scope.filters.region or of.scope.filters.acquisition_channel:
        caption += _(". It is not cut by region or acquisition channel")
    return Exhibit(
        "league",
        charts.league_words(compared),
        charts.league(compared, mode=of.scope.mode),
        (question,),
        compared,
        caption,
    )
