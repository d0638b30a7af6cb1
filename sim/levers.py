"""What of a policy can be turned: each lever has its settings, from the least to the most, and puts one of them into a scenario.

Today's own setting is always among them, so that the policy in force is one of those that are searched.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from sim.people import Team
from sim.policy import MESSAGES, WORKLIST_RULES, Channel, Plan, Stage
from sim.scenario import Scenario

Group = Literal["boundaries", "channels", "people", "agencies", "court", "plans", "worklist"]
GROUPS: tuple[str, ...] = get_args(Group)

FIRST_ENTRY = (1, 2, 3, 4, 5, 7)
"""Days past due at which the first stage may begin: those who forgot pay in the first days."""
ENTRY = (2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 21, 26, 31, 38, 46, 61)
LAST_ENTRY = (31, 38, 46, 53, 61, 76, 91, 106, 121, 151, 181)
OFF = 0
CADENCE = (OFF, 30, 14, 10, 7, 5, 3, 2, 1)
"""Days from one touch to the next, from the fewest touches to the most."""
HEADCOUNT = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0)
"""Of today's."""
HAND_OVER = (31, 46, 61, 76, 91, 121, 151, 181, 271, None)
SUED_FROM = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0)
"""Of today's smallest balance."""
SUED_AT = (91, 121, 151, 181, 271, 361)
PLAN_FROM = (1, 16, 31, 46, 61, 91, 121, None)
CLOSES = 18
"""Hour by which the first channel of a policy without any ends: permitted by every preset of rules."""


@dataclass(frozen=True)
class Lever:
    """name: the dotted path of what it turns. settings: what that can be, None for without. ordered: a neighbour is a small step."""

    name: str
    group: str
    settings: tuple[Any, ...]
    now: Any
    put: Callable[[Scenario, Any], Scenario]
    ordered: bool = True


def levers_of(scenario: Scenario, vary: Sequence[str] = GROUPS, latest_entry: int | None = None) -> tuple[Lever, ...]:
    """The levers that this scenario has, of these groups. latest_entry: no stage and no hand-over begins later."""
    found = [lever for lever in _all(scenario, latest_entry) if lever.group in vary]
    return tuple(lever for lever in found if len(lever.settings) > 1)


def turned(scenario: Scenario, levers: Sequence[Lever], settings: Mapping[str, Any]) -> Scenario:
    """The scenario with each lever at its setting; a stage begins at least a day after the one before."""
    for lever in levers:
        if settings[lever.name] != lever.now:
            scenario = lever.put(scenario, settings[lever.name])
    return replace(scenario, policy=replace(scenario.policy, stages=tuple(_rising(scenario.policy.stages))))


def _rising(stages: Sequence[Stage]) -> Iterator[Stage]:
    before = 0
    for stage in stages:
        before = max(stage.entry_dpd, before + 1)
        yield replace(stage, entry_dpd=before)


def _all(scenario: Scenario, latest: int | None) -> Iterator[Lever]:
    policy, people = scenario.policy, scenario.people
    for position, stage in enumerate(policy.stages):
        yield _boundary(position, stage, len(policy.stages), latest)
    for stage in policy.stages:
        yield from _channels(scenario, stage)
    for team in people.teams:
        if team.headcount:
            yield _headcount(team)
    if policy.placement:
        now = policy.placement.from_dpd
        days = tuple(day for day in HAND_OVER if day is None or latest is None or day <= latest)
        yield Lever("policy.placement.from_dpd", "agencies", _with(days, now), now, _hand_over)
    if policy.litigation:
        least, age = policy.litigation.min_balance, policy.litigation.min_dpd
        balances = (*_with(tuple(round(least * factor, -2) for factor in SUED_FROM), least), None)
        yield Lever("policy.litigation.min_balance", "court", balances, least, _sued_from)
        yield Lever("policy.litigation.min_dpd", "court", _with(SUED_AT, age), age, _sued_at)
    plan = policy.plan.from_dpd if policy.plan else None
    yield Lever("policy.plan.from_dpd", "plans", _with(PLAN_FROM, plan), plan, _plan_from)
    yield Lever("policy.worklist", "worklist", WORKLIST_RULES, policy.worklist, _worklist, ordered=False)


def _with(settings: tuple, now: Any) -> tuple:
    """The settings and today's in their order; what is without (None) stays where it stands, last."""
    if now in settings:
        return settings
    known = sorted({now, *(setting for setting in settings if setting is not None)})
    return (*known, None) if None in settings else tuple(known)


# Stages


def _stage(scenario: Scenario, name: str, **changed: Any) -> Scenario:
    stages = tuple(replace(each, **changed) if each.name == name else each for each in scenario.policy.stages)
    return replace(scenario, policy=replace(scenario.policy, stages=stages))


def _boundary(position: int, stage: Stage, stages: int, latest: int | None) -> Lever:
    days = FIRST_ENTRY if position == 0 else LAST_ENTRY if position == stages - 1 else ENTRY
    days = _with(tuple(day for day in days if latest is None or day <= latest), stage.entry_dpd)
    return Lever(
        f"policy.stages.{stage.name}.entry_dpd",
        "boundaries",
        days,
        stage.entry_dpd,
        lambda scenario, day: _stage(scenario, stage.name, entry_dpd=day),
    )


def _channels(scenario: Scenario, stage: Stage) -> Iterator[Lever]:
    """A lever for each channel that the stage has or could have: calls where there is somebody, or a line, to make them."""
    teams = {team.name for team in scenario.people.teams if team.headcount}
    kinds = [*(["phone"] if stage.team in teams else []), *(["ai_call"] if scenario.people.ai_lines else []), *MESSAGES]
    for kind in kinds:
        used = next((channel.every_days for channel in stage.channels if channel.kind == kind), OFF)
        settings = CADENCE if used in CADENCE else (OFF, *sorted({used, *CADENCE[1:]}, reverse=True))
        yield Lever(
            f"policy.stages.{stage.name}.channels.{kind}.every_days",
            "channels",
            settings,
            used,
            _cadence(stage.name, kind),
        )


def _cadence(stage: str, kind: str) -> Callable[[Scenario, int], Scenario]:
    def put(scenario: Scenario, days: int) -> Scenario:
        own = next(each for each in scenario.policy.stages if each.name == stage)
        others = tuple(channel for channel in own.channels if channel.kind != kind)
        if days == OFF:
            return _stage(scenario, stage, channels=others)
        if len(others) == len(own.channels):
            return _stage(scenario, stage, channels=(*others, replace(_like(scenario, kind), every_days=days)))
        paced = tuple(replace(each, every_days=days) if each.kind == kind else each for each in own.channels)
        return _stage(scenario, stage, channels=paced)

    return put


def _like(scenario: Scenario, kind: str) -> Channel:
    """A channel of this kind as another stage uses it; else within the hours of another channel."""
    used = [channel for stage in scenario.policy.stages for channel in stage.channels]
    same = next((channel for channel in used if channel.kind == kind), None)
    if same:
        return same
    return Channel(kind, opens=used[0].opens, closes=used[0].closes) if used else Channel(kind, closes=CLOSES)


# The others


def _headcount(team: Team) -> Lever:
    people = _with(tuple(sorted({max(round(team.headcount * factor), 1) for factor in HEADCOUNT})), team.headcount)

    def put(scenario: Scenario, headcount: int) -> Scenario:
        teams = tuple(
            replace(each, headcount=headcount) if each.name == team.name else each for each in scenario.people.teams
        )
        return replace(scenario, people=replace(scenario.people, teams=teams))

    return Lever(f"people.teams.{team.name}.headcount", "people", people, team.headcount, put)


def _policy(scenario: Scenario, **changed: Any) -> Scenario:
    return replace(scenario, policy=replace(scenario.policy, **changed))


def _hand_over(scenario: Scenario, day: int | None) -> Scenario:
    placement = scenario.policy.placement
    return _policy(scenario, placement=replace(placement, from_dpd=day) if placement and day is not None else None)


def _sued_from(scenario: Scenario, balance: float | None) -> Scenario:
    litigation = scenario.policy.litigation
    sued = replace(litigation, min_balance=balance) if litigation and balance is not None else None
    return _policy(scenario, litigation=sued)


def _sued_at(scenario: Scenario, day: int) -> Scenario:
    litigation = scenario.policy.litigation
    return _policy(scenario, litigation=litigation and replace(litigation, min_dpd=day))


def _plan_from(scenario: Scenario, day: int | None) -> Scenario:
    return _policy(scenario, plan=None if day is None else replace(scenario.policy.plan or Plan(), from_dpd=day))


def _worklist(scenario: Scenario, rule: str) -> Scenario:
    return _policy(scenario, worklist=rule)
