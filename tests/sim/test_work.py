"""The processes that work on an experiment: what one on standby works out ahead is there when it is asked for, and changes no number."""

import time

import pytest

from sim import experiments, work
from sim.comparison import rough_values
from sim.experiments import OVER, POLICY, TODAY, Order, folder_of, order, read_answer, state, warm
from sim.scenario_file import read_scenario
from sim.typical import QUESTIONS

SMALL = read_scenario("population.cases = 150\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
OTHER = read_scenario("population.cases = 100\npeople.teams.early.headcount = 1\npeople.teams.mid.headcount = 1")
PAIR = {POLICY: QUESTIONS["hand_over"].ask(SMALL), TODAY: SMALL}
SEED, DAYS = 7, 40


class Talk:
    """A connection on which so much is said to the other side, which then hangs up."""

    def __init__(self, *said):
        self.said, self.heard = list(said), []

    def recv(self):
        if not self.said:
            raise EOFError
        return self.said.pop(0)

    def send(self, words):
        self.heard.append(words)


def test_what_was_worked_out_ahead_is_not_worked_out_again(monkeypatch):
    worked_out = []
    monkeypatch.setattr(work, "rough_values", lambda *job: worked_out.append(job) or {"net": float(len(worked_out))})
    job, another = (SMALL, SEED, DAYS), (OTHER, SEED, DAYS)
    talk = Talk((True, job), (False, job), (False, another), (False, (SMALL, SEED, DAYS + 1)))
    work._help(talk)
    assert worked_out == [job, another, (SMALL, SEED, DAYS + 1)]
    assert talk.heard == [work.READY, {"net": 1.0}, {"net": 2.0}, {"net": 3.0}]


@pytest.mark.parametrize("foreseen", [(), (SMALL,), (OTHER,), (OTHER, SMALL)])
def test_a_first_answer_is_the_same_whatever_was_foreseen(tmp_path, foreseen):
    warm(*foreseen, seed=SEED, days=DAYS)
    time.sleep(2)  # a process that is not ready yet answers all by itself
    folder = folder_of(tmp_path, order(tmp_path, Order(PAIR, replications=2, days=DAYS, seed=SEED)))
    until = time.monotonic() + 60
    while state(folder) not in OVER and time.monotonic() < until:
        time.sleep(0.05)
    assert state(folder) == "done"
    assert read_answer(folder).rough == {name: rough_values(scenario, SEED, DAYS) for name, scenario in PAIR.items()}


def test_what_cannot_be_foreseen_stops_nothing(tmp_path, monkeypatch):
    begun = []
    monkeypatch.setattr(work, "work", lambda folder, _helper: begun.append(folder))
    unknown = '{"scenario": "population.casez = 1", "seed": 7, "days": 40}'
    monkeypatch.setattr(work.sys, "stdin", [f"{unknown}\n", f"{tmp_path}\n"])
    work.main()
    assert begun == [tmp_path]


def test_a_scenario_is_foreseen_once_and_again_by_the_next_process(monkeypatch):
    said = []

    class Process:
        stdin = type("Pipe", (), {"write": lambda _self, line: said.append(line), "flush": lambda _self: None})()

        def poll(self):
            return None

    monkeypatch.setattr(experiments, "_standby", None)
    monkeypatch.setattr(experiments, "_begun", Process)
    warm(SMALL, seed=SEED, days=DAYS)
    warm(SMALL, seed=SEED, days=DAYS)
    warm(SMALL, seed=SEED, days=DAYS + 1)
    assert len(said) == 2
    monkeypatch.setattr(experiments, "_standby", None)
    warm(SMALL, seed=SEED, days=DAYS)
    assert len(said) == 3
