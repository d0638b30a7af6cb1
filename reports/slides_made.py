"""Slides that are made of figures and words and not of one chart: those of the book, and those of an experiment."""

from collections.abc import Callable
from dataclasses import dataclass

from data.said import Said, said
from reports import slides_of_book, slides_of_experiment
from reports.deck import Slide


@dataclass(frozen=True)
class Made:
    """make: of the scope, or of the experiment where it is of one; of_answer: not before the first replication of it."""

    name: Said
    make: Callable[..., Slide]
    of_experiment: bool = False
    of_answer: bool = False


MADE: dict[str, Made] = {
    "summary": Made(said("Summary with key figures"), slides_of_book.summary),
    "moved": Made(said("What moved"), slides_of_book.moved),
    "verdict": Made(said("Verdict of the experiment"), slides_of_experiment.verdict, True),
    "question": Made(said("What was tried"), slides_of_experiment.question, True),
    "figures": Made(said("All figures of the experiment"), slides_of_experiment.figures, True, True),
    "backtest": Made(said("Test of the model on this book"), slides_of_experiment.backtest, True),
    "assumptions": Made(said("What was assumed"), slides_of_experiment.assumptions, True),
    "passport": Made(said("Passport of the experiment"), slides_of_experiment.passport, True),
}
