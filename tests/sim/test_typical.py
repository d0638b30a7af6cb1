"""The typical questions: each can be asked of any operation, says what it changes, and can be written and read back."""

import pytest

from sim.demo_scenario import AFTER, PEOPLE
from sim.difference_words import in_words
from sim.scenario import Scenario, check
from sim.scenario_file import load_scenario, presets, read_scenario, write_scenario
from sim.typical import HAND_OVER_DPD, QUESTIONS

OPERATIONS = [
    Scenario(),
    Scenario(policy=AFTER, people=PEOPLE),
    *(load_scenario(name) for name in presets() if name != "no_contact"),
]


@pytest.mark.parametrize("code", QUESTIONS)
@pytest.mark.parametrize("at", range(len(OPERATIONS)))
def test_a_question_can_be_asked_of_any_operation(code, at):
    before = OPERATIONS[at]
    after = QUESTIONS[code].ask(before)
    check(after)
    assert read_scenario(write_scenario(after)) == after
    assert bool(in_words(before, after)) == (before != after)
    assert QUESTIONS[code].ask(after) == after or code in ("more_people", "sue")
    assert str(QUESTIONS[code].finding(before))


def test_they_say_what_they_do():
    hand_over = QUESTIONS["hand_over"].ask(Scenario()).policy
    assert hand_over.stages[-1].entry_dpd == hand_over.placement.from_dpd == HAND_OVER_DPD
    assert str(QUESTIONS["hand_over"].finding(Scenario())) == "Handing over after 60 days instead of 90"
    more = QUESTIONS["more_people"].ask(Scenario())
    assert sum(team.headcount for team in more.people.teams) == sum(t.headcount for t in Scenario().people.teams) + 10
    first = QUESTIONS["messages_first"].ask(Scenario()).policy.stages
    assert [channel.kind for channel in first[0].channels] == ["sms"]
    assert first[1].entry_dpd == 4
    sell = QUESTIONS["sell"].ask(Scenario()).policy
    assert (sell.charge_off_dpd, sell.sale.from_dpd, sell.sale.share) == (181, 181, 1.0)
    assert QUESTIONS["sue"].ask(Scenario()).policy.litigation.min_balance == 5_000  # 10,000 it is already
