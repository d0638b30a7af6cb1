"""What contradicts itself in a scenario, or breaks a hard rule: every such thing, not only the first.

Types and ranges are told where a file is read (`sim.stated`); here is what only several values together can get wrong.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from data.rules import Rule, presets
from data.said import Said, said
from data.settings import WEEKDAYS
from data.stages import RESERVED
from sim.behaviour import BANDS, Behaviour
from sim.parts import Slot, label_field, labels, place, slots
from sim.people import AI
from sim.policy import Channel, Placement, Policy, Stage

if TYPE_CHECKING:
    from sim.scenario import Scenario

LONGEST_NAME = 24  # characters, as in a book's settings: a run is written as a book
HOURS = 24
_LATER = re.compile(r"\bchanges\.\d+\.policy\b")


def contradictions(scenario: "Scenario") -> Iterator[Said]:
    """Each thing that is wrong, beginning with its dotted key; none of a scenario that can be run."""
    yield from _rules(scenario)
    yield from _names(scenario, "")
    yield from _lengths(scenario, "")
    yield from _behaviour(scenario.behaviour)
    yield from _people(scenario)
    yield from _population(scenario)
    days = [change.day for change in scenario.changes]
    if days != sorted(set(days)):
        yield said("changes: their days must rise; they are {days}.", days=_list(days))
    for path, policy in policies_of(scenario):
        yield from _policy(policy, path, scenario)


def policies_of(scenario: "Scenario") -> list[tuple[str, Policy]]:
    """The policy and the later ones, each with its path."""
    later = [(f"changes.{at}.policy", change.policy) for at, change in enumerate(scenario.changes)]
    return [("policy", scenario.policy), *later]


def once(problems: Iterator[Said]) -> Iterator[Said]:
    """What a later policy has taken over from the one before is wrong once."""
    before = set()
    for problem in problems:
        text = _LATER.sub("policy", str(problem))
        if text not in before:
            before.add(text)
            yield problem


def _list(items: Sequence[object]) -> str:
    return ", ".join(map(str, items)) or "–"


# Rules


def _rules(scenario: "Scenario") -> Iterator[Said]:
    known = presets()
    if scenario.rules.preset not in known:
        yield said("rules.preset: there are no rules “{preset}”; there are {known}.", preset=scenario.rules.preset, known=_list(sorted(known)))  # fmt: skip
        return
    rules = {rule.id: rule for rule in scenario.rules.all()}
    for name in scenario.rules.off:
        if name not in rules:
            yield said("rules.off: there is no rule “{rule}” in “{preset}”; there are {known}.", rule=name, preset=scenario.rules.preset, known=_list(tuple(rules)))  # fmt: skip
        elif rules[name].strength == "hard":
            yield said("rules.off: “{rule}” is a hard rule and cannot be turned off: {text}.", rule=name, text=said(rules[name].text))  # fmt: skip


# What holds for every part, by its fields


def _names(part: object, path: str) -> Iterator[Said]:
    """Items of a list are called by names that are theirs alone."""
    for name, slot in slots(type(part)).items():
        value, here = getattr(part, name), place(path, name) if path else name
        if slot.is_list_of_parts:
            if value and labels(slot.kind, value) is None and label_field(slot.kind) == "kind":
                yield said("{key}: one stands there twice; give it one section.", key=here)
            elif value and labels(slot.kind, value) is None and label_field(slot.kind):
                yield said("{key}: each must have a name of its own, and none can be called “order”.", key=here)
            for at, item in enumerate(value):
                yield from _names(item, place(here, _label(item, at)))
        elif slot.is_part and value is not None:
            yield from _names(value, here)


def _label(item: object, at: int) -> object:
    return getattr(item, "name", "") or getattr(item, "kind", "") or at


def _lengths(part: object, path: str) -> Iterator[Said]:
    """Lists have as many values as their unit says; ranges have two, the lower first; no list of numbers is empty."""
    for name, slot in slots(type(part)).items():
        value, here = getattr(part, name), place(path, name) if path else name
        if slot.is_list_of_parts:
            for at, item in enumerate(value):
                yield from _lengths(item, place(here, _label(item, at)))
        elif slot.is_part and value is not None:
            yield from _lengths(value, here)
        elif slot.several and slot.kind in (int, float):
            yield from _length(slot, value, here)


def _length(slot: Slot, value: tuple, key: str) -> Iterator[Said]:
    needed = len(BANDS) if "four bands" in slot.unit else HOURS if "24 hours" in slot.unit else None
    if needed and len(value) != needed:
        yield said("{key}: it needs {needed} values and has {n}.", key=key, n=len(value), needed=needed)
    elif "evenly between these" in slot.meaning and (len(value) != 2 or value[0] > value[1]):
        yield said("{key} is {found}; it must be two values, the lower first.", key=key, found=_list(value))
    elif not value:
        yield said("{key}: it must have at least one value.", key=key)


def _together(key: str, begins: str, begin_at: Sequence[float], values: str, given: Sequence[float]) -> Iterator[Said]:
    """A list of where values begin rises, and has as many as there are values."""
    if list(begin_at) != sorted(set(begin_at)):
        yield said("{key} is {found}; each must be more than the one before.", key=place(key, begins), found=_list(begin_at))  # fmt: skip
    if len(begin_at) != len(given):
        yield said("{key}: {n} values in {begins} and {m} in {values}; there must be as many.", key=key, n=len(begin_at), begins=begins, m=len(given), values=values)  # fmt: skip


# Behaviour, people, population


def _behaviour(behaviour: Behaviour) -> Iterator[Said]:
    yield from _together("behaviour", "cure_dpd", behaviour.cure_dpd, "cure_odds", behaviour.cure_odds)
    yield from _weights("behaviour.reasons", [reason.share for reason in behaviour.reasons])


def _weights(key: str, shares: Sequence[float]) -> Iterator[Said]:
    if not sum(shares) > 0:
        yield said("{key}: somebody must be of one of them; give at least one a share above 0.", key=key)


def _people(scenario: "Scenario") -> Iterator[Said]:
    if AI in {team.name for team in scenario.people.teams}:
        yield said("people.teams: none can be “{name}”: the lines for AI calls are called that.", name=AI)
    for day in scenario.people.rest_days:
        if day not in WEEKDAYS:
            yield said("people.rest_days: “{day}” is no weekday; weekdays are {known}.", day=day, known=_list(WEEKDAYS))
    steps = [step.up_to for step in scenario.prices.court_fee]
    if not steps or steps != sorted(set(steps)):
        yield said("prices.court_fee: the claims up to which its steps go must rise; they are {found}.", found=_list(steps))  # fmt: skip


def _population(scenario: "Scenario") -> Iterator[Said]:
    people = scenario.population
    groups = ("products", "segments", "regions", "acquisition_channels")
    for name in groups:
        yield from _weights(f"population.{name}", [group.share for group in getattr(people, name)])
    for at, drift in enumerate(people.drifts):
        for name in groups:
            of = getattr(drift, name.removesuffix("s"))
            yield from _known(
                f"population.drifts.{at}", [of] if of else [], [group.name for group in getattr(people, name)]
            )
    yield from _together("population", "opening_from", people.opening_from, "opening_share", people.opening_share)
    yield from _weights("population.opening_share", people.opening_share)
    if people.opening_from and people.opening_to < max(people.opening_from):
        yield said("population.opening_to is {to}; it must be at least {least}, where the last range of opening_from begins.", to=people.opening_to, least=max(people.opening_from))  # fmt: skip


# Policy


def _policy(policy: Policy, path: str, scenario: "Scenario") -> Iterator[Said]:
    for before, after in pairwise(policy.stages):
        if after.entry_dpd <= before.entry_dpd:
            yield said("{path}.stages: “{after}” begins at {day} days past due, not after “{before}” at {earlier}.", path=path, after=after.name, day=after.entry_dpd, before=before.name, earlier=before.entry_dpd)  # fmt: skip
    for stage in policy.stages:
        yield from _stage(stage, f"{path}.stages.{stage.name}", scenario)
    yield from _exceptions(policy, path, scenario)
    if policy.trial:
        yield from _trial(policy, f"{path}.trial")
    yield from _offers(policy, path, scenario)
    if policy.placement:
        yield from _placement(policy.placement, f"{path}.placement")


def _stage(stage: Stage, path: str, scenario: "Scenario") -> Iterator[Said]:
    if not stage.name.strip() or len(stage.name) > LONGEST_NAME or stage.name.lower() in RESERVED:
        yield said("{path}: “{name}” cannot be the name of a stage.", path=path, name=stage.name)
    for channel in stage.channels:
        yield from _channel(channel, f"{path}.channels.{channel.kind}", stage, scenario)


def _channel(channel: Channel, path: str, stage: Stage, scenario: "Scenario") -> Iterator[Said]:
    if channel.kind == "phone":
        yield from _team(stage, path, scenario)
    if channel.opens >= channel.closes:
        yield said("{path}: it opens at {opens} and closes at {closes}; it must open before it closes.", path=path, opens=channel.opens, closes=channel.closes)  # fmt: skip
    if channel.kind == "letter" or scenario.rules.preset not in presets():
        return
    for rule in scenario.rules.all():
        if rule.counts == "hours" and rule.id not in scenario.rules.off and not _inside(channel, rule):
            yield said("{path}: from {opens} to {closes} o'clock is outside {number} of the rule “{rule}”.", path=path, opens=channel.opens, closes=channel.closes, number=rule.number, rule=rule.id)  # fmt: skip


def _inside(channel: Channel, rule: Rule) -> bool:
    first, last = (at.hour + at.minute / 60 for at in (rule.opens, rule.closes))
    return first <= channel.opens and channel.closes <= last


def _team(stage: Stage, path: str, scenario: "Scenario") -> Iterator[Said]:
    teams = {team.name: team for team in scenario.people.teams}
    if stage.team not in teams:
        yield said("{path}: the stage's team “{team}” is none of people.teams ({known}).", path=path, team=stage.team, known=_list(tuple(teams)))  # fmt: skip


def _exceptions(policy: Policy, path: str, scenario: "Scenario") -> Iterator[Said]:
    key = f"{path}.stage_exceptions"
    stages = [stage.name for stage in policy.stages]
    known = {
        "product": [product.name for product in scenario.population.products],
        "segment": [segment.name for segment in scenario.population.segments],
    }
    seen = set()
    for exception in policy.stage_exceptions:
        yield from _known(key, [exception.stage], stages)
        for of, names in known.items():
            yield from _known(key, [name for name in [getattr(exception, of)] if name], names)
        of = (exception.stage, exception.product, exception.segment)
        if not exception.product and not exception.segment:
            yield said("{key}: one for “{stage}” says neither product nor segment; change the stage itself.", key=key, stage=exception.stage)  # fmt: skip
        if of in seen:
            yield said("{key}: two of them are for the same loans in “{stage}”.", key=key, stage=exception.stage)
        seen.add(of)
    yield from _ladders(policy, key)


def _ladders(policy: Policy, key: str) -> Iterator[Said]:
    """With its own days of entry, too, a product or segment must pass the stages in their order."""
    groups = {(exception.product, exception.segment) for exception in policy.stage_exceptions}
    for product, segment in sorted(groups):
        of = " ".join(name for name in (product, segment) if name)
        yield from _rises(key, of, _own_days(policy, product, segment))


def _own_days(policy: Policy, product: str, segment: str) -> dict[str, int]:
    """The day of entry of each stage for what is excepted as a product, a segment or both."""
    own = {
        exception.stage: exception.entry_dpd
        for exception in policy.stage_exceptions
        if (exception.product, exception.segment) == (product, segment)
    }
    return {stage.name: own.get(stage.name, stage.entry_dpd) for stage in policy.stages}


def _rises(key: str, of: str, days: dict[str, int]) -> Iterator[Said]:
    for (before, earlier), (after, day) in pairwise(days.items()):
        if day <= earlier:
            yield said("{key}: for {of}, “{after}” begins at {day} days past due, not after “{before}” at {earlier}.", key=key, of=of, after=after, day=day, before=before, earlier=earlier)  # fmt: skip


def _trial(policy: Policy, key: str) -> Iterator[Said]:
    """The challengers, too, pass the stages in their order."""
    trial, names = policy.trial, [stage.name for stage in policy.stages]
    yield from _known(key, [trial.stage], names)
    if trial.champion == trial.challenger:
        yield said("{key}: both groups are called “{name}”.", key=key, name=trial.champion)
    if trial.stage not in names:
        return
    excepted = {(exception.product, exception.segment) for exception in policy.stage_exceptions}
    for product, segment in sorted({("", ""), *excepted}):
        of = " ".join(name for name in (trial.challenger, product, segment) if name)
        yield from _rises(key, of, _own_days(policy, product, segment) | {trial.stage: trial.entry_dpd})


def _known(key: str, names: Sequence[str], known: Sequence[str]) -> Iterator[Said]:
    for name in names:
        if name not in known:
            yield said("{key}: there is no “{name}”; there are {known}.", key=key, name=name, known=_list(known))


def _offers(policy: Policy, path: str, scenario: "Scenario") -> Iterator[Said]:
    reasons = [reason.name for reason in scenario.behaviour.reasons]
    for name in ("plan", "discount", "litigation"):
        if (offer := getattr(policy, name)) is not None:
            yield from _known(f"{path}.{name}.reasons", offer.reasons, reasons)
    if policy.plan:
        segments = [segment.name for segment in scenario.population.segments]
        yield from _known(f"{path}.plan.segments", policy.plan.segments, segments)
        yield from _range(f"{path}.plan", "from_dpd", policy.plan.from_dpd, "to_dpd", policy.plan.to_dpd)
    if policy.litigation:
        court = policy.litigation
        yield from _range(f"{path}.litigation", "min_dpd", court.min_dpd, "max_dpd", court.max_dpd)


def _range(key: str, first: str, low: int, last: str, high: int) -> Iterator[Said]:
    if low > high:
        yield said("{key}: {first} is {low} and {last} is {high}; the first must not be more.", key=key, first=first, low=low, last=last, high=high)  # fmt: skip


def _placement(placement: Placement, path: str) -> Iterator[Said]:
    if not any(agency.tier == 1 and agency.share > 0 for agency in placement.agencies):
        yield said("{path}.agencies: none takes first placements; give one the tier 1 and a share above 0, or say {section} = “none”.", path=path, section=path)  # fmt: skip
    for agency in placement.agencies:
        key = f"{path}.agencies.{agency.name}"
        yield from _together(key, "commission_age", agency.commission_age, "commission", agency.commission)
        if agency.commission_age and agency.commission_age[0] != 0:
            yield said("{key}.commission_age: the first age must be 0.", key=key)
