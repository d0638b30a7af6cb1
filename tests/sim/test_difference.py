"""What differs between two scenarios, as data and in words computed from it."""

import ast
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings

import wording
from sim.difference import difference
from sim.difference_words import in_words
from sim.policy import Channel, Discount, Sale, Stage, StageException
from sim.scenario import Change, Scenario
from sim.scenario_file import load_scenario, presets, read_scenario
from tests.sim.scenarios import any_scenario, put

CLASSIC = Scenario()
SIM = Path(__file__).resolve().parents[2] / "sim"


PINNED = """
people.teams.mid.headcount = 8
behaviour.plan_kept = 0.86
prices.sms = 0.04
policy.plan = { from_dpd = 31, instalments = 6 }
policy.stages.mid.channels.phone = { every_days = 3, tries = 3 }
"""
"""Numbers of the classic operation that tests change, so that they stay as these expect when it is set anew."""


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """The base, and the scenario that a text makes of it."""
    folder = tmp_path_factory.mktemp("pinned")
    (folder / "base.toml").write_text(PINNED, encoding="utf-8")
    base = read_scenario(PINNED)

    def changed(text: str) -> tuple[Scenario, Scenario]:
        return base, read_scenario(f'base = "base.toml"\n{text}', folder=folder)

    return changed


def test_each_difference_says_where_it_was_what_it_is_and_in_which_unit(changed):
    found = difference(
        *changed("policy.stages.final.entry_dpd = 61\npeople.teams.mid.headcount = 10\npeople.ai_lines = 4")
    )
    assert [(one.path, one.before, one.after, one.unit) for one in found] == [
        ("policy.stages.final.entry_dpd", 91, 61, "days past due"),
        ("people.teams.mid.headcount", 8, 10, "people"),
        ("people.ai_lines", 0, 4, "lines"),
    ]
    assert difference(CLASSIC, Scenario()) == ()


def test_items_that_came_went_or_moved_are_differences():
    after = read_scenario('policy.stages.early.channels.order = ["email", "phone"]')
    sms, email = CLASSIC.policy.stages[0].channels[1], Channel("email")
    found = [(one.path, one.before, one.after) for one in difference(CLASSIC, after)]
    assert found == [
        ("policy.stages.early.channels.sms", sms, None),
        ("policy.stages.early.channels.email", None, email),
        ("policy.stages.early.channels.order", ("phone", "sms"), ("email", "phone")),
    ]


@settings(max_examples=60, deadline=None)
@given(any_scenario(), any_scenario())
def test_two_scenarios_differ_in_words_exactly_when_they_differ(before, after):
    assert bool(difference(before, after)) == (before != after)
    said = [str(clause) for clause in in_words(before, after)]
    assert bool(said) == (before != after)
    assert all(text and "{" not in text.replace("{…}", "") for text in said)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("policy.stages.final.entry_dpd = 61", ["The final stage begins at 61 instead of 91 days past due"]),
        ("people.teams.mid.headcount = 10", ["2 more collectors in the mid team (10 instead of 8)"]),
        ("people.teams.mid.headcount = 9", ["1 more collector in the mid team (9 instead of 8)"]),
        ("people.teams.mid.headcount = 7", ["1 collector fewer in the mid team (7 instead of 8)"]),
        ("people.ai_lines = 1200", ["1,200 more lines for AI calls (1,200 instead of 0)"]),
        ("policy.stages.mid.channels.phone.every_days = 1", ["In the mid stage, phone calls: every day instead of every 3 days"]),
        ("policy.stages.mid.channels.phone.every_days = 2", ["In the mid stage, phone calls: every 2 days instead of every 3"]),
        ("policy.stages.mid.channels.phone.tries = 1", ["In the mid stage, phone calls: Dials at most at one touch, until the borrower is reached: 1 instead of 3"]),
        ('policy.stages.early.channels.order = ["sms"]', ["The early stage does without this channel: phone calls"]),
        ('policy.stages.early.channels.order = ["sms", "phone"]', ["The channels of the early stage are, in this order: text messages, phone calls"]),
        ('policy.stages.early.channels = { order = ["phone", "sms", "letter"], letter = { every_days = 30 } }', ["The early stage has one channel more: letters, every 30 days, 9–20 h"]),
        ('policy.stages.order = ["early", "mid"]', ["There is no final stage"]),
        ("policy.stages.order = []", ["Nobody is contacted: there are no stages"]),
        ('policy.stages = { order = ["early", "mid", "final", "legal"], legal = { entry_dpd = 200, channels.order = ["letter"] } }', ["A new stage, legal, begins on day 200 past due; its channels: letters"]),
        ('policy.stages.early.team = "mid"', ["The mid team makes the phone calls of the early stage instead of the early team"]),
        ("[[policy.stage_exceptions]]\nstage = 'mid'\nentry_dpd = 10\nproduct = 'Car'\nsegment = 'Salaried'", ["For Car Salaried, the mid stage begins at 10 days past due"]),
        ('policy.worklist = "balance"', ["Who comes first when not all can be called: the largest balance instead of the longest overdue"]),
        ('policy.plan = "none"', ["No instalment plans are offered"]),
        ("policy.plan.reasons = []", ["Instalment plans are offered to: everybody; until now to: those in hardship"]),
        ("policy.plan.forgiven_interest = 0.5", ["Instalment plans forgive 50\u202f% of the interest due instead of 0\u202f%"]),
        ("[policy.discount]\nshare_forgiven = 0.45", ["Settlements that forgive 45\u202f% are offered from 181 days past due"]),
        ('policy.placement = "none"', ["No loans are placed with agencies"]),
        ("policy.placement.from_dpd = 61", ["Loans are placed with agencies from 61 instead of 91 days past due"]),
        ("policy.placement.agencies.Harbour.recall_days = 90", ["Loans are recalled from Harbour after 90 instead of 180 days"]),
        ('policy.placement.agencies.order = ["North Star", "Second Look"]', ["Nothing is placed with the agency Harbour"]),
        ('policy.litigation = "none"', ["Nobody is sued"]),
        ("policy.litigation.min_balance = 5000", ["Borrowers are sued from a principal of 5,000 instead of 10,000"]),
        ("policy.litigation.filings_a_month = 39", ["1 suit fewer can be filed a month (39 instead of 40)"]),
        ("policy.charge_off_dpd = 181", ["Loans are charged off at 181 instead of 361 days past due"]),
        ('policy.sale = "none"', ["No charged-off loans are sold"]),
        ("policy.sale.price = 0.09", ["Charged-off loans are sold for 9\u202f% instead of 7\u202f% of their principal"]),
        ('rules.preset = "us"', ["The rules of conduct are “us” instead of “cn”"]),
        ('rules.off = ["cn.dials_day"]', ["The rule cn.dials_day is not kept: At most six unanswered dials to the same number a day"]),
        ('people.teams = { order = ["early", "mid", "late"], late = { headcount = 3 } }', ["A new team, late, of 3 collectors"]),
        ("people.teams.early = { training_days = 3, training_from_day = 20, training_share = 0.5, training_gain = 1.1 }", ["50\u202f% of the early team are trained for 3 days from day 20 on, which multiplies their skill by 1.1"]),
        ("people.teams.early.weekends = false", ["Works on rest days: no instead of yes (people.teams.early.weekends)"]),
        ("prices.sms = 0.05", ["A text message: 0.05 instead of 0.04 money (prices.sms)"]),
        ("behaviour.plan_kept = 0.9", ["Plan instalments that are paid; the first one missed ends the plan: 90\u202f% instead of 86\u202f% (behaviour.plan_kept)"]),
        ("people.holidays = [2025-10-01]", ["Days on which only those who work holidays work: 2025-10-01 instead of none (people.holidays)"]),
        ("[[changes]]\nday = 181\npolicy.sale = 'none'\npolicy.stages.final.entry_dpd = 61", ["From day 181 on: The final stage begins at 61 instead of 91 days past due", "From day 181 on: No charged-off loans are sold"]),
        ("[[changes]]\nday = 181", ["From day 181 on: the same policy"]),
        ("policy.charge_off_dpd = 181\npeople.teams.mid.headcount = 10", ["Loans are charged off at 181 instead of 361 days past due", "2 more collectors in the mid team (10 instead of 8)"]),
    ],
)  # fmt: skip
def test_the_words_say_what_differs(changed, text, says):
    assert [str(clause) for clause in in_words(*changed(text))] == says


def test_what_is_turned_on_and_off_is_said_from_either_side(changed):
    base, _same = changed("")
    without = replace(base, policy=replace(base.policy, plan=None, placement=None, litigation=None, sale=None))
    assert [str(clause) for clause in in_words(without, base)] == [
        "Plans of 6 instalments are offered from 31 days past due to: those in hardship",
        "Loans are placed with agencies from 91 days past due",
        "Borrowers are sued from 151 days past due",
        "25\u202f% of the charged-off loans are sold each quarter from 361 days past due, for 7\u202f% of their principal",
    ]


@pytest.mark.parametrize("name", [name for name in presets() if name != "classic"])
def test_the_words_of_each_preset_are_there_in_english_and_in_chinese(name):
    clauses = in_words(CLASSIC, load_scenario(name))
    assert clauses
    wording.set_language("zh")
    try:
        chinese = [wording.told(clause) for clause in clauses]
    finally:
        wording.set_language("en")
    assert [wording.told(clause) for clause in clauses] == [str(clause) for clause in clauses]
    assert all(any("一" <= sign <= "鿿" for sign in text) for text in chinese), chinese


def test_chinese_says_it_in_chinese_and_leaves_the_names_that_a_lender_gave(changed):
    text = (
        'policy.stages = { order = ["early", "mid", "final", "legal"], final.entry_dpd = 61, legal.entry_dpd = 200 }\n'
        'people.teams.mid.headcount = 10\npolicy.worklist = "balance"'
    )
    wording.set_language("zh")
    try:
        assert [wording.told(clause) for clause in in_words(*changed(text))] == [
            "后端阶段从逾期 91 天改为逾期 61 天开始",
            "新增legal阶段，自逾期第 200 天开始；渠道：无",
            "无法全部拨打时的先后次序：由逾期最久者优先改为余额最大者优先",
            "中端团队增加 2 名催收员（由 8 名增至 10 名）",
        ]
    finally:
        wording.set_language("en")


def literal_texts() -> set[str]:
    """The templates that the code says: of `said` and `counted`, and units and meanings of parameters."""
    found = set()
    for file in SIM.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("said", "counted"):
                texts = call.args[: 1 if call.func.id == "said" else 2]
                found |= {text.value for text in texts if isinstance(text, ast.Constant)}
    return found


def described() -> set[str]:
    """Units and meanings of all parameters, from the metadata."""
    found, todo = set(), [CLASSIC, StageException("a", 1), Discount(), Change(1), Sale()]
    while todo:
        part = todo.pop()
        for each in fields(part):
            value = getattr(part, each.name)
            found |= {each.metadata["unit"], each.metadata["meaning"]} - {""}
            todo += [item for item in (value if isinstance(value, tuple) else (value,)) if is_dataclass(item)]
    return found


def test_every_text_of_a_scenario_is_in_the_template_and_has_chinese_words():
    texts = literal_texts() | described()
    assert len(texts) > 200
    with wording.TEMPLATE.open("rb") as file:
        template = {
            text for message in read_po(file) for text in ([message.id] if isinstance(message.id, str) else message.id)
        }
    assert texts - template == set()
    with (wording.CATALOGUES / "zh" / "LC_MESSAGES" / "recoup.po").open("rb") as file:
        chinese = {}
        for message in read_po(file, locale="zh"):
            for text in [message.id] if isinstance(message.id, str) else message.id:
                chinese[text] = message.string if isinstance(message.string, str) else message.string[0]
    assert {text for text in texts if not chinese.get(text)} == set()
    for text in texts:
        names = {name.partition("}")[0] for name in text.split("{")[1:]}
        assert names - {"n"} <= {name.partition("}")[0] for name in chinese[text].split("{")[1:]}, text


def test_a_difference_is_found_wherever_it_is_put():
    for path, value in [
        (("starts_on",), date(2026, 1, 1)), (("policy", "stages", 0), Stage("early", 1)), (("behaviour", "fatigue"), (1.0,)),
        (("prices", "court_fee", 0, "added"), 60.0),
    ]:  # fmt: skip
        assert difference(CLASSIC, put(CLASSIC, path, value)), path
