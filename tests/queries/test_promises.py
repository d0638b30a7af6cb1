"""When a promise is kept: the traps of days, parts, overlaps and reversals, each on one loan."""

from datetime import date
from decimal import Decimal

import pytest

from tests.events_contacts import Action, Events, Payment, Promise, at, import_book
from tests.snapshots import Row

JAN, FEB, MAR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
ROWS = [Row("a", month, days, balance=Decimal(900)) for month, days in ((JAN, 100), (FEB, 129), (MAR, 160))]


def feb(day: int) -> date:
    return date(2024, 2, day)


def promise(made: int, due: int, amount: int | None = 100) -> Promise:
    return Promise(feb(made), feb(due), "a", None if amount is None else Decimal(amount))


def paid(day: int, amount: int = 100) -> Payment:
    return Payment(feb(day), "a", Decimal(amount))


@pytest.fixture
def judged(tmp_path, open_book):
    """Promises due and kept in February, and those not due yet."""

    def judged(promises, payments, rows=ROWS, month=FEB):
        # A payment in March, so that what happened until then is known.
        known = [*payments, Payment(date(2024, 3, 30), "a", Decimal("0.01"))]
        events = Events(promises=promises, payments=known, actions=[Action(at(feb(1)), "a", right_party=True)])
        reader = open_book(import_book(tmp_path, rows, events))
        answer = reader.ask("contact_funnel", split="total").to_dicts()
        row = next(row for row in answer if row["month"] == month)
        return row["promises_due"], row["promises_kept"], row["promises_not_due"]

    return judged


@pytest.mark.parametrize(("day", "kept"), [(4, 0), (5, 1), (10, 1), (13, 1), (14, 0)])
def test_a_payment_counts_from_the_day_of_the_promise_to_the_last_day_of_grace(judged, day, kept):
    assert judged([promise(5, 10)], [paid(day)]) == (1, kept, 0)


@pytest.mark.parametrize(("amounts", "kept"), [((60, 40), 1), ((60, 39), 0), ((100,), 1), ((99,), 0), ((150,), 1)])
def test_parts_satisfy_a_promise_together_or_not_at_all(judged, amounts, kept):
    assert judged([promise(5, 10)], [paid(6 + n, amount) for n, amount in enumerate(amounts)]) == (1, kept, 0)


def test_one_payment_satisfies_one_promise(judged):
    assert judged([promise(5, 10), promise(6, 12)], [paid(8)]) == (2, 1, 0)


def test_one_large_payment_does_not_satisfy_two_promises_either(judged):
    assert judged([promise(5, 10), promise(6, 12)], [paid(8, 200)]) == (2, 1, 0)


def test_of_overlapping_promises_the_one_due_first_is_paid_first(judged):
    """The 40 of the 8th goes to the promise due on the 10th, made later; 60 is missing for it, and the other gets the 100."""
    assert judged([promise(2, 20), promise(5, 10)], [paid(8, 40), paid(18)]) == (2, 1, 0)
    # If the promise made first were paid first, 40 + 100 would be too much for one and nothing for the other.


def test_a_payment_after_the_first_promise_is_satisfied_goes_to_the_next(judged):
    assert judged([promise(5, 10), promise(6, 12)], [paid(8), paid(9)]) == (2, 2, 0)


def test_a_payment_that_was_taken_back_keeps_no_promise(judged):
    assert judged([promise(5, 10)], [paid(9), paid(20, -100)]) == (1, 0, 0)


def test_a_payment_taken_back_in_the_next_month_keeps_no_promise(judged):
    assert judged([promise(5, 10)], [paid(9), Payment(date(2024, 3, 4), "a", Decimal(-100))]) == (1, 0, 0)


def test_a_reversal_takes_back_the_latest_payment_and_leaves_the_earlier_one(judged):
    assert judged([promise(5, 10)], [paid(6), paid(15), paid(16, -100)]) == (1, 1, 0)


def test_a_promise_without_an_amount_is_kept_by_any_payment(judged):
    assert judged([promise(5, 10, None)], [paid(9, 1)]) == (1, 1, 0)


def test_a_promise_due_at_the_month_end_waits_for_its_grace_in_the_next_month(judged):
    days = [promise(20, 28), promise(21, 29)]
    assert judged(days, [paid(25), Payment(date(2024, 3, 2), "a", Decimal(100))]) == (2, 2, 0)


def test_a_promise_is_not_due_while_its_days_of_grace_are_not_known(tmp_path, open_book):
    """The book ends in February: the promise of the 26th is over on the 29th, that of the 27th is not."""
    events = Events(
        promises=[promise(20, 26), promise(21, 27)],
        payments=[paid(21, 1)],
        actions=[Action(at(feb(1)), "a")],
    )
    reader = open_book(import_book(tmp_path, ROWS[:2], events))
    (row,) = [r for r in reader.ask("contact_funnel", split="total").to_dicts() if r["month"] == FEB]
    assert (row["promises_due"], row["promises_kept"], row["promises_not_due"], row["kept_rate"]) == (1, 0, 1, 0.0)


def test_a_promise_of_one_month_that_is_due_in_another_stands_where_it_is_due(judged):
    across = [Promise(date(2024, 1, 20), feb(10), "a", Decimal(100))]
    assert judged(across, [Payment(date(2024, 1, 25), "a", Decimal(60)), paid(9, 40)]) == (1, 1, 0)


def test_a_promise_kept_by_one_loan_is_not_kept_by_another_of_the_customer(tmp_path, open_book):
    rows = [Row(name, row.as_of, row.days_past_due, customer_id="C") for name in "ab" for row in ROWS]
    events = Events(
        promises=[promise(5, 10)],
        payments=[Payment(feb(9), "b", Decimal(100)), Payment(date(2024, 3, 30), "b", Decimal(1))],
        actions=[Action(at(feb(1)), "a")],
    )
    reader = open_book(import_book(tmp_path, rows, events))
    (row,) = [r for r in reader.ask("contact_funnel", split="total").to_dicts() if r["month"] == FEB]
    assert (row["promises_due"], row["promises_kept"]) == (1, 0)
