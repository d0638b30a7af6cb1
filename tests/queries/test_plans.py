"""Plans: kept, broken, re-defaulted, and what is not known yet."""

from datetime import date

import pytest

from queries import Filters, NeedsData
from tests.events_placements import assert_rows, import_tables
from tests.oracle_placements import plans, random_events
from tests.small_books import loan
from tests.snapshots import PRODUCTS, Row, month_ends, random_book

MONTHS = month_ends(date(2024, 1, 1), 8)
JAN, FEB, MAR, APR, MAY, JUN, JUL, AUG = MONTHS


def history(loan_id: str, *days: int | None, **last) -> list[Row]:
    """The loan at the month-ends from January on; None: no row. `last` is said of its last row."""
    rows = [loan(loan_id, month, late) for month, late in zip(MONTHS, days, strict=False) if late is not None]
    return [*rows[:-1], loan(loan_id, rows[-1].as_of, rows[-1].days_past_due, **last)]


def agreed(loan_id: str, day: date = date(2024, 1, 20), **more) -> dict:
    return {"loan_id": loan_id, "agreed_on": day} | more


def after(reader, months: int = 3, **chosen) -> dict:
    rows = reader.ask("plans", Filters(**chosen)).to_dicts()
    (row,) = [row for row in rows if row["months_since"] == months]
    return row


STEADY = history("steady", *[0] * 8)


def test_plans_are_kept_broken_or_re_defaulted(read_tables):
    rows = [
        *STEADY,
        *history("kept", 60, 0, 30, 30),
        *history("late again", 60, 0, 31, 0),
        *history("written off", 60, 0, 20, 20, status="charged_off"),
        *history("paid off", 60, 0, 0, status="paid_off"),
    ]
    rows += [*history("sold", 60, 0, 0, 0, status="sold"), *history("gone", 60, 0, 0), *history("broken", 60, 0, 0, 0)]
    names = ["kept", "late again", "written off", "paid off", "sold", "gone"]
    table = [agreed(name, forgiven=100, instalments=12) for name in names]
    table.append(agreed("broken", result="Broken", ended_on=date(2024, 4, 30), instalments=26))
    row = after(read_tables(rows, plan=table))
    assert (row["plans"], row["forgiven"], row["mean_instalments"]) == (7, 600, 14)
    assert (row["kept"], row["redefaulted"], row["broken"], row["paid_off"], row["out_of_sight"]) == (2, 2, 1, 1, 2)
    assert (row["share_kept"], row["share_redefaulted"]) == (2 / 7, 2 / 7)


def test_thirty_days_are_kept_and_thirty_one_are_not(read_tables):
    rows = [*STEADY, *history("at 30", 60, 30, 30, 30), *history("at 31", 60, 31, 0, 0)]
    row = after(read_tables(rows, plan=[agreed("at 30"), agreed("at 31")]))
    assert (row["kept"], row["redefaulted"]) == (1, 1)


def test_days_past_due_in_the_month_of_the_agreement_are_no_re_default(read_tables):
    row = after(read_tables([*STEADY, *history("a", 90, 0, 0, 0)], plan=[agreed("a")]))
    assert (row["kept"], row["redefaulted"]) == (1, 0)


def test_a_plan_that_breaks_later_was_kept_until_then(read_tables):
    plan = agreed("steady", result="broken", ended_on=date(2024, 5, 1))
    reader = read_tables(STEADY, plan=[plan])
    assert (after(reader, 3)["kept"], after(reader, 6)["kept"]) == (1, 0)


def test_a_new_plan_on_the_same_loan_ends_the_one_before(read_tables):
    reader = read_tables(STEADY, plan=[agreed("steady"), agreed("steady", date(2024, 4, 30))])
    first, second = after(reader, 3, month=JAN), after(reader, 3, month=APR)
    assert (first["kept"], first["broken"]) == (0, 1)
    assert (second["kept"], second["broken"]) == (1, 0)


def test_what_is_not_over_is_empty_and_not_zero(read_tables):
    reader = read_tables(STEADY, plan=[agreed("steady"), agreed("steady", date(2024, 6, 1))])
    values = {row["months_since"]: row["share_kept"] for row in reader.ask("plans", Filters(month=JUN)).to_dicts()}
    assert values == {3: None, 6: None, 12: None}
    assert after(reader, 6, month=JAN)["share_redefaulted"] == 0
    assert after(reader, 12, month=JAN)["share_redefaulted"] is None


def test_a_month_end_that_the_book_lacks_leaves_open_what_it_would_have_shown(read_tables):
    rows = [row for row in STEADY if row.as_of != MAR]
    reader = read_tables(rows, plan=[agreed("steady"), agreed("steady", date(2024, 4, 2))])
    assert after(reader, 3, month=JAN)["kept"] is None
    assert after(reader, 3, month=APR)["kept"] == 1


def test_a_restated_month_in_the_middle_carries_through(read_tables, tmp_path, open_book):
    read_tables(STEADY, plan=[agreed("steady")])
    import_tables(tmp_path / "book", [loan("steady", MAR, 45)])
    reader = open_book(tmp_path / "book")
    assert [after(reader, months)["redefaulted"] for months in (3, 6)] == [1, 1]


def test_plans_that_are_imported_before_later_snapshots_are_followed_into_them(read_tables, tmp_path, open_book):
    read_tables(STEADY[:2], plan=[agreed("steady")])
    assert after(open_book(tmp_path / "book"))["kept"] is None
    import_tables(tmp_path / "book", STEADY[2:])
    assert after(open_book(tmp_path / "book"))["kept"] == 1


def test_a_book_without_plans_says_what_it_needs(read_tables):
    with pytest.raises(NeedsData, match="plan"):
        read_tables(STEADY).ask("plans")


@pytest.mark.parametrize("seed", [1, 2])
def test_any_book_agrees_with_a_walk_along_each_plan(read_tables, seed):
    rows = random_book(seed, loans=80, months=9, missing_months=(7,) if seed == 2 else ())
    table = random_events(rows, seed)["plan"]
    reader = read_tables(rows, plan=table)
    expected = plans(rows, table)
    assert sum(row["kept"] or 0 for row in expected) > 0 < sum(row["redefaulted"] or 0 for row in expected)
    assert_rows(reader.ask("plans"), expected, ["month", "months_since"])
    own = plans(rows, table, product=(PRODUCTS[2], ""))
    assert_rows(reader.ask("plans", Filters(product=(PRODUCTS[2], ""))), own, ["month", "months_since"])


def test_each_plan_stands_somewhere(read_tables):
    rows = random_book(6, loans=80, months=9)
    frame = read_tables(rows, plan=random_events(rows, 6)["plan"]).ask("plans").drop_nulls("kept")
    assert frame.height
    for row in frame.to_dicts():
        assert row["plans"] - row["kept"] - row["out_of_sight"] <= row["redefaulted"] + row["broken"]
        assert max(row["kept"] + row["out_of_sight"] + row["redefaulted"], row["paid_off"]) <= row["plans"]
