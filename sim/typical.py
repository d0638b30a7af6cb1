"""Typical questions of strategists, each a change of a policy whatever it is: hand over sooner, messages before calls, ten more people.

`QUESTIONS` by code. `ask` makes the scenario; its words are those of the difference (`sim.difference_words`), and `finding` is how it
is called in a title: "Handing over at day 60 instead of 90".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from data.said import Said, counted, said
from sim.policy import VOICE, Channel, Litigation, Policy, Sale, Stage
from sim.scenario import Scenario

HAND_OVER_DPD, SALE_DPD, SUE_FROM, MORE_PEOPLE = 61, 181, 10_000.0, 10
QUIET_DAYS, AI_DAYS, AI_LINES = 3, 5, 20
TRAINING_FROM, TRAINING_DAYS, TRAINING_GAIN = 31, 5, 1.2
FRESH_PRICE = 0.09
"""Share of principal that younger paper is sold at, above what a year-old one brings."""


@dataclass(frozen=True)
class Question:
    """label: on a list. finding: within a title, of the scenario before it. ask: the scenario after it."""

    label: Said
    finding: Callable[[Scenario], Said]
    ask: Callable[[Scenario], Scenario]


def _hand_over(scenario: Scenario) -> Scenario:
    """The last stage begins, and loans go to agencies, after sixty days."""
    policy = scenario.policy
    *earlier, last = policy.stages
    if earlier and earlier[-1].entry_dpd >= HAND_OVER_DPD:
        stages = policy.stages
    else:
        stages = (*earlier, replace(last, entry_dpd=HAND_OVER_DPD))
    placement = policy.placement and replace(policy.placement, from_dpd=HAND_OVER_DPD)
    return _with(scenario, stages=stages, placement=placement)


def _hand_over_words(scenario: Scenario) -> Said:
    placement = scenario.policy.placement
    before = placement.from_dpd - 1 if placement else scenario.policy.stages[-1].entry_dpd - 1
    return said("Handing over after {after} days instead of {before}", after=HAND_OVER_DPD - 1, before=before)


def _messages_first(scenario: Scenario) -> Scenario:
    """For the first days past due text messages alone; all that is done then begins afterwards."""
    return _before_all(scenario, Stage("texts", 1, (Channel("sms", every_days=1),)), QUIET_DAYS)


def _ai_first(scenario: Scenario) -> Scenario:
    """For the first days past due AI calls and text messages; people call afterwards."""
    stage = Stage("ai", 1, (Channel("ai_call", tries=2), Channel("sms", every_days=3)))
    changed = _before_all(scenario, stage, AI_DAYS)
    return replace(changed, people=replace(changed.people, ai_lines=max(changed.people.ai_lines, AI_LINES)))


def _before_all(scenario: Scenario, stage: Stage, days: int) -> Scenario:
    """A stage before all others; those that began within its days begin after it, one after the other."""
    stages, next_day = [stage], days + 1
    for each in scenario.policy.stages:
        if each.name != stage.name:
            stages.append(replace(each, entry_dpd=max(each.entry_dpd, next_day)))
            next_day = stages[-1].entry_dpd + 1
    return _with(scenario, stages=tuple(stages))


def _more_people(scenario: Scenario) -> Scenario:
    """So many more collectors, spread over the teams."""
    teams, n = scenario.people.teams, len(scenario.people.teams)
    more = tuple(
        replace(team, headcount=team.headcount + MORE_PEOPLE // n + (at < MORE_PEOPLE % n))
        for at, team in enumerate(teams)
    )
    return replace(scenario, people=replace(scenario.people, teams=more))


def _train(scenario: Scenario) -> Scenario:
    """All teams are trained for some days in the second month."""
    teams = tuple(
        replace(team, training_from_day=TRAINING_FROM, training_days=TRAINING_DAYS, training_gain=TRAINING_GAIN)
        for team in scenario.people.teams
    )
    return replace(scenario, people=replace(scenario.people, teams=teams))


def _least_claim(scenario: Scenario) -> float:
    """The smallest balance that the question sues for: half of it where that is so already."""
    now = scenario.policy.litigation
    return SUE_FROM / 2 if now and now.min_balance == SUE_FROM else SUE_FROM


def _sue(scenario: Scenario) -> Scenario:
    """Smaller balances are sued for; the filings that a month has stay as they are."""
    return _with(scenario, litigation=replace(scenario.policy.litigation or Litigation(), min_balance=_least_claim(scenario)))  # fmt: skip


def _sell(scenario: Scenario) -> Scenario:
    """Charged off at half a year, and all of it sold at the quarter's end."""
    return _with(scenario, charge_off_dpd=SALE_DPD, sale=Sale(from_dpd=SALE_DPD, share=1.0, price=FRESH_PRICE))


def _with(scenario: Scenario, **changes: object) -> Scenario:
    policy: Policy = replace(scenario.policy, **changes)
    return replace(scenario, policy=policy)


QUESTIONS: dict[str, Question] = {
    "hand_over": Question(said("Hand over after 60 days"), _hand_over_words, _hand_over),
    "messages_first": Question(said("Text messages before calls"), lambda _scenario: said("Text messages before calls"), _messages_first),
    "more_people": Question(
        counted("{n} more collector", "{n} more collectors", MORE_PEOPLE),
        lambda _scenario: counted("{n} more collector", "{n} more collectors", MORE_PEOPLE),
        _more_people,
    ),
    "train": Question(said("Train everyone"), lambda _scenario: said("Training everyone"), _train),
    "ai_first": Question(said("AI calls first"), lambda _scenario: said("AI calls first, people from the sixth day"), _ai_first),
    "sue": Question(
        said("Sue for smaller balances"),
        lambda scenario: said("Suing from {amount}", amount=f"{_least_claim(scenario):,.0f}"),
        _sue,
    ),
    "sell": Question(said("Sell after 180 days"), lambda _scenario: said("Selling after 180 days"), _sell),
}  # fmt: skip


def has_voice(stage: Stage) -> bool:
    return any(channel.kind in VOICE for channel in stage.channels)
