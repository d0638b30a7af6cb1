"""What a scenario file that is wrong is told: each message whole, and all of them at once."""

import pytest

from data.errors import InvalidScenario, UserError
from sim.scenario_file import load_scenario, presets, read_scenario

POLICY = "stages, stage_exceptions, trial, worklist, plan, discount, placement, litigation, charge_off_dpd, sale"
TOP = "policy, rules, behaviour, people, prices, population, changes, starts_on"


def told(text: str, **where: object) -> list[str]:
    with pytest.raises(InvalidScenario) as caught:
        read_scenario(text, "mine.toml", **where)
    assert isinstance(caught.value, UserError)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        # Spelling
        ("polcy = 1", f"mine.toml: there is no polcy. Did you mean “policy”? There are {TOP}."),
        ("policy.charge_of_dpd = 90", f"mine.toml: there is no policy.charge_of_dpd. Did you mean “charge_off_dpd”? There are {POLICY}."),
        ("policy.zzz = 90", f"mine.toml: there is no policy.zzz; there are {POLICY}."),
        ("[policy.stages.finale]\nentry_dpd = 61", "mine.toml: there is no policy.stages.finale; to add it, name it in “order”. Did you mean “final”? There are early, mid, final."),
        ('[policy.stages.early.channels]\norder = ["fone"]', "mine.toml: there is no policy.stages.early.channels.fone. Did you mean “phone”? There are phone, ai_call, sms, email, social, letter."),
        ('[policy.stages]\norder = ["early", "mid"]\n[policy.stages.final]\nentry_dpd = 61', "mine.toml: policy.stages.final says something, and “order” leaves it out; name it there, or take the section away."),
        ("[people.teams.mid]\nname = 'x'", "mine.toml: there is no people.teams.mid.name; there are headcount, shift_minutes, weekends, holidays, skill, skill_spread, hired_a_month, leaving_a_month, training_from_day, training_days, training_share, training_gain."),
        # Types and ranges
        ("policy.charge_off_dpd = 30", "mine.toml: policy.charge_off_dpd is 30; it must be a whole number from 31 to 3,600."),
        ("policy.charge_off_dpd = 90.5", "mine.toml: policy.charge_off_dpd is 90.5; it must be a whole number from 31 to 3,600."),
        ("policy.charge_off_dpd = true", "mine.toml: policy.charge_off_dpd is true; it must be a whole number from 31 to 3,600."),
        ('policy.charge_off_dpd = "90"', 'mine.toml: policy.charge_off_dpd is "90"; it must be a whole number from 31 to 3,600.'),
        ("behaviour.ai_kept = nan", "mine.toml: behaviour.ai_kept is nan; it must be a number from 0 to 2."),
        ("behaviour.ai_kept = inf", "mine.toml: behaviour.ai_kept is inf; it must be a number from 0 to 2."),
        ("policy.litigation.simplified = 1", "mine.toml: policy.litigation.simplified is 1; it must be true or false."),
        ('policy.worklist = "largest"', 'mine.toml: policy.worklist is "largest"; it must be one of days_past_due, balance, expected_recovery, broken_promise_first, oldest_contact_first.'),
        ("policy.stages.early.team = 7", "mine.toml: policy.stages.early.team is 7; it must be a text in quotes."),
        ("behaviour.promise = [0.5, 0.3, 2, 0.1]", "mine.toml: behaviour.promise is [0.5, 0.3, 2, 0.1]; it must be a list, each of it a number from 0 to 1."),
        ("behaviour.promise = 0.5", "mine.toml: behaviour.promise is 0.5; it must be a list, each of it a number from 0 to 1."),
        ('starts_on = "2025-01-01"', 'mine.toml: starts_on is "2025-01-01"; it must be a day, bare, as 2025-03-01.'),
        ("starts_on = 2025-01-01T10:00:00", "mine.toml: starts_on is 2025-01-01T10:00:00; it must be a day, bare, as 2025-03-01."),
        ('people.holidays = ["1 May"]', 'mine.toml: people.holidays is ["1 May"]; it must be a list, each of it a day, bare, as 2025-03-01.'),
        ("policy = 3", "mine.toml: policy is 3; it must be a section."),
        ("policy.plan = false", "mine.toml: policy.plan is false; it must be a section, or “none”."),
        ("policy.stages = 3", "mine.toml: policy.stages is 3; it must be sections by name, or a list of sections."),
        ("prices.court_fee = 3", "mine.toml: prices.court_fee is 3; it must be a list of sections."),
        ("changes = 3", "mine.toml: changes is 3; it must be a list of sections."),
        ('[policy.stages]\norder = ["early", "early"]', 'mine.toml: policy.stages.order is ["early", "early"]; it must be a list of names, each once.'),
        # What is new must say what has no default
        ('[policy.stages]\norder = ["early", "mid", "final", "legal"]', "mine.toml: policy.stages.legal is new and must say entry_dpd."),
        ("[[policy.stage_exceptions]]\nproduct = 'Car'", "mine.toml: policy.stage_exceptions.0 is new and must say stage, entry_dpd."),
        ("[[changes]]\npolicy.charge_off_dpd = 181", "mine.toml: changes.0 is new and must say day."),
        ("[[changes]]\nday = 0", "mine.toml: changes.0.day is 0; it must be a whole number from 1 to 36,500."),
        # Bases and files
        ("base = 3", "mine.toml: base is 3; it must be the name of a scenario, or a file."),
        ('base = "ai_frist"', f"There is no scenario “ai_frist”. Did you mean “ai_first”? There are {', '.join(presets())}."),
        ("policy = ", "mine.toml is not valid TOML: Invalid value (at end of document)."),
        # Several values together
        ("policy.stages.final.entry_dpd = 10", "mine.toml: policy.stages: “final” begins at 10 days past due, not after “mid” at 16."),
        ("policy.stages.final.entry_dpd = 16", "mine.toml: policy.stages: “final” begins at 16 days past due, not after “mid” at 16."),
        ("policy.stages.mid.channels.phone = { opens = 20, closes = 9 }", "mine.toml: policy.stages.mid.channels.phone: it opens at 20 and closes at 9; it must open before it closes."),
        ("policy.stages.mid.channels.sms.opens = 7", "mine.toml: policy.stages.mid.channels.sms: from 7 to 20 o'clock is outside 08:00–22:00 of the rule “cn.hours”."),
        ('policy.stages.mid.team = "night"', "mine.toml: policy.stages.mid.channels.phone: the stage's team “night” is none of people.teams (early, mid)."),
        ("people.teams.mid.headcount = 0", "mine.toml: policy.stages.mid.channels.phone: the team “mid” has nobody; give people.teams.mid.headcount a number above 0, or take the channel out."),
        ('policy.stages.early.channels.order = ["ai_call"]', "mine.toml: policy.stages.early.channels.ai_call: there are no lines for AI calls; give people.ai_lines a number above 0."),
        ('behaviour.messages.order = ["email", "social", "letter"]\npolicy.stages.mid.channels.order = []\npolicy.stages.final.channels.order = []', "mine.toml: policy.stages.early.channels.sms: behaviour.messages does not say what “sms” does."),
        ('policy.stages.order = ["all"]\npolicy.stages.all.entry_dpd = 1', "mine.toml: policy.stages.all: “all” cannot be the name of a stage."),
        ('rules.preset = "cnn"', "mine.toml: rules.preset: there are no rules “cnn”; there are cn, in, uk, us."),
        ('rules.off = ["cn.hours"]', "mine.toml: rules.off: “cn.hours” is a hard rule and cannot be turned off: Contact only between 08:00 and 22:00 of the borrower's local time, unless the borrower agreed to another hour."),
        ('rules.off = ["us.calls"]', "mine.toml: rules.off: there is no rule “us.calls” in “cn”; there are cn.hours, cn.talks_day, cn.dials_day, cn.third, cn.agency, cn.records."),
        ("behaviour.promise = [0.5, 0.3]", "mine.toml: behaviour.promise: it needs 4 values and has 2."),
        ("behaviour.reached_by_hour = [1.0]", "mine.toml: behaviour.reached_by_hour: it needs 24 values and has 1."),
        ("behaviour.part_paid = [0.6, 0.1]", "mine.toml: behaviour.part_paid is 0.6, 0.1; it must be two values, the lower first."),
        ("behaviour.fatigue = []", "mine.toml: behaviour.fatigue: it must have at least one value."),
        ("behaviour.cure_dpd = [1, 1]\nbehaviour.cure_odds = [0.1, 0.1]", "mine.toml: behaviour.cure_dpd is 1, 1; each must be more than the one before."),
        ("behaviour.cure_odds = [0.1]", "mine.toml: behaviour: 10 values in cure_dpd and 1 in cure_odds; there must be as many."),
        ("population.products.order = []", "mine.toml: population.products: somebody must be of one of them; give at least one a share above 0."),
        ("population.opening_to = 90", "mine.toml: population.opening_to is 90; it must be at least 181, where the last range of opening_from begins."),
        ("population.cases = 0", "mine.toml: population: nobody is late; give cases or entries_a_day a number above 0."),
        ('population.world = "book"', "mine.toml: population: the book is empty; give opening_loans or booked_a_month a number above 0."),
        ('people.rest_days = ["Caturday"]', "mine.toml: people.rest_days: “Caturday” is no weekday; weekdays are Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday."),
        ("[[prices.court_fee]]\nup_to = 100\nrate = 0\nadded = 1\n[[prices.court_fee]]\nup_to = 100\nrate = 0\nadded = 1", "mine.toml: prices.court_fee: the claims up to which its steps go must rise; they are 100.0, 100.0."),
        ("[[changes]]\nday = 9\n[[changes]]\nday = 9", "mine.toml: changes: their days must rise; they are 9, 9."),
        ("[[people.teams]]\nname = 'early'\n[[people.teams]]\nname = 'mid'\n[[people.teams]]\nname = 'mid'", "mine.toml: people.teams: each must have a name of its own, and none can be called “order”."),
        ("[[policy.stages.early.channels]]\nkind = 'sms'\n[[policy.stages.early.channels]]\nkind = 'sms'", "mine.toml: policy.stages.early.channels: one stands there twice; give it one section."),
        ("people.teams = { order = ['early', 'mid', 'ai'], ai = {} }", "mine.toml: people.teams: none can be “ai”: the lines for AI calls are called that."),
        ('policy.plan.reasons = ["poor"]', "mine.toml: policy.plan.reasons: there is no “poor”; there are forgot, income, overspending, hardship, dispute, avoiding."),
        ('policy.plan.segments = ["Rich"]', "mine.toml: policy.plan.segments: there is no “Rich”; there are Salaried, Self-employed, New to credit."),
        ("policy.plan = { from_dpd = 31, to_dpd = 20 }", "mine.toml: policy.plan: from_dpd is 31 and to_dpd is 20; the first must not be more."),
        ("policy.litigation.max_dpd = 90", "mine.toml: policy.litigation: min_dpd is 151 and max_dpd is 90; the first must not be more."),
        ("policy.placement.agencies.order = []", "mine.toml: policy.placement.agencies: none takes first placements; give one the tier 1 and a share above 0, or say policy.placement = “none”."),
        ("policy.placement.agencies.Harbour.commission = [0.1]", "mine.toml: policy.placement.agencies.Harbour: 4 values in commission_age and 1 in commission; there must be as many."),
        ("policy.placement.agencies.Harbour = { commission_age = [1], commission = [0.1] }", "mine.toml: policy.placement.agencies.Harbour.commission_age: the first age must be 0."),
        ("[[policy.stage_exceptions]]\nstage = 'later'\nentry_dpd = 9\nproduct = 'Car'", "mine.toml: policy.stage_exceptions: there is no “later”; there are early, mid, final."),
        ("[[policy.stage_exceptions]]\nstage = 'mid'\nentry_dpd = 9\nproduct = 'Boat'", "mine.toml: policy.stage_exceptions: there is no “Boat”; there are Personal, Car, Card."),
        ("[[policy.stage_exceptions]]\nstage = 'mid'\nentry_dpd = 9", "mine.toml: policy.stage_exceptions: one for “mid” says neither product nor segment; change the stage itself."),
        ("[[policy.stage_exceptions]]\nstage = 'mid'\nentry_dpd = 91\nproduct = 'Car'", "mine.toml: policy.stage_exceptions: for Car, “final” begins at 91 days past due, not after “mid” at 91."),
        ("[[policy.stage_exceptions]]\nstage = 'mid'\nentry_dpd = 9\nproduct = 'Car'\n[[policy.stage_exceptions]]\nstage = 'mid'\nentry_dpd = 9\nproduct = 'Car'", "mine.toml: policy.stage_exceptions: two of them are for the same loans in “mid”."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_key_what_was_found_and_what_may_be(text, says):
    assert told(text) == [says]


def test_everything_that_is_wrong_is_told_at_once():
    text = """
        charge_off = 3
        policy.charge_off_dpd = 3
        policy.stages.final.entry_dpd = 9
        people.teams.mid.headcount = -1
    """
    assert told(text) == [
        f"mine.toml: there is no charge_off; there are {TOP}.",
        "mine.toml: policy.charge_off_dpd is 3; it must be a whole number from 31 to 3,600.",
        "mine.toml: people.teams.mid.headcount is -1; it must be a whole number from 0 to 100,000.",
        "mine.toml: policy.stages: “final” begins at 9 days past due, not after “mid” at 16.",
    ]


def test_what_is_wrong_with_a_base_is_told_under_its_own_name(tmp_path):
    (tmp_path / "lower.toml").write_text("policy.charge_off_dpd = 3\n", encoding="utf-8")
    assert told('base = "lower.toml"\nprices.sms = -1', folder=tmp_path) == [
        "lower.toml: policy.charge_off_dpd is 3; it must be a whole number from 31 to 3,600.",
        "mine.toml: prices.sms is -1; it must be a number from 0 to 1,000.",
    ]


def test_what_a_later_policy_takes_over_is_wrong_only_once():
    assert told("policy.stages.final.entry_dpd = 9\n[[changes]]\nday = 5\npolicy.charge_off_dpd = 181") == [
        "mine.toml: policy.stages: “final” begins at 9 days past due, not after “mid” at 16."
    ]
    assert told("[[changes]]\nday = 5\npolicy.stages.final.entry_dpd = 9") == [
        "mine.toml: changes.0.policy.stages: “final” begins at 9 days past due, not after “mid” at 16."
    ]


def test_a_circle_of_bases_is_told_with_all_its_files(tmp_path):
    for name, base in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.toml").write_text(f'base = "{base}.toml"\n', encoding="utf-8")
    with pytest.raises(InvalidScenario) as caught:
        load_scenario(tmp_path / "a.toml")
    assert str(caught.value) == "A scenario cannot be its own base: a.toml → b.toml → c.toml → a.toml."


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path):
    with pytest.raises(InvalidScenario) as caught:
        load_scenario(tmp_path / "nothing.toml")
    assert str(caught.value) == f"The scenario {tmp_path / 'nothing.toml'} cannot be read: No such file or directory."
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidScenario) as caught:
        load_scenario(tmp_path / "odd.toml")
    assert str(caught.value) == f"{tmp_path / 'odd.toml'} is not text in UTF-8."
