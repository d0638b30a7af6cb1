"""All exhibits by key: what each is called, the page that it stands on, what can be chosen of it, and the tables that it needs.

exhibit_of("roll_matrix", scope, intervals=True)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from inspect import signature
from typing import Any

import charts
from data.rules import presets
from data.said import Said, said
from data.schema import DIMENSIONS
from queries import questions
from reports.exhibit import Exhibit, Scope, annotated
from reports.exhibits import bad_debt, borrowers, conduct, overview, roll_rates, stages, vintages, what_if
from reports.experiment import Experiment
from sim import answers
from sim.stated import shown, unknown

Choices = Mapping[str, tuple[object, ...]]
KINDS = {bool: said("true or false"), int: said("a whole number"), str: said("a text in quotes")}


@dataclass(frozen=True)
class Page:
    """Where exhibits stand. asks: makes what its exhibits are drawn from, of a scope (or an experiment) and options. choices: the
    values of options."""

    key: str
    name: Said
    asks: Callable[..., Any]
    choices: Choices = field(default_factory=dict)

    @property
    def options(self) -> dict[str, object]:
        """What can be chosen, with what it is where nobody chose."""
        given = list(signature(self.asks).parameters.values())[1:]
        return {parameter.name: parameter.default for parameter in given}


@dataclass(frozen=True)
class Entry:
    """An exhibit that can be had. question: the first that it answers. uses: the options of its page that change it.
    weighed: whether it is by balance or by loans as one chooses."""

    key: str
    page: Page
    name: Said
    question: str
    draw: Callable[[Any], Exhibit]
    uses: tuple[str, ...] = ()
    weighed: bool = True

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables without which there is nothing to draw, beside the loans at month-ends."""
        return questions()[self.question].needs if self.question else ()

    @property
    def of_experiment(self) -> bool:
        """Whether it is drawn from an experiment of the sandbox, and not from the book."""
        return self.page is SANDBOX

    @property
    def options(self) -> dict[str, object]:
        return {name: self.page.options[name] for name in self.uses}

    def problems(self, options: Mapping[str, object]) -> list[Said]:
        """What is wrong with options, each a text that names what would be right."""
        found = []
        for name, value in options.items():
            choices = self.page.choices.get(name, ())
            if name not in self.options:
                what = said("{exhibit} has no option {name}", exhibit=self.key, name=name)
                found.append(unknown(what, name, list(self.options)))
            elif type(value) is not type(self.options[name]):
                allowed = KINDS[type(self.options[name])]
                found.append(
                    said(
                        "{exhibit}: {name} is {value}; it must be {allowed}.",
                        exhibit=self.key,
                        name=name,
                        value=shown(value),
                        allowed=allowed,
                    )
                )
            elif choices and value not in choices:
                what = said("{exhibit}: {name} cannot be {value}", exhibit=self.key, name=name, value=shown(value))
                found.append(unknown(what, str(value), list(map(str, choices))))
        return found

    def of(self, scope: Scope, experiment: Experiment | None = None, **options: object) -> Exhibit:
        """The exhibit. Raises NeedsData where the book has not its tables, InvalidOption, ValueError for what `problems` names, and
        where it is of an experiment and there is none."""
        if wrong := self.problems(options):
            raise ValueError("; ".join(map(str, wrong)))
        if not self.of_experiment:
            return annotated(self.draw(self.page.asks(scope, **options)), scope)
        if experiment is None:
            raise ValueError(f"{self.key} is of an experiment")
        return self.draw(experiment.what_if(mode=scope.mode, **options))


WHO, SPLIT = ("owner", "channel"), tuple(DIMENSIONS)
OVERVIEW = Page("overview", said("Overview"), overview.Overview)
ROLL_RATES = Page("roll_rates", said("Roll rates"), roll_rates.RollRates)
BAD_DEBT = Page("bad_debt", said("Bad debt"), bad_debt.BadDebt, {"split": SPLIT})
VINTAGES = Page("vintages", said("Vintages"), vintages.asked_of, {"kind": ("ever", "current"), "split": SPLIT})
STAGES = Page("stages", said("Stages"), stages.Stages, {"split": ("stage", "channel", "owner"), "unit": ("agency", "collector"), "days": ("7", "15", "30")})  # fmt: skip
CONDUCT = Page("conduct", said("Conduct"), conduct.Conduct, {"preset": tuple(presets()), "who": WHO})
BORROWERS = Page("borrowers", said("Borrowers"), borrowers.Borrowers, {"group": SPLIT, "measure": charts.MEASURES})
SANDBOX = Page("sandbox", said("Sandbox"), what_if.WhatIf, {"split": answers.SPLITS, "measure": what_if.GAINS})
PAGES = (OVERVIEW, ROLL_RATES, BAD_DEBT, VINTAGES, STAGES, CONDUCT, BORROWERS, SANDBOX)


@cache
def catalogue() -> dict[str, Entry]:
    """Every exhibit by its key, page by page."""
    of_line = ("line", "kind")
    entries = (
        Entry("overview_bad_debt", OVERVIEW, said("Bad-debt ratio over months"), "bad_debt", overview.bad_debt),
        Entry("overview_overdue", OVERVIEW, said("Overdue loans by bucket, over months"), "delinquency", overview.overdue),
        Entry("overview_funnel", OVERVIEW, said("Funnel of contacts, or of cures"), "roll_trend", overview.funnel, weighed=False),
        Entry("roll_matrix", ROLL_RATES, said("Roll matrix"), "roll_rates", roll_rates.matrix, ("intervals",)),
        Entry("roll_trend", ROLL_RATES, said("Roll rates over months"), "roll_trend", roll_rates.trends, ("intervals",)),
        Entry("slices", ROLL_RATES, said("Which slices got worse"), "roll_slices", roll_rates.slices),
        Entry("flow", ROLL_RATES, said("Flow between buckets"), "ledger", roll_rates.flow),
        Entry("net_flow", ROLL_RATES, said("Three families of rates"), "roll_trend", roll_rates.families),
        Entry("roll_to_loss", ROLL_RATES, said("Roll to loss"), "roll_to_loss", roll_rates.roll_to_loss, weighed=False),
        Entry("entry", ROLL_RATES, said("Entry into arrears"), "entry_rate", roll_rates.entry),
        Entry("recovery_by_day", ROLL_RATES, said("Recovery by day"), "recovery_by_day", roll_rates.recovery),
        Entry("exits", ROLL_RATES, said("Entrants and exits"), "ledger", roll_rates.exits),
        Entry("bad_debt", BAD_DEBT, said("Bad-debt ratio, with write-offs and shadow"), "bad_debt", bad_debt.ratio),
        Entry("bridge", BAD_DEBT, said("Bridge of the bad-debt ratio"), "bad_debt_bridge", bad_debt.bridge, weighed=False),
        Entry("forecast", BAD_DEBT, said("Forecast of the bad-debt ratio"), "forecast", bad_debt.forecast),
        Entry("hindsight", BAD_DEBT, said("Earlier forecasts against what came"), "forecast_hindsight", bad_debt.hindsight),
        Entry("mix_and_rate", BAD_DEBT, said("Mix and rate"), "mix_and_rate", bad_debt.mix, ("split",), weighed=False),
        Entry("tiers", BAD_DEBT, said("Tiers"), "tiers", bad_debt.tiers),
        Entry("charge_offs", BAD_DEBT, said("Charge-offs"), "charge_offs", bad_debt.charge_offs),
        Entry("recovery", BAD_DEBT, said("Recovery after default"), "recovery_after_default", bad_debt.recovery, weighed=False),
        Entry("delinquency", BAD_DEBT, said("Arrears by bucket, over months"), "delinquency", bad_debt.arrears),
        Entry("vintage_curves", VINTAGES, said("Vintage curves"), "vintages", vintages.curves, of_line),
        Entry("first_payment", VINTAGES, said("First-payment default"), "first_payment_default", vintages.first_payment, weighed=False),
        Entry("vintage_triangle", VINTAGES, said("Vintage triangle"), "vintages", vintages.triangle, of_line),
        Entry("cohorts_at_ages", VINTAGES, said("Cohorts at the same age"), "vintages", vintages.ages, (*of_line, "age")),
        Entry("slices_at_age", VINTAGES, said("Slices at the same age"), "vintages", vintages.slices, (*of_line, "age", "split")),
        Entry("contact_funnel", STAGES, said("Contact funnel"), "contact_funnel", stages.funnel, weighed=False),
        Entry("funnel_split", STAGES, said("Contact funnel, by part"), "contact_funnel", stages.funnel_by, ("split",), weighed=False),
        Entry("cash_by_source", STAGES, said("Cash by source"), "cash_by_source", stages.cash, ("split",), weighed=False),
        Entry("cost_to_collect", STAGES, said("Cost to collect"), "cost_to_collect", stages.cost, ("split",), weighed=False),
        Entry("resolution", STAGES, said("Resolution of stages"), "resolution", stages.resolution),
        Entry("stage_survival", STAGES, said("Time in stage"), "stage_survival", stages.time_in_stage, weighed=False),
        Entry("liquidation", STAGES, said("Liquidation of placements"), "liquidation", stages.liquidation, weighed=False),
        Entry("league", STAGES, said("League of agencies or collectors"), "agency_comparison", stages.league, ("unit",), weighed=False),
        Entry("challenger", STAGES, said("Champion and challengers"), "challenger", stages.challenger, ("champion", "days")),
        Entry("conduct", CONDUCT, said("Rules broken"), "conduct", conduct.rules_broken, ("preset",), weighed=False),
        Entry("conduct_hours", CONDUCT, said("Hours of attempts"), "conduct_hours", conduct.hours, ("preset",), weighed=False),
        Entry("breach_rates", CONDUCT, said("Breaches by whose they are"), "breach_rates", conduct.owners, ("preset", "who"), weighed=False),
        Entry("breaches_by_month", CONDUCT, said("Breaches over months"), "breach_rates", conduct.months, ("preset",), weighed=False),
        Entry("complaints_by_month", CONDUCT, said("Complaints over months"), "complaints", conduct.complaints, weighed=False),
        Entry("complaint_rates", CONDUCT, said("Complaints by whose they are"), "complaints", conduct.complainers, ("who",), weighed=False),
        Entry("late_by", BORROWERS, said("Who is late"), "late_by", borrowers.late, ("group",)),
        Entry("outcomes", BORROWERS, said("What borrowers say"), "outcomes", borrowers.outcomes, ("group",), weighed=False),
        Entry("what_works", BORROWERS, said("What works for whom"), "what_works", borrowers.works, ("group", "measure"), weighed=False),
        Entry("plans", BORROWERS, said("Fates of plans"), "plans", borrowers.plans, weighed=False),
        Entry("customers", BORROWERS, said("Customers by their loans"), "customers", borrowers.customers, weighed=False),
        Entry("recovered", SANDBOX, said("Recovered by day"), "", what_if.recovered),
        Entry("waterfall", SANDBOX, said("Waterfall of net"), "", what_if.waterfall, ("split",)),
        Entry("gains", SANDBOX, said("Who gains and who loses"), "", what_if.gains, ("measure",)),
        Entry("rolls", SANDBOX, said("Change of the roll rates"), "", what_if.rolls),
        Entry("queues", SANDBOX, said("Queues"), "", what_if.queues),
        Entry("work", SANDBOX, said("Work of the teams"), "", what_if.work),
        Entry("tornado", SANDBOX, said("Assumptions, one at a time"), "", what_if.tornado),
        Entry("sensitivity", SANDBOX, said("Assumptions, all at once"), "", what_if.sensitivity),
        Entry("uncertainty", SANDBOX, said("What is not known of the borrowers"), "", what_if.uncertainty),
    )  # fmt: skip
    return {entry.key: entry for entry in entries}


def exhibit_of(key: str, scope: Scope, **options: object) -> Exhibit:
    """The exhibit of this key. Raises KeyError, and what `Entry.of` raises."""
    return catalogue()[key].of(scope, **options)
