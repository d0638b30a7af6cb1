"""The backtest: a steady lender is not called poor, one whose behaviour drifts is not called good; its numbers by hand; kept and read back."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from data.errors import UncalibratedBook
from queries import import_tables
from sim.backtest import Score, against_naive, backtest, foretold, judged, keep_backtest, read_backtest, verdict_of
from sim.calibration import fit
from sim.calibration.calibrating import month_end
from sim.calibration.observed import MEASURES, observed
from sim.calibration.unsure import drawn
from sim.monthly import Series, of_run
from sim.parameter import parameters
from sim.population import Drift
from sim.runs import settings_of
from sim.scenario import Scenario
from tests.sim.lenders import LAST, lived, of_tables, records_of, steady_lender

MONTHS, REPLICATIONS = 6, 8
ORIGIN = date(2026, 4, 30)


def tried(scenario: Scenario, seed: int):
    """A backtest of the last months of a history, without a book."""
    tables, settings = lived(scenario, seed).tables, settings_of(scenario)
    before = of_tables(tables, settings, ORIGIN)
    found = fit(before, 1, 12, Scenario())
    return judged(1, ORIGIN, MONTHS, observed(of_tables(tables, settings)), foretold(found, MONTHS, REPLICATIONS))


@pytest.fixture(scope="module")
def steady():
    return tried(steady_lender(18, 3000), 2)


@pytest.fixture(scope="module")
def drifting():
    lender = steady_lender(18, 3000)
    worse = Drift((ORIGIN - lender.starts_on).days + 1, missed=1.8, pays=0.5)
    return tried(replace(lender, population=replace(lender.population, drifts=(worse,))), 2)


def test_a_steady_lender_is_not_called_poor(steady):
    assert steady.verdict != "poor"
    assert steady.coverage > 0.5
    assert str(steady.words[0]).startswith(("Good", "Fair"))


def test_a_lender_whose_borrowers_change_is_not_called_good_and_it_is_said(drifting):
    assert drifting.verdict == "poor"
    assert str(drifting.words[0]).startswith("Poor: fitted up to 2026-04")
    entry = next(score for score in drifting.scores if score.measure == "M0→M1")
    assert entry.bias < -0.3  # twice as many miss and half as many pay: the model foretells too little
    assert entry.surprise < -3


def test_every_measure_is_told_for_every_month(steady):
    assert [(p.measure, p.month) for p in steady.points] == [
        (m, month_end(ORIGIN, k)) for m in MEASURES for k in range(1, MONTHS + 1)
    ]
    said = " ".join(map(str, steady.words))
    for name in (
        "cash recovered",
        "the roll rate M1→M2",
        "the bad-debt ratio",
        "80 % intervals",
        "last month's figures",
        "a year before",
    ):
        assert name in said


def test_what_came_is_what_the_files_say():
    """Independent: cash and ratios counted from the rows of the tables."""
    scenario = steady_lender(6, 1500)
    run = lived(scenario, 3)
    found = observed(of_tables(run.tables, settings_of(scenario)))
    names = [f"cash_{source}" for source in ("self", "collector", "agency", "court", "plan")] + ["sale_proceeds"]
    for month in (date(2026, 8, 31), LAST):
        own = run.daily.filter(pl.col("day").is_between(month.replace(day=1), month))
        assert found["cash"][month] == pytest.approx(sum(own[name].sum() for name in names) / 100)
        rows = run.tables["loan_snapshot"].filter((pl.col("as_of") == month) & (pl.col("status") == "open")).to_dicts()
        bad = sum(float(row["balance"]) for row in rows if row["days_past_due"] > 90)
        assert found["bad_debt"][month] == pytest.approx(bad / sum(float(row["balance"]) for row in rows))
        before = {
            row["loan_id"]: row["days_past_due"]
            for row in run.tables["loan_snapshot"]
            .filter((pl.col("as_of") == month_end(month, -1)) & (pl.col("status") == "open"))
            .to_dicts()
        }
        now = {
            row["loan_id"]: row["days_past_due"]
            for row in run.tables["loan_snapshot"].filter(pl.col("as_of") == month).to_dicts()
        }
        in_m1 = [loan for loan, dpd in before.items() if 1 <= dpd <= 30]
        rolled = [loan for loan in in_m1 if now.get(loan, 0) > 30]
        assert found["M1→M2"][month] == pytest.approx(len(rolled) / len(in_m1))


def test_a_run_says_the_same_as_its_own_files():
    """What is read from a run's record is what its tables hold, so that both are held against each other fairly."""
    scenario = fit(records_of(steady_lender(8, 1500), 4), 1, 6, Scenario()).scenario
    run = lived(scenario, 1, date(2027, 1, 31))
    own, shown = of_run(run), observed(of_tables(run.tables, settings_of(scenario)))
    for month in (date(2026, 12, 31), date(2027, 1, 31)):
        assert own["cash"][month] == pytest.approx(shown["cash"][month])
        assert own["M1→M2"][month] == pytest.approx(shown["M1→M2"][month])
    assert own["bad_debt"][date(2026, 12, 31)] == pytest.approx(shown["bad_debt"][date(2026, 12, 31)])


def test_scores_by_hand():
    months = [month_end(ORIGIN, k) for k in (1, 2)]
    actual: Series = {name: {} for name in MEASURES}
    actual["cash"] = {
        month_end(ORIGIN, -11): 90.0,
        month_end(ORIGIN, -10): 110.0,
        ORIGIN: 100.0,
        months[0]: 100.0,
        months[1]: 120.0,
    }
    runs: list[Series] = [
        {name: {} for name in MEASURES} | {"cash": dict(zip(months, values, strict=True))}
        for values in ((90, 100), (110, 120))
    ]
    found = judged(1, ORIGIN, 2, actual, runs)
    (score,) = found.scores
    assert (score.months, score.inside) == (2, 2)
    assert score.error == pytest.approx((0 + 10) / 2 / 110)
    assert score.bias == pytest.approx(-5 / 110)
    assert score.last_month == pytest.approx((0 + 20) / 2 / 110)
    assert score.last_year == pytest.approx((10 + 10) / 2 / 110)
    assert score.surprise == pytest.approx(-5 / (np.std([95, 115], ddof=1) * 1.5**0.5))
    deviation = np.std([90, 110], ddof=1) * 1.5**0.5
    assert found.points[0].high == pytest.approx(100 + 1.2816 * deviation)


@pytest.mark.parametrize(
    ("bias", "surprise", "error", "coverage", "verdict"),
    [
        (0.02, 1.0, 0.05, 0.8, "good"),
        (0.08, 2.5, 0.08, 0.8, "fair"),  # a bias that may be no luck
        (0.30, 2.5, 0.09, 0.8, "fair"),  # large, yet chance might do it
        (0.30, 3.5, 0.09, 0.8, "poor"),
        (-0.30, -3.5, 0.09, 0.8, "poor"),
        (0.02, 1.0, 0.05, 0.5, "fair"),
        (0.02, 1.0, 0.05, 0.3, "poor"),
        (0.02, 1.0, 0.13, 0.8, "fair"),  # somewhat worse than doing nothing
        (0.02, 1.0, 0.16, 0.8, "poor"),
    ],
)
def test_the_verdict_follows_its_rules(bias, surprise, error, coverage, verdict):
    score = Score("cash", 6, error, bias, 5, surprise, 0.1, 0.2)
    assert against_naive([score]) == pytest.approx(error / 0.1)
    assert verdict_of([score], coverage) == verdict


def test_numbers_are_drawn_from_their_intervals():
    found = fit(records_of(steady_lender(8, 1500), 4), 1, 6, Scenario())
    rng = np.random.default_rng(1)
    draws = [drawn(found, rng).behaviour.promise[0] for _ in range(200)]
    fitted = next(each for each in found.parameters if each.path == "behaviour.promise")
    inside = np.mean([fitted.low[0] <= each <= fitted.high[0] for each in draws])
    assert 0.82 < inside < 0.97
    first, second = (parameters(drawn(found, np.random.default_rng(seed))) for seed in (1, 2))
    policy = [(a.path, a.default, b.default) for a, b in zip(first, second, strict=True) if a.path.startswith("policy")]
    assert all(a == b for _, a, b in policy)


def test_a_backtest_of_a_book_is_kept_and_read_back(tmp_path):
    files = {}
    for name, frame in lived(steady_lender(9, 900), 5).tables.items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
        files[name] = [tmp_path / f"{name}.parquet"]
    folder = tmp_path / "book"
    import_tables(folder, files, today=date(2026, 11, 1))
    found = backtest(folder, months=3, replications=3)
    assert (found.origin, found.months, found.replications) == (date(2026, 7, 31), 3, 3)
    assert read_backtest(folder, 1) is None
    assert keep_backtest(found, folder) == folder / "calibration" / "1-backtest.json"
    assert read_backtest(folder, 1) == found
    assert backtest(folder, months=3, replications=3) == found
    with pytest.raises(UncalibratedBook, match="months of history"):
        backtest(folder, months=24)
