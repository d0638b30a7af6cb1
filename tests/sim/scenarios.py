"""Scenarios made up for tests: the classic one with a few things changed, whatever the file format thinks of them."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from datetime import date

from hypothesis import strategies as st

from sim.parts import slots
from sim.people import Team
from sim.policy import Agency, Channel, Discount, Litigation, Plan, Sale, Stage, StageException
from sim.population import Group
from sim.scenario import Change, Scenario

NAMES = st.sampled_from(["legal", "night shift", "提醒", "a.b", 'say "hi"', "x-1"])


def put(part: object, path: tuple, value: object) -> object:
    """The part with the value at the path; numbers are places in a list."""
    if not path:
        return value
    first, *rest = path
    if isinstance(first, int):
        return (*part[:first], put(part[first], tuple(rest), value), *part[first + 1 :])
    return replace(part, **{first: put(getattr(part, first), tuple(rest), value)})


def leaves(part: object, path: tuple = ()) -> list[tuple]:
    """Paths of all numbers, words and switches."""
    found = []
    for each in fields(part):
        value, here = getattr(part, each.name), (*path, each.name)
        if is_dataclass(value):
            found += leaves(value, here)
        elif isinstance(value, tuple):
            found += [leaf for at, item in enumerate(value) if is_dataclass(item) for leaf in leaves(item, (*here, at))]
        elif value is not None and each.name not in ("name", "kind"):
            found.append(here)
    return found


def value_for(scenario: Scenario, path: tuple) -> st.SearchStrategy:
    """Values that the parameter at the path may have."""
    holder = scenario
    for step in path[:-1]:
        holder = holder[step] if isinstance(step, int) else getattr(holder, step)
    slot = slots(type(holder))[path[-1]]
    if slot.choices:
        return st.sampled_from(slot.choices)
    if slot.kind is bool:
        return st.booleans()
    if slot.kind is int:
        return st.integers(int(slot.low), int(slot.high))
    if slot.kind is float:
        return st.floats(slot.low, slot.high, allow_nan=False)
    if slot.kind is date:
        return st.dates(date(2000, 1, 1), date(2100, 1, 1))
    return st.just(getattr(holder, path[-1]))


@st.composite
def one_number_changed(draw: Callable, scenario: Scenario) -> Scenario:
    path = draw(st.sampled_from(leaves(scenario)))
    return put(scenario, path, draw(value_for(scenario, path)))


@st.composite
def one_list_or_part_changed(draw: Callable, scenario: Scenario) -> Scenario:
    """Something added, dropped, turned on or off, or put in another order."""
    policy, people = scenario.policy, scenario.people
    name = draw(NAMES)
    changed = draw(
        st.sampled_from(
            [
                ("policy.plan", None), ("policy.plan", Plan(4, 90, (), ("Salaried",), 9, 0.25)), ("policy.discount", Discount()),
                ("policy.discount", Discount(91, ("income", "dispute"), 0.5)), ("policy.placement", None), ("policy.litigation", None),
                ("policy.litigation", Litigation(min_dpd=60)), ("policy.sale", None), ("policy.sale", Sale(200, 1.0, 0.09)), ("policy.stages", ()),
                ("policy.stages", policy.stages[:1]),
                ("policy.stages", (Stage(name, 1), *(replace(s, entry_dpd=s.entry_dpd + 1) for s in policy.stages))),
                ("policy.stages", (*policy.stages, Stage(name, 400, (Channel("letter", every_days=30), Channel("sms"))))),
                ("policy.stage_exceptions", (StageException("mid", 9, "Car"), StageException("mid", 10, segment="Salaried"))),
                ("policy.worklist", "balance"),
                ("people.teams", (*people.teams, Team(name, 3, weekends=False))),
                ("people.teams", people.teams[::-1]),
                ("people.holidays", (date(2025, 10, 1), date(2025, 10, 2))),
                ("people.rest_days", ()),
                ("rules.preset", "us"), ("rules.off", ("cn.dials_day",)),
                ("population.regions", (Group(name, 0.5), *scenario.population.regions[1:])),
                ("behaviour.fatigue", (1.0, 0.1)), ("behaviour.reached", (0.1, 0.2, 0.3, 1e-9)),
                ("prices.court_fee", scenario.prices.court_fee[-1:]),
                ("changes", (Change(30, replace(policy, charge_off_dpd=181)), Change(90, replace(policy, plan=None, stages=policy.stages[:2])))),
            ]
        )
    )  # fmt: skip
    path = tuple(changed[0].split("."))
    if changed[0] == "policy.placement" and policy.placement and draw(st.booleans()):
        agencies = (*policy.placement.agencies, Agency(name, 3, commission_age=(0,), commission=(0.1,)))
        return put(scenario, ("policy", "placement", "agencies"), draw(st.permutations(agencies).map(tuple)))
    if changed[0] == "people.teams" and policy.stages and draw(st.booleans()):
        first = policy.stages[0]
        return put(scenario, ("policy", "stages", 0, "channels"), draw(st.permutations(first.channels).map(tuple)))
    return put(scenario, path, changed[1])


@st.composite
def any_scenario(draw: Callable) -> Scenario:
    """The classic scenario with up to five things changed; it may contradict itself."""
    scenario = Scenario()
    for _ in range(draw(st.integers(0, 5))):
        change = draw(st.sampled_from([one_number_changed, one_list_or_part_changed]))
        scenario = draw(change(scenario))
    return scenario
