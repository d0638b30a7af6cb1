"""Past forecasts beside what happened: the same as forecasts made then, blind to what came after, their errors added up."""

from datetime import date
from math import isclose

import pytest

from queries import Filters
from tests.oracle_forecast import MEASURES, charged_off, forecast, measures, month_later, standing
from tests.small_books import M0, M1, loan
from tests.snapshots import PRODUCTS, month_ends, random_book

MONTHS = month_ends(date(2023, 10, 1), 9)
ROWS = [row for row in random_book(seed=31, loans=150, months=9) if (row.balance or 0) < 1_000_000]


def foretold(reader, filters: Filters | None = None, **options) -> dict[tuple[date, str], dict]:
    rows = reader.ask("forecast_hindsight", filters, **options).to_dicts()
    found = {(row["month"], row["measure"]): row for row in rows}
    assert len(found) == len(rows)
    return found


def near(given: float | None, wanted) -> bool:
    if given is None or wanted is None:
        return given is None and wanted is None
    return isclose(given, float(wanted), rel_tol=1e-9, abs_tol=1e-6)


@pytest.mark.parametrize("by", ["loans", "balance"])
@pytest.mark.parametrize("chosen", [{}, {"product": (PRODUCTS[1], "")}], ids=["the book", "a slice"])
def test_each_figure_agrees_with_plain_python(read_rows, by, chosen):
    answer = foretold(read_rows(ROWS), Filters(**chosen), horizon=2, last=3, by=by)
    assert {month for month, _ in answer} == set(MONTHS[5:])
    for month in MONTHS[5:]:
        origin = MONTHS[MONTHS.index(month) - 2]
        expected = forecast(ROWS, origin, 2, 3, by, chosen)
        after = measures(standing(ROWS, month, by, chosen), charged_off(ROWS, month, by, chosen))
        before = measures(standing(ROWS, origin, by, chosen), charged_off(ROWS, origin, by, chosen))
        for measure in MEASURES:
            row = answer[month, measure]
            assert row["made_at"] == origin
            assert near(row["forecast"], expected[month, measure]), (month, measure)
            assert near(row["actual"], after[measure]), (month, measure)
            assert near(row["naive"], before[measure]), (month, measure)
            assert near(row["error"], float(expected[month, measure]) - float(after[measure])), (month, measure)
            assert near(row["naive_error"], float(before[measure]) - float(after[measure])), (month, measure)
            assert row["inside"] == (row["low"] <= row["actual"] <= row["high"]), (month, measure)


def test_it_is_the_forecast_that_was_made_then(read_rows):
    """The question forecast, asked with the book cut off at that month, gives the same numbers, interval included."""
    reader = read_rows(ROWS)
    for row in reader.ask("forecast_hindsight", horizon=3, last=4).to_dicts():
        then = reader.ask("forecast", Filters(to_month=row["made_at"]), horizon=3, last=4).to_dicts()
        (same,) = [one for one in then if (one["month"], one["measure"]) == (row["month"], row["measure"])]
        assert (row["forecast"], row["low"], row["high"]) == (same["value"], same["low"], same["high"])


def test_nothing_that_came_after_leaks_into_a_forecast(read_rows):
    """Every month after the forecasts of April were made is changed: what happened changes, what was foretold does not."""
    before = foretold(read_rows(ROWS), horizon=2, last=3)
    cut = MONTHS[6]
    other = [row for row in random_book(seed=32, loans=90, months=9) if row.as_of > cut]
    after = foretold(read_rows(other), horizon=2, last=3)
    assert before.keys() == after.keys()
    made_before = [key for key in before if before[key]["made_at"] <= cut]
    assert {month for month, _ in made_before} == set(MONTHS[5:]), "also those of months that were changed"
    for key in made_before:
        for figure in ("made_at", "forecast", "low", "high", "naive"):
            assert before[key][figure] == after[key][figure], (key, figure)
    changed = [key for key in before if before[key]["actual"] != after[key]["actual"]]
    assert {month for month, _ in changed} == set(MONTHS[7:])


def test_a_month_is_foretold_only_with_enough_months_of_ledger(read_rows):
    reader = read_rows(ROWS)
    for horizon, last, months in ((1, 1, MONTHS[2:]), (3, 6, []), (2, 6, MONTHS[8:]), (1, 7, MONTHS[8:]), (12, 1, [])):
        found = foretold(reader, horizon=horizon, last=last)
        assert {month for month, _ in found} == set(months), (horizon, last)


def test_an_empty_answer_has_its_columns(read_rows):
    reader = read_rows([loan("a", MONTHS[0], M0)])
    for question in ("forecast_hindsight", "forecast_accuracy"):
        assert reader.ask(question).is_empty()


def test_only_the_months_asked_about_are_answered_with_all_the_history_they_need(read_rows):
    reader = read_rows(ROWS)
    whole = foretold(reader, horizon=1, last=3)
    some = foretold(reader, Filters(from_month=MONTHS[6], to_month=MONTHS[7]), horizon=1, last=3)
    assert some == {key: row for key, row in whole.items() if key[0] in MONTHS[6:8]}
    assert foretold(reader, Filters(month=MONTHS[8]), horizon=1, last=3).keys() == {(MONTHS[8], m) for m in MEASURES}


def test_a_gap_in_the_book_is_neither_foretold_nor_looked_from(read_rows):
    """The fifth month is missing: it is not foretold, none is foretold from it, and charge-offs after it are unknown."""
    rows = [row for row in ROWS if row.as_of != MONTHS[4]]
    found = foretold(read_rows(rows), horizon=1, last=1)
    assert {month for month, _ in found} == set(MONTHS[2:4]) | set(MONTHS[6:])
    assert {row["made_at"] for row in found.values()} == {month_later(MONTHS[0], n) for n in (1, 2, 5, 6, 7)}
    naive = {key: row["naive"] for key, row in found.items() if key[1] == "charged_off"}
    assert naive[MONTHS[6], "charged_off"] is None, "the month before the gap's end is unknown"
    assert all(naive[month, "charged_off"] is not None for month in (*MONTHS[2:4], *MONTHS[7:]))


def test_a_book_that_does_the_same_every_month_is_foretold_without_error(read_rows):
    """Each month one loan is booked, rolls in the next and is paid off then."""
    rows = []
    for at, month in enumerate(MONTHS):
        rows.append(loan(f"{at}", month, M0))
        if at:
            rows.append(loan(f"{at - 1}", month, M1))
    reader = read_rows(rows)
    answer = foretold(reader, horizon=2, last=3)
    late = [row for (month, _), row in answer.items() if month >= MONTHS[5]]
    assert late
    assert all(row["error"] == pytest.approx(0, abs=1e-9) and row["inside"] for row in late)
    accuracy = {row["measure"]: row for row in reader.ask("forecast_accuracy", horizon=2, last=3).to_dicts()}
    assert accuracy["M1"]["mean_absolute_error"] == pytest.approx(0, abs=1e-9)
    assert accuracy["M1"]["coverage"] == 1


def test_the_accuracy_is_the_mean_of_the_errors(read_rows):
    reader = read_rows(ROWS)
    rows = reader.ask("forecast_hindsight", horizon=1, last=4, level=0.6, by="loans").to_dicts()
    answer = reader.ask("forecast_accuracy", horizon=1, last=4, level=0.6, by="loans").to_dicts()
    assert [row["measure"] for row in answer] == list(MEASURES)
    for found in answer:
        those = [row for row in rows if row["measure"] == found["measure"]]
        n = len(those)
        assert n == 4
        wanted = {
            "months": n,
            "mean_actual": sum(row["actual"] for row in those) / n,
            "mean_error": sum(row["error"] for row in those) / n,
            "mean_absolute_error": sum(abs(row["error"]) for row in those) / n,
            "naive_mean_absolute_error": sum(abs(row["naive_error"]) for row in those) / n,
            "coverage": sum(row["inside"] for row in those) / n,
            "level": 0.6,
        }
        assert found == {"measure": found["measure"]} | {key: pytest.approx(v, abs=1e-12) for key, v in wanted.items()}
    assert 0 < sum(row["coverage"] for row in answer) < len(answer), "some hold and some do not"


def test_learnt_from_one_month_there_is_no_interval_and_so_no_coverage(read_rows):
    reader = read_rows(ROWS)
    row = reader.ask("forecast_accuracy", horizon=1, last=1).to_dicts()[0]
    assert row["months"] == 7
    assert row["coverage"] is None
    assert row["mean_absolute_error"] > 0
