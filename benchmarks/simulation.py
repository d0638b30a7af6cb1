"""What is measured of the simulation, one function a case; each runs in a process of its own, so that its peak memory is its own:

    python -m benchmarks.simulation CASE CASES        prints {"seconds": …, …} as JSON

CASES is how many open cases are followed for 365 days, under a policy with every channel. Seconds of one thread are the processor's,
so that what else the machine does counts less; an experiment's are the clock's.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sim.comparison import compare
from sim.optimise import Task, optimise
from sim.people import People, Team
from sim.policy import CLASSIC, Channel, Discount
from sim.population import Population
from sim.sample import sample
from sim.scenario import Scenario
from sim.simulate import simulate
from tests.reference import run

DAYS = 365
ENGINE_CASES, REFERENCE_CASES = 100_000, 2_000
"""Cases of the comparison: the reference runs fewer of them, and its time is scaled in proportion, which flatters it a little."""
REPLICATIONS = 30
WORKERS = 2
POLICIES, SEARCHED = 200, 5_000
"""Of the search, and the cases that each is tried on."""
STAFFED = 20_000
"""Cases for which each team has six people and there are four AI lines; people and filings keep that proportion."""

Figures = dict[str, float]


def all_channels(cases: int) -> Scenario:
    """Phone, AI, text message, e-mail, social message, letter, plans, settlements, agencies, court and sale."""
    early, *later = CLASSIC.stages
    early = replace(early, channels=(Channel("ai_call", every_days=2, tries=2), *early.channels))
    policy = replace(CLASSIC, stages=(early, *later), discount=Discount())
    people = People(teams=(Team("early", 6), Team("mid", 6)), ai_lines=4)
    if cases < STAFFED:
        whole = Scenario(policy=policy, people=people, population=replace(Population(), cases=STAFFED))
        return sample(whole, cases)[0]
    times = round(cases / STAFFED)
    policy = replace(
        policy, litigation=replace(policy.litigation, filings_a_month=policy.litigation.filings_a_month * times)
    )
    teams = tuple(replace(team, headcount=team.headcount * times) for team in people.teams)
    return Scenario(
        policy=policy, people=People(teams, people.ai_lines * times), population=replace(Population(), cases=cases)
    )


def engine(cases: int) -> Figures:
    """One replication by the engine."""
    return _timed(lambda: simulate(all_channels(cases), days=DAYS).totals["entered"])


def reference(cases: int) -> Figures:
    """The same by the reference, a process for each borrower."""
    return _timed(lambda: run(all_channels(cases), days=DAYS).totals["entered"])


def two_policies(cases: int) -> Figures:
    """Paired replications of two policies in worker processes: when the first answer is there, and when all of it."""
    base = all_channels(cases)
    later = replace(base, policy=replace(CLASSIC, worklist="balance"))
    started = time.perf_counter()
    answers = compare({"later": later, "base": base}, REPLICATIONS, days=DAYS, workers=WORKERS, rough_first=True)
    next(answers)
    first = time.perf_counter() - started
    *_, last = answers
    assert last.done == REPLICATIONS
    seconds = time.perf_counter() - started
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {"seconds": seconds, "first": first, "processor": sum(each.ru_utime + each.ru_stime for each in used)}


def search(cases: int) -> Figures:
    """A search for the best of so many policies, each tried on this many cases, in worker processes."""
    started = time.perf_counter()
    *_, known = optimise(Task(all_channels(STAFFED), policies=POLICIES, cases=cases, days=DAYS), workers=WORKERS)
    assert known.done == POLICIES
    return {"seconds": time.perf_counter() - started}


def _timed(work: Callable[[], float]) -> Figures:
    started, clock = time.process_time(), time.perf_counter()
    entered = work()
    seconds = time.process_time() - started
    return {"seconds": seconds, "clock": time.perf_counter() - clock, "entered": entered, "own_peak": _own_peak()}


def _own_peak() -> float:
    """GiB that this program held at most. What a parent sees counts also what was held before the program was loaded."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) / (1 << 20)
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / (1 << 30)


CASES: dict[str, Callable[[int], Figures]] = {case.__name__: case for case in (engine, reference, two_policies, search)}

if __name__ == "__main__":
    print(json.dumps(CASES[sys.argv[1]](int(sys.argv[2]))))
