"""Levers: each turns what it is called by and nothing else, and whatever they are set to, the policy can be run."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.difference import difference
from sim.levers import GROUPS, OFF, levers_of, turned
from sim.policy import Policy
from sim.scenario import Scenario, check
from sim.scenario_file import load_scenario, presets

CLASSIC = Scenario()
LEVERS = levers_of(CLASSIC)


def today(levers):
    return {lever.name: lever.now for lever in levers}


@pytest.mark.parametrize("name", presets())
def test_todays_settings_are_among_those_of_each_lever_and_change_nothing(name):
    scenario = load_scenario(name)
    levers = levers_of(scenario)
    assert all(lever.now in lever.settings and len(set(lever.settings)) == len(lever.settings) for lever in levers)
    assert turned(scenario, levers, today(levers)) == scenario


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_a_lever_turns_what_it_is_called_by(lever):
    path = lever.name.removesuffix(".every_days")
    for setting in lever.settings:
        changed = turned(CLASSIC, LEVERS, today(LEVERS) | {lever.name: setting})
        differences = [one.path for one in difference(CLASSIC, changed)]
        pushed = [each for each in differences if lever.group == "boundaries" and each.endswith(".entry_dpd")]
        others = [each for each in differences if each not in pushed and not each.endswith("channels.order")]
        whole = path.rsplit(".", 1)[0]  # where a part is put in or taken out, the part is what differs
        assert all(each.startswith((path, whole)) for each in others), (setting, differences)
        assert bool(differences) == (setting != lever.now)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from([name for name in presets() if name != "no_contact"]))
def test_whatever_the_settings_the_policy_can_be_run(data, name):
    scenario = load_scenario(name)
    levers = levers_of(scenario)
    changed = turned(scenario, levers, {each.name: data.draw(st.sampled_from(each.settings)) for each in levers})
    check(changed)
    entries = [stage.entry_dpd for stage in changed.policy.stages]
    assert entries == sorted(set(entries))


def test_no_stage_and_no_hand_over_comes_after_the_latest_entry():
    levers = levers_of(CLASSIC, latest_entry=120)
    days = {each.name: each.settings for each in levers if each.group in ("boundaries", "agencies")}
    assert {"policy.stages.final.entry_dpd", "policy.placement.from_dpd"} <= set(days)
    assert max(day for settings in days.values() for day in settings if day is not None) == 106
    assert 181 in {each.name: each for each in LEVERS}["policy.stages.final.entry_dpd"].settings


def test_a_channel_that_nobody_could_use_is_no_lever():
    names = {lever.name for lever in LEVERS}
    assert "policy.stages.early.channels.phone.every_days" in names
    assert "policy.stages.final.channels.phone.every_days" not in names  # the final stage has no team
    assert not any("ai_call" in name for name in names)  # there are no lines
    with_lines = replace(CLASSIC, people=replace(CLASSIC.people, ai_lines=3))
    assert "policy.stages.mid.channels.ai_call.every_days" in {lever.name for lever in levers_of(with_lines)}


def test_a_channel_is_taken_out_and_put_in():
    by_name = {lever.name: lever for lever in LEVERS}
    without = by_name["policy.stages.early.channels.phone.every_days"].put(CLASSIC, OFF)
    assert [channel.kind for channel in without.policy.stages[0].channels] == ["sms"]
    with_letters = by_name["policy.stages.mid.channels.letter.every_days"].put(CLASSIC, 14)
    assert [(channel.kind, channel.every_days) for channel in with_letters.policy.stages[1].channels][-1] == (
        "letter",
        14,
    )


def test_only_the_groups_asked_for():
    assert {lever.group for lever in levers_of(CLASSIC, ("court", "plans"))} == {"court", "plans"}
    assert {lever.group for lever in LEVERS} == set(GROUPS)
    nobody = replace(CLASSIC, policy=Policy(), people=replace(CLASSIC.people, teams=()))
    assert {lever.group for lever in levers_of(nobody)} == {"plans", "worklist"}
