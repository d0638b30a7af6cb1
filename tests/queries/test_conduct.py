"""Conduct: counters per debtor, edges of hours, windows across months, and what a file does not say."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from data.errors import InvalidSettings
from data.rules import InvalidRules, Rule, presets, read_rules
from data.settings import Settings, read_settings, write_settings
from queries import Filters, NeedsData
from tests.events_placements import assert_rows, import_tables
from tests.oracle_conduct import conduct, random_actions
from tests.small_books import FEB, JAN, MAR, loan
from tests.snapshots import Row, random_book

BOOK = [loan(name, month, 20) for name in "abc" for month in (JAN, FEB)]
US = 'rules = "us"'
DAY = datetime(2024, 2, 15)


def call(loan_id: str, at: datetime, connected: bool | None = False, **more) -> dict:
    return {"loan_id": loan_id, "acted_at": at, "channel": "phone", "connected": connected} | more


def calls(loan_id: str, day: datetime, count: int, connected: bool | None = False, **more) -> list[dict]:
    """So many calls on a day, a minute apart, from nine o'clock on."""
    return [call(loan_id, day + timedelta(hours=9, minutes=at), connected, **more) for at in range(count)]


def rule(reader, name: str, month: date = FEB) -> tuple[int, int, int]:
    """(judged, breaches, debtors) of a rule."""
    rows = reader.ask("conduct", Filters(month=month)).to_dicts()
    (row,) = [row for row in rows if row["rule"] == name]
    return row["judged"], row["breaches"], row["debtors"]


# --- hours ---------------------------------------------------------------------------------------


CLOCKS = ("00:00:00", "07:59:59", "08:00:00", "20:59:59", "21:00:00", "21:00:01", "21:59:59", "22:00:00", "23:59:59")


@pytest.mark.parametrize(
    ("settings", "name", "permitted"),
    [
        ("", "cn.hours", {"08:00:00", "20:59:59", "21:00:00", "21:00:01", "21:59:59"}),
        (US, "us.hours", {"08:00:00", "20:59:59", "21:00:00"}),
    ],
)
def test_hours_begin_with_their_first_second_and_in_the_united_states_end_after_their_last(
    read_tables, settings, name, permitted
):
    """At 22:00:00 the night begins in China; in the United States 21:00:00 is not yet after nine."""
    acts = [call("a", datetime.fromisoformat(f"2024-02-15 {clock}"), owner=clock) for clock in CLOCKS]
    reader = read_tables(BOOK, settings=settings, action=acts)
    outside = {
        row["owner"]: row["breaches"] for row in reader.ask("conduct", by="owner").to_dicts() if row["rule"] == name
    }
    assert outside == {clock: int(clock not in permitted) for clock in CLOCKS}


def test_a_file_that_knows_days_only_is_not_judged_by_hours(read_tables):
    reader = read_tables(BOOK, action=[call("a", DAY), call("b", DAY + timedelta(days=1))])
    assert rule(reader, "cn.hours") == (0, 0, 0)
    (row,) = [row for row in reader.ask("conduct").to_dicts() if row["rule"] == "cn.hours"]
    assert row["rate"] is None
    assert reader.ask("conduct_hours")["hour"].to_list() == [None, None]


def test_a_letter_has_no_hour_and_a_message_has(read_tables):
    night = DAY + timedelta(hours=3)
    acts = [{"loan_id": "a", "acted_at": night, "channel": channel} for channel in ("letter", "court", "sms", "visit")]
    assert rule(read_tables(BOOK, action=acts), "cn.hours") == (2, 2, 1)


def test_hours_are_counted_by_weekday_and_hour(read_tables):
    """2024-02-15 is a Thursday."""
    acts = [
        call("a", DAY + timedelta(hours=9)),
        call("b", DAY + timedelta(hours=9, minutes=59)),
        call("a", DAY + timedelta(hours=23)),
    ]
    acts.append({"loan_id": "a", "acted_at": DAY + timedelta(hours=9), "channel": "letter"})
    expected = [
        {"weekday": 4, "hour": 9, "channel": None, "owner": None, "attempts": 2, "outside": 0, "share": 0.5},
        {"weekday": 4, "hour": 23, "channel": None, "owner": None, "attempts": 1, "outside": 1, "share": 0.25},
        {"weekday": 4, "hour": None, "channel": None, "owner": None, "attempts": 1, "outside": None, "share": 0.25},
    ]
    reader = read_tables(BOOK, action=acts)
    assert_rows(reader.ask("conduct_hours"), expected, ["weekday", "hour", "channel", "owner"])
    by_channel = reader.ask("conduct_hours", by="channel").to_dicts()
    assert {(row["channel"], row["hour"]): row["attempts"] for row in by_channel} == {
        ("phone", 9): 2,
        ("phone", 23): 1,
        ("letter", None): 1,
    }


# --- counters ------------------------------------------------------------------------------------


def test_three_conversations_and_six_unanswered_dials_a_day_are_allowed_and_those_beyond_are_breaches(read_tables):
    day = timedelta(days=1)
    talks = [*calls("a", DAY, 3, True), *calls("b", DAY, 4, True), *calls("c", DAY, 6, True)]
    dials = [*calls("a", DAY + day, 6), *calls("b", DAY + day, 7)]
    reader = read_tables(BOOK, action=talks + dials)
    assert rule(reader, "cn.talks_day") == (13, 0 + 1 + 3, 2)
    assert rule(reader, "cn.dials_day") == (13, 0 + 1, 1)


def test_loans_of_one_customer_channels_and_agencies_are_counted_together(read_tables):
    rows = [replace(row, customer_id="C1" if row.loan_id in "ab" else None) for row in BOOK]
    talks = [
        *calls("a", DAY, 1, True, owner="in-house"),
        *calls("b", DAY + timedelta(hours=1), 2, True, owner="agency"),
        *[act | {"channel": "ai_call"} for act in calls("a", DAY + timedelta(hours=2), 1, True, owner="robot")],
        *calls("c", DAY, 3, True, owner="in-house"),
    ]
    reader = read_tables(rows, action=talks)
    assert rule(reader, "cn.talks_day") == (7, 1, 1)
    by_owner = {
        row["owner"]: row for row in reader.ask("conduct", by="owner").to_dicts() if row["rule"] == "cn.talks_day"
    }
    assert {owner: row["breaches"] for owner, row in by_owner.items()} == {"in-house": 0, "agency": 0, "robot": 1}


def test_a_customer_that_only_the_table_of_loans_names_counts_as_one_debtor(read_tables):
    loans = [{"loan_id": "a", "customer_id": "C1"}, {"loan_id": "b", "customer_id": "C1"}]
    reader = read_tables(
        BOOK, loan=loans, action=[*calls("a", DAY, 2, True), *calls("b", DAY + timedelta(hours=1), 2, True)]
    )
    assert rule(reader, "cn.talks_day") == (4, 1, 1)


def test_a_customer_and_a_loan_of_the_same_name_are_two_debtors(read_tables):
    rows = [replace(row, customer_id="b" if row.loan_id == "a" else None) for row in BOOK]
    reader = read_tables(rows, action=[*calls("a", DAY, 2, True), *calls("b", DAY + timedelta(hours=1), 2, True)])
    assert rule(reader, "cn.talks_day") == (4, 0, 0)


def test_a_day_ends_at_midnight(read_tables):
    late = [call("a", DAY + timedelta(hours=23, minutes=50 + at), True) for at in range(3)]
    early = [call("a", DAY + timedelta(hours=24, minutes=at), True) for at in range(3)]
    assert rule(read_tables(BOOK, action=late + early), "cn.talks_day") == (6, 0, 0)


def test_a_conversation_with_somebody_else_is_none_with_the_debtor(read_tables):
    acts = calls("a", DAY, 5, True, right_party=False, third_party=True)
    reader = read_tables(BOOK, action=acts)
    assert rule(reader, "cn.talks_day") == (0, 0, 0)
    assert rule(reader, "cn.third") == (5, 5, 1)


def test_what_the_file_does_not_say_is_not_judged(read_tables):
    reader = read_tables(BOOK, action=calls("a", DAY, 9, None))
    for name in ("cn.talks_day", "cn.dials_day", "cn.third"):
        assert rule(reader, name) == (0, 0, 0)


def test_seven_calls_in_seven_days_are_allowed_also_across_the_end_of_a_month(read_tables):
    """Seven calls on January 29; an eighth on February 4 is in the same seven days, on February 5 it is not."""
    first = datetime(2024, 1, 29)
    acts = [*calls("a", first, 7), *calls("a", first + timedelta(days=6), 1)]
    acts += [*calls("b", first, 7), *calls("b", first + timedelta(days=7), 1)]
    reader = read_tables(BOOK, settings=US, action=acts)
    assert rule(reader, "us.calls", JAN) == (14, 0, 0)
    assert rule(reader, "us.calls", FEB) == (2, 1, 1)


def test_seven_days_are_seven_days_wherever_they_lie(read_tables):
    """One call a day for a month is never too much; two on every other day are, from the eighth in seven days on."""
    daily = [call("a", datetime(2024, 2, 1 + day, 10)) for day in range(29)]
    twice = [call("b", datetime(2024, 2, 1 + day, hour)) for day in range(0, 14, 2) for hour in (10, 11)]
    assert rule(read_tables(BOOK, settings=US, action=daily + twice), "us.calls") == (43, 4, 1)


def test_the_rule_per_debt_counts_the_loans_of_a_customer_apart(read_tables):
    rows = [replace(row, customer_id="C1") for row in BOOK]
    reader = read_tables(rows, settings=US, action=[*calls("a", DAY, 5), *calls("b", DAY, 5)])
    assert rule(reader, "us.calls") == (10, 0, 0)


def test_after_a_conversation_there_is_quiet_for_seven_days_of_which_it_is_the_first(read_tables):
    """A conversation on January 29, and a call later that day, on the next, on February 4 and on February 5."""
    talk, owners = datetime(2024, 1, 29, 10), {"a": 0, "b": 1, "c": 6, "d": 7}
    acts = [call(name, talk, True, owner="talk") for name in owners]
    acts += [call(name, talk + timedelta(days=days, hours=1), owner=name) for name, days in owners.items()]
    reader = read_tables([*BOOK, loan("d", JAN, 20)], settings=US, action=acts)
    rows = [row for row in reader.ask("conduct", by="owner").to_dicts() if row["rule"] == "us.after_talk"]
    assert {row["owner"]: row["breaches"] for row in rows} == {"talk": 0, "a": 1, "b": 1, "c": 1, "d": 0}


def test_a_call_before_the_conversation_is_none_after_it(read_tables):
    acts = [call("a", DAY + timedelta(hours=9)), call("a", DAY + timedelta(hours=10), True)]
    assert rule(read_tables(BOOK, settings=US, action=acts), "us.after_talk") == (2, 0, 0)


def test_a_month_of_attempts_without_a_snapshot_is_judged_too(read_tables):
    acts = calls("a", datetime(2024, 3, 5), 4, True)
    assert rule(read_tables(BOOK, action=acts), "cn.talks_day", MAR) == (4, 1, 1)


def test_a_restated_month_changes_the_window_of_the_month_after(read_tables, tmp_path, open_book):
    first = datetime(2024, 1, 29)
    after = calls("a", first + timedelta(days=4), 1)
    read_tables(BOOK, settings=US, action=[*calls("a", first, 3), *after])
    assert rule(open_book(tmp_path / "book"), "us.calls") == (1, 0, 0)
    import_tables(tmp_path / "book", [], action=calls("a", first, 7))
    assert rule(open_book(tmp_path / "book"), "us.calls") == (1, 1, 1)


def test_another_preset_judges_the_same_book_by_other_rules(read_tables, tmp_path, open_book):
    read_tables(BOOK, action=calls("a", DAY, 8))
    names = set(open_book(tmp_path / "book").ask("conduct")["rule"])
    assert names == {"cn.hours", "cn.talks_day", "cn.dials_day", "cn.third"}
    import_tables(tmp_path / "book", BOOK[:1], settings=US)
    reader = open_book(tmp_path / "book")
    assert set(reader.ask("conduct")["rule"]) == {"us.hours", "us.calls", "us.after_talk"}
    assert rule(reader, "us.calls") == (8, 1, 1)
    assert set(reader.ask("rules")["rule"]) == {"us.hours", "us.calls", "us.after_talk", "us.optout", "us.timebar"}


# --- complaints ----------------------------------------------------------------------------------


def test_complaints_are_set_against_contacts(read_tables):
    acts = [call("a", DAY + timedelta(minutes=at), at < 40, complaint=at in (1, 45)) for at in range(50)]
    (row,) = read_tables(BOOK, action=acts).ask("complaints").to_dicts()
    assert (row["attempts"], row["contacts"], row["complaints"], row["per_thousand"]) == (50, 40, 2, 50)
    assert row["small"] is False


def test_complaints_that_nobody_writes_down_are_unknown_and_not_zero(read_tables):
    (row,) = read_tables(BOOK, action=calls("a", DAY, 2, True)).ask("complaints").to_dicts()
    assert (row["contacts"], row["complaints"], row["per_thousand"], row["small"]) == (2, None, None, True)


def test_no_contact_gives_no_rate(read_tables):
    (row,) = read_tables(BOOK, action=calls("a", DAY, 2, complaint=True)).ask("complaints").to_dicts()
    assert (row["contacts"], row["complaints"], row["per_thousand"]) == (0, 2, None)


# --- any book ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seed", "country"), [(1, "cn"), (2, "us"), (3, "cn"), (4, "us")])
def test_any_book_agrees_with_a_look_back_from_each_attempt(read_tables, seed, country):
    rows = _with_customers(random_book(seed, loans=60, months=4, missing_months=(2,) if seed > 2 else ()))
    actions = random_actions(rows, seed)
    reader = read_tables(rows, settings=f'rules = "{country}"', action=actions)
    for by in ("rule", "channel", "owner"):
        expected = conduct(rows, actions, country, by)
        assert sum(row["breaches"] for row in expected) > 20
        assert_rows(reader.ask("conduct", by=by), expected, ["month", "rule", "channel", "owner"])


def _with_customers(rows: list[Row]) -> list[Row]:
    return [replace(row, customer_id=f"C{int(row.loan_id) // 3}" if int(row.loan_id) % 4 else None) for row in rows]


def test_the_parts_make_the_whole(read_tables):
    rows = _with_customers(random_book(7, loans=60, months=4))
    reader = read_tables(rows, action=random_actions(rows, 7))
    whole = {(row["month"], row["rule"]): row for row in reader.ask("conduct").to_dicts()}
    for by in ("channel", "owner"):
        parts = reader.ask("conduct", by=by).to_dicts()
        for key, row in whole.items():
            for name in ("judged", "breaches", "debtors"):
                assert sum(part[name] for part in parts if (part["month"], part["rule"]) == key) == row[name]
            assert row["debtors"] <= row["breaches"] <= row["judged"]
    hours = reader.ask("conduct_hours", by="owner")
    judged = sum(row["breaches"] for row in whole.values() if row["rule"] == "cn.hours")
    assert hours["outside"].sum() == judged


def test_a_book_without_attempts_says_what_it_needs_and_still_knows_its_rules(read_tables):
    reader = read_tables(BOOK)
    for question in ("conduct", "conduct_hours", "complaints"):
        with pytest.raises(NeedsData, match="action"):
            reader.ask(question)
    assert reader.ask("rules").height == 6


def test_a_filter_that_a_question_does_not_heed_is_said(read_tables, tmp_path, recoup):
    read_tables([replace(row, product="Car") for row in BOOK], action=calls("a", DAY, 2))
    done = recoup("ask", "conduct", "--book", tmp_path / "book", "--product", "Car")
    assert (done.returncode, "cannot be cut by product" in done.stderr) == (0, True)
    done = recoup("ask", "time_in_stage", "--book", tmp_path / "book", "--product", "Car")
    assert (done.returncode, done.stderr) == (0, "")


# --- rules as data -------------------------------------------------------------------------------


def test_every_preset_says_of_each_rule_how_strong_it_is_and_where_it_stands():
    assert set(presets()) == {"cn", "us", "in", "uk"}
    numbers = {
        rule.id: (rule.strength, rule.grade, rule.most, rule.days) for rules in presets().values() for rule in rules
    }
    assert numbers["cn.talks_day"] == ("hard", "B", 3, None)
    assert numbers["cn.dials_day"] == ("soft", "B", 6, None)
    assert numbers["us.calls"] == ("presumption", "A", 7, 7)
    assert numbers["us.after_talk"] == ("presumption", "A", None, 7)
    hours = {
        rule.id: f"{rule.opens:%H:%M}–{rule.closes:%H:%M}"
        for rules in presets().values()
        for rule in rules
        if rule.opens
    }
    assert hours == {"cn.hours": "08:00–22:00", "us.hours": "08:00–21:00", "in.hours": "08:00–19:00"}


GOOD = {"id": "x.one", "text": "t", "strength": "hard", "grade": "A", "source": "s"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"strength": "firm"}, "strength"),
        ({"grade": "C"}, "grade"),
        ({"id": "x'; drop table rule"}, "id"),
        ({"source": ""}, "source"),
        ({"counts": "moons"}, "counts"),
        ({"counts": "talks_a_day"}, "told"),
        ({"most": 3}, "told"),
        ({"counts": "quiet_days", "days": 0}, "whole number"),
        ({"counts": "quiet_days", "days": 60}, "28"),
        (
            {"counts": "hours", "opens": datetime(2024, 1, 1, 22).time(), "closes": datetime(2024, 1, 1, 8).time()},
            "open",
        ),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(wrong, said):
    assert Rule(**GOOD)
    with pytest.raises(InvalidRules, match=said):
        Rule(**GOOD | wrong)


def test_a_misspelt_field_or_a_repeated_id_is_refused():
    text = '[[rule]]\nid = "x.a"\ntext = "t"\nstrength = "hard"\ngrade = "A"\nsource = "s"\n'
    assert len(read_rules("x", text)) == 1
    for wrong, said in (
        (text + "mots = 3\n", "mots"),
        (text * 2, "same id"),
        ("", "no list"),
        (text.replace("text", "tect"), "tect"),
    ):
        with pytest.raises(InvalidRules, match=said):
            read_rules("x", wrong)


def test_settings_name_a_preset_that_is_there():
    assert read_settings('rules = "us"').rules == "us"
    assert read_settings(write_settings(Settings(rules="in"))) == Settings(rules="in")
    with pytest.raises(InvalidSettings, match="cn, in, uk, us"):
        read_settings('rules = "mars"')
