"""The contact funnel and the resolution of stages: worked by hand, held against plain Python on random books, and their traps."""

from datetime import date
from decimal import Decimal

import pytest

from queries import Filters, NeedsData, open_reader
from tests.events_contacts import Action, Events, Payment, Placement, Promise, at, import_book, random_collections
from tests.oracle_contacts import assert_collections
from tests.snapshots import PRODUCTS, REGIONS, Row

JAN, FEB, MAR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
FILTERS = (
    {},
    {"month": date(2023, 12, 31)},
    {"from_month": date(2023, 12, 31), "to_month": date(2024, 1, 31)},
    {"product": (PRODUCTS[0], "")},
    {"region": (REGIONS[0],), "segment": ("prime", "")},
    {"product": ("a product nobody sells",)},
)
BOOKS = {
    "two months": {"seed": 1, "loans": 15, "months": 2},
    "five months": {"seed": 2, "loans": 50, "months": 5},
    "a month without a snapshot": {"seed": 3, "loans": 40, "months": 6, "missing_months": (3,)},
    "many events": {"seed": 4, "loans": 25, "months": 4, "events": 30},
}


def loan(loan_id: str, month: date, days: int, balance: int = 100, **more) -> Row:
    return Row(loan_id, month, days, balance=Decimal(balance), **more)


def rows_of(reader, question: str, *names: str, **options) -> dict:
    """The rows of an answer by these columns."""
    return {tuple(row[n] for n in names): row for row in reader.ask(question, **options).to_dicts()}


@pytest.fixture(scope="module", params=BOOKS)
def random_reader(request, tmp_path_factory):
    """A reader on a random book, with the rows and events that it was made of."""
    rows, events = random_collections(**BOOKS[request.param])
    reader = open_reader(import_book(tmp_path_factory.mktemp("random"), rows, events))
    yield reader, rows, events
    reader.close()


def test_every_question_of_collections_agrees_with_plain_python(random_reader):
    reader, rows, events = random_reader
    for chosen in FILTERS:
        assert_collections(reader, rows, events, Filters(**chosen), **chosen)


def test_the_funnel_never_widens(random_reader):
    reader, _, _ = random_reader
    steps = ("assigned", "attempted", "connected", "reached", "promised", "kept", "kept_cured")
    for row in reader.ask("contact_funnel").to_dicts():
        if row["channel"] == "none":  # promises without a contact: nobody attempted
            assert row["attempted_accounts"] == 0
        known = [row[f"{step}_accounts"] for step in steps if row[f"{step}_accounts"] is not None]
        assert known == sorted(known, reverse=True), row
        assert row["promises_kept"] <= row["promises_due"]
        assert row["cured_accounts"] <= row["assigned_accounts"]


def test_what_entered_a_stage_left_it_or_is_still_there(random_reader):
    reader, _, _ = random_reader
    ways = ("cured", "paid", "to_earlier_stage", "to_later_stage", "to_other_stage", "sold", "missing", "still_open")
    for row in reader.ask("resolution").to_dicts():
        assert min(row[way] for way in ways) >= 0
        assert sum(row[way] for way in ways) == row["entered"]


def test_settings_change_the_funnel_as_they_say(tmp_path, open_book):
    """Stages from 11 and 31 days, no days of grace, half of a promise is enough, credit for a day."""
    rows = [loan("a", JAN, 5), loan("a", FEB, 34)]
    events = Events(
        actions=[Action(at(date(2024, 2, 6)), "a", right_party=True)],
        promises=[Promise(date(2024, 2, 7), date(2024, 2, 10), "a", Decimal(50)), Promise(date(2024, 2, 8), date(2024, 2, 9), "a", Decimal(50))],
        payments=[Payment(date(2024, 2, 10), "a", Decimal(25)), Payment(date(2024, 2, 20), "a", Decimal(1))],
    )  # fmt: skip
    settings = "promise_grace_days = 0\npromise_kept_share = 0.5\ncredit_days = 1\n[stages]\nfirst = 11\nsecond = 30\n"
    reader = open_book(import_book(tmp_path, rows, events, settings))
    split = rows_of(reader, "contact_funnel", "month", "stage", "channel", split="stage_channel")
    assert split[FEB, "first", "phone"]["promises"] == 1, "the promise of the 7th follows the contact of the 6th"
    assert split[FEB, "first", "none"]["promises"] == 1, "the promise of the 8th does not any more"
    due = {channel: row["kept_rate"] for (_, _, channel), row in split.items()}
    assert due == {"phone": 1.0, "none": 0.0}
    # 11 days past due on 6 February, 30 on the 25th; its payment on the 20th ends what the opening snapshot tells.
    days = rows_of(reader, "contact_funnel", "month", "stage", split="stage")
    assert (days[FEB, "first"]["account_days"], days[FEB, "second"]["account_days"]) == (19, 5)


# --- worked by hand -------------------------------------------------------------------------------

HAND_ROWS = [
    # a: 20 days past due, pays on 10 February, current at the month-end. b and c roll on. d becomes overdue on 20 February.
    loan("a", JAN, 20), loan("b", JAN, 20), loan("c", JAN, 100), loan("d", JAN, 0), loan("e", JAN, 0),
    loan("a", FEB, 0, 80), loan("b", FEB, 49), loan("c", FEB, 129), loan("d", FEB, 10), loan("e", FEB, 0),
]  # fmt: skip
HAND_EVENTS = Events(
    actions=[
        Action(at(date(2024, 2, 5)), "a", "phone", "team", "x", connected=True, right_party=True, seconds=360, cost=Decimal("2.00")),
        Action(at(date(2024, 2, 6)), "b", "phone", "team", "x", connected=False, right_party=False, seconds=40, cost=Decimal("0.50")),
        Action(at(date(2024, 2, 6), 15), "b", "sms", "team", None, connected=True, right_party=None, seconds=0, cost=Decimal("0.05")),
        Action(at(date(2024, 2, 7)), "b", "phone", "team", "x", connected=True, right_party=False, seconds=320, cost=Decimal("1.00")),
        Action(at(date(2024, 2, 8)), "e", "sms", "team", None, connected=False, right_party=False, cost=Decimal("0.05")),
    ],
    promises=[Promise(date(2024, 2, 5), date(2024, 2, 9), "a", Decimal(20))],
    payments=[Payment(date(2024, 2, 10), "a", Decimal(20)), Payment(date(2024, 2, 12), "b", Decimal(5)), Payment(date(2024, 2, 28), "e", Decimal(7))],
    placements=[Placement(date(2024, 2, 11), "c", "Agency", Decimal("0.3"))],
)  # fmt: skip


@pytest.fixture(scope="module")
def hand(tmp_path_factory):
    reader = open_reader(import_book(tmp_path_factory.mktemp("hand"), HAND_ROWS, HAND_EVENTS))
    yield reader
    reader.close()


def test_a_funnel_worked_by_hand(hand):
    by_stage = rows_of(hand, "contact_funnel", "month", "stage", split="stage")
    mid = by_stage[FEB, "mid"]
    # a until the 10th; b all 29 days; d from 4 days past due, the 23rd, to the 29th.
    assert (mid["assigned_accounts"], mid["account_days"]) == (3, 10 + 29 + 7)
    assert (mid["attempts"], mid["connected"], mid["right_party"]) == (4, 3, 1)
    steps = ("attempted", "connected", "reached", "promised", "kept", "kept_cured")
    assert [mid[f"{step}_accounts"] for step in steps] == [2, 2, 1, 1, 1, 1]
    assert (mid["promises"], mid["promises_due"], mid["promises_kept"], mid["cured_accounts"]) == (1, 1, 1, 1)
    assert mid["penetration"] == pytest.approx(2 / 3, abs=1e-12)
    assert mid["intensity"] == pytest.approx(4 / 46, abs=1e-12)
    assert (mid["connect_rate"], mid["rpc_rate"], mid["ptp_rate"], mid["kept_rate"]) == (0.75, 0.25, 1.0, 1.0)
    assert mid["rpc_of_connected"] == pytest.approx(1 / 3, abs=1e-12)
    early = by_stage[FEB, "early"]
    assert (early["assigned_accounts"], early["account_days"], early["attempted_accounts"]) == (1, 3, 0)
    assert (early["attempts"], early["connect_rate"], early["penetration"]) == (0, None, 0.0)
    assert by_stage[FEB, "final"]["account_days"] == 29
    assert by_stage[FEB, "none"]["penetration"] is None, "a current loan is assigned to nobody"


def test_accounts_of_a_level_are_counted_on_that_level_and_not_summed(hand):
    rows = rows_of(hand, "contact_funnel", "month", "level", "stage", "channel", "owner")
    total = rows[FEB, "total", "all", "all", "all"]
    assert (total["attempted_accounts"], total["attempts"]) == (3, 5)
    phone, sms = rows[FEB, "channel", "all", "phone", "all"], rows[FEB, "channel", "all", "sms", "all"]
    assert (phone["attempted_accounts"], sms["attempted_accounts"]) == (2, 2), "b was called and written to"
    # a, b, d, c stood in a stage, and e was attempted; d stood in two stages.
    assert total["assigned_accounts"] == 5
    stages = [
        row["assigned_accounts"] for (_, level, *_), row in rows.items() if level == "stage" and row["month"] == FEB
    ]
    assert sum(stages) == 6


def test_an_owner_has_the_days_on_which_it_held_the_account(hand):
    owners = rows_of(hand, "contact_funnel", "month", "stage", "owner", split="stage_owner")
    # c is placed on the 11th: ten days nobody's, nineteen the agency's. b is the team's from its first attempt on the 6th.
    assert (owners[FEB, "final", ""]["account_days"], owners[FEB, "final", "Agency"]["account_days"]) == (10, 19)
    assert owners[FEB, "mid", "team"]["account_days"] == 6 + 24
    assert owners[FEB, "mid", ""]["account_days"] == 4 + 5 + 7


def test_productivity_and_cost_worked_by_hand(hand):
    people = rows_of(hand, "productivity", "month", "owner", "collector_id")
    x = people[FEB, "team", "x"]
    assert (x["attempts"], x["hours"], x["cash"], x["right_party"], x["promises_kept"]) == (3, 0.2, 20, 1, 1)
    assert (x["cash_per_hour"], x["right_party_per_hour"], x["promises_kept_per_hour"]) == pytest.approx((100, 5, 5))
    assert x["working_days"] == 21, "February 2024 has 21 days from Monday to Friday"
    assert x["cash_per_working_day"] == pytest.approx(20 / 21)
    # b read a message on the 6th, six days before it paid: without a collector, that cash is nobody's.
    assert (people[FEB, "team", ""]["cash"], people[FEB, "team", ""]["untimed_attempts"]) == (5, 1)
    cost = rows_of(hand, "cost_to_collect", "month", "stage")
    assert (cost[FEB, "mid"]["cost"], cost[FEB, "mid"]["cash"]) == (Decimal("3.55"), 25)
    assert cost[FEB, "mid"]["cost_to_collect"] == pytest.approx(3.55 / 25)
    assert (cost[FEB, "none"]["cost"], cost[FEB, "none"]["cash"]) == (Decimal("0.05"), 7)


def test_working_days_are_those_of_the_calendar(tmp_path, open_book):
    events = Events(actions=[Action(at(date(2024, 2, 5)), "a")])
    calendar = '[calendar]\nrest_days = ["Sunday"]\nholidays = [2024-02-10, 2024-02-11, 2024-02-12, 2024-03-01]\n'
    reader = open_book(import_book(tmp_path, [loan("a", FEB, 5)], events, calendar))
    assert reader.ask("productivity")["working_days"].to_list() == [29 - 4 - 2]


def test_resolution_worked_by_hand(tmp_path, open_book):
    """Six loans enter early in February; until March one is cured, one paid off, one rolls on, one is open, one is sold, one is lost."""
    entering = ("cured", "paid", "rolls", "open", "sold", "lost")
    settings = "[stages]\nearly = 1\nlate = 60\n"
    rows = [loan(name, JAN, 0) for name in entering]
    rows += [loan(name, FEB, 40 if name == "rolls" else 20, 100 * (n + 1)) for n, name in enumerate(entering)]
    rows += [
        loan("cured", MAR, 0, 1), loan("paid", MAR, 0, 0, status="paid_off"), loan("rolls", MAR, 71), loan("open", MAR, 51),
        loan("sold", MAR, 51, 0, status="sold"),
    ]  # fmt: skip
    reader = open_book(import_book(tmp_path, rows, Events(), settings))
    answer = rows_of(reader, "resolution", "month", "stage")
    early = answer[FEB, "early"]
    # The balance of the opening snapshot, 100 each, is what was at stake.
    assert (early["entered"], early["entered_amount"]) == (6, 600)
    outcomes = (
        "cured",
        "paid",
        "to_later_stage",
        "still_open",
        "sold",
        "missing",
        "to_earlier_stage",
        "to_other_stage",
    )
    assert [early[name] for name in outcomes] == [1, 1, 1, 1, 1, 1, 0, 0]
    assert early["resolved_share_loans"] == pytest.approx(2 / 6, abs=1e-12)
    assert (early["resolved_amount"], early["still_open_amount"]) == (200, 100)
    assert answer[MAR, "late"]["entered"] == 1


# --- traps ----------------------------------------------------------------------------------------


def test_an_attempt_at_midnight_is_of_the_day_that_begins(tmp_path, open_book):
    actions = [Action(at(date(2024, 2, 1), 0), "a"), Action(at(JAN, 23, 59), "a"), Action(at(date(2024, 3, 1), 0), "a")]
    reader = open_book(import_book(tmp_path, [loan("a", JAN, 20), loan("a", FEB, 49)], Events(actions=actions)))
    by_month = rows_of(reader, "contact_funnel", "month", split="total")
    assert {month: row["attempts"] for (month,), row in by_month.items()} == {JAN: 1, FEB: 1}


def test_two_loans_of_one_customer_are_two_accounts(tmp_path, open_book):
    rows = [loan(name, month, days, customer_id="C") for name in "ab" for month, days in ((JAN, 20), (FEB, 49))]
    events = Events(actions=[Action(at(date(2024, 2, 5)), "a", right_party=True)])
    row = rows_of(open_book(import_book(tmp_path, rows, events)), "contact_funnel", "month", split="total")[FEB,]
    assert (row["assigned_accounts"], row["attempted_accounts"], row["penetration"]) == (2, 1, 0.5)


def test_an_account_recalled_and_placed_again_is_each_agency_s_for_its_days(tmp_path, open_book):
    placements = [
        Placement(date(2024, 1, 10), "a", "A", Decimal("0.2"), recalled_on=date(2024, 2, 11)),
        Placement(date(2024, 2, 21), "a", "B", Decimal("0.4")),
    ]
    payments = [Payment(date(2024, 2, day), "a", Decimal(10)) for day in (10, 11, 20, 21)]
    actions = [Action(at(date(2024, 2, 2)), "a", "phone", "A")]
    rows = [loan("a", JAN, 100), loan("a", FEB, 129)]
    events = Events(placements=placements, payments=payments, actions=actions)
    reader = open_book(import_book(tmp_path, rows, events))
    owners = rows_of(reader, "contact_funnel", "month", "owner", split="owner")
    days = {owner: row["account_days"] for (month, owner), row in owners.items() if month == FEB}
    assert days == {"A": 11, "": 9, "B": 9}
    cost = rows_of(reader, "cost_to_collect", "month", "owner", split="owner")
    assert {owner: (row["cash"], row["commission"]) for (_, owner), row in cost.items() if row["cash"]} == {
        "A": (20, 4), "": (10, None), "B": (10, 4),
    }  # fmt: skip


def test_flags_that_nobody_recorded_are_unknown_and_not_zero(tmp_path, open_book):
    rows = [loan("a", JAN, 20), loan("a", FEB, 49)]
    reader = open_book(import_book(tmp_path, rows, Events(actions=[Action(at(date(2024, 2, 5)), "a")])))
    row = rows_of(reader, "contact_funnel", "month", split="total")[FEB,]
    assert row["attempts"] == 1
    unknown = ("connected", "right_party", "connected_accounts", "reached_accounts", "promises", "promises_due", "promises_kept",
               "kept_accounts", "connect_rate", "rpc_rate", "ptp_rate", "kept_rate")  # fmt: skip
    assert {name: row[name] for name in unknown} == dict.fromkeys(unknown)


def test_without_attempts_the_funnel_asks_for_them(tmp_path, open_book):
    reader = open_book(import_book(tmp_path, [loan("a", JAN, 20)], Events()))
    for question, table in (
        ("contact_funnel", "action"),
        ("productivity", "action"),
        ("cash_by_source", "payment"),
        ("cost_to_collect", "payment"),
    ):
        with pytest.raises(NeedsData, match=table):
            reader.ask(question)


def test_who_was_in_a_stage_when_the_book_began_did_not_enter_it(tmp_path, open_book):
    """a is seen 100 days past due at once; b reaches 91 on 20 January, which the days past due of its first snapshot say."""
    reader = open_book(import_book(tmp_path, [loan("a", JAN, 140), loan("b", JAN, 102)], Events()))
    assert rows_of(reader, "resolution", "month", "stage")[JAN, "final"]["entered"] == 1


def test_before_a_month_without_a_snapshot_stays_are_lost_from_sight(tmp_path, open_book):
    rows = [loan("a", JAN, 0), loan("a", FEB, 10), loan("a", date(2024, 4, 30), 71)]
    row = rows_of(open_book(import_book(tmp_path, rows, Events())), "resolution", "month", "stage")[FEB, "mid"]
    assert (row["missing"], row["still_open"], row["cured"]) == (1, 0, 0)
