"""Experiments that outlive the screen that asked for them: each is a folder of the book, worked on by a process of its own.

    <book>/sandbox/<id>/  order.json, scenario-0.toml …     what was asked for
                          progress.json, answer.npz         what is known so far, written whole or not at all
                          worker.lock                       held by the process that works on it, for as long as it lives
                          cancel, kept                      marks: stop; do not sweep

`order` begins one, `state` says how it stands, `read_answer` what is known; `cancel`, `resume`. The process is `sim.work`.
"""

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np
from filelock import FileLock, Timeout

from data.errors import InvalidScenario, NoExperiment
from sim.consistency import contradictions, once
from sim.idle import idle
from sim.outcome import Kept
from sim.scenario import Scenario
from sim.scenario_file import read_scenario, write_scenario
from sim.simulate import code_version, passport

FOLDER = "sandbox"
ORDER, PROGRESS, ANSWER, LOCK, CANCEL, KEPT, LOG = (
    "order.json", "progress.json", "answer.npz", "worker.lock", "cancel", "kept", "worker.log",
)  # fmt: skip
STARTED, BEGUN = "started", "begun"
LOOK_SECONDS = 0.01
GRACE_SECONDS = 20
"""How long a process may take to begin before it counts as lost."""
NEWEST, OLDEST_DAYS = 40, 30
"""Experiments that nobody keeps: so many of the newest stay, for so long."""
_ID = re.compile(r"[0-9a-f]{8}(-[a-z]+)?")

POLICY, TODAY, NO_CONTACT = "policy", "today", "no_contact"

Kind = Literal["comparison", "assumptions", "sensitivity", "uncertainty", "search", "fit"]
State = Literal["waiting", "running", "done", "cancelled", "failed", "lost"]
OVER: tuple[State, ...] = ("done", "cancelled", "failed", "lost")


@dataclass(frozen=True)
class Order:
    """What is asked for.

    scenarios: by name, compared by pairs; the first is the one that others are held against. half_width: stop once the differences in
    net are known to this much to either side, in money; None: never before all replications. against: the scenarios that this goes
    by. subject, start: what is tried and what it began from, for people. book_version: of the book that it is about. task: of a search,
    what `sim.standing` reads.
    """

    scenarios: dict[str, Scenario] = field(hash=False)
    replications: int = 30
    days: int = 365
    seed: int = 1
    half_width: float | None = None
    against: tuple[str, ...] = ()
    subject: str = ""
    start: str = ""
    author: str = ""
    book_version: int | None = None
    kind: Kind = "comparison"
    backtest: str = ""
    ordered_at: str = ""
    task: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def passport(self) -> dict[str, Any]:
        """What the numbers depend on: the same passport gives the same ones, to the last digit."""
        common = {"seed": self.seed, "days": self.days, "replications": self.replications}
        named = {
            name: passport(scenario, self.seed, 0, self.days).scenario for name, scenario in self.scenarios.items()
        }
        return common | named | {"book_version": self.book_version, "code": code_version()}


@dataclass(frozen=True)
class Progress:
    """How far it is. rough: there is an answer from a sample only. seconds: spent on the replications. code: that they were run by.
    told: the error where it is the user's to mend, as `data.said.said_as_data` has it."""

    done: int = 0
    planned: int = 0
    rough: bool = False
    stopped: str = ""
    error: str = ""
    seconds: float = 0.0
    code: str = ""
    told: dict[str, Any] | None = None

    @property
    def seconds_left(self) -> float | None:
        """None while there is nothing to go by."""
        return self.seconds / self.done * (self.planned - self.done) if self.done else None


@dataclass(frozen=True)
class Answer:
    """What is known. rough: one replication of a sample, scaled up, by scenario and measure. bars: of an experiment on assumptions."""

    kept: dict[str, Kept]
    rough: dict[str, dict[str, float | None]]
    bars: list[dict[str, Any]]

    @property
    def done(self) -> int:
        return next(iter(self.kept.values())).done if self.kept else 0


# Ordering


def order(book: Path | str, wanted: Order, name: str = "") -> str:
    """Begin an experiment; its id. name: the id, where it has to be a certain one. Raises InvalidScenario."""
    for scenario in wanted.scenarios.values():
        if problems := list(once(chain(contradictions(scenario), idle(scenario)))):
            raise InvalidScenario(problems)
    home = Path(book).absolute() / FOLDER
    home.mkdir(parents=True, exist_ok=True)
    sweep(book)
    id = name or secrets.token_hex(4)
    aside = home / f".{id}-{secrets.token_hex(4)}"
    aside.mkdir()
    said = asdict(replace(wanted, scenarios={}, ordered_at=datetime.now(UTC).isoformat(timespec="seconds")))
    names = list(wanted.scenarios)
    for position, scenario in enumerate(wanted.scenarios.values()):
        (aside / _scenario_file(position)).write_text(write_scenario(scenario), encoding="utf-8")
    (aside / ORDER).write_text(json.dumps(said | {"scenarios": names}, ensure_ascii=False, indent=1), encoding="utf-8")
    (aside / STARTED).touch()
    if (home / id).exists():
        shutil.rmtree(home / id)
    aside.rename(home / id)
    _set_to_work(home / id)
    return id


def _scenario_file(position: int) -> str:
    return f"scenario-{position}.toml"


def folder_of(book: Path | str, id: str) -> Path:
    """Raises NoExperiment."""
    folder = Path(book).absolute() / FOLDER / id
    if not _ID.fullmatch(id) or not (folder / ORDER).is_file():
        raise NoExperiment("There is no experiment {id} in this book; it may have been swept away.", id=id[:40])
    return folder


def read_order(folder: Path) -> Order:
    said = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    scenarios = {
        name: read_scenario((folder / _scenario_file(at)).read_text(encoding="utf-8"), _scenario_file(at))
        for at, name in enumerate(said["scenarios"])
    }
    return Order(**said | {"scenarios": scenarios, "against": tuple(said["against"])})


def resume(book: Path | str, id: str) -> None:
    """Go on with one that was lost, failed or cancelled, from the last replication that is known. Raises NoExperiment."""
    folder = folder_of(book, id)
    (folder / CANCEL).unlink(missing_ok=True)
    before = read_progress(folder)
    write_progress(folder, replace(before, stopped="", error=""))
    (folder / STARTED).touch()
    _set_to_work(folder)


def cancel(book: Path | str, id: str) -> None:
    """Stop it soon; what is known stays. Raises NoExperiment."""
    (folder_of(book, id) / CANCEL).touch()


def keep(book: Path | str, id: str) -> None:
    """Never sweep it away. Raises NoExperiment."""
    (folder_of(book, id) / KEPT).touch()


# How it stands


def state(folder: Path) -> State:
    """Of the process that works on it the lock tells: a process that is gone holds none, however it went."""
    alive = _is_held(folder / LOCK)
    progress = read_progress(folder)
    if progress.error:
        return "failed"
    if progress.stopped:
        return "cancelled" if progress.stopped == "cancelled" else "done"
    if alive:
        return "running"
    return "waiting" if _may_begin(folder) else "lost"


def _may_begin(folder: Path) -> bool:
    """A process was started a moment ago and has not begun yet."""
    started, begun = folder / STARTED, folder / BEGUN
    since = started.stat().st_mtime
    return time.time() - since < GRACE_SECONDS and (not begun.exists() or begun.stat().st_mtime < since)


def _is_held(lock: Path) -> bool:
    if not lock.exists():
        return False
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True


def read_progress(folder: Path) -> Progress:
    try:
        return Progress(**json.loads((folder / PROGRESS).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Progress()


def write_progress(folder: Path, progress: Progress) -> None:
    _put(folder / PROGRESS, json.dumps(asdict(progress)).encode())


def read_answer(folder: Path) -> Answer:
    """What is known so far; empty where there is nothing yet."""
    try:
        with np.load(folder / ANSWER, allow_pickle=False) as arrays:
            known = json.loads(str(arrays["known"]))
            held = {name: arrays[name] for name in arrays.files if name != "known"}
    except FileNotFoundError:
        return Answer({}, {}, [])
    kept = {
        name: Kept.of_arrays(
            values,
            known["axes"],
            {key.partition("/")[2]: array for key, array in held.items() if key.startswith(f"{at}/")},
        )
        for at, (name, values) in enumerate(known["values"].items())
    }
    for name, axes in known["own_axes"].items():
        kept[name].axes = {axis: tuple(names) for axis, names in axes.items()}
    return Answer(kept, known["rough"], known["bars"])


def has_answer(folder: Path) -> bool:
    """Whether anything is known yet."""
    return (folder / ANSWER).exists()


def wait_for_answer(folder: Path, seconds: float) -> None:
    """Until something is known, or it is over; so many seconds at most."""
    until = time.monotonic() + seconds
    while not has_answer(folder) and not read_progress(folder).stopped and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)


def write_answer(
    folder: Path, kept: Mapping[str, Kept], rough: Mapping[str, dict] = {}, bars: Sequence[dict] = ()
) -> None:
    known = {
        "values": {name: each.values for name, each in kept.items()},
        "axes": {},
        "own_axes": {name: each.axes for name, each in kept.items()},
        "rough": dict(rough),
        "bars": list(bars),
    }
    arrays = {f"{at}/{key}": array for at, each in enumerate(kept.values()) for key, array in each.arrays().items()}
    aside = folder / f".{ANSWER}-{os.getpid()}.npz"
    np.savez(aside, known=np.array(json.dumps(known)), **arrays)
    aside.replace(folder / ANSWER)


def _put(path: Path, content: bytes) -> None:
    """Whole or not at all: written beside, then renamed."""
    aside = path.with_name(f".{path.name}-{os.getpid()}-{threading.get_ident()}")
    aside.write_bytes(content)
    aside.replace(path)


# All of a book's


@dataclass(frozen=True)
class Listed:
    """An experiment in the list of a book's."""

    id: str
    subject: str
    start: str
    author: str
    ordered_at: datetime
    kept: bool
    kind: Kind
    folder: Path = field(repr=False)


def experiments(book: Path | str, kind: Kind = "comparison") -> list[Listed]:
    """The experiments of this kind of a book, newest first."""
    found = [listed for listed in _all(book) if listed.kind == kind]
    return sorted(found, key=lambda listed: (listed.ordered_at, listed.id), reverse=True)


def _all(book: Path | str) -> list[Listed]:
    found = []
    for file in (Path(book).absolute() / FOLDER).glob(f"*/{ORDER}"):
        if _ID.fullmatch(file.parent.name):
            said = json.loads(file.read_text(encoding="utf-8"))
            at = datetime.fromisoformat(said["ordered_at"])
            kept = (file.parent / KEPT).exists()
            found.append(
                Listed(
                    file.parent.name,
                    said["subject"],
                    said["start"],
                    said["author"],
                    at,
                    kept,
                    said["kind"],
                    file.parent,
                )
            )
    return found


def sweep(book: Path | str) -> None:
    """Take away what is over, old and kept by nobody, and what a killed process left half written."""
    listed = [experiments(book, "comparison"), experiments(book, "search"), experiments(book, "fit")]
    now = datetime.now(UTC)
    for position, each in ((position, each) for of_kind in listed for position, each in enumerate(of_kind)):
        old = position >= NEWEST or (now - each.ordered_at).days > OLDEST_DAYS
        if old and not each.kept and state(each.folder) in OVER:
            for folder in (each.folder, *each.folder.parent.glob(f"{each.id}-*")):
                shutil.rmtree(folder, ignore_errors=True)
    for leftover in (Path(book).absolute() / FOLDER).glob(".*-*"):
        if leftover.is_dir() and time.time() - leftover.stat().st_mtime > GRACE_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)


# Processes

_HOUSE = Path(__file__).parent.parent
_standby: subprocess.Popen | None = None
_foreseen: set[tuple[Scenario, int, int]] = set()
_one_at_a_time = threading.Lock()


def warm(*foreseen: Scenario, seed: int = Order.seed, days: int = Order.days) -> None:
    """Have a process ready that has read the model already, so that the first answer need not wait for it.

    foreseen: scenarios that will be among those asked for, as that of today is: their part of the first answer is worked out ahead.
    """
    global _standby
    with _one_at_a_time:
        if _standby is None or _standby.poll() is not None:
            _standby = _begun()
            _foreseen.clear()
        for scenario in foreseen:
            if (scenario, seed, days) not in _foreseen:
                _foreseen.add((scenario, seed, days))
                said = {"scenario": write_scenario(scenario), "seed": seed, "days": days}
                with contextlib.suppress(OSError):  # it has ended: the next one will be told
                    _standby.stdin.write(json.dumps(said).encode() + b"\n")
                    _standby.stdin.flush()


def _set_to_work(folder: Path) -> None:
    global _standby
    with _one_at_a_time:
        process, _standby = _standby, None
    for each in (process, None):
        worker = each if each is not None and each.poll() is None else _begun()
        try:
            worker.stdin.write(f"{folder}\n".encode())
            worker.stdin.close()
            return
        except OSError:
            continue


def _begun() -> subprocess.Popen:
    """A process that waits for a folder; it ends by itself when who began it ends before naming one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.work"],
        cwd=_HOUSE,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=process.wait, daemon=True).start()
    return process
