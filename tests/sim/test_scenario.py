"""A scenario says of each number what it is, and one that contradicts itself is refused."""

from dataclasses import FrozenInstanceError, replace

import pytest

from sim.behaviour import Reason
from sim.parameter import parameters
from sim.people import Team
from sim.policy import CLASSIC, Channel, Plan, StageException
from sim.scenario import Change, InvalidScenario, Rules, Scenario, check

ALL = list(parameters(Scenario()))


def test_each_parameter_says_what_it_means():
    assert [each.path for each in ALL if not each.meaning] == []
    assert len({each.path for each in ALL}) == len(ALL)


def test_each_number_of_behaviour_says_where_it_is_from():
    silent = [
        each.path for each in ALL if each.path.startswith("behaviour.") and each.low is not None and not each.origin
    ]
    assert silent == []
    assert {each.origin for each in ALL} == {"", "assumed", "published"}
    assert [each.path for each in ALL if each.origin and not each.source] == []


def test_each_default_lies_inside_its_range():
    for each in ALL:
        if each.low is not None:
            numbers = each.default if isinstance(each.default, tuple) else (each.default,)
            assert all(each.low <= number <= each.high for number in numbers), each.path
        if each.choices:
            assert each.default in each.choices, each.path


def test_a_misspelt_parameter_fails():
    with pytest.raises(TypeError):
        replace(Scenario(), polcy=CLASSIC)
    with pytest.raises(FrozenInstanceError):
        Scenario().policy = CLASSIC


def with_stage(position, **changes):
    stages = list(CLASSIC.stages)
    stages[position] = replace(stages[position], **changes)
    return replace(Scenario(), policy=replace(CLASSIC, stages=tuple(stages)))


@pytest.mark.parametrize(
    ("scenario", "says"),
    [
        (replace(Scenario(), rules=Rules("nowhere")), "rules.preset: there are no rules “nowhere”"),
        (replace(Scenario(), rules=Rules(off=("cn.hour",))), "no rule “cn.hour”"),
        (replace(Scenario(), rules=Rules(off=("cn.hours",))), "hard rule and cannot be turned off"),
        (with_stage(0, team="nobody"), "none of people.teams"),
        (with_stage(1, entry_dpd=1), "“mid” begins at 1 days past due, not after “early” at 1"),
        (with_stage(1, name="early"), "policy.stages: each must have a name of its own"),
        (with_stage(0, channels=(Channel("sms", opens=12, closes=12),)), "must open before"),
        (with_stage(0, channels=(Channel("sms", opens=21, closes=23),)), "outside 08:00–22:00"),
        (with_stage(0, channels=(Channel("sms"), Channel("sms", 3))), "twice"),
        (
            replace(Scenario(), policy=replace(CLASSIC, stage_exceptions=(StageException("last", 5),))),
            "policy.stage_exceptions: there is no “last”; there are early, mid, final",
        ),
        (
            replace(Scenario(), policy=replace(CLASSIC, plan=Plan(reasons=("ill",)))),
            "policy.plan.reasons: there is no “ill”",
        ),
        (replace(Scenario(), people=replace(Scenario().people, teams=(Team("ai"),))), "none can be “ai”"),
        (
            replace(Scenario(), behaviour=replace(Scenario().behaviour, kept=(0.5,))),
            "behaviour.kept: it needs 4 values",
        ),
        (replace(Scenario(), changes=(Change(9), Change(3))), "days must rise"),
        (
            replace(Scenario(), changes=(Change(9, replace(CLASSIC, plan=Plan(segments=("x",)))),)),
            "policy.plan.segments",
        ),
    ],
)
def test_what_cannot_be_run_is_refused_and_says_where(scenario, says):
    with pytest.raises(InvalidScenario, match=says):
        check(scenario)


def test_the_classic_operation_can_be_run_under_each_preset_of_rules():
    for preset in ("cn", "us", "uk"):
        check(replace(Scenario(), rules=Rules(preset)))
    assert Reason("x", 1.0).pays == 1.0
