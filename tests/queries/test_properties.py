"""What holds in any book: rows sum to one, loans are conserved, the way it was imported does not matter."""

import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries import Filters, import_files, open_reader
from tests.oracle import COLUMNS, KEYS, MOVEMENTS, assert_answers
from tests.snapshots import EDGES, Row, month_ends, write_csv

MONTHS = month_ends(date(2023, 11, 1), 4)
EXAMPLES = os.environ.get("RECOUP_EXAMPLES")
"""Unset: a few books, the same on every run. A number: that many, new ones each time, to search further."""


def tried_on(books: int) -> settings:
    """Each example is an import or several, so there are few, and each book is rich."""
    return settings(
        max_examples=int(EXAMPLES or books),
        deadline=None,
        derandomize=EXAMPLES is None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


ONE_BOOK, TWO_BOOKS = tried_on(5), tried_on(3)

MONEY = st.one_of(
    st.none(),
    st.decimals(min_value=-500, max_value=Decimal("9999.99"), places=2),
    st.sampled_from([Decimal("0.00"), Decimal("0.01"), Decimal("-0.01")]),
)
STATUSES = ("open", "paid_off", "charged_off", "sold")
ORIGINS = [None, date(2023, 9, 30), date(2023, 11, 1), date(2023, 11, 30), date(2023, 12, 15), date(2024, 1, 31)]
ENDINGS = st.sampled_from([None] * 6 + [*STATUSES, "charged_off_on", "sold_on"])


@st.composite
def snapshot(draw, loan_id: str, as_of: date) -> Row:
    """One row of an open loan, or one that says how the loan ended."""
    ending = draw(ENDINGS)
    knows_days = draw(st.integers(0, 5)) > 0
    earlier = as_of - timedelta(days=draw(st.integers(0, 40)))
    return Row(
        loan_id,
        as_of,
        draw(st.sampled_from(EDGES)) if knows_days else None,
        None if knows_days else draw(st.sampled_from(["M0", "M1", "M4", "M7"])),
        balance=draw(MONEY),
        paid_in_month=draw(MONEY.map(lambda amount: amount and abs(amount))),
        status=ending if ending in STATUSES else None,
        charged_off_on=earlier if ending == "charged_off_on" else None,
        sold_on=as_of if ending == "sold_on" else None,
        restructured_on=draw(st.sampled_from([None, None, as_of, as_of - timedelta(days=35)])),
        product=draw(st.sampled_from([None, "car", "card, 'gold'"])),
    )


@st.composite
def books(draw) -> list[Row]:
    """A few loans over up to four months, with holes; never empty."""
    rows = []
    for number in range(draw(st.integers(1, 12))):
        origin = {"originated_on": draw(st.sampled_from(ORIGINS)), "principal": draw(MONEY)}
        for as_of in MONTHS:
            if as_of >= (origin["originated_on"] or as_of) and draw(st.integers(0, 4)):
                rows.append(replace(draw(snapshot(f"L{number}", as_of)), **origin))
    return rows or [draw(snapshot("L0", MONTHS[0]))]


@contextmanager
def book_of(*imports: Sequence[Sequence[Row]]):
    """A reader on a book made by these imports, each a list of files, each file a list of rows."""
    with tempfile.TemporaryDirectory() as folder:
        for number, files in enumerate(imports):
            paths = [
                write_csv(Path(folder) / f"import-{number}-{part}.csv", rows, FILE_COLUMNS)
                for part, rows in enumerate(files)
                if rows
            ]
            import_files(Path(folder) / "book", paths, today=date(2026, 1, 15))
        reader = open_reader(Path(folder) / "book")
        try:
            yield reader
        finally:
            reader.close()


FILE_COLUMNS = (
    "loan_id",
    "as_of",
    "days_past_due",
    "bucket",
    "balance",
    "paid_in_month",
    "status",
    "restructured_on",
    "charged_off_on",
    "sold_on",
    "product",
    "originated_on",
    "principal",
)


def answers(*imports: Sequence[Sequence[Row]]) -> dict:
    """Every answer of the book these imports make, whole and by product, to the last digit."""
    with book_of(*imports) as reader:
        slices = [Filters(), Filters(product=("card, 'gold'", ""))]
        return {
            (question, number): Counter(reader.ask(question, chosen).sort(KEYS[question]).rows())
            for question in COLUMNS
            if question in reader.answerable
            for number, chosen in enumerate(slices)
        } | {"months": reader.months}


@ONE_BOOK
@given(books())
def test_the_rows_of_a_bucket_sum_to_one(rows):
    with book_of([rows]) as reader:
        matrix = reader.ask("roll_rates").to_dicts()
        trend = reader.ask("roll_trend").to_dicts()
    for row in trend:
        whole = [cell for cell in matrix if (cell["month"], cell["from_bucket"]) == (row["month"], row["from_bucket"])]
        assert sum(cell["share_loans"] for cell in whole) == pytest.approx(1, abs=1e-12)
        assert sum(row[f"{movement}_share_loans"] for movement in MOVEMENTS) == pytest.approx(1, abs=1e-12)
        assert sum(cell["loans"] for cell in whole) == row["loans"]
        if row["opening_balance"] is not None and row["opening_balance"] > 0:
            assert sum(cell["share_balance"] or 0 for cell in whole) == pytest.approx(1, abs=1e-9)
            assert sum(row[f"{movement}_share_balance"] for movement in MOVEMENTS) == pytest.approx(1, abs=1e-9)
            assert sum(cell["opening_balance"] or 0 for cell in whole) == row["opening_balance"]


@ONE_BOOK
@given(books())
def test_loans_and_balances_are_conserved_from_month_to_month(rows):
    """Opening + new + returned − exits = closing; the ledger's two sides are the two levels."""
    with book_of([rows]) as reader:
        ledger = reader.ask("ledger").to_dicts()
        level = {row["month"]: row for row in reader.ask("bad_debt").to_dicts()}
        months = reader.months
    nothing = {"loans": 0, "balance": None}
    for opening, closing in pairwise(months):
        if (closing - opening).days > 31:
            continue
        step = [row for row in ledger if row["month"] == closing]
        entered = sum(row["loans"] for row in step if row["movement"] == "entry")
        left = sum(row["loans"] for row in step if not row["to_bucket"].startswith("M"))
        before, after = level.get(opening, nothing), level.get(closing, nothing)
        assert sum(row["loans"] for row in step) - entered == before["loans"]
        assert before["loans"] + entered - left == after["loans"]
        assert sum(row["opening_balance"] or 0 for row in step) == (before["balance"] or 0)
        assert sum(row["closing_balance"] or 0 for row in step) == (after["balance"] or 0)


@ONE_BOOK
@given(books())
def test_each_level_holds_each_open_loan_once(rows):
    with book_of([rows]) as reader:
        whole = {row["month"]: row for row in reader.ask("bad_debt").to_dicts()}
        for question in ("delinquency", "tiers"):
            parts = reader.ask(question).to_dicts()
            for month, level in whole.items():
                group = [row for row in parts if row["month"] == month]
                assert sum(row["loans"] for row in group) == level["loans"]
                assert sum(row["balance"] or 0 for row in group) == (level["balance"] or 0)
                assert sum(row["share_loans"] for row in group) == pytest.approx(1, abs=1e-12)


@ONE_BOOK
@given(books())
def test_any_book_agrees_with_plain_python(rows):
    with book_of([rows]) as reader:
        assert_answers(reader, rows)
        chosen = {"product": ("card, 'gold'", ""), "from_month": MONTHS[1]}
        assert_answers(reader, rows, Filters(**chosen), **chosen)


@TWO_BOOKS
@given(books(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_and_how_they_are_split_into_files_do_not_matter(rows, chance):
    shuffled = chance.sample(rows, len(rows))
    cut = chance.randrange(len(rows) + 1)
    assert answers([shuffled[:cut], shuffled[cut:]]) == answers([rows])


@TWO_BOOKS
@given(books())
def test_importing_the_same_file_again_changes_nothing(rows):
    assert answers([rows], [rows]) == answers([rows])


@TWO_BOOKS
@given(books(), st.permutations(MONTHS))
def test_months_may_come_one_by_one_and_in_any_order(rows, order):
    months = [[row for row in rows if row.as_of == month] for month in order]
    assert answers(*[[month] for month in months if month]) == answers([rows])


@TWO_BOOKS
@given(books(), books(), st.sampled_from(MONTHS))
def test_correcting_a_month_gives_what_a_clean_start_would_have_given(rows, corrected, month):
    fresh = [row for row in corrected if row.as_of == month]
    kept = [row for row in rows if row.as_of != month]
    if not fresh:
        return
    assert answers([rows], [fresh]) == answers([kept + fresh])
