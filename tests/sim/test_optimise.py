"""The search for the best policy: it finds what is known to be best, keeps limits, goes on, and is honest about luck."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

import sim.optimise as optimiser
from data.errors import InvalidScenario, InvalidSearch, Refused
from sim.comparison import compare
from sim.goals import Limit, limit_of
from sim.measures import MEASURES
from sim.optimise import FRESH, FRESH_REPLICATIONS, Task, optimise, read_task
from sim.people import Prices
from sim.scenario import Change, Scenario
from sim.scenario_file import read_scenario, write_whole
from tests.sim.worlds import calling, plain

ROOT = Path(__file__).resolve().parent.parent.parent
POLICY, PEOPLE = calling(every_days=2, headcount=10)
USELESS = plain(60, POLICY, odds=0.02, people=PEOPLE, promise=(0.0,) * 4)
"""Calls that move nobody: the fewest people are best."""
HELPFUL = plain(60, POLICY, odds=0.001, people=PEOPLE, promise=(1.0,) * 4, kept=(1.0,) * 4)
SMALL = read_scenario("population.cases = 120\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
SHORT = {"cases": 60, "days": 30, "replications": 2}


def last(task, **more):
    return list(optimise(task, **more))[-1]


def front_of(known):
    return [(each.number, each.settings, each.differences) for each in known.front]


def test_people_who_move_nobody_are_let_go():
    known = last(Task(USELESS, ("net",), vary=("people",), policies=60, **SHORT))
    assert known.front[0].settings == {"people.teams.early.headcount": 5}  # the least that the lever has
    wages = 5 * Prices().wage_a_month * 30 / 30  # five fewer for thirty days
    assert known.front[0].differences["cost"] == pytest.approx(-wages, rel=0.01)
    assert known.winner.candidate == known.front[0]
    assert known.winner.better == ("net",)


def test_nothing_beats_today_where_what_is_turned_changes_nothing():
    known = last(Task(USELESS, ("net",), vary=("worklist",), policies=20, **SHORT))
    assert known.done == 20
    assert known.winner is None
    assert all(each.differences["net"].low == each.differences["net"].high == 0 for each in known.confirmed)


def test_a_change_that_brings_nothing_is_taken_back():
    task = Task(USELESS, ("net",), vary=("people", "worklist", "plans"), policies=60, **SHORT)
    known = last(task)
    found = [each.candidate for each in known.confirmed if each.candidate.number < task.policies]
    assert any(each.settings["policy.worklist"] != "days_past_due" for each in found)  # the search left one in
    best = known.winner.candidate
    assert best.settings == {
        "people.teams.early.headcount": 5,
        "policy.worklist": "days_past_due",
        "policy.plan.from_dpd": None,
    }
    assert (best.number, known.front[0]) == (task.policies, best)
    assert best.differences["net"] == pytest.approx(found[0].differences["net"])


def test_limits_are_kept_by_the_front():
    task = Task(HELPFUL, ("recovered",), (Limit("headcount", 8),), ("people", "channels"), policies=40, **SHORT)
    known = last(task)
    assert 0 < known.allowed < known.done
    assert all(each.results["headcount"] <= 8 for each in known.front)
    dear = last(replace(task, limits=(Limit("cost", 0.0),)))
    assert (dear.allowed, dear.front, dear.winner) == (0, (), None)


def test_the_front_is_what_no_other_policy_beats(tmp_path):
    task = Task(SMALL, ("recovered", "cost"), (Limit("complaints"),), policies=50, cases=120, days=40, replications=1)
    known = last(task, folder=tmp_path / "search")
    tried = {}
    for line in (tmp_path / "search" / "study.journal").read_text().splitlines():
        entry = json.loads(line)
        for name in ("results", "differences"):
            if name in entry.get("user_attr", {}):
                tried.setdefault(entry["trial_id"], {})[name] = entry["user_attr"][name]
    assert len(tried) == 50
    today = tried[0]["results"]["complaints"]
    allowed = [each["differences"] for each in tried.values() if each["results"]["complaints"] <= today]
    within = [each for each in known.tried if each.allowed and each.number < task.policies]
    assert len(within) == len(allowed)
    points = {(each["recovered"], each["cost"]) for each in allowed}
    beaten = {
        one for one, other in product(points, points) if other != one and other[0] >= one[0] and other[1] <= one[1]
    }
    searched = [each.differences for each in known.front if each.number < task.policies]
    found = [(each["recovered"], each["cost"]) for each in searched]
    assert set(found) == points - beaten
    assert len(found) > 1
    assert found == sorted(found, key=lambda point: -point[0])


def test_what_is_found_is_judged_on_borrowers_that_the_search_never_saw():
    task = Task(HELPFUL, ("recovered",), vary=("channels",), policies=20, **SHORT)
    known = last(task)
    best = known.confirmed[0]
    confidence = 1 - 0.05 / len(known.confirmed)
    fresh = list(
        compare(
            {"best": best.candidate.scenario, "today": HELPFUL},
            FRESH_REPLICATIONS, task.seed + FRESH, task.days, confidence=confidence,
        )
    )[-1].differences["today"]  # fmt: skip
    for measure in MEASURES:
        one, other = best.differences[measure.name], fresh[measure.name]
        assert (one is None) == (other is None)
        if one:
            assert (one.mean, one.low, one.high) == pytest.approx((other.mean, other.low, other.high))


def test_the_answer_does_not_depend_on_the_workers():
    task = Task(SMALL, ("net",), policies=20, cases=60, days=20, replications=1)
    assert front_of(last(task)) == front_of(last(task, workers=2))


def test_a_search_that_was_stopped_goes_on_to_the_same_end(tmp_path):
    task = Task(SMALL, ("net", "cost"), policies=60, cases=60, days=20, replications=1)
    batches = iter([False, False, True])
    stopped = last(task, folder=tmp_path / "search", cancelled=lambda: next(batches))
    assert (stopped.done, stopped.stopped, stopped.confirmed) == (20, "cancelled", ())
    assert read_task(tmp_path / "search") == task
    whole, resumed = last(task), last(task, folder=tmp_path / "search")
    assert (resumed.done, resumed.stopped) == (60, "policies")
    assert front_of(resumed) == front_of(whole)
    assert [each.differences for each in resumed.confirmed] == [each.differences for each in whole.confirmed]
    again = last(task, folder=tmp_path / "search")
    assert front_of(again) == front_of(whole)


def test_a_search_that_broke_off_within_a_batch_goes_on_to_the_same_end(tmp_path, monkeypatch):
    task = Task(SMALL, ("net",), policies=60, cases=60, days=20, replications=1)
    judged = optimiser._tell

    def breaks_off(study, trial, *rest):
        if trial.number == 46:
            raise KeyboardInterrupt
        judged(study, trial, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(optimiser, "_tell", breaks_off)
        with pytest.raises(KeyboardInterrupt):
            last(task, folder=tmp_path / "search")
    resumed = last(task, folder=tmp_path / "search")
    assert (resumed.done, front_of(resumed)) == (60, front_of(last(task)))


def test_a_search_that_was_killed_goes_on(tmp_path):
    task = Task(SMALL, ("net",), policies=60, cases=60, days=20, replications=1)
    base, search = tmp_path / "base.toml", tmp_path / "search"
    base.write_text(write_whole(SMALL))
    command = [
        sys.executable, "recoup.py", "optimise", str(base), "--policies", "60", "--cases", "60", "--days", "20",
        "--replications", "1", "--workers", "1", "--out", str(search), "--progress", "json",
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        for line in process.stderr:
            if json.loads(line)["share"] > 0:
                os.kill(process.pid, signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    resumed = last(task, folder=search)
    assert resumed.done == 60
    assert front_of(resumed) == front_of(last(task))


def test_another_search_is_not_written_over(tmp_path):
    task = Task(SMALL, policies=1, cases=60, days=5, replications=1)
    last(task, folder=tmp_path / "search")
    with pytest.raises(Refused, match="Another search is kept in"):
        last(replace(task, seed=2), folder=tmp_path / "search")
    with pytest.raises(Refused, match="Another search is kept in"):
        last(replace(task, base=HELPFUL), folder=tmp_path / "search")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("kept")
    with pytest.raises(Refused, match="There is something in"):
        last(task, folder=tmp_path / "full")
    with pytest.raises(Refused, match="holds no search"):
        read_task(tmp_path / "full")
    kept = json.loads((tmp_path / "search" / "task.json").read_text())
    (tmp_path / "search" / "task.json").write_text(json.dumps(kept | {"code": "older"}))
    with pytest.raises(Refused, match="by another version of Recoup"):
        last(task, folder=tmp_path / "search")


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("cost<=2000000", Limit("cost", 2_000_000.0)),
        (" complaints <= today ", Limit("complaints", None)),
        ("recovered>=today", Limit("recovered", None, at_least=True)),
        ("net >= -12.5", Limit("net", -12.5, at_least=True)),
        ("boundary<=120", Limit("boundary", 120.0)),
    ],
)
def test_a_limit_is_written_as_people_write_it(text, limit):
    assert limit_of(text) == limit


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: limit_of("cost<2"), "is not a limit"),
        (lambda: limit_of("costs<=2"), "no limit on “costs”.*Did you mean cost"),
        (lambda: limit_of("boundary>=3"), "a boundary is limited to a day"),
        (lambda: last(Task(SMALL, ("nett",))), "no goal “nett”.*Did you mean net"),
        (lambda: last(Task(SMALL, vary=("courts",))), "nothing called “courts”.*Did you mean court"),
    ],
)
def test_what_a_search_does_not_know_is_said(wrong, said):
    with pytest.raises(InvalidSearch, match=said):
        wrong()


def test_a_policy_that_changes_later_is_not_searched():
    with pytest.raises(InvalidScenario, match="changes its policy later"):
        last(Task(replace(Scenario(), changes=(Change(30, POLICY),))))
