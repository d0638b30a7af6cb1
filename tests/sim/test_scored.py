"""A what-if held against what came: the months that are inside the run, the sums of their days, and the band."""

from contextlib import closing
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from queries import open_reader
from sim.experiments import POLICY, TODAY, Answer, Order
from sim.monthly import BAD_DEBT, CASH, COMPLAINTS, COST, ROLLS
from sim.outcome import MONTHLY, Kept, outcome_of
from sim.runs import write_run
from sim.scenario import Scenario
from sim.scenario_file import read_scenario
from sim.scored import SCORED, months_since, scored, what_came, words_of
from sim.simulate import simulate

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31)
FROM_NOVEMBER = replace(Scenario(), starts_on=date(2026, 11, 1))
ORDER = Order({POLICY: FROM_NOVEMBER, TODAY: FROM_NOVEMBER}, replications=3, days=45)


def kept(*a_day: float) -> Kept:
    """Replications that bring in so much each day."""
    return Kept([{} for _ in a_day], {"cash": [np.full(45, each) for each in a_day]})


def with_months(*replications: dict[str, tuple[float, float]]) -> Kept:
    """Replications with these values of October and November, the rest not known."""
    pages = [np.array([each.get(name, (np.nan, np.nan)) for name in MONTHLY]) for each in replications]
    months = (OCTOBER.isoformat(), NOVEMBER.isoformat())
    days = [np.zeros(45) for _ in pages]
    return Kept([{} for _ in pages], {"cash": days, "by_month": pages}, axes={"by_month": months})


def test_only_whole_months_inside_the_run_count():
    assert months_since(ORDER, [OCTOBER, NOVEMBER, DECEMBER]) == [NOVEMBER]
    assert months_since(replace(ORDER, days=61), [OCTOBER, NOVEMBER, DECEMBER]) == [NOVEMBER, DECEMBER]
    assert months_since(replace(ORDER, days=60), [NOVEMBER, DECEMBER]) == [NOVEMBER]
    assert months_since(replace(ORDER, days=29), [NOVEMBER]) == []


def test_a_months_days_are_summed_and_held_against_what_came():
    answer = Answer({POLICY: kept(10.0, 20.0, 30.0), TODAY: kept(1.0, 2.0, 3.0)}, {}, [])
    rows = scored(ORDER, answer, {CASH: {OCTOBER: 5.0, NOVEMBER: 590.0, DECEMBER: 1.0}}).to_dicts()
    assert [(row["scenario"], row["month"], row["forecast"], row["actual"], row["inside"]) for row in rows] == [
        (POLICY, NOVEMBER, 600.0, 590.0, True),
        (TODAY, NOVEMBER, 60.0, 590.0, False),
    ]
    assert (rows[0]["low"], rows[0]["high"]) == (
        360.0,
        840.0,
    )  # a tenth of the way between the outer and the middle one


def test_what_is_kept_by_month_is_held_against_the_same_month():
    replications = [
        {COST: (1.0, 100.0 + k), "M1→M2": (0.9, 0.2 + k / 100), COMPLAINTS: (1.0, 4.0 + k)} for k in range(3)
    ]
    came = {COST: {NOVEMBER: 101.0}, "M1→M2": {NOVEMBER: 0.5}, COMPLAINTS: {NOVEMBER: 3.0}, "M2→M3": {NOVEMBER: 0.3}}
    rows = scored(ORDER, Answer({TODAY: with_months(*replications)}, {}, []), came)
    assert [(row["measure"], row["forecast"], row["inside"]) for row in rows.iter_rows(named=True)] == [
        (COST, 101.0, True), ("M1→M2", pytest.approx(0.21), False), (COMPLAINTS, 5.0, False),
    ]  # fmt: skip
    assert (
        str(words_of(rows, TODAY))
        == "1 of 3 figures lie inside their 80\u202f% intervals: Cost without wages 1 of 1, Roll M1→M2 0 of 1, Complaints 0 of 1"
    )
    assert words_of(rows, POLICY) is None


def test_the_bad_debt_ratio_of_a_run_begins_where_the_books_stood():
    answer = Answer({TODAY: with_months({BAD_DEBT: (0.04, 0.05)}, {BAD_DEBT: (0.05, 0.06)})}, {}, [])
    (row,) = scored(ORDER, answer, {BAD_DEBT: {OCTOBER: 0.02, NOVEMBER: 0.0245}}).to_dicts()
    assert row["forecast"] == pytest.approx((0.05 * 0.02 / 0.04 + 0.06 * 0.02 / 0.05) / 2)
    (row,) = scored(ORDER, answer, {BAD_DEBT: {NOVEMBER: 0.0245}}).to_dicts()
    assert row["forecast"] == pytest.approx(0.055)


def test_one_replication_has_no_band():
    assert scored(ORDER, Answer({POLICY: kept(1.0)}, {}, []), {CASH: {NOVEMBER: 3.0}}).is_empty()


# A run that came to be: what is foretold of it and what its own book says are the same

LENDER = read_scenario("""
    starts_on = 2024-11-01
    population = { world = "book", opening_loans = 900, opening_late_share = 0.2, booked_a_month = 20 }
    people.teams.early.headcount = 1
    people.teams.mid.headcount = 1
    policy.placement = "none"
    behaviour.complaints = [200, 200, 200, 200]
""")
DAYS, MONTHS = 151, (date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 28))


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    run = simulate(LENDER, seed=3, days=DAYS, events=True)
    folder = tmp_path_factory.mktemp("lived") / "book"
    write_run(run, LENDER, folder)
    with closing(open_reader(folder)) as reader:
        return run, what_came(reader)


@pytest.mark.parametrize("measure", SCORED)
def test_a_run_is_foretold_what_its_own_book_says(lived, measure):
    run, came = lived
    once = outcome_of(run)
    twice = Kept([once.values] * 2, {name: [row] * 2 for name, row in once.rows.items()}, axes=once.axes)
    rows = scored(Order({TODAY: LENDER}, days=DAYS), Answer({TODAY: twice}, {}, []), {measure: came[measure]})
    found = {row["month"]: row for row in rows.iter_rows(named=True)}
    assert set(MONTHS) <= set(found)
    within = 0.02 if measure == COST else 1e-9  # a book writes each contact's cost in whole cents
    for month in MONTHS:
        assert found[month]["forecast"] == pytest.approx(found[month]["actual"], rel=within)
        assert found[month]["forecast"] > 0


def test_a_run_of_cases_alone_knows_no_rolls_of_the_current_and_a_ratio_where_the_rest_of_the_book_is_known():
    alone = read_scenario(
        "population = { cases = 200, entries_a_day = 5 }\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1"
    )
    with_rest = replace(alone, population=replace(alone.population, rest_of_book=1e6))
    page = {name: outcome_of(simulate(each, days=90)).rows["by_month"] for name, each in (("alone", alone), ("rest", with_rest))}  # fmt: skip
    assert np.isnan(page["alone"][MONTHLY.index(ROLLS[0])]).all()
    assert (page["alone"][MONTHLY.index(ROLLS[1])][2:] > 0).all()
    assert np.isnan(page["alone"][MONTHLY.index(BAD_DEBT)]).all()
    ratios = page["rest"][MONTHLY.index(BAD_DEBT)]
    assert ((ratios[1:3] > 0) & (ratios[1:3] < 1)).all()
