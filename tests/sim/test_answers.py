"""What an experiment says: verdicts by the interval alone, intervals that cover, splits that sum, days and rolls as they were."""

import math

import numpy as np
import pytest

from sim import answers
from sim.answers import BAND, verdict
from sim.comparison import Interval, interval
from sim.experiments import POLICY, TODAY, Answer
from sim.outcome import Kept, outcome_of
from sim.scenario_file import read_scenario
from sim.simulate import simulate_batch
from sim.typical import QUESTIONS

BASE = read_scenario("population.cases = 300\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
DAYS, REPLICATIONS = 90, 4


@pytest.fixture(scope="module")
def answer():
    kept = {}
    for name, scenario in ((POLICY, QUESTIONS["messages_first"].ask(BASE)), (TODAY, BASE)):
        kept[name] = Kept()
        for run in simulate_batch(scenario, 5, range(REPLICATIONS), DAYS):
            kept[name].add(outcome_of(run))
    return Answer(kept, {}, [])


@pytest.mark.parametrize(
    ("found", "better", "says"),
    [
        (Interval(3.0, 2.4, 4.1), 1, "better"),
        (Interval(3.0, 2.4, 4.1), -1, "worse"),
        (Interval(-3.0, -4.1, -2.4), 1, "worse"),
        (Interval(-3.0, -4.1, -2.4), -1, "better"),
        (Interval(0.5, -0.1, 1.1), 1, "unclear"),
        (Interval(-0.5, -1.1, 0.0), 1, "unclear"),
        (Interval(0.0, 0.0, 0.0), 1, "same"),
        (Interval(3.0, 2.4, 4.1), 0, "neither"),
        (Interval(3.0, None, None), 1, "unclear"),
        (None, 1, "unclear"),
    ],
)
def test_a_verdict_is_what_the_interval_leaves_no_doubt_of(found, better, says):
    assert verdict(found, better) == says


def test_intervals_cover_the_truth_as_often_as_they_say():
    """200 seeded experiments of ten pairs each, with skewed differences whose mean is known."""
    rng = np.random.default_rng(7)
    covered = sum(
        found.low <= 5.0 <= found.high
        for found in (interval((rng.gamma(20.0, 0.25, 10)).tolist(), 0.95) for _ in range(200))
    )
    assert 0.91 <= covered / 200 <= 0.99


def test_what_adds_to_the_difference_in_net_sums_to_it(answer):
    net = answers.difference(answer, POLICY, TODAY, "net").mean
    assert net != 0
    for split in answers.SPLITS:
        parts = answers.net_by(answer, POLICY, TODAY, split)["difference"].sum()
        assert parts == pytest.approx(net), split


def test_groups_sum_to_the_difference_in_cash(answer):
    cash = answers.difference(answer, POLICY, TODAY, "recovered").mean
    assert answers.groups(answer, POLICY, TODAY)["difference"].sum() == pytest.approx(cash)
    cured = answers.difference(answer, POLICY, TODAY, "cured").mean
    assert answers.groups(answer, POLICY, TODAY, "cured")["difference"].sum() == pytest.approx(cured)


def test_a_stage_that_only_one_of_the_two_has_is_nought_in_the_other(answer):
    parts = answers.net_by(answer, POLICY, TODAY, "stage")
    texts = parts.filter(parts["item"] == "texts")["difference"].item()
    kept = answer.kept[POLICY]
    assert texts == pytest.approx(kept.mean("cash_by_stage")[kept.axes["cash_by_stage"].index("texts")])


def test_the_last_day_of_the_curve_is_what_was_recovered(answer):
    frame = answers.recovered_by_day(answer, [POLICY, TODAY])
    for name in (POLICY, TODAY):
        rows = frame.filter(frame["scenario"] == name)
        values = [each["recovered"] for each in answer.kept[name].values]
        assert rows["mean"][-1] == pytest.approx(sum(values) / len(values))
        low, high = np.quantile(values, [(1 - BAND) / 2, (1 + BAND) / 2])
        assert (rows["low"][-1], rows["high"][-1]) == pytest.approx((low, high))
        assert rows["day"].to_list() == list(range(1, DAYS + 1))


def test_the_difference_so_far_ends_in_the_difference_in_net_and_its_interval(answer):
    net = answers.difference(answer, POLICY, TODAY, "net")
    last = answers.apart_by_day(answer, POLICY, TODAY).row(-1, named=True)
    assert (last["mean"], last["low"], last["high"]) == pytest.approx((net.mean, net.low, net.high))


def test_each_bucket_rolls_whole(answer):
    frame = answers.rolls(answer, POLICY)
    for bucket in frame["from_bucket"].unique():
        rows = frame.filter(frame["from_bucket"] == bucket)
        assert rows["share_loans"].sum() == pytest.approx(1)
        assert rows["share_balance"].sum() == pytest.approx(1)


def test_whoever_came_stands_somewhere_or_has_left(answer):
    """At the day's end each case is in a stage, held by somebody, or gone; cured ones may have become late again."""
    frame = answers.replay(answer, [TODAY])
    last = frame.filter((frame["day"] == DAYS) & ~frame["gone"])["loans"].sum()
    kept = answer.kept[TODAY]
    assert last == pytest.approx(kept.mean("open_cases")[-1], abs=BASE.population.cases * 0.02)


def test_utilisation_of_seven_days_is_that_of_the_run(answer):
    frame = answers.work(answer, [TODAY])
    early = frame.filter(frame["team"] == "early")
    kept = answer.kept[TODAY]
    worked, available = (kept.mean(f"minutes_{what}_early")[-7:].sum() for what in ("worked", "available"))
    assert early["utilisation"][-1] == pytest.approx(worked / available)
    assert all(share is None or 0 <= share <= 1 for share in early["utilisation"])


def test_key_figures_have_a_row_for_each_measure_and_none_is_made_up(answer):
    frame = answers.figures(answer, POLICY, TODAY)
    rows = {row["measure"]: row for row in frame.to_dicts()}
    assert rows["bad_debt_6m"]["difference"] is None
    assert rows["net"]["value"] - rows["net"]["base"] == pytest.approx(rows["net"]["difference"])
    assert rows["net"]["low"] < rows["net"]["difference"] < rows["net"]["high"]
    assert not any(math.isnan(row["difference"]) for row in rows.values() if row["difference"] is not None)
