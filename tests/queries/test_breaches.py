"""The list of breaches, their rate, and other presets: worked by hand, against a look back from each attempt, and as parts of a whole."""

from dataclasses import replace
from datetime import datetime, timedelta

import polars as pl
import pytest

from data.rules import presets
from queries import Filters, NeedsData, questions
from tests.events_placements import assert_rows
from tests.oracle_conduct import breaches, random_actions
from tests.small_books import FEB, JAN, loan
from tests.snapshots import random_book

BOOK = [loan(name, month, 20) for name in "ab" for month in (JAN, FEB)]
DAY = datetime(2024, 2, 15)
KEYS = ("rule", "acted_at", "loan_id")


def call(loan_id: str, at: datetime, **more) -> dict:
    return {"loan_id": loan_id, "acted_at": at, "channel": "phone", "owner": "team", "connected": True} | more


def clocks(frame: pl.DataFrame) -> list[str]:
    return [f"{at:%d %H:%M}" for at in frame["acted_at"]]


@pytest.fixture
def hand(read_tables):
    """Five conversations of one day with customer C1, on two loans; and a call at night, which nobody answered."""
    rows = [replace(row, customer_id="C1") for row in BOOK]
    talks = [
        call(
            "a" if at < 3 else "b",
            DAY + timedelta(hours=9 + at),
            owner="team" if at < 4 else "agency",
            outcome="promise",
        )
        for at in range(5)
    ]
    return read_tables(rows, action=[*talks, call("a", DAY + timedelta(hours=23), connected=False)])


def test_the_list_names_the_attempts_beyond_what_is_allowed_the_latest_first(hand):
    listed = hand.ask("breaches")
    assert clocks(listed) == ["15 23:00", "15 13:00", "15 12:00"]
    assert listed["rule"].to_list() == ["cn.hours", "cn.talks_day", "cn.talks_day"]
    assert listed["found"].to_list() == [None, 5, 4]
    assert listed["loan_id"].to_list() == ["a", "b", "b"]
    assert set(listed["customer_id"]) == {"C1"}
    assert listed["owner"].to_list() == ["team", "agency", "team"]
    assert listed["outcome"].to_list() == [None, "promise", "promise"]
    assert (listed["place"].to_list(), set(listed["in_all"])) == ([1, 2, 3], {3})


def test_the_list_is_narrowed_by_rule_owner_channel_and_hour_of_the_week(hand):
    """2024-02-15 is a Thursday."""
    for chosen, expected in (
        ({"rule": "cn.hours"}, ["15 23:00"]),
        ({"owner": "agency"}, ["15 13:00"]),
        ({"channel": "sms"}, []),
        ({"weekday": 4, "hour": 12}, ["15 12:00"]),
        ({"weekday": 5}, []),
        ({"rule": "cn.talks_day", "owner": "team"}, ["15 12:00"]),
    ):
        assert clocks(hand.ask("breaches", **chosen)) == expected, chosen
    assert hand.ask("breaches", Filters(month=JAN)).is_empty()


def test_a_page_of_the_list_is_a_part_of_it_and_says_how_many_there_are(hand):
    whole = hand.ask("breaches")
    pages = [hand.ask("breaches", first=first, rows=2) for first in (1, 3, 5)]
    assert [page.height for page in pages] == [2, 1, 0]
    assert pl.concat(pages).equals(whole)


def test_breaches_are_told_per_thousand_of_all_attempts(hand):
    """Six attempts, three breaches, all of hard rules; two of the five attempts of the team, one of the agency's one."""
    (row,) = hand.ask("breach_rates", intervals=True).to_dicts()
    assert (row["attempts"], row["breaches"], row["hard_breaches"], row["per_thousand"]) == (6, 3, 3, 500)
    assert row["per_thousand_low"] < 500 < row["per_thousand_high"]
    assert row["small"] is True
    owners = {row["owner"]: row["per_thousand"] for row in hand.ask("breach_rates", by="owner").to_dicts()}
    assert owners == {"team": 400, "agency": 1000}
    (night,) = hand.ask("breach_rates", rule="cn.hours").to_dicts()
    assert (night["breaches"], night["per_thousand"]) == (1, 1000 / 6)


def test_soft_rules_are_breaches_and_no_hard_ones(read_tables):
    dials = [call("a", DAY + timedelta(hours=9, minutes=at), connected=False) for at in range(8)]
    (row,) = read_tables(BOOK, action=dials).ask("breach_rates").to_dicts()
    assert (row["breaches"], row["hard_breaches"]) == (2, 0)


def test_where_no_rule_can_be_counted_breaches_are_unknown_and_not_zero(hand):
    (row,) = hand.ask("breach_rates", preset="uk", intervals=True).to_dicts()
    assert (row["attempts"], row["breaches"], row["per_thousand"], row["per_thousand_high"]) == (6, None, None, None)
    assert hand.ask("conduct", preset="uk").is_empty()
    assert hand.ask("breaches", preset="uk").is_empty()


# --- presets -------------------------------------------------------------------------------------


def test_every_preset_can_be_chosen_wherever_there_is_a_choice():
    choices = {
        name: question.options["preset"].allowed
        for name, question in questions().items()
        if "preset" in question.options
    }
    assert set(choices) == {"rules", "conduct", "conduct_hours", "breaches", "breach_rates"}
    assert set(choices.values()) == {("in_force", *presets())}


@pytest.mark.parametrize("country", ["cn", "us", "in"])
def test_a_preset_that_is_chosen_judges_as_if_it_were_in_force(read_tables, tmp_path, country):
    rows = _with_customers(random_book(11, loans=60, months=4))
    actions = random_actions(rows, 11)
    chosen = read_tables(rows, action=actions)
    answers = {
        name: chosen.ask(name, preset=country, **more)
        for name, more in (("conduct", {"by": "owner"}), ("conduct_hours", {}), ("breaches", {}), ("rules", {}))
    }
    in_force = read_tables(rows, settings=f'rules = "{country}"', action=actions)
    assert in_force.version.settings.rules == country
    assert answers["conduct"].equals(in_force.ask("conduct", by="owner"))
    assert answers["conduct_hours"].equals(in_force.ask("conduct_hours"))
    assert answers["breaches"].equals(in_force.ask("breaches"))
    assert answers["rules"].equals(in_force.ask("rules"))
    assert answers["breaches"].height > 0


# --- any book ------------------------------------------------------------------------------------


def _with_customers(rows):
    return [replace(row, customer_id=f"C{int(row.loan_id) // 3}" if int(row.loan_id) % 4 else None) for row in rows]


@pytest.mark.parametrize(("seed", "country"), [(1, "cn"), (2, "us")])
def test_any_list_agrees_with_a_look_back_from_each_attempt(read_tables, seed, country):
    rows = _with_customers(random_book(seed, loans=60, months=4))
    actions = random_actions(rows, seed)
    expected = breaches(rows, actions, country)
    assert len(expected) > 50
    assert_rows(read_tables(rows, action=actions).ask("breaches", preset=country, rows=100_000), expected, KEYS)


def test_the_list_holds_what_the_questions_about_conduct_count(read_tables):
    rows = _with_customers(random_book(5, loans=60, months=4))
    reader = read_tables(rows, action=random_actions(rows, 5))
    for preset in ("cn", "us", "in"):
        listed = reader.ask("breaches", preset=preset, rows=100_000)
        for by in ("channel", "owner"):
            counted = reader.ask("conduct", preset=preset, by=by).filter(pl.col("breaches") > 0)
            found = listed.group_by("month", "rule", by).len()
            assert set(found.iter_rows()) == set(counted.select("month", "rule", by, "breaches").iter_rows())
            rates = reader.ask("breach_rates", preset=preset, by=by)
            assert rates["breaches"].sum() == listed.height
            assert rates["hard_breaches"].sum() == listed.filter(pl.col("strength") == "hard").height
        hours = reader.ask("conduct_hours", preset=preset)
        assert hours["outside"].sum() == listed.filter(pl.col("rule").str.ends_with(".hours")).height
        for row in hours.filter(pl.col("outside") > 0).head(5).to_dicts():
            cell = {"weekday": row["weekday"], "hour": row["hour"], "rule": f"{preset}.hours"}
            assert reader.ask("breaches", preset=preset, **cell).height == row["outside"]


def test_a_book_without_attempts_has_no_list_and_says_so(read_tables):
    reader = read_tables(BOOK)
    for question in ("breaches", "breach_rates"):
        with pytest.raises(NeedsData, match="action"):
            reader.ask(question)
