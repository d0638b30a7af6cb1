"""Scenarios as files: what a file states, bases of bases, and what is written is read back exactly."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings

from data.errors import InvalidScenario
from sim.consistency import contradictions
from sim.idle import idle
from sim.no_contact import without_contact
from sim.policy import Agency, Channel, Discount, Placement, Plan, Stage
from sim.scenario import Change, Scenario
from sim.scenario_file import load_scenario, presets, read_scenario, write_scenario
from tests.sim.scenarios import any_scenario, put

CLASSIC = Scenario()


def test_an_empty_file_is_the_classic_operation():
    assert read_scenario("") == read_scenario('base = "classic"') == load_scenario("classic") == CLASSIC


def test_a_file_changes_what_it_states_and_keeps_the_rest():
    scenario = read_scenario("""
        starts_on = 2026-03-01
        [policy]
        charge_off_dpd = 181
        [policy.stages.final]
        entry_dpd = 61
        [policy.stages.mid.channels.phone]
        every_days = 2
        [people.teams.mid]
        headcount = 12
        [behaviour.court]
        won = 0.9
    """)
    expected = put(CLASSIC, ("policy", "charge_off_dpd"), 181)
    expected = put(expected, ("policy", "stages", 2, "entry_dpd"), 61)
    expected = put(expected, ("policy", "stages", 1, "channels", 3, "every_days"), 2)
    expected = put(expected, ("people", "teams", 1, "headcount"), 12)
    expected = put(expected, ("behaviour", "court", "won"), 0.9)
    assert scenario == replace(expected, starts_on=date(2026, 3, 1))
    assert Scenario() == CLASSIC


def test_whole_numbers_are_numbers_where_numbers_with_a_point_are_asked_for():
    price = read_scenario("prices.sms = 1").prices.sms
    assert (price, type(price)) == (1.0, float)


def test_items_are_added_dropped_and_put_in_order_by_name():
    scenario = read_scenario("""
        [policy.stages]
        order = ["first", "early", "final"]
        [policy.stages.first]
        entry_dpd = 1
        channels = { order = ["letter", "sms"], letter = { every_days = 30 } }
        [policy.stages.early]
        entry_dpd = 5
        channels.order = ["sms", "phone"]
    """)
    first, early, final = scenario.policy.stages
    assert first == Stage("first", 1, (Channel("letter", every_days=30), Channel("sms")))
    assert early == Stage("early", 5, CLASSIC.policy.stages[0].channels[::-1], "early")
    assert final == CLASSIC.policy.stages[2]


def test_a_list_of_sections_states_all_of_it():
    scenario = read_scenario("""
        [[policy.placement.agencies]]
        name = "Only"
        [[policy.stage_exceptions]]
        stage = "mid"
        entry_dpd = 10
        product = "Car"
    """)
    assert scenario.policy.placement == Placement(agencies=(Agency("Only"),))
    (exception,) = scenario.policy.stage_exceptions
    assert (exception.stage, exception.entry_dpd, exception.product, exception.segment) == ("mid", 10, "Car", "")


def test_a_part_that_may_be_absent_is_turned_on_and_off():
    assert read_scenario('policy.plan = "none"').policy.plan is None
    assert read_scenario("[policy.discount]").policy.discount == Discount()
    assert read_scenario("policy.plan.instalments = 9").policy.plan == Plan(instalments=9)


def test_later_policies_state_what_differs_from_the_one_before(tmp_path):
    text = """
        policy.charge_off_dpd = 181
        [[changes]]
        day = 100
        policy.sale = "none"
        [[changes]]
        day = 200
        policy.plan.instalments = 3
    """
    policy = replace(CLASSIC.policy, charge_off_dpd=181)
    unsold = replace(policy, sale=None)
    changes = (Change(100, unsold), Change(200, replace(unsold, plan=Plan(instalments=3))))
    assert read_scenario(text) == replace(CLASSIC, policy=policy, changes=changes)
    (tmp_path / "base.toml").write_text(text, encoding="utf-8")
    assert read_scenario('base = "base.toml"\nchanges = []', folder=tmp_path).changes == ()


def test_a_base_may_be_a_file_beside_and_have_a_base_itself(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "lowest.toml").write_text(
        'base = "no_contact"\npolicy.charge_off_dpd = 181\n', encoding="utf-8"
    )
    (tmp_path / "middle.toml").write_text('base = "below/lowest.toml"\nprices.sms = 0.05\n', encoding="utf-8")
    (tmp_path / "top.toml").write_text('\ufeffbase = "middle.toml"\nprices.email = 0.01\n', encoding="utf-8")
    top = load_scenario(tmp_path / "top.toml")
    assert (top.policy.stages, top.policy.charge_off_dpd, top.prices.sms, top.prices.email) == ((), 181, 0.05, 0.01)


@settings(max_examples=70, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(any_scenario())
def test_a_scenario_that_is_written_is_read_back_exactly(scenario):
    assume(not [*contradictions(scenario), *idle(scenario)])
    assert read_scenario(write_scenario(scenario)) == scenario


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(any_scenario())
def test_a_scenario_is_read_back_from_what_differs_from_any_preset(scenario):
    assume(not [*contradictions(scenario), *idle(scenario)])
    for base in ("ai_first", "no_contact"):
        assert read_scenario(write_scenario(scenario, base)) == scenario


def test_only_what_differs_is_written():
    assert write_scenario(CLASSIC) == 'base = "classic"\n'
    later = put(CLASSIC, ("policy", "stages", 2, "entry_dpd"), 61)
    assert write_scenario(later) == 'base = "classic"\n\n[policy.stages.final]\nentry_dpd = 61\n'


@pytest.mark.parametrize("name", presets())
def test_each_preset_states_only_differences_and_can_be_run(name):
    scenario = load_scenario(name)
    assert [*contradictions(scenario), *idle(scenario)] == []
    assert (scenario == CLASSIC) == (name == "classic")
    assert read_scenario(write_scenario(scenario)) == scenario


def test_there_is_a_preset_for_each_lever():
    assert presets()[0] == "classic"
    assert {
        "early_later", "messages_first", "ai_first", "more_people", "trained", "earlier_court", "agencies_sooner", "no_contact",
        "plans_for_hardship", "us_rules", "sell_at_180",
    } <= set(presets())  # fmt: skip


def test_the_presets_are_what_they_are_called():
    def teams(name: str) -> dict[str, int]:
        return {team.name: team.headcount for team in load_scenario(name).people.teams}

    assert {name: 2 * people for name, people in teams("more_people").items()} == {
        name: 3 * people for name, people in teams("classic").items()
    }
    assert sum(teams("messages_first").values()) == sum(teams("classic").values())
    assert load_scenario("no_contact") == without_contact(CLASSIC)
    assert (
        load_scenario("sell_at_180").policy.charge_off_dpd == load_scenario("sell_at_180").policy.sale.from_dpd == 181
    )
    assert load_scenario("us_rules").rules.preset == "us"
    assert load_scenario("earlier_court").policy.litigation.min_dpd < CLASSIC.policy.litigation.min_dpd
    assert load_scenario("early_later").policy.stages[0].entry_dpd > CLASSIC.policy.stages[0].entry_dpd
    assert load_scenario("agencies_sooner").policy.placement.from_dpd < CLASSIC.policy.placement.from_dpd
    assert load_scenario("plans_for_hardship").policy.plan.from_dpd < CLASSIC.policy.plan.from_dpd
    assert "ai_call" in {channel.kind for channel in load_scenario("ai_first").policy.stages[0].channels}
    assert load_scenario("trained").people.teams[1].training_days > 0


def test_no_contact_leaves_the_borrowers_and_what_is_charged_off_and_sold(tmp_path):
    scenario = load_scenario("ai_first")
    alone = without_contact(scenario)
    assert (alone.policy.stages, alone.people.teams, alone.people.ai_lines, alone.changes) == ((), (), 0, ())
    assert (alone.policy.plan, alone.policy.discount, alone.policy.placement, alone.policy.litigation) == (None,) * 4
    assert (alone.behaviour, alone.population, alone.policy.sale) == (
        scenario.behaviour,
        scenario.population,
        scenario.policy.sale,
    )
    later = replace(scenario, changes=(Change(90, replace(scenario.policy, charge_off_dpd=181)),))
    assert [change.policy.charge_off_dpd for change in without_contact(later).changes] == [181]
    assert without_contact(later).changes[0].policy.stages == ()


def test_an_invalid_base_cannot_be_written_against():
    with pytest.raises(InvalidScenario, match="There is no scenario “clasic”"):
        write_scenario(CLASSIC, "clasic")
