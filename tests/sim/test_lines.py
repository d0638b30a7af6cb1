"""Lines that answer: loss by Erlang B, waiting by Erlang C, Little's law, at low and at high load; impatience in between."""

from dataclasses import replace
from math import exp, factorial, inf

import numpy as np
import pytest
import simpy

from sim.lines import MINUTE, Lines
from sim.people import People
from sim.policy import Channel
from sim.simulate import simulate
from tests.sim.worlds import messaging, plain

CALLERS = 12_000


def erlang_b(lines, load):
    return (load**lines / factorial(lines)) / sum(load**k / factorial(k) for k in range(lines + 1))


def erlang_c(lines, load):
    b = erlang_b(lines, load)
    return b / (1 - load / lines * (1 - b))


def served(lines, load, patience, mean=3.0, seed=8):
    """Poisson callers, exponential talks: what became of them, and the times."""
    random = np.random.default_rng(seed)
    times = np.cumsum(random.exponential(mean / load, CALLERS)) * MINUTE
    env = simpy.Environment()
    pool = Lines(env, lines)
    pool.expect(np.arange(CALLERS), times, random.exponential(mean, CALLERS), patience)
    env.run()
    return pool.taken(), times


@pytest.mark.parametrize(("lines", "load"), [(1, 0.3), (5, 2.0), (5, 6.0)], ids=["one", "low", "high"])
def test_callers_without_patience_are_lost_as_erlang_b_says(lines, load):
    calls, _ = served(lines, load, patience=0.0)
    assert len(calls.lost) / CALLERS == pytest.approx(erlang_b(lines, load), abs=0.02)
    assert len(calls.lost) + len(calls.answered) == CALLERS


@pytest.mark.parametrize(("lines", "load"), [(1, 0.3), (5, 2.5), (5, 4.2)], ids=["one", "low", "high"])
def test_patient_callers_wait_as_erlang_c_says(lines, load):
    calls, _ = served(lines, load, patience=inf)
    waited = np.array(list(calls.waited.values()))
    c = erlang_c(lines, load)
    assert (waited > 1e-9).mean() == pytest.approx(c, abs=0.05)
    assert waited.mean() == pytest.approx(c * 3.0 / (lines - load), rel=0.2)
    assert not calls.lost


@pytest.mark.parametrize("load", [1.0, 4.0])
def test_little_s_law_holds_for_those_who_wait(load):
    calls, times = served(5, load, patience=inf)
    waited = np.array([calls.waited[caller] for caller in range(CALLERS)])
    ends = times / MINUTE + waited
    grid = np.arange(0, times[-1] / MINUTE, 0.5)
    waiting = np.searchsorted(times / MINUTE, grid, side="right") - np.searchsorted(np.sort(ends), grid, side="right")
    rate = CALLERS / (times[-1] / MINUTE)
    assert waiting.mean() == pytest.approx(rate * waited.mean(), rel=0.1, abs=0.005)


def test_a_single_line_loses_those_whose_patience_is_shorter_than_the_wait():
    """M/M/1 with constant patience τ: loss = (1 − ρ) ρ e^(−(μ−λ)τ) / (1 − ρ² e^(−(μ−λ)τ))."""
    calls, _ = served(1, 0.8, patience=3.0)
    mu, lam, tau = 1 / 3, 0.8 / 3, 3.0
    rho, tail = lam / mu, exp(-(mu - lam) * tau)
    loss = (1 - rho) * rho * tail / (1 - rho**2 * tail)
    assert len(calls.lost) / CALLERS == pytest.approx(loss, abs=0.02)


def test_borrowers_who_call_back_are_answered_or_lost_and_some_promise():
    policy = messaging(Channel("sms", every_days=2))
    busy = plain(
        600, policy, people=People(teams=(), answer_lines=1), calls_back=0.4, promise=(0.6,) * 4, kept=(1.0,) * 4
    )
    run = simulate(busy, days=10)
    t = run.totals
    assert t["calls_answered"] > 100
    assert t["calls_lost"] > 0
    assert 0 < t["promises"] <= t["calls_answered"]
    assert t["cash_collector"] > 0
    ample = simulate(replace(busy, people=People(teams=(), answer_lines=50)), days=10).totals
    assert ample["calls_lost"] == 0
    assert ample["cash_collector"] > t["cash_collector"]


def test_without_lines_nobody_calls():
    policy = messaging(Channel("sms", every_days=2))
    run = simulate(plain(100, policy, calls_back=0.5), days=5)
    assert run.totals["calls_answered"] == run.totals["calls_lost"] == 0


def test_who_calls_twice_waits_twice():
    env = simpy.Environment()
    pool = Lines(env, 1)
    pool.expect(np.array([0, 7, 7]), np.array([0.0, 1.0, 2.0]) * MINUTE, np.array([5.0, 1.0, 1.0]), inf)
    env.run()
    assert pool.taken().waited == {0: 0.0, 7: pytest.approx(4.0 + 4.0)}
