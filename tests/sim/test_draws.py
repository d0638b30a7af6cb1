"""The draws are as good as random: uniform, and independent from day to day, purpose to purpose, borrower to borrower, seed to seed."""

import numpy as np
import pytest
from scipy import stats

from sim.draws import Draws, Purpose, keys

N = 20_000
WHO = keys(np.arange(N))


def drawn(seed=1, day=0, purpose=Purpose.KEPT, who=WHO):
    return Draws(seed).uniform(who, day, purpose)


@pytest.mark.parametrize("seed", [0, 1, 2**63 + 5])
@pytest.mark.parametrize("day", [0, 1, 400])
def test_draws_are_uniform(seed, day):
    u = drawn(seed=seed, day=day)
    assert u.min() > 0
    assert u.max() < 1
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    counts = np.bincount((u * 100).astype(int), minlength=100)
    assert stats.chisquare(counts).pvalue > 1e-4


def test_the_low_digits_are_uniform_too():
    digits = (drawn() * 2**40).astype(np.int64) % 64
    assert stats.chisquare(np.bincount(digits, minlength=64)).pvalue > 1e-4


@pytest.mark.parametrize(
    "other",
    [
        {"day": 1},
        {"day": 7},
        {"purpose": Purpose.PROMISE_PHONE},
        {"purpose": Purpose.THRESHOLD},
        {"seed": 2},
        {"who": keys(np.arange(N), replication=1)},
        {"who": keys(np.arange(1, N + 1))},
        {"who": WHO + np.uint64(1)},
    ],
    ids=str,
)
def test_neighbouring_draws_are_independent(other):
    a, b = drawn(), drawn(**other)
    assert abs(np.corrcoef(a, b)[0, 1]) < 4.5 / np.sqrt(N)
    cells = np.bincount((a * 10).astype(int) * 10 + (b * 10).astype(int), minlength=100)
    assert stats.chisquare(cells).pvalue > 1e-4


def test_the_days_of_one_borrower_are_uniform_and_do_not_follow_each_other():
    draws = Draws(1)
    u = np.array([draws.uniform(WHO[:1], day, Purpose.DIAL_PHONE)[0] for day in range(4000)])
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    for lag in (1, 2, 7, 30):
        assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 4.5 / np.sqrt(len(u))


def test_a_draw_is_the_same_whoever_else_is_drawn_for():
    some = np.array([3, 17, 9_999])
    assert np.array_equal(drawn()[some], drawn(who=WHO[some]))


def test_days_given_one_by_one_or_as_a_column_give_the_same_draws():
    days = np.arange(50)
    column = Draws(5).uniform(WHO[:50], days, Purpose.KEPT)
    single = [Draws(5).uniform(WHO[k : k + 1], k, Purpose.KEPT)[0] for k in range(50)]
    assert column.tolist() == single
