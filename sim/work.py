"""The process that works on one experiment: `python -m sim.work` reads its folder from standard input and leaves when it is done.

It reads the model first and waits, so that one on standby answers at once. Before the folder it may read, as JSON, scenarios that will
be among those asked for: a sample of each is worked out ahead. What is known is written whole after each step; killed
at any moment it leaves what was written last, and another process goes on from there.
"""

import _thread
import contextlib
import json
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from filelock import FileLock, Timeout

from data.errors import NoExperiment, UncalibratedBook, UserError
from data.said import Said, said_as_data
from sim.comparison import Enough, Values, compare, rough_values
from sim.experiments import (
    BEGUN,
    CANCEL,
    LOCK,
    LOG,
    Order,
    Progress,
    read_answer,
    read_order,
    read_progress,
    write_answer,
    write_progress,
)  # fmt: skip
from sim.outcome import Kept, outcome_of
from sim.scenario import Scenario
from sim.scenario_file import read_scenario
from sim.simulate import code_version
from sim.tornado import ASSUMPTIONS, Assumption, tornado

READY = "ready"
LOOK_SECONDS, AGAIN_SECONDS, WRITE_SECONDS = 0.2, 5.0, 0.5
POOL_FROM = 150_000
"""Cases of all replications and scenarios from which several processes are quicker than one."""
STEPS = 100
"""In which the fit of a model tells how far it is."""
NICE = 5


def main() -> None:
    helper = Helper()
    code_version()
    for line in map(str.strip, sys.stdin):
        if line.startswith("{"):
            said = json.loads(line)
            # What cannot be foreseen is worked out, or refused, when it is asked for.
            with contextlib.suppress(UserError, OSError):
                helper.foresee(read_scenario(said["scenario"], "foreseen"), said["seed"], said["days"])
        else:
            if line:
                work(Path(line), helper)
            break
    helper.end()


class Helper:
    """Another process that has read the model too, so that the scenarios of the first answer are run side by side."""

    def __init__(self) -> None:
        context = get_context("spawn")
        self.ours, theirs = context.Pipe()
        self.process = context.Process(target=_help, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def ready(self) -> bool:
        """Whether it has read the model and waits."""
        return self.process.is_alive() and self.ours.poll() and self.ours.recv() == READY

    def foresee(self, *job: Scenario | int) -> None:
        """Have it work out the sample of a scenario that will be asked for: scenario, seed, days."""
        self.ours.send((True, job))

    def ask(self, *job: Scenario | int) -> None:
        """Have it send the values of a sample."""
        self.ours.send((False, job))

    def end(self) -> None:
        self.ours.close()
        self.process.join(1)
        self.process.kill()


def _help(theirs: Connection) -> None:
    """In the other process: run one scenario of the first answer after another, until nobody asks any more."""
    code_version()
    theirs.send(READY)
    foreseen: dict[tuple, Values] = {}
    with contextlib.suppress(EOFError, OSError):
        while True:
            ahead, job = theirs.recv()
            values = foreseen.get(job) or rough_values(*job)
            if ahead:
                foreseen[job] = values
            else:
                theirs.send(values)


def _first_answer(wanted: Order, helper: Helper) -> dict[str, Values]:
    """From a sample of each scenario: the first by this process, the others by the helper, which may know them, where it is ready."""
    names = list(wanted.scenarios)
    mine, theirs = (names[:1], names[1:]) if helper.ready() else (names, [])
    for name in theirs:
        helper.ask(wanted.scenarios[name], wanted.seed, wanted.days)
    values = {name: rough_values(wanted.scenarios[name], wanted.seed, wanted.days) for name in mine}
    values |= {name: helper.ours.recv() for name in theirs}
    helper.end()
    return {name: values[name] for name in names}


def work(folder: Path, helper: Helper) -> None:
    """Work on the experiment in a folder to its end, unless another process does."""
    try:
        with FileLock(folder / LOCK, timeout=3):
            (folder / BEGUN).write_text(str(os.getpid()), encoding="utf-8")
            with _slot(folder):
                _say_to(folder / LOG)
                _work(folder, helper)
    except Timeout:
        return


def _work(folder: Path, helper: Helper) -> None:
    try:
        with _interrupted_by(folder / CANCEL):
            wanted = read_order(folder)
            if wanted.kind == "comparison":
                _comparison(folder, wanted, helper)
            else:
                helper.end()
                others = {
                    "assumptions": _assumptions,
                    "sensitivity": _sensitivity,
                    "uncertainty": _uncertainty,
                    "search": _search,
                    "fit": _fit,
                }
                others[wanted.kind](folder, wanted)
    except KeyboardInterrupt:
        _cancelled(folder)
    except UserError as error:
        traceback.print_exc()
        said_of_it = said_as_data(Said(error.template, error.values))
        write_progress(folder, replace(read_progress(folder), stopped="failed", error=str(error), told=said_of_it))
    except Exception as error:
        traceback.print_exc()
        if (folder / CANCEL).exists():  # what broke, broke because it was interrupted
            _cancelled(folder)
            return
        write_progress(
            folder, replace(read_progress(folder), stopped="failed", error=f"{type(error).__name__}: {error}")
        )


def _cancelled(folder: Path) -> None:
    write_progress(folder, replace(read_progress(folder), stopped="cancelled"))


def _comparison(folder: Path, wanted: Order, helper: Helper) -> None:
    before = read_answer(folder)
    code, spent = code_version(), 0.0
    if before.kept and read_progress(folder).code == code:
        kept, rough = before.kept, before.rough
        spent = read_progress(folder).seconds
    else:  # another version of the model would not go on with the same numbers
        kept, rough = {name: Kept() for name in wanted.scenarios}, {}
    done = next(iter(kept.values())).done
    earlier = [{name: each.values[k] for name, each in kept.items()} for k in range(done)]
    progress = Progress(done, wanted.replications, False, "", "", spent, code)
    if done >= wanted.replications:
        write_progress(folder, replace(progress, stopped="replications"))
        return
    write_progress(folder, progress)
    if not done and not rough:
        rough = _first_answer(wanted, helper)
        write_answer(folder, {}, rough)
    write_progress(folder, replace(progress, rough=not done))
    helper.end()
    _step_back()
    enough = Enough(wanted.half_width, against=wanted.against) if wanted.half_width else None
    began = written = time.monotonic()
    for known in compare(
        wanted.scenarios, wanted.replications, wanted.seed, wanted.days, _workers(wanted), enough=enough,
        carry=outcome_of, earlier=earlier,
    ):  # fmt: skip
        for name, outcome in known.carried.items():
            kept[name].add(outcome)
        now = time.monotonic()
        if known.stopped or now - written > WRITE_SECONDS or known.done == 1:
            write_answer(folder, kept, rough)
            written = now
        write_progress(folder, Progress(known.done, known.planned, False, known.stopped, "", spent + now - began, code))


def _assumptions(folder: Path, wanted: Order) -> None:
    bars: list[dict] = []
    assumptions, code = _varied(folder, wanted, ASSUMPTIONS)
    began = time.monotonic()
    for bar, done, planned in tornado(wanted.scenarios, wanted.replications, wanted.seed, wanted.days, assumptions):
        if bar:
            bars.append(bar)
            write_answer(folder, {}, {}, bars)
        spent = time.monotonic() - began
        stopped = "replications" if done == planned else ""
        write_progress(folder, Progress(done, planned, False, stopped, "", spent, code))


def _varied(folder: Path, wanted: Order, assumptions: Sequence[Assumption]) -> tuple[Sequence[Assumption], str]:
    """The assumptions, with the ends that the book measured where the model was fitted to it, and what the numbers are worked out by."""
    from sim.calibration import read_calibration
    from sim.calibration.ends import with_measured_ends

    version = wanted.book_version
    calibration = None if version is None else read_calibration(folder.parent.parent, version)
    if calibration is None:
        return assumptions, code_version()
    return with_measured_ends(assumptions, calibration, list(wanted.scenarios.values())[:2]), _code_of(calibration)


def _code_of(calibration) -> str:
    """The code, and what was fitted."""
    from sim.calibration.stored import fingerprint

    return f"{code_version()}-{fingerprint(calibration)}"


def _sensitivity(folder: Path, wanted: Order) -> None:
    from sim.sensitivity import (
        ALONE,
        sensitivity,
    )  # seconds of imports that no other experiment should wait for

    assumptions, code = _varied(folder, wanted, ALONE)
    before = read_progress(folder)
    known = read_answer(folder).bars if before.code == code else []
    earlier, spent = (known[0]["differences"], before.seconds) if known else ([], 0.0)
    began = time.monotonic()
    for found, said, worlds in sensitivity(
        wanted.scenarios, wanted.replications, wanted.seed, wanted.days, earlier, assumptions=assumptions
    ):
        influences = [asdict(each) for each in said.influences] if said else []
        write_answer(folder, {}, {}, [{"differences": found, "influences": influences}])
        seconds = spent + time.monotonic() - began
        write_progress(folder, Progress(len(found), worlds, False, "replications" if said else "", "", seconds, code))


def _uncertainty(folder: Path, wanted: Order) -> None:
    from sim.calibration import read_calibration
    from sim.uncertainty import WORLDS, uncertainty

    calibration = read_calibration(folder.parent.parent, wanted.book_version)
    if calibration is None:
        raise NoExperiment(
            "The model has not been fitted to version {version} of this book.", version=wanted.book_version
        )
    before, code = read_progress(folder), _code_of(calibration)
    known = read_answer(folder).bars if before.code == code else []
    earlier, spent = (known[0]["differences"], before.seconds) if known else ([], 0.0)
    write_progress(folder, Progress(len(earlier), WORLDS, seconds=spent, code=code))
    began = time.monotonic()
    for found, said in uncertainty(
        wanted.scenarios, calibration, wanted.replications, wanted.seed, wanted.days, earlier
    ):
        write_answer(folder, {}, {}, [{"differences": found, **asdict(said)}])
        seconds, stopped = spent + time.monotonic() - began, "replications" if len(found) == WORLDS else ""
        write_progress(folder, Progress(len(found), WORLDS, False, stopped, "", seconds, code))


def _fit(folder: Path, wanted: Order) -> None:
    """Fit the model to the book, then test it on the last months; each is kept as soon as it is known."""
    from sim.backtest import backtest, keep_backtest
    from sim.calibration import calibrate, keep

    book, code, began = folder.parent.parent, code_version(), time.monotonic()

    def at(share: float, stopped: str = "") -> None:
        seconds = time.monotonic() - began
        write_progress(folder, Progress(round(STEPS * share), STEPS, False, stopped, "", seconds, code))

    at(0.0)
    keep(calibrate(book, wanted.book_version, on_progress=lambda _what, share: at(0.4 * share)), book)
    with contextlib.suppress(UncalibratedBook):  # too few months to fit without the last ones: the fit stands, untested
        keep_backtest(backtest(book, wanted.book_version, on_progress=lambda _what, share: at(0.4 + 0.6 * share)), book)
    at(1.0, "replications")


def _search(folder: Path, wanted: Order) -> None:
    from sim.optimise import optimise  # seconds of imports that no other experiment should wait for
    from sim.standing import SEARCH, read_standing, task_of, write_standing

    task, kept, before = task_of(wanted), folder / SEARCH, read_standing(folder)
    if kept.exists() and not _goes_on(kept):
        shutil.rmtree(kept)
    spent, began = (read_progress(folder).seconds if kept.exists() else 0.0), time.monotonic()
    done = before.done if before and kept.exists() else 0
    write_progress(folder, Progress(done, task.policies, seconds=spent, code=code_version()))
    for known in optimise(task, kept, os.cpu_count() or 1, (folder / CANCEL).exists):
        write_standing(folder, known)
        seconds = spent + time.monotonic() - began
        write_progress(folder, Progress(known.done, known.planned, False, known.stopped, "", seconds, code_version()))


def _goes_on(kept: Path) -> bool:
    """Whether the search was begun by this version of the model: another one would not go on with the same numbers."""
    from sim.optimise import TASK_FILE

    try:
        return json.loads((kept / TASK_FILE).read_text(encoding="utf-8"))["code"] == code_version()
    except (OSError, ValueError, KeyError):
        return False


def _workers(wanted: Order) -> int:
    """As many processes as there are cores where there is enough to do; their number changes no result."""
    whose = [scenario.population for scenario in wanted.scenarios.values()]
    cases = sum(
        each.cases + each.entries_a_day * wanted.days if each.world == "cases" else each.opening_loans for each in whose
    )
    much = cases * wanted.replications > POOL_FROM
    return min(os.cpu_count() or 1, wanted.replications) if much else 1


@contextmanager
def _slot(folder: Path) -> Iterator[None]:
    """Wait until fewer experiments than there are cores are worked on; another one then takes the place."""
    while not (folder / CANCEL).exists():
        for number in range(os.cpu_count() or 1):
            with contextlib.suppress(Timeout), FileLock(folder.parent / f".place-{number}.lock", timeout=0):
                yield
                return
        time.sleep(LOOK_SECONDS)
    yield


@contextmanager
def _interrupted_by(mark: Path) -> Iterator[None]:
    """Raise KeyboardInterrupt in this thread as soon as the mark is there, and again where some library swallowed it."""
    over = threading.Event()

    def look() -> None:
        wait = LOOK_SECONDS
        while not over.wait(wait):
            if mark.exists():
                _thread.interrupt_main()
                wait = AGAIN_SECONDS

    if mark.exists():
        raise KeyboardInterrupt
    threading.Thread(target=look, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _say_to(log: Path) -> None:
    """What goes wrong is written beside the experiment: nobody reads this process's own output."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), 2)


def _step_back() -> None:
    """After the first answer there is time: people at their screens come first."""
    if hasattr(os, "nice"):
        os.nice(NICE)


if __name__ == "__main__":
    main()
