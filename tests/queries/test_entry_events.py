"""Measures of due dates and payments: entry by event, recovery by day, first-payment default, cash in the ledger."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from data.errors import NeedsData
from queries import Filters, import_files
from tests import oracle_events
from tests.events_loans import IMPORTED_ON, Life, Loan, Payment, book_with, lived, write_events
from tests.oracle import differences
from tests.oracle_loans import month_end
from tests.small_books import APR, FEB, JAN, M0, M1, MAR, loan
from tests.snapshots import Row, month_ends

MONTHS = month_ends(date(2023, 1, 1), 9)
MAY, JUN = date(2024, 5, 31), date(2024, 6, 30)


def steady(months: Sequence[date]) -> tuple[list[Row], list[Payment]]:
    """A loan without a schedule that pays in each month, so that payments are known from the first one on."""
    return [loan("steady", month, M0) for month in months], [Payment(month, "steady", Decimal(1)) for month in months]


def book_of_lives(folder, lives: Sequence[Life], rows: Sequence[Row]):
    snapshots, payments = steady(MONTHS)
    payments += [payment for life in lives for payment in life.payments]
    return book_with(folder, [*rows, *snapshots], loan=[life.loan for life in lives], payment=payments)


@pytest.mark.parametrize("seed", [1, 2])
def test_every_question_of_due_dates_agrees_with_lives_of_which_each_day_is_known(tmp_path, open_book, seed):
    lives, rows = lived(seed, loans=120, months=9)
    reader = open_book(book_of_lives(tmp_path, lives, rows))
    for question in oracle_events.COLUMNS:
        expected = getattr(oracle_events, question)(lives, MONTHS)
        assert not (found := differences(question, reader.ask(question), expected)), found[:3]
        cars = getattr(oracle_events, question)([life for life in lives if life.loan.product == "car"], MONTHS)
        found = differences(question, reader.ask(question, Filters(product=("car",))), cars)
        assert not found, found[:3]


def test_entry_times_what_is_not_recovered_in_thirty_days_is_what_reaches_31_days_past_due(tmp_path, open_book):
    """The share that reaches 31 days past due is counted from the lives, day by day, and not from the two rates."""
    lives, rows = lived(3, loans=200, months=9)
    reader = open_book(book_of_lives(tmp_path, lives, rows))
    entry = {row["month"]: row for row in reader.ask("entry_by_event").to_dicts()}
    recovery = {row["month"]: row for row in reader.ask("recovery_by_day").to_dicts() if row["days"] == 30}
    held = 0
    for month in MONTHS[1:-1]:
        due = reached = loans = reached_loans = 0
        for life in lives:
            opening = month.replace(day=1) - timedelta(days=1)
            for number, due_on in enumerate(life.due_dates):
                before = due_on - timedelta(days=1)
                listed = any(
                    row.loan_id == life.loan.loan_id and row.as_of == opening and row.status == "open" for row in rows
                )
                if month_end(due_on) == month and listed and not life.days_past_due(before):
                    if life.days_past_due(opening):
                        continue  # paid up between the month-end and the due date: overdue before
                    loans, due = loans + 1, due + life.loan.instalment
                    # 31 days past due in the morning of that day, before anything is paid on it
                    night = due_on + timedelta(days=30)
                    if life.days_past_due(night) == 30:
                        reached_loans, reached = reached_loans + 1, reached + life.unpaid(number, night)
        entered, recovered = entry[month], recovery[month]
        product = entered["entry_rate"] * (1 - recovered["recovery_rate"])
        assert product == pytest.approx(float(reached / due), abs=1e-12)
        assert recovered["still_unpaid_share"] == pytest.approx(product, abs=1e-12)
        by_loans = entered["entry_rate_loans"] * (1 - recovered["recovery_rate_loans"])
        assert by_loans == pytest.approx(reached_loans / loans, abs=1e-12)
        assert 0 < product < entered["entry_rate"] < 1
        held += 1
    assert held == 7


# --- a loan of 100 a month, due on the 10th, paid out in January --------------------------------------


def scheduled(loan_id: str, due_day: int = 10, **more) -> Loan:
    told = {"originated_on": date(2024, 1, 5), "instalment": Decimal(100), "due_day": due_day}
    return Loan(loan_id, **(told | more))


def asked(folder, open_book, rows: Sequence[Row], loans: Sequence[Loan], payments: Sequence[Payment]):
    """A reader on a book of January to June."""
    months = (JAN, FEB, MAR, APR, MAY, JUN)
    snapshots, known = steady(months)
    return open_book(book_with(folder, [*rows, *snapshots], loan=loans, payment=[*payments, *known]))


def entered(reader, month: date = FEB) -> tuple | None:
    rows = reader.ask("entry_by_event", Filters(month=month)).to_dicts()
    return (
        (rows[0]["loans"], rows[0]["due_amount"], rows[0]["unpaid_loans"], rows[0]["unpaid_amount"]) if rows else None
    )


def recovered(reader, month: date = FEB) -> dict[int, Decimal | None]:
    return {
        row["days"]: row["recovered_amount"] for row in reader.ask("recovery_by_day", Filters(month=month)).to_dicts()
    }


def pay(loan_id: str, month: int, day: int, amount: int | str = 100) -> Payment:
    return Payment(date(2024, month, day), loan_id, Decimal(amount))


def test_by_hand_what_was_unpaid_the_day_after_and_what_came_within_n_days(tmp_path, open_book):
    """Due on 10 February: on the day, 40 on the day and 60 on the 13th, all on 11 March, never; and paid ahead in January."""
    current = [loan(name, JAN, M0) for name in ("on time", "in parts", "late", "never", "ahead")]
    closing = [loan(name, FEB, M0) for name in ("on time", "in parts", "ahead")]
    closing += [loan(name, FEB, 19) for name in ("late", "never")]
    payments = [pay("on time", 2, 10), pay("in parts", 2, 10, 40), pay("in parts", 2, 13, 60), pay("late", 3, 11)]
    payments.append(pay("ahead", 1, 30))
    names = ("on time", "in parts", "late", "never", "ahead")
    reader = asked(tmp_path, open_book, current + closing, [scheduled(name) for name in names], payments)
    assert entered(reader) == (5, 500, 3, 260)
    assert recovered(reader) == {1: 0, 3: 60, 7: 60, 15: 60, 30: 160, 60: 160, 90: 160}
    row = reader.ask("recovery_by_day", Filters(month=FEB)).to_dicts()[4]
    assert (row["days"], row["recovered_loans"], row["recovery_rate_loans"]) == (30, 2, 2 / 3)
    assert (row["still_unpaid_share"], row["still_unpaid_share_loans"]) == (0.2, 0.2)


def test_a_payment_too_large_recovers_no_more_than_was_overdue(tmp_path, open_book):
    rows = [loan("a", JAN, M0), loan("a", FEB, M0)]
    reader = asked(tmp_path, open_book, rows, [scheduled("a")], [pay("a", 2, 12, 250)])
    assert recovered(reader)[3] == 100


def test_a_loan_overdue_at_the_month_end_before_is_not_newly_overdue(tmp_path, open_book):
    rows = [loan("a", JAN, M1), loan("a", FEB, M1), loan("b", JAN, M0), loan("b", FEB, M0)]
    reader = asked(tmp_path, open_book, rows, [scheduled("a"), scheduled("b")], [pay("b", 2, 1)])
    assert entered(reader) == (1, 100, 0, 0)


def test_due_on_the_last_day_of_the_month_is_overdue_only_in_the_next(tmp_path, open_book):
    """Due on the 31st: unpaid on 29 February, the snapshot of that day says 0 days, and 5 March pays it."""
    rows = [loan("a", JAN, M0), loan("a", FEB, M0), loan("a", MAR, M0), loan("a", APR, M0)]
    payments = [pay("a", 3, 5), pay("a", 3, 31), pay("a", 4, 30)]
    reader = asked(tmp_path, open_book, rows, [scheduled("a", due_day=31)], payments)
    assert entered(reader, FEB) == (1, 100, 1, 100)
    assert recovered(reader, FEB) == {1: 0, 3: 0, 7: 100, 15: 100, 30: 100, 60: 100, 90: 100}
    assert entered(reader, MAR) == (1, 100, 0, 0)
    assert entered(reader, APR) == (1, 100, 0, 0)


def test_who_still_owes_the_instalment_of_the_snapshot_day_is_overdue_before_the_next(tmp_path, open_book):
    rows = [loan("a", JAN, M0), loan("a", FEB, M0), loan("a", MAR, 31), loan("b", FEB, M0), loan("b", MAR, M0)]
    late, good = scheduled("a", due_day=31), scheduled("b", due_day=31, originated_on=date(2024, 2, 2))
    reader = asked(tmp_path, open_book, rows, [late, good], [pay("b", 3, 31)])
    assert entered(reader, FEB) == (1, 100, 1, 100)
    assert entered(reader, MAR) == (1, 100, 0, 0)


def test_what_was_paid_ahead_is_carried_over_the_months(tmp_path, open_book):
    """250 in February pays February, March, and half of April."""
    rows = [loan("a", month, days) for month, days in ((JAN, M0), (FEB, M0), (MAR, M0), (APR, 20))]
    reader = asked(tmp_path, open_book, rows, [scheduled("a")], [pay("a", 2, 9, 250)])
    assert [entered(reader, month) for month in (FEB, MAR, APR)] == [(1, 100, 0, 0), (1, 100, 0, 0), (1, 100, 1, 50)]


def test_a_snapshot_that_says_current_after_no_payment_outweighs_the_payments(tmp_path, open_book):
    """It had paid ahead before the payments of the book begin."""
    old = {"originated_on": date(2023, 6, 5)}
    rows = [loan("a", month, M0) for month in (JAN, FEB, MAR)]
    reader = asked(tmp_path, open_book, rows, [scheduled("a", **old)], [pay("a", 3, 10)])
    assert entered(reader, FEB) == (1, 100, 0, 0)


def test_after_the_last_instalment_of_the_term_nothing_falls_due(tmp_path, open_book):
    rows = [loan("a", month, days) for month, days in ((JAN, M0), (FEB, M0), (MAR, M1), (APR, M1))]
    reader = asked(tmp_path, open_book, rows, [scheduled("a", term_months=1)], [pay("a", 2, 10)])
    assert entered(reader, FEB) == (1, 100, 0, 0)
    assert entered(reader, MAR) is None


def test_a_last_instalment_smaller_than_the_others_is_paid_when_the_loan_is(tmp_path, open_book):
    rows = [loan("a", JAN, M0), loan("a", FEB, M0, 0, status="paid_off")]
    reader = asked(tmp_path, open_book, rows, [scheduled("a")], [pay("a", 2, 8, 62)])
    assert entered(reader) == (1, 62, 0, 0)


def test_days_that_payments_do_not_reach_yet_are_null_and_not_zero(tmp_path, open_book):
    """From the last day of May: 1 to 30 days end in June, of which the payments are there; 60 and 90 do not."""
    rows = [loan("a", APR, M0), loan("a", MAY, 21)]
    reader = asked(tmp_path, open_book, rows, [scheduled("a")], [pay("a", 6, 1)])
    told = recovered(reader, MAY)
    assert told == {1: 0, 3: 0, 7: 0, 15: 0, 30: 100, 60: None, 90: None}


def test_a_month_without_payments_in_the_book_is_unknown_and_not_unpaid(tmp_path, open_book):
    """Payments stop after March: nothing is said of April, and of March only what is over by its end."""
    rows = [loan(name, month, M0) for name in ("a", "other") for month in (JAN, FEB, MAR, APR)]
    payments = [pay("other", 1, 12), pay("a", 2, 12), pay("a", 3, 12)]
    reader = open_book(book_with(tmp_path, rows, loan=[scheduled("a")], payment=payments))
    assert entered(reader, APR) is None
    assert entered(reader, MAR) == (1, 100, 1, 100)
    assert set(recovered(reader, MAR).values()) == {None}
    assert recovered(reader, FEB)[30] == 100


def test_payments_that_come_later_are_taken_up_and_restated_ones_too(tmp_path, open_book):
    rows = [loan("a", JAN, M0), loan("a", FEB, 19), loan("a", MAR, M0)]
    reader = asked(tmp_path, open_book, rows, [scheduled("a")], [])
    assert (entered(reader), recovered(reader)[30]) == ((1, 100, 1, 100), 0)
    for day, before, within in ((8, 0, None), (20, 1, 100)):
        fresh = write_events(tmp_path / f"again-{day}.csv", [pay("a", 2, day), *steady([FEB])[1]])
        import_files(tmp_path / "book", [fresh], today=IMPORTED_ON, table="payment")
        reader = open_book(tmp_path / "book")
        assert entered(reader)[2] == before
        assert recovered(reader).get(30) == within


def test_without_a_table_of_loans_or_payments_there_is_no_answer(read_rows):
    reader = read_rows([loan("a", month, M0) for month in (JAN, FEB)])
    for question in ("entry_by_event", "recovery_by_day"):
        with pytest.raises(NeedsData, match="loan, payment"):
            reader.ask(question)


# --- first-payment default ---------------------------------------------------------------------------


def first_payment(reader, cohort: date = JAN) -> dict[int, dict]:
    rows = reader.ask("first_payment_default").to_dicts()
    return {row["days"]: row for row in rows if row["cohort"] == cohort}


def test_who_did_not_pay_the_first_instalment_is_told_apart_from_who_did_not_pay_the_second(tmp_path, open_book):
    """Due on 10 February and 10 March. At the end of March 50 days past due are the first, 21 the second instalment."""
    shown = {
        "pays": (M0, M0),
        "first": (19, 50),
        "second": (M0, 21),
        "late": (19, M0),
        "gone": (M0, None),
        "off": (19, "charged_off"),
    }
    rows = [loan(name, JAN, M0, originated_on=date(2024, 1, 5)) for name in shown]
    for name, (feb, mar) in shown.items():
        rows.append(loan(name, FEB, feb))
        if mar is not None:
            ended = {"status": mar} if isinstance(mar, str) else {}
            rows.append(loan(name, MAR, 0 if ended else mar, **ended))
    payments = [pay("pays", 2, 10), pay("second", 2, 17), pay("late", 2, 18), pay("gone", 2, 10)]
    told = first_payment(asked(tmp_path, open_book, rows, [scheduled(name) for name in shown], payments))
    assert (told[7]["loans"], told[7]["overdue_loans"], told[7]["unpaid_loans"]) == (6, 3, 3)
    assert (told[30]["loans"], told[30]["overdue_loans"], told[30]["unpaid_loans"]) == (6, 2, 2)
    assert (told[7]["unseen_loans"], told[30]["unseen_loans"]) == (0, 1)
    assert told[30]["overdue_share"] == pytest.approx(1 / 3, abs=1e-12)


@pytest.mark.parametrize("lines", [(3, 60), (1, 45), (15, 15)])
def test_the_days_of_a_first_payment_default_can_be_chosen(tmp_path, open_book, lines):
    lives, rows = lived(4, loans=80, months=9)
    reader = open_book(book_of_lives(tmp_path, lives, rows))
    answer = reader.ask("first_payment_default", days=str(lines[0]), later_days=str(lines[1]))
    expected = oracle_events.first_payment_default(lives, MONTHS, sorted(set(lines)))
    assert not (found := differences("first_payment_default", answer, expected)), found[:3]
    assert answer["overdue_loans"].sum() > 0


def test_a_cohort_too_young_for_its_first_instalment_is_null_and_not_zero(tmp_path, open_book):
    rows = [loan("a", MAY, M0, originated_on=date(2024, 5, 5)), loan("a", JUN, 20, originated_on=date(2024, 5, 5))]
    told = first_payment(asked(tmp_path, open_book, rows, [scheduled("a", originated_on=None)], []), MAY)
    assert {days: row["overdue_loans"] for days, row in told.items()} == {7: None, 30: None}
    assert {value for row in told.values() for name, value in row.items() if name not in ("cohort", "days")} == {None}


def test_without_payments_the_rate_by_snapshot_still_stands(tmp_path, open_book):
    rows = [
        loan("a", JAN, M0),
        loan("a", FEB, 19),
        loan("a", MAR, 50),
        loan("b", JAN, M0),
        loan("b", FEB, M0),
        loan("b", MAR, M0),
    ]
    reader = open_book(book_with(tmp_path, rows, loan=[scheduled("a"), scheduled("b")]))
    told = first_payment(reader)
    assert (told[30]["overdue_share"], told[30]["known_loans"], told[30]["unpaid_share"]) == (0.5, 0, None)


# --- cash in the ledger ------------------------------------------------------------------------------


def test_the_ledger_takes_its_cash_from_payments_where_the_snapshot_does_not_say(tmp_path, open_book):
    rows = [loan(name, JAN, M1) for name in ("said", "paid", "nothing", "gone")]
    rows += [loan("said", FEB, M0, paid_in_month=Decimal(30)), loan("paid", FEB, M1), loan("nothing", FEB, 46)]
    payments = [
        Payment(date(2024, 2, 1), "paid", Decimal(20), Decimal("3.50")),
        Payment(date(2024, 2, 29), "paid", Decimal(5), Decimal("0.25")),
        Payment(date(2024, 3, 1), "paid", Decimal(900)),
        Payment(date(2024, 2, 3), "said", Decimal(31)),
        Payment(date(2024, 2, 3), "gone", Decimal(100)),
    ]
    reader = open_book(book_with(tmp_path, rows, payment=payments))
    cash = {(row["from_bucket"], row["to_bucket"]): row["cash"] for row in reader.ask("ledger").to_dicts()}
    assert cash == {("M1", "M0"): 30, ("M1", "M1"): 25, ("M1", "M2"): 0, ("M1", "missing"): 100}


def test_payments_imported_later_change_only_the_months_they_are_of(tmp_path, open_book):
    rows = [loan("a", month, M1) for month in (JAN, FEB, MAR)]
    reader = open_book(book_with(tmp_path, rows, payment=[pay("a", 2, 3, 10)]))
    assert {row["month"]: row["cash"] for row in reader.ask("ledger").to_dicts()} == {FEB: 10, MAR: None}
    fresh = write_events(tmp_path / "march.csv", [pay("a", 3, 3, 12)])
    import_files(tmp_path / "book", [fresh], today=IMPORTED_ON, table="payment")
    reader = open_book(tmp_path / "book")
    assert {row["month"]: row["cash"] for row in reader.ask("ledger").to_dicts()} == {FEB: 10, MAR: 12}
