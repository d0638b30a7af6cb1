"""What a scenario states for nothing: it can be run, and a file that says it has most likely slipped."""

from collections.abc import Iterator

from data.said import Said, said
from sim.consistency import policies_of
from sim.policy import MESSAGES, Channel, Stage
from sim.scenario import Scenario


def idle(scenario: Scenario) -> Iterator[Said]:
    """Calls that nobody can make, messages without effect, a world without borrowers."""
    for path, policy in policies_of(scenario):
        for stage in policy.stages:
            for channel in stage.channels:
                yield from _in_vain(channel, stage, f"{path}.stages.{stage.name}.channels.{channel.kind}", scenario)
    people = scenario.population
    if people.world == "cases" and not people.cases and not people.entries_a_day:
        yield said("population: nobody is late; give cases or entries_a_day a number above 0.")
    if people.world == "book" and not people.opening_loans and not people.booked_a_month:
        yield said("population: the book is empty; give opening_loans or booked_a_month a number above 0.")


def _in_vain(channel: Channel, stage: Stage, path: str, scenario: Scenario) -> Iterator[Said]:
    if channel.kind in MESSAGES and channel.kind not in {effect.kind for effect in scenario.behaviour.messages}:
        yield said("{path}: behaviour.messages does not say what “{kind}” does.", path=path, kind=channel.kind)
    team = next((team for team in scenario.people.teams if team.name == stage.team), None)
    if channel.kind == "ai_call" and not scenario.people.ai_lines:
        yield said("{path}: there are no lines for AI calls; give people.ai_lines a number above 0.", path=path)
    if channel.kind == "phone" and team and not team.headcount and not team.hired_a_month:
        yield said("{path}: the team “{team}” has nobody; give people.teams.{team}.headcount a number above 0, or take the channel out.", path=path, team=team.name)  # fmt: skip
