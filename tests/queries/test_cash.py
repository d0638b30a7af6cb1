"""Where cash belongs, and what it cost: credit, commission and reversals, and every cent of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from queries import Filters, open_reader
from tests.events_contacts import Action, Case, Events, Payment, Placement, at, import_book, random_collections
from tests.snapshots import Row

DEC, JAN, FEB, MAR = date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
CALL = Action(at(date(2024, 2, 10)), "", "phone", "team", "x", connected=True, right_party=True)


def feb(day: int) -> date:
    return date(2024, 2, day)


def paid(day: int | date, amount: str = "100.00") -> Payment:
    return Payment(day if isinstance(day, date) else feb(day), "", Decimal(amount))


CREDITED: dict[str, tuple[list[Action], list[Payment], dict[str, str]]] = {
    # what is told: contacts, payments, cash of February by channel
    "on the day of the call": ([CALL], [paid(10)], {"phone": "100"}),
    "seven days after": ([CALL], [paid(17)], {"phone": "100"}),
    "eight days after": ([CALL], [paid(18)], {"self_cure": "100"}),
    "the day before": ([CALL], [paid(9)], {"self_cure": "100"}),
    "somebody else answered": ([replace(CALL, right_party=False)], [paid(11)], {"self_cure": "100"}),
    "a message that was read": ([replace(CALL, channel="sms", right_party=None)], [paid(11)], {"sms": "100"}),
    "a message that was not read": ([replace(CALL, channel="sms", right_party=None, connected=False)], [paid(11)], {"self_cure": "100"}),
    "a call answered, nobody knows by whom": ([replace(CALL, right_party=None)], [paid(11)], {"self_cure": "100"}),
    "the last of two": ([CALL, replace(CALL, acted_at=at(feb(11), 9), channel="ai_call")], [paid(11)], {"ai_call": "100"}),
    "the last before it, not after": ([CALL, replace(CALL, acted_at=at(feb(12)), channel="ai_call")], [paid(11)], {"phone": "100"}),
    "one second before midnight": ([replace(CALL, acted_at=at(feb(10), 23, 59))], [paid(10)], {"phone": "100"}),
    "at midnight of the day after": ([replace(CALL, acted_at=at(feb(11), 0))], [paid(10)], {"self_cure": "100"}),
    "a call of the month before": ([replace(CALL, acted_at=at(date(2024, 1, 30)))], [paid(5)], {"phone": "100"}),
    "taken back long after": ([CALL], [paid(11), paid(25, "-100.00")], {"phone": "0"}),
    "taken back after another contact": (
        [CALL, replace(CALL, acted_at=at(feb(20)), channel="ai_call")], [paid(11), paid(21, "-100.00"), paid(22, "30")],
        {"phone": "0", "ai_call": "30"},
    ),
    "paid in January, taken back in February": (
        [replace(CALL, acted_at=at(date(2024, 1, 20)))], [paid(date(2024, 1, 21)), paid(2, "-100.00")], {"phone": "-100"},
    ),
    "an amount that nothing explains": ([], [paid(3, "-40.00")], {"self_cure": "-40"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Each case is a loan of its own, and the product of that loan."""
    rows = [
        Row(name, month, days, product=name) for name in CREDITED for month, days in ((DEC, 69), (JAN, 100), (FEB, 129))
    ]
    actions = [replace(action, loan_id=name) for name, (touches, _, _) in CREDITED.items() for action in touches]
    payments = [replace(payment, loan_id=name) for name, (_, paid_, _) in CREDITED.items() for payment in paid_]
    events = Events(actions=actions, payments=payments)
    reader = open_reader(import_book(tmp_path_factory.mktemp("cash"), rows, events))
    yield reader
    reader.close()


@pytest.mark.parametrize("name", CREDITED)
def test_cash_is_credited_to_the_last_contact_with_the_borrower_within_seven_days(reader, name):
    answer = reader.ask("cash_by_source", Filters(month=FEB, product=(name,)), split="channel").to_dicts()
    assert {row["channel"]: row["cash"] for row in answer} == {k: Decimal(v) for k, v in CREDITED[name][2].items()}


@pytest.fixture(scope="module", params=[21, 22])
def random_reader(request, tmp_path_factory):
    rows, events = random_collections(request.param, loans=40, months=4, events=15)
    reader = open_reader(import_book(tmp_path_factory.mktemp("random"), rows, events))
    yield reader, events
    reader.close()


SPLITS = ("total", "stage", "channel", "owner", "stage_channel", "stage_owner", "channel_owner", "stage_channel_owner")


def test_the_cash_of_every_split_is_all_the_cash_of_the_month_to_the_cent(random_reader):
    reader, events = random_reader
    for split in SPLITS:
        answer = reader.ask("cash_by_source", split=split)
        costs = reader.ask("cost_to_collect", split=split)
        for month in reader.months:
            expected = sum(
                p.amount for p in events.payments if (p.paid_on.year, p.paid_on.month) == (month.year, month.month)
            )
            rows = answer.filter(month=month)
            assert rows["cash"].sum() == expected
            assert rows["share"].sum() == pytest.approx(1, abs=1e-9)
            assert costs.filter(month=month)["cash"].sum() == expected


def test_the_cost_of_every_split_is_all_the_cost_of_the_month_to_the_cent(random_reader):
    reader, _ = random_reader
    total = reader.ask("cost_to_collect", split="total")
    for split in SPLITS[1:]:
        answer = reader.ask("cost_to_collect", split=split)
        for row in total.to_dicts():
            for name in ("contact_cost", "commission", "court_cost", "cost", "attempts"):
                assert answer.filter(month=row["month"])[name].sum() == (row[name] or 0), (split, name)


def test_cash_belongs_to_the_stage_of_the_day_it_was_paid(tmp_path, open_book):
    """Due on 12 January and unpaid: early until the 15th, mid from then; mid until 10 April, when it is final."""
    months = {JAN: 19, FEB: 48, MAR: 79, date(2024, 4, 30): 109}
    rows = [Row("a", month, days) for month, days in months.items()]
    days = {date(2024, 1, 12): "none", date(2024, 1, 13): "early", date(2024, 1, 15): "early", date(2024, 1, 16): "mid"}
    days |= {date(2024, 4, 11): "mid", date(2024, 4, 12): "final"}
    payments = [Payment(day, "a", Decimal(n + 1)) for n, day in enumerate(days)]
    reader = open_book(import_book(tmp_path, rows, Events(payments=payments)))
    found = {row["cash"]: row["stage"] for row in reader.ask("cash_by_source").to_dicts() if row["stage"] != "early"}
    assert found == {Decimal(1): "none", Decimal(4): "mid", Decimal(5): "mid", Decimal(6): "final"}
    early = reader.ask("cash_by_source", Filters(month=JAN), split="stage").filter(stage="early")
    assert early["cash"].to_list() == [5]


def test_cash_on_what_is_written_off_stands_in_a_stage_of_its_own(tmp_path, open_book):
    rows = [
        Row("a", JAN, 170, balance=Decimal(100)),
        Row("a", FEB, 199, balance=Decimal(0), status="charged_off", charged_off_on=feb(10)),
        Row("a", MAR, 230, balance=Decimal(0), status="charged_off", charged_off_on=feb(10)),
    ]
    payments = [Payment(day, "a", Decimal(10)) for day in (feb(9), feb(10), date(2024, 3, 5))]
    answer = open_book(import_book(tmp_path, rows, Events(payments=payments))).ask("cash_by_source").to_dicts()
    assert {(row["month"], row["stage"]): row["cash"] for row in answer} == {
        (FEB, "final"): 10, (FEB, "written_off"): 10, (MAR, "written_off"): 10,
    }  # fmt: skip


def test_commission_is_to_the_cent_for_each_payment_and_reversed_with_it(tmp_path, open_book):
    """A third of 0.10 three times is 0.09, not 0.10; what was taken back earns nothing, though the placement was over by then."""
    rows = [Row(name, month, days) for name in "ab" for month, days in ((JAN, 100), (FEB, 129))]
    placements = [
        Placement(feb(1), "a", "A", Decimal("0.333333")),
        Placement(feb(1), "b", "B", Decimal("0.2"), recalled_on=feb(12)),
    ]
    payments = [Payment(feb(day), "a", Decimal("0.10")) for day in (5, 6, 7)]
    payments += [Payment(feb(11), "b", Decimal(50)), Payment(feb(20), "b", Decimal(-50))]
    reader = open_book(import_book(tmp_path, rows, Events(payments=payments, placements=placements)))
    answer = reader.ask("cost_to_collect", split="owner").to_dicts()
    assert {row["owner"]: (row["cash"], row["commission"]) for row in answer} == {
        "A": (Decimal("0.30"), Decimal("0.09")), "B": (0, 0),
    }  # fmt: skip


def test_what_is_not_known_of_a_cost_is_null_and_no_cash_gives_no_ratio(tmp_path, open_book):
    rows = [Row("a", JAN, 100), Row("a", FEB, 129), Row("a", MAR, 160)]
    events = Events(
        payments=[Payment(date(2024, 1, 5), "a", Decimal(10))],
        actions=[Action(at(date(2024, 1, 4)), "a"), Action(at(feb(4)), "a", cost=Decimal(2))],
        cases=[Case(date(2024, 3, 4), "a", Decimal(50), None)],
    )
    jan, february, mar = open_book(import_book(tmp_path, rows, events)).ask("cost_to_collect", split="total").to_dicts()
    assert (jan["contact_cost"], jan["cost"], jan["cost_to_collect"], jan["attempts_without_cost"]) == (
        None,
        None,
        None,
        1,
    )
    assert (february["cost"], february["cash"], february["cost_to_collect"]) == (2, 0, None)
    assert (mar["court_cost"], mar["cost"], mar["contact_cost"]) == (50, 50, None)


def test_a_restated_month_of_payments_moves_its_own_cash_only(tmp_path, open_book):
    from queries import import_files
    from tests.events_contacts import TODAY, write_events

    rows = [Row("a", JAN, 100), Row("a", FEB, 129)]
    payments = [Payment(JAN - timedelta(days=3), "a", Decimal(10)), Payment(feb(5), "a", Decimal(20))]
    book = import_book(tmp_path, rows, Events(payments=payments))
    import_files(
        book, [write_events(tmp_path / "again.csv", [Payment(feb(6), "a", Decimal(7))])], today=TODAY, table="payment"
    )
    assert open_book(book).ask("cash_by_source", split="total")["cash"].to_list() == [10, 7]
