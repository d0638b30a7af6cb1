"""The forecast: by hand on the golden month, against plain Python on random books, and its interval."""

from collections import Counter
from datetime import date
from itertools import product
from math import isclose, isnan

import numpy as np
import pytest
from hypothesis import given

from queries import Filters
from queries.computed.matrices import Months, interval, measured
from tests import golden
from tests.oracle_forecast import MEASURES, forecast, month_later
from tests.queries.test_properties import ONE_BOOK, book_of, books
from tests.small_books import APR, FEB, JAN, M0, M1, M2, M4, MAR, loan
from tests.snapshots import PRODUCTS, Row, random_book


def told(reader, filters: Filters | None = None, **options) -> dict[tuple[date, str], dict]:
    """The rows of the forecast by month and measure."""
    rows = reader.ask("forecast", filters, **options).to_dicts()
    found = {(row["month"], row["measure"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def close(given: float | None, wanted) -> bool:
    """The same to nine digits; sums of huge balances, of which some are negative, lose some more."""
    if given is None or wanted is None:
        return given is None and wanted is None
    return isclose(given, float(wanted), rel_tol=1e-9, abs_tol=1e-6)


# By hand


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        (
            "balance",
            {
                "M0": 4200 * 900 / 2500 + 1800 * 700 / 3200 + 900 * 600 / 1700 + 2000,
                "M1": 4200 * 1000 / 2500 + 1800 * 800 / 3200,
                "M2": 1800 * 900 / 3200,
                "M3": 900 * 600 / 1700,
                "charged_off": 600 * 400 / 1000,
            },
        ),
        (
            "loans",
            {"M0": 4 / 3 + 2 / 4 + 1 / 3 + 1, "M1": 4 / 3 + 2 / 4, "M2": 2 / 4, "M3": 1 / 3, "charged_off": 1 / 2},
        ),
    ],
)
def test_march_follows_from_the_golden_month_as_the_hand_finds_it(read_rows, by, wanted):
    """February stands at M0 4200 (A, D, I, N), M1 1800 (B, E), M2 900 (F), M3 600 (H); repayment is in what stays."""
    answer = told(read_rows(golden.ROWS), horizon=1, by=by)
    assert {key[0] for key in answer} == {date(2024, 3, 31)}
    assert [key[1] for key in answer] == list(MEASURES)
    for measure in MEASURES:
        assert answer[date(2024, 3, 31), measure]["value"] == pytest.approx(wanted.get(measure, 0), abs=1e-9), measure
    assert {row[side] for row in answer.values() for side in ("low", "high")} == {None}, "one month shows no chance"


def test_bad_debt_is_what_stands_in_the_buckets_that_begin_beyond_the_line(read_rows):
    """Half of M3 rolls to M4 and stays there; nothing else moves."""
    rows = [
        *(loan(name, day, 75) for name in ("a", "c", "d") for day in (JAN, FEB)),
        loan("b", JAN, 75),
        loan("b", FEB, M4),
    ]
    found = told(read_rows(rows), horizon=2)
    april = date(2024, 4, 30)
    assert found[MAR, "bad_debt_ratio"]["value"] == pytest.approx((100 + 300 * 0.25) / 400, abs=1e-12)
    assert found[april, "bad_debt_ratio"]["value"] == pytest.approx((175 + 225 * 0.25) / 400, abs=1e-12)


def test_the_months_to_come_are_month_ends(read_rows):
    rows = [loan("a", day, M0) for day in (date(2023, 10, 31), date(2023, 11, 30))]
    months = read_rows(rows).ask("forecast", horizon=4)["month"].unique().sort().to_list()
    assert months == [date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]


# Against plain Python


BOOKS = {
    "half a year": {"seed": 21, "loans": 150, "months": 6},
    "a month is missing": {"seed": 22, "loans": 120, "months": 8, "missing_months": (4,)},
    "no balances": {"seed": 23, "loans": 120, "months": 5, "balances": False},
}


@pytest.mark.parametrize("name", BOOKS)
def test_what_is_expected_agrees_with_plain_python(read_rows, name):
    rows = [row for row in random_book(**BOOKS[name]) if (row.balance or 0) < 1_000_000]
    reader = read_rows(rows)
    newest = max(row.as_of for row in rows)
    for chosen in ({}, {"product": (PRODUCTS[1], "")}, {"to_month": date(2024, 1, 31)}, {"month": date(2023, 12, 31)}):
        origin = chosen.get("month") or chosen.get("to_month") or newest
        for last, by in ((1, "loans"), (3, "loans"), (36, "loans"), (3, "balance"), (36, "balance")):
            wanted = forecast(rows, origin, 4, last, by, chosen)
            answer = told(reader, Filters(**chosen), horizon=4, last=last, by=by)
            assert answer.keys() == wanted.keys()
            known = by == "loans" or reader.has_balances
            wrong = [
                (key, answer[key]["value"], value and float(value))
                for key, value in wanted.items()
                if not close(answer[key]["value"], value if known else None)
            ]
            assert not wrong, (chosen, last, by, wrong[:3])


def test_months_before_the_first_one_chosen_are_not_learnt_from(read_rows):
    rows = random_book(seed=24, loans=100, months=6)
    reader = read_rows(rows)
    first = date(2024, 1, 31)
    kept = [row for row in rows if row.as_of >= date(2023, 12, 31)]
    wanted = forecast(kept, date(2024, 3, 31), 2, 6, "loans")
    answer = told(reader, Filters(from_month=first), horizon=2, by="loans")
    # Who returns and who is new differs without the earlier months, but both come in.
    assert all(close(answer[key]["value"], value) for key, value in wanted.items())
    assert answer != told(reader, horizon=2, by="loans")


@ONE_BOOK
@given(books())
def test_loans_are_conserved_and_what_is_expected_lies_in_its_interval(rows):
    """Those there, less those that leave, and those that come in: by loans, a row of the matrix and its exits sum to 1."""
    with book_of([rows]) as reader:
        answer = told(reader, horizon=1, by="loans")
        ledger = reader.ask("ledger").to_dicts()
        months = reader.months
        stood = {
            row["bucket"]: row["loans"] for row in reader.ask("delinquency").to_dicts() if row["month"] == months[-1]
        }
    if not ledger:
        assert not answer
        return
    whole = sum(row["value"] for (_, measure), row in answer.items() if measure.startswith("M"))
    recent = sorted({row["month"] for row in ledger})[-6:]
    ledger = [row for row in ledger if row["month"] in recent]
    came = sum(row["loans"] for row in ledger if row["movement"] == "entry") / len(recent)
    stay = 0.0
    for bucket, loans in stood.items():
        was = [row for row in ledger if row["from_bucket"] == bucket]
        left = sum(row["loans"] for row in was if not row["to_bucket"].startswith("M"))
        stay += loans * (1 - left / sum(row["loans"] for row in was)) if was else loans
    assert whole == pytest.approx(stay + came, abs=1e-9)
    for row in answer.values():
        assert row["low"] is None or row["low"] <= row["value"] <= row["high"]


# Traps


def test_loans_that_leave_do_not_stay_in_the_forecast(read_rows):
    """Of four, one is sold, one is missing, one is paid off: a quarter stays, then a sixteenth."""
    rows = [loan(name, JAN, M1) for name in "abcd"]
    rows += [loan("a", FEB, M1), loan("b", FEB, M1, 0, status="sold"), loan("c", FEB, M0, 0, status="paid_off")]
    found = told(read_rows(rows), horizon=2)
    assert (found[MAR, "M1"]["value"], found[APR, "M1"]["value"]) == (25, 6.25)


def test_months_are_taken_together_not_averaged(read_rows):
    """January to February 1 of 1 rolls, February to March 1 of 9: 2 of 10, not the mean of 1 and 1/9."""
    rows = [loan("a", JAN, M0), loan("a", FEB, M1), *(loan(f"{n}", FEB, M0) for n in range(9))]
    rows += [loan("0", MAR, M1), *(loan(f"{n}", MAR, M0) for n in range(1, 9)), loan("a", MAR, M1)]
    assert told(read_rows(rows), horizon=1, by="loans")[APR, "M1"]["value"] == pytest.approx(8 * 0.2 + 2, abs=1e-12)


def test_new_loans_come_in_beside_the_matrix_and_not_through_it(read_rows):
    """Each month one loan is booked into M1; the current loan never rolls."""
    rows = [loan("a", day, M0) for day in (JAN, FEB, MAR)] + [loan("b", FEB, M1, 40), loan("c", MAR, M1, 60)]
    found = told(read_rows(rows), horizon=1)
    assert found[APR, "M0"]["value"] == pytest.approx(100, abs=1e-12)
    assert found[APR, "M1"]["value"] == pytest.approx(50, abs=1e-12), (
        "b left without a word; what comes in is 50 a month"
    )


def test_a_bucket_nobody_was_in_stays_as_it_is(read_rows):
    rows = [loan("a", JAN, M0), loan("b", JAN, M0), loan("a", FEB, M0), loan("b", FEB, M2)]
    found = told(read_rows(rows), horizon=3)
    assert [found[month, "M2"]["value"] for month in (MAR, APR, date(2024, 5, 31))] == [150, 175, 187.5]


def test_a_month_that_is_not_in_the_book_makes_no_step(read_rows):
    """January to March is no pair: only March to April is learnt from."""
    rows = [loan("a", JAN, M0), loan("b", JAN, M0), loan("a", MAR, M0), loan("b", MAR, M1)]
    rows += [loan("a", APR, M0), loan("b", APR, M1)]
    found = told(read_rows(rows), horizon=1)
    assert (found[date(2024, 5, 31), "M0"]["value"], found[date(2024, 5, 31), "M1"]["value"]) == (100, 100)


@pytest.mark.parametrize(
    "rows", [[loan("a", JAN, M0)], [loan("a", JAN, M0), loan("a", MAR, M0)]], ids=["one month", "no two in a row"]
)
def test_without_a_ledger_nothing_is_foretold(read_rows, rows):
    answer = read_rows(rows).ask("forecast")
    assert answer.is_empty()
    assert answer.columns == ["month", "measure", "value", "low", "high"]


def test_a_slice_without_loans_has_no_forecast(read_rows):
    reader = read_rows(golden.ROWS)
    assert reader.ask("forecast", Filters(product=("nobody sells this",))).is_empty()
    assert reader.ask("forecast", Filters(month=date(2030, 1, 31))).is_empty()


def test_without_balances_only_loans_are_foretold(read_rows):
    rows = [Row("a", day, days) for day, days in ((JAN, M0), (FEB, M1))]
    reader = read_rows(rows)
    assert reader.ask("forecast", horizon=1)["value"].null_count() == len(MEASURES)
    assert reader.ask("forecast", horizon=1, by="loans")["value"].null_count() == 0


def test_the_line_and_the_buckets_are_those_of_the_book(tmp_path, open_book):
    from queries import import_files
    from tests.snapshots import write_csv

    book = tmp_path / "book"
    book.mkdir()
    (book / "recoup.toml").write_text("bad_above_dpd = 30\n[buckets]\ncurrent = 0\nlate = 1\nlater = 31\n")
    rows = [loan(name, day, days) for name, days in (("a", 0), ("b", 40)) for day in (JAN, FEB)]
    import_files(book, [write_csv(tmp_path / "rows.csv", rows)], today=date(2026, 1, 15))
    found = told(open_book(book), horizon=1)
    assert [measure for _, measure in found] == ["current", "late", "later", "bad_debt_ratio", "charged_off"]
    assert found[MAR, "bad_debt_ratio"]["value"] == 0.5


# The interval


def months_of(*rates: float) -> Months:
    """Months of 100 in the first of two buckets, of which that part rolls to the second, where all stays."""
    opening = np.array([[100.0, 50.0] for _ in rates])
    staying = np.array([[[100 * (1 - rate), 100 * rate], [0, 50]] for rate in rates])
    nothing = np.zeros((len(rates), 2))
    return Months(opening, staying, nothing, nothing)


BAD = np.array([False, True])


def test_of_two_months_one_step_ahead_the_interval_reaches_from_the_one_to_the_other():
    low, high = interval(np.array([1000.0, 0.0]), months_of(0.1, 0.3), 1, BAD, 0.8)
    assert (low[0].tolist(), high[0].tolist()) == ([700, 100, 0.1, 0], [900, 300, 0.3, 0])


def test_the_interval_holds_the_part_of_all_possible_futures_that_it_says():
    """Three months, two steps: every pool of three, every pair drawn from it, counted out."""
    rates = (0.1, 0.2, 0.4)
    futures: Counter[float] = Counter()
    for pool in product(rates, repeat=3):
        for first, second in product(pool, repeat=2):
            futures[round(1000 * (1 - first) * (1 - second), 6)] += 1
    whole = sum(futures.values())
    for level in (0.5, 0.8, 0.95):
        low, high = interval(np.array([1000.0, 0.0]), months_of(*rates), 2, BAD, level)
        bounds = low[1, 0] - 1e-6, high[1, 0] + 1e-6
        held = sum(n for value, n in futures.items() if bounds[0] <= value <= bounds[1]) / whole
        within = sum(n for value, n in futures.items() if bounds[0] + 2e-6 < value < bounds[1] - 2e-6) / whole
        assert within - 0.03 <= level <= held + 0.03


def test_months_that_are_all_alike_leave_no_doubt():
    low, high = interval(np.array([1000.0, 0.0]), months_of(0.2, 0.2, 0.2), 3, BAD, 0.95)
    assert low == pytest.approx(high, abs=1e-9)
    assert low[:, 0] == pytest.approx([800, 640, 512], abs=1e-9)


def test_a_month_in_which_nobody_was_in_a_bucket_moves_it_as_the_others_did():
    months = months_of(0.2, 0.2)
    months.opening[1, 0] = 0
    months.staying[1, 0] = 0
    low, high = interval(np.array([1000.0, 0.0]), months, 1, BAD, 0.9)
    assert (low[0, 0], high[0, 0]) == (pytest.approx(800), pytest.approx(800))


def test_one_month_gives_no_interval():
    low, high = interval(np.array([1000.0, 0.0]), months_of(0.2), 2, BAD, 0.9)
    assert low.shape == high.shape == (2, 4)
    assert all(isnan(bound) for bound in (*low.ravel(), *high.ravel()))


def made_up_month(chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which part of three buckets moves where, is charged off, and what comes in: as always, with luck."""
    luck = chance.normal(1, 0.15)
    moves = np.array([[0.93, 0.04 * luck, 0], [0.3, 0.25, 0.4 * chance.normal(1, 0.1)], [0.02, 0.03, 0.75]])
    return moves, np.array([0, 0, 0.12 * chance.normal(1, 0.2)]), np.array([50 * chance.normal(1, 0.2), 0, 0])


def coverage(learnt: int, horizon: int, worlds: int = 200) -> np.ndarray:
    """How often an interval of 80 % holds for each measure, on made-up books without season or drift."""
    bad, held = np.array([False, False, True]), np.zeros(5)
    for seed in range(worlds):
        chance = np.random.default_rng(seed)
        standing, seen = np.array([1000.0, 60.0, 60.0]), []
        for _ in range(learnt):
            moves, lost, entered = made_up_month(chance)
            seen.append((standing, standing[:, None] * moves, standing * lost, entered))
            standing = standing @ moves + entered
        start = standing
        for _ in range(horizon):
            moves, lost, entered = made_up_month(chance)
            gone, standing = (standing * lost).sum(), standing @ moves + entered
        months = Months(*(np.array(part) for part in zip(*seen, strict=True)))
        low, high = interval(start, months, horizon, bad, 0.8, first=horizon)
        actual = measured(standing, np.asarray(gone), bad)
        held += (low[0] <= actual) & (actual <= high[0])
    return held / worlds


def test_the_interval_holds_about_as_often_as_it_says_where_months_differ_by_chance_alone():
    assert coverage(learnt=24, horizon=3) == pytest.approx(np.full(5, 0.8), abs=0.09)


def test_what_the_last_months_do_not_show_is_in_the_interval_too():
    """Learnt from six months, drawn for six: with the months drawn once, not twice, M0 is held in half of the worlds."""
    assert coverage(learnt=6, horizon=6).min() > 0.6


def test_the_same_book_gives_the_same_interval(read_rows):
    rows = random_book(seed=25, loans=100, months=6)
    once, again = (read_rows(rows).ask("forecast", by="loans") for _ in range(2))
    assert once.equals(again)
    assert once["low"].null_count() == 0


def test_a_higher_level_is_a_wider_interval(read_rows):
    reader = read_rows(random_book(seed=26, loans=100, months=6))
    half, most = (told(reader, by="loans", level=level) for level in (0.5, 0.95))
    assert all(most[key]["low"] <= half[key]["low"] <= half[key]["high"] <= most[key]["high"] for key in half)
    assert any(most[key]["low"] < half[key]["low"] for key in half)
    assert {key[0] for key in half} == {month_later(date(2024, 3, 31), ahead) for ahead in range(1, 7)}
