"""A scenario: what the lender decides, what the law allows, how borrowers behave, who collects at what price, and whose loans.

Frozen dataclasses, changed by `dataclasses.replace`; each field says its unit, range and meaning (see `sim.parameter`).
`Scenario()` is the classic operation in three stages.
"""

from dataclasses import dataclass
from datetime import date

from data.errors import InvalidScenario
from data.rules import Rule, presets
from sim.behaviour import Behaviour
from sim.consistency import contradictions
from sim.parameter import parameter
from sim.people import People, Prices
from sim.policy import CLASSIC, Policy
from sim.population import Population

__all__ = ["Change", "InvalidScenario", "Rules", "Scenario", "check"]


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
    """Raises InvalidScenario, with everything that is wrong, when the scenario contradicts itself, or a policy a hard rule."""
    if problems := list(contradictions(scenario)):
        raise InvalidScenario(problems)
