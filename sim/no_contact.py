"""The same borrowers when nobody contacts them: what every result is shown beside, since most early arrears cure by themselves."""

from dataclasses import replace

from sim.policy import Policy
from sim.scenario import Scenario


def without_contact(scenario: Scenario) -> Scenario:
    """The scenario with nobody contacted, placed, sued or offered anything, and no people. Charge-off and sale stay."""
    people = replace(scenario.people, teams=(), ai_lines=0, answer_lines=0)
    changes = tuple(replace(change, policy=_silent(change.policy)) for change in scenario.changes)
    return replace(scenario, policy=_silent(scenario.policy), people=people, changes=changes)


def _silent(policy: Policy) -> Policy:
    return replace(policy, stages=(), stage_exceptions=(), plan=None, discount=None, placement=None, litigation=None)
