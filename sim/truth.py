"""What is true in a book that the model wrote: its scenario, kept beside it, and when the lender changed his policy."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from data.said import Said
from sim.difference_words import in_words
from sim.runs import SCENARIO_FILE
from sim.scenario import Scenario
from sim.scenario_file import load_scenario

TRUTH_FILE = "truth.toml"
"""The scenario that the demo book was written by, every parameter of it stated."""


@dataclass(frozen=True)
class PolicyChange:
    """Another policy from a day on; `words` say what differs from the one before, a clause each."""

    on: date
    words: tuple[Said, ...]


def read_truth(book: Path | str) -> Scenario | None:
    """The scenario that the book in this folder was written by; None where it is a lender's own. Raises InvalidScenario."""
    for name in (TRUTH_FILE, SCENARIO_FILE):
        if (Path(book) / name).is_file():
            return load_scenario(Path(book) / name)
    return None


def policy_changes(book: Path | str) -> tuple[PolicyChange, ...]:
    """When the policy of a book that the model wrote changed, and how; nothing of a lender's own. Raises InvalidScenario."""
    scenario = read_truth(book)
    return changes_of(scenario) if scenario else ()


def changes_of(scenario: Scenario) -> tuple[PolicyChange, ...]:
    """The policy's changes of a scenario, by date."""
    policies = [scenario.policy, *(change.policy for change in scenario.changes)]
    return tuple(
        PolicyChange(
            scenario.starts_on + timedelta(days=change.day),
            in_words(Scenario(policy=before), Scenario(policy=change.policy)),
        )
        for before, change in zip(policies, scenario.changes, strict=False)
    )
