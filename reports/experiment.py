"""An experiment of the sandbox with all that a decision needs beside its answer: the backtest, what was assumed, what it hangs on.

found = read_experiment(reader, "3f2a9c01")            # or the name of a saved scenario
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from data.errors import NoExperiment
from data.notes import Notes, SavedScenario
from data.said import Said, said
from queries import Reader
from reports.exhibits.what_if import WhatIf
from sim.experiments import TODAY, Answer, Kind, Order, experiments, folder_of, read_answer, read_order
from sim.parameter import parameters
from sim.scenario import Scenario
from sim.today import Tested, tested

if TYPE_CHECKING:
    from sim.calibration import Calibration

BESIDE: tuple[Kind, ...] = ("assumptions", "sensitivity", "uncertainty")
"""Experiments that may stand beside one, as `<id>-<kind>`."""
WORDS: dict[str, Said] = {
    "good": said("Good: the model would have foretold the last months of this book well."),
    "fair": said("Fair: the model would have foretold the last months of this book with some errors that are more than luck; take differences between policies as rough."),
    "poor": said("Poor: the model would not have foretold the last months of this book. Do not rely on what it says of other policies."),
}  # fmt: skip
"""A backtest of which only the verdict is known any more."""


@dataclass(frozen=True)
class Number:
    """A number of the model with where it is from. value, between: it and its 90 % interval, as written; "" where there is none."""

    path: str
    meaning: str
    value: str
    origin: str
    source: str = ""
    between: str = ""


@dataclass(frozen=True)
class Experiment:
    """tested: None where no backtest was made on the version of the book that it is of, or where it was made of other borrowers than
    the experiment's (others): it then says nothing of the experiment. bars: by kind, of those beside it."""

    id: str
    order: Order
    answer: Answer
    tested: Tested | None = None
    others: bool = False
    numbers: tuple[Number, ...] = ()
    bars: Mapping[str, list] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether at least two replications say how sure the answer is."""
        return self.answer.done > 1

    def what_if(self, **chosen: object) -> WhatIf:
        return WhatIf(self.id, self.order, self.answer, bars=self.bars, **chosen)

    def count(self, origin: str) -> int:
        return sum(number.origin == origin for number in self.numbers)


def read_experiment(reader: Reader, named: str, notes: Notes | None = None) -> Experiment:
    """The experiment of this number, or the one that answered for the saved scenario of this name. Raises NoExperiment."""
    book = reader.folder
    id = _saved(notes, named) or named
    folder = folder_of(book, id)
    order, answer = read_order(folder), read_answer(folder)
    if order.kind != "comparison" or not order.scenarios:
        raise NoExperiment("{id} does not compare policies: it is of the kind {kind}.", id=id, kind=order.kind)
    version = order.book_version or reader.version.number
    fit = _fit(reader, version)
    others = fit is not None and fit.scenario.behaviour != _base(order).behaviour
    found = None if others else tested(book, version)
    if found is None and not others and order.backtest in WORDS:
        found = Tested(order.backtest, (WORDS[order.backtest],))
    order = replace(order, backtest=found.verdict if found else "")  # one made since says more than none did then
    numbers = _numbers(order, None if others else fit)
    return Experiment(id, order, answer, found, others, numbers, _beside(reader, id))


def _fit(reader: Reader, version: int) -> "Calibration | None":
    from sim.calibration import read_calibration  # a second of imports that a deck of the book need not wait for

    return read_calibration(reader.folder, version)


def _base(order: Order) -> Scenario:
    """The scenario that others are held against."""
    return order.scenarios.get(TODAY) or next(iter(order.scenarios.values()))


def newest(reader: Reader) -> str:
    """The number of the newest comparison of the book. Raises NoExperiment."""
    listed = experiments(reader.folder)
    if not listed:
        raise NoExperiment("This book has no experiment yet; run one on the page Sandbox.")
    return listed[0].id


def _saved(notes: Notes | None, name: str) -> str:
    """The experiment of a saved scenario; "" where no scenario of that name is saved. Raises NoExperiment where it has none."""
    kept = [kept.note for kept in notes.all(SavedScenario)] if notes else []
    note = next((note for note in kept if note.name.casefold() == name.strip().casefold()), None)
    if note is not None and not note.experiment:
        raise NoExperiment("The saved scenario “{name}” has not been run.", name=note.name)
    return note.experiment if note else ""


def _beside(reader: Reader, id: str) -> dict[str, list]:
    found = {}
    for kind in BESIDE:
        try:
            bars = read_answer(folder_of(reader.folder, f"{id}-{kind}")).bars
        except NoExperiment:
            continue
        if bars:
            found[kind] = bars
    return found


def _numbers(order: Order, fit: "Calibration | None") -> tuple[Number, ...]:
    """The numbers that somebody claims something of, of the scenario that others are held against; as fitted where they were."""
    from sim.calibration.lines import written

    fitted = {each.path: each for each in fit.parameters} if fit else {}
    numbers = []
    for each in parameters(_base(order)):
        of = fitted.get(each.path)
        if of and of.origin and of.value == each.default:
            between = "" if of.low is None else f"{written(of.low)} … {written(of.high)}"
            numbers.append(Number(each.path, each.meaning, written(each.default), of.origin, of.source, between))
        elif each.origin:
            numbers.append(Number(each.path, each.meaning, written(each.default), each.origin, each.source))
    return tuple(numbers)
