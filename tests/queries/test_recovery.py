"""Recovery after default: cash by months since, gross and net, by hand; the random books stand in test_vintages."""

from datetime import date
from decimal import Decimal

from queries import Filters
from tests.events_loans import Action, Payment, Placement, book_with
from tests.oracle import differences
from tests.oracle_loans import recovery_after_default
from tests.small_books import APR, FEB, JAN, M0, M2, M3, M4, MAR, loan
from tests.snapshots import Row, random_book

MAY = date(2024, 5, 31)


def paying(loan_id: str, as_of: date, days: int, cash: int | None, balance: int = 100, **more) -> Row:
    """One loan at a month-end, and what the snapshot says it paid in the month."""
    return loan(loan_id, as_of, days, balance, paid_in_month=None if cash is None else Decimal(cash), **more)


def since(reader, cohort: date = FEB, column: str = "recovery_rate", **chosen) -> list:
    """A column of one cohort, month by month."""
    rows = reader.ask("recovery_after_default", Filters(**chosen)).to_dicts()
    return [row[column] for row in rows if row["cohort"] == cohort]


STEADY = [paying("s", month, M0, 10) for month in (JAN, FEB, MAR, APR, MAY)]


def test_cash_adds_up_over_the_months_since_a_cohort_went_bad(read_rows):
    """Two loans of 100 and 300 went bad in February: 20, then 60 and 40, then the smaller is cured and pays on."""
    reader = read_rows(
        [
            *STEADY,
            *(
                paying("a", *row)
                for row in ((JAN, M3, 5), (FEB, M4, 7, 100), (MAR, 120, 20), (APR, M0, 60), (MAY, M0, 4))
            ),
            *(
                paying("b", *row)
                for row in ((JAN, M3, 5), (FEB, M4, 0, 300), (MAR, 120, 0), (APR, 150, 40), (MAY, 180, 0))
            ),
            *(paying("c", *row) for row in ((FEB, M3, 0), (MAR, M4, 0, 50), (APR, 120, 25), (MAY, 150, 0))),
        ]
    )
    assert since(reader, column="cash") == [20, 120, 124]
    assert since(reader) == [0.05, 0.3, 0.31]
    assert since(reader, column="loans") == [2, 2, 2]
    assert since(reader, MAR) == [0.5, 0.5, None]
    assert since(reader, to_month=APR) == [0.05, 0.3]
    assert since(reader, MAR, month=APR) == [0.5, None]


def test_a_loan_that_goes_bad_again_is_no_new_default(read_rows):
    rows = [paying("a", JAN, M3, 0), paying("a", FEB, M4, 0), paying("a", MAR, M0, 90), paying("a", APR, M4, 0)]
    reader = read_rows([*rows, *STEADY])
    assert reader.ask("recovery_after_default")["cohort"].unique().to_list() == [FEB]


def test_what_was_bad_when_the_book_began_is_of_no_cohort(read_rows):
    reader = read_rows([paying("a", JAN, M4, 0), paying("a", FEB, 120, 50), *STEADY])
    assert reader.ask("recovery_after_default").is_empty()


def test_a_loan_charged_off_straight_from_current_is_what_it_was_a_month_before(read_rows):
    """Nothing was due in January, so that only its snapshot knows the loan; by February it is of another product."""
    gone = {"status": "charged_off", "product": "Sold on"}
    rows = [
        paying("a", JAN, M0, 0, 200, product="Car"),
        paying("a", FEB, M0, 0, 0, **gone),
        paying("a", MAR, M0, 50, 0, **gone),
    ]
    reader = read_rows([*rows, *STEADY])
    assert since(reader, column="balance", product=("Car",)) == [200, 200, 200]
    assert since(reader, product=("Car",))[0] == 0.25
    assert since(reader, product=("Sold on",)) == []


def test_a_loan_charged_off_before_it_was_bad_went_bad_then_with_the_balance_it_had(read_rows):
    gone = {"status": "charged_off"}
    rows = [paying("a", JAN, M3, 0, 200), paying("a", FEB, M3, 0, 0, **gone), paying("a", MAR, M3, 50, 0, **gone)]
    reader = read_rows([*rows, *STEADY])
    assert since(reader, column="balance")[0] == 200
    assert since(reader)[0] == 0.25


def test_cash_after_a_charge_off_comes_from_the_payments(tmp_path, open_book):
    rows = [loan("a", JAN, M3), loan("a", FEB, M4, 100), loan("a", MAR, M4, 0, status="charged_off")]
    steady = [loan("s", month, M0) for month in (JAN, FEB, MAR, APR, MAY)]
    payments = [
        Payment(date(2024, 2, 28), "a", Decimal(9)),
        Payment(date(2024, 3, 31), "a", Decimal(20)),
        Payment(date(2024, 4, 1), "a", Decimal(30)),
        Payment(date(2024, 5, 9), "s", Decimal(1)),
    ]
    reader = open_book(book_with(tmp_path, rows + steady, payment=payments))
    assert since(reader, column="cash") == [20, 50, 50]


def test_a_month_whose_cash_nobody_knows_leaves_the_sum_open(read_rows):
    rows = [paying("a", JAN, M3, 0), paying("a", FEB, M4, 0), paying("a", MAR, M4, 20), paying("a", MAY, M4, 20)]
    dumb = [paying("a", APR, M4, None), *(row for row in STEADY if row.as_of != APR), paying("s", APR, M0, None)]
    assert since(read_rows(rows + dumb), column="cash") == [20, None, None]


def test_a_month_end_that_is_missing_leaves_the_sum_open(read_rows):
    rows = [paying("a", JAN, M3, 0), paying("a", FEB, M4, 0), paying("a", MAR, M4, 20), paying("a", MAY, M4, 20)]
    assert since(read_rows(rows + [row for row in STEADY if row.as_of != APR]), column="cash") == [20, None, None]


def test_cost_is_that_of_actions_and_of_the_agency_while_it_had_the_loan(tmp_path, open_book):
    """40 came while the agency had it: a quarter is its commission. 10 came after the recall, 8 before the placement."""
    rows = [loan("a", month, days, 200) for month, days in ((JAN, M3), (FEB, M4), (MAR, 120), (APR, 150))]
    steady = [loan("s", month, M0) for month in (JAN, FEB, MAR, APR)]
    tables = {
        "payment": [
            Payment(date(2024, 3, 2), "a", Decimal(8)),
            Payment(date(2024, 3, 10), "a", Decimal(40)),
            Payment(date(2024, 4, 20), "a", Decimal(10)),
        ],
        "action": [
            Action("2024-02-28 10:00", "a", "phone", Decimal("9.00")),
            Action("2024-03-05 10:00", "a", "phone", Decimal("1.50")),
            Action("2024-03-05 10:00", "s", "phone", Decimal("7.00")),
            Action("2024-04-05 10:00", "a", "sms", Decimal("0.05")),
        ],
        "placement": [Placement(date(2024, 3, 3), "a", "Agency", 0.25, date(2024, 4, 15))],
    }
    reader = open_book(book_with(tmp_path, rows + steady, **tables))
    assert since(reader, column="cash") == [48, 58]
    assert since(reader, column="cost") == [Decimal("11.50"), Decimal("11.55")]
    assert since(reader, column="net_recovery_rate") == [(48 - 11.5) / 200, (58 - 11.55) / 200]
    assert since(reader)[1] == 0.29


def test_without_any_cost_in_the_book_there_is_no_net_rate(read_rows):
    rows = [paying("a", JAN, M3, 0), paying("a", FEB, M4, 0), paying("a", MAR, M4, 20), *STEADY]
    assert since(read_rows(rows), column="net_recovery_rate") == [None, None, None]


def test_loans_of_unknown_balance_are_counted_and_have_no_cash_to_hold_against_nothing(read_rows):
    rows = [paying("a", JAN, M3, 0), paying("a", FEB, M4, 0), paying("a", MAR, M4, 20)]
    unknown = [Row("b", JAN, M3), Row("b", FEB, M4), Row("b", MAR, M4, paid_in_month=Decimal(70))]
    reader = read_rows([*rows, *unknown, *STEADY])
    assert since(reader, column="loans")[0] == 2
    assert since(reader)[0] == 0.2


def test_a_default_counts_in_the_slice_it_happened_in(read_rows):
    rows = [paying("a", JAN, M3, 0, product="card"), paying("a", FEB, M4, 0, product="plan"), paying("a", MAR, M4, 9)]
    reader = read_rows([*rows, *STEADY])
    assert since(reader, product=("plan",))[0] == 0.09
    assert since(reader, product=("card",)) == []


def test_with_payments_a_random_book_agrees_with_plain_python(tmp_path, open_book):
    rows = random_book(seed=31, loans=120, months=6)
    months = sorted({row.as_of for row in rows})
    ids = sorted({row.loan_id for row in rows})
    payments = [
        Payment(months[number % 6].replace(day=1 + number % 28), ids[number * 7 % len(ids)], Decimal(number) / 4)
        for number in range(1, 400)
    ]
    costs = [(payment.paid_on, payment.loan_id, payment.amount / 5) for payment in payments[::2]]
    cents = [(day, name, cost.quantize(Decimal("0.01"))) for day, name, cost in costs]
    actions = [Action(f"{day} 09:00", name, "phone", cost) for day, name, cost in cents]
    exact = [Payment(p.paid_on, p.loan_id, p.amount.quantize(Decimal("0.01"))) for p in payments]
    reader = open_book(book_with(tmp_path, rows, payment=exact, action=actions))
    expected = recovery_after_default(rows, exact, cents)
    assert not (found := differences("recovery_after_default", reader.ask("recovery_after_default"), expected)), found
    assert any(row["cash"] and row["cost"] for row in expected)


def test_a_restated_month_moves_a_default_and_all_that_follows(read_rows):
    rows = [paying("a", JAN, M2, 0), paying("a", FEB, M4, 0), paying("a", MAR, M4, 20), paying("a", APR, M4, 30)]
    assert since(read_rows(rows + STEADY))[:2] == [0.2, 0.5]
    reader = read_rows([paying("a", FEB, M3, 0), paying("s", FEB, M0, 10)])
    assert since(reader, FEB) == []
    assert since(reader, MAR)[:1] == [0.3]
