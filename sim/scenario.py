"""A scenario: what the lender decides, what the law allows, how borrowers behave, who collects at what price, and whose loans.

Frozen dataclasses, changed by `dataclasses.replace`; each field says its unit, range and meaning (see `sim.parameter`).
`Scenario()` is the classic operation in three stages.
"""

from dataclasses import dataclass
from datetime import date

from data.rules import Rule, presets
from sim.behaviour import BANDS, FOUR_BANDS, Behaviour
from sim.parameter import parameter
from sim.people import AI, People, Prices
from sim.policy import CLASSIC, Channel, Policy
from sim.population import Population


class InvalidScenario(ValueError):
    """A scenario that contradicts itself or a hard rule; the message says where, and what to do."""


@dataclass(frozen=True)
class Rules:
    """The rules of conduct in force."""

    preset: str = parameter("cn", meaning="Preset of rules, a file of the folder rules")
    off: tuple[str, ...] = parameter((), meaning="Rules that the lender does not keep: soft ones and presumptions only; what breaks them is counted")  # fmt: skip

    def all(self) -> tuple[Rule, ...]:
        return presets()[self.preset]


@dataclass(frozen=True)
class Change:
    """Another policy from a day of the run on."""

    day: int = parameter(unit="day", meaning="Day of the run from which it holds", low=1, high=36_500)
    policy: Policy = parameter(CLASSIC, meaning="The policy from then on")


@dataclass(frozen=True)
class Scenario:
    """All that a run depends on besides its seed. `check` says whether it can be run."""

    policy: Policy = parameter(CLASSIC, meaning="What the lender decides")
    rules: Rules = parameter(Rules(), meaning="What the law allows")
    behaviour: Behaviour = parameter(Behaviour(), meaning="What borrowers do")
    people: People = parameter(People(), meaning="Who collects")
    prices: Prices = parameter(Prices(), meaning="What it costs")
    population: Population = parameter(Population(), meaning="Whose loans")
    changes: tuple[Change, ...] = parameter((), meaning="Later policies, in order of their days")
    starts_on: date = parameter(date(2025, 1, 1), "date", "First day of the run")


def check(scenario: Scenario) -> None:
    """Raises InvalidScenario when the scenario contradicts itself, or a policy a hard rule."""
    known = presets()
    if scenario.rules.preset not in known:
        raise InvalidScenario(f"rules.preset is “{scenario.rules.preset}”; there are {', '.join(known)}.")
    rules = {rule.id: rule for rule in scenario.rules.all()}
    for name in scenario.rules.off:
        if name not in rules:
            raise InvalidScenario(f"rules.off: there is no rule “{name}” in “{scenario.rules.preset}”.")
        if rules[name].strength == "hard":
            raise InvalidScenario(f"rules.off: “{name}” is a hard rule and cannot be turned off: {rules[name].text}.")
    names = [team.name for team in scenario.people.teams]
    if len(set(names)) < len(names) or AI in names:
        raise InvalidScenario(f"people.teams: each needs a name of its own, and none can be “{AI}”.")
    for name in FOUR_BANDS:
        if len(getattr(scenario.behaviour, name)) != len(BANDS):
            raise InvalidScenario(
                f"behaviour.{name}: it needs {len(BANDS)} values, for M1, M2–M3, M4–M6, M7 and later."
            )
    days = [change.day for change in scenario.changes]
    if days != sorted(set(days)):
        raise InvalidScenario("changes: their days must rise.")
    for policy in (scenario.policy, *(change.policy for change in scenario.changes)):
        _check_policy(policy, scenario)


def _check_policy(policy: Policy, scenario: Scenario) -> None:
    teams = {team.name for team in scenario.people.teams}
    names = [stage.name for stage in policy.stages]
    if len(set(names)) < len(names):
        raise InvalidScenario("policy.stages: two stages have the same name.")
    entries = [stage.entry_dpd for stage in policy.stages]
    if entries != sorted(set(entries)):
        raise InvalidScenario("policy.stages: each stage must begin later than the one before.")
    for stage in policy.stages:
        kinds = [channel.kind for channel in stage.channels]
        if len(set(kinds)) < len(kinds):
            raise InvalidScenario(f"policy.stages.{stage.name}: a channel stands there twice; give it one cadence.")
        for channel in stage.channels:
            _check_channel(stage.name, channel, scenario)
            if channel.kind == "phone" and stage.team not in teams:
                raise InvalidScenario(
                    f"policy.stages.{stage.name}: its team “{stage.team}” is none of people.teams ({', '.join(sorted(teams))})."
                )
    for exception in policy.stage_exceptions:
        if exception.stage not in names:
            raise InvalidScenario(
                f"policy.stage_exceptions: “{exception.stage}” is none of the stages ({', '.join(names)})."
            )

    segments = {segment.name for segment in scenario.population.segments}
    reasons = {reason.name for reason in scenario.behaviour.reasons}
    named = (("plan", policy.plan), ("discount", policy.discount), ("litigation", policy.litigation))
    for where, part in named:
        for what, known in (("reasons", reasons), ("segments", segments)):
            for name in getattr(part, what, ()):
                if name not in known:
                    raise InvalidScenario(f"policy.{where}.{what}: “{name}” is none of {', '.join(sorted(known))}.")


def _check_channel(stage: str, channel: Channel, scenario: Scenario) -> None:
    where = f"policy.stages.{stage}.{channel.kind}"
    if channel.opens >= channel.closes:
        raise InvalidScenario(
            f"{where}: it opens at {channel.opens} and closes at {channel.closes}; it must open before."
        )
    for rule in scenario.rules.all():
        if rule.counts != "hours" or rule.id in scenario.rules.off or channel.kind == "letter":
            continue
        first, last = rule.opens.hour + rule.opens.minute / 60, rule.closes.hour + rule.closes.minute / 60
        if channel.opens < first or channel.closes > last:
            raise InvalidScenario(
                f"{where}: {channel.opens}–{channel.closes} h is outside {rule.number} of the rule “{rule.id}”; keep inside."
            )
