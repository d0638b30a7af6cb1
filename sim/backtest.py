"""How well would the model have foretold the last months? Fitted on those before, run on from there, held against what came.

    found = backtest("book", months=6)
    found.verdict                 # "good", "fair" or "poor"

Beside it stand two forecasts that cost nothing: the last month's figures again, and those of the same month a year before.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np

from data.book import Book
from data.errors import UncalibratedBook
from data.said import Said, said_as_data, said_of
from queries import Reader
from sim.backtest_words import sentences
from sim.calibration.calibrating import MONTHS, Calibration, fit, month_end
from sim.calibration.matched import MOST_LOANS
from sim.calibration.observed import MEASURES, observed
from sim.calibration.records import read_records
from sim.calibration.stored import FORM, file_of, read_whole, write_beside
from sim.calibration.unsure import drawn
from sim.monthly import BAD_DEBT, Series, of_run
from sim.sample import sample
from sim.scenario import Scenario
from sim.simulate import simulate

Verdict = Literal["good", "fair", "poor"]
INSIDE = 0.80
"""How often the forecast's interval is to hold."""
LEAST_BEFORE = 3
"""Months before the first one foretold that a fit needs."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Point:
    """A measure in a month: cash in currency, shares of 1. forecast: mean of the runs; low, high: their 80 % interval. last_month and
    last_year: the naive forecasts, None where the book does not reach back."""

    measure: str
    month: date
    actual: float
    forecast: float
    low: float
    high: float
    last_month: float | None
    last_year: float | None


@dataclass(frozen=True)
class Score:
    """A measure over the months. error: mean distance from what came, bias: mean difference, both over the mean of what came.
    inside: months in the interval, of `months`. surprise: the bias in standard errors, the model's own luck and unsureness.
    last_month, last_year: errors of the naive forecasts."""

    measure: str
    months: int
    error: float
    bias: float
    inside: int
    surprise: float
    last_month: float | None
    last_year: float | None


@dataclass(frozen=True)
class Backtest:
    """version: of the book. origin: the month-end up to which the model was fitted; months: those foretold. coverage: part of the
    points in their 80 % intervals. words: sentences, the verdict first."""

    version: int
    months: int
    origin: date
    replications: int
    points: tuple[Point, ...]
    scores: tuple[Score, ...]
    coverage: float
    verdict: Verdict
    words: tuple[Said, ...]

    def as_data(self) -> dict[str, object]:
        """Plain values, without the sentences."""
        whole = asdict(self) | {"origin": f"{self.origin}"}
        whole["points"] = [point | {"month": f"{point['month']}"} for point in whole["points"]]
        return {name: value for name, value in whole.items() if name != "words"}


def silent(what: str, share: float) -> None:
    """Progress that nobody watches."""


def backtest(
    book: Path | str | Reader,
    version: int | None = None,
    months: int = 6,
    replications: int = 20,
    assuming: Scenario | None = None,
    on_progress: Progress = silent,
) -> Backtest:
    """Hold a version of a book (the current one) against what a model fitted on the months before its last `months` foretells.

    Nothing is written: see `keep_backtest`. Raises data.errors.BookMissing, UncalibratedBook.
    """
    if isinstance(book, Reader):
        book, version = book.folder, book.version.number
    number = version or Book(book).current()
    whole, record = read_records(book, number)
    _require(whole.months, months)
    origin = month_end(whole.last, -months)
    before, _ = read_records(book, record.number, origin)
    found = fit(
        before, record.number, MONTHS, assuming or Scenario(), lambda what, share: on_progress(what, 0.5 * share)
    )
    runs = foretold(found, months, replications, lambda share: on_progress("Simulating the months", 0.5 + 0.5 * share))
    return judged(record.number, origin, months, observed(whole), runs)


def _require(held: int, months: int) -> None:
    if held < months + LEAST_BEFORE:
        raise UncalibratedBook("A backtest of {months} months needs {least} months of history; the book has {held}. Ask for fewer months, or import earlier ones.", months=months, least=months + LEAST_BEFORE, held=held)  # fmt: skip


def foretold(
    found: Calibration, months: int, replications: int, on_share: Callable[[float], None] = lambda share: None
) -> list[Series]:
    """What each run says of the months: each has luck of its own, and numbers drawn from within their uncertainty."""
    rng = np.random.default_rng(20)
    days = (month_end(found.last, months + 1) - found.last).days
    runs = []
    for replication in range(replications):
        scenario, part = sample(drawn(found, rng), MOST_LOANS)
        runs.append(of_run(simulate(scenario, 11, replication, days), 1 / part))
        on_share((replication + 1) / replications)
    return runs


def judged(version: int, origin: date, months: int, actual: Series, runs: list[Series]) -> Backtest:
    """Forecasts beside what came, month by month, scores by measure, and the verdict."""
    ahead = [month_end(origin, step) for step in range(1, months + 1)]
    runs = [_from_where_it_stood(run, origin, actual) for run in runs]
    points, scores = [], []
    for measure in MEASURES:
        own = [point for month in ahead if (point := _point(measure, month, origin, actual, runs))]
        if own:
            points += own
            scores.append(_score(measure, own, runs))
    if not points:
        raise UncalibratedBook(
            "The book says nothing of its last {months} months that could be foretold.", months=months
        )
    coverage = float(np.mean([point.low <= point.actual <= point.high for point in points]))
    verdict = verdict_of(scores, coverage)
    words = tuple(sentences(verdict, origin, months, scores, coverage))
    return Backtest(version, months, origin, len(runs), tuple(points), tuple(scores), coverage, verdict, words)


def _from_where_it_stood(run: Series, origin: date, actual: Series) -> Series:
    """The bad-debt ratio of a run, begun at the book's: on the first day it is known, and made-up loans only have it nearly."""
    ratios, known = run[BAD_DEBT], actual[BAD_DEBT].get(origin)
    if not known or not ratios.get(origin):
        return run
    return run | {BAD_DEBT: {month: ratio * known / ratios[origin] for month, ratio in ratios.items()}}


def _point(measure: str, month: date, origin: date, actual: Series, runs: list[Series]) -> Point | None:
    if month not in actual[measure]:
        return None
    values = np.array([run[measure][month] for run in runs if month in run[measure]])
    if not len(values):
        return None
    # An interval for one more month like these, from few runs: normal, with the runs' mean and deviation.
    middle, deviation = float(values.mean()), float(values.std(ddof=1)) * (1 + 1 / len(values)) ** 0.5
    half = 1.2816 * deviation
    year_before = month_end(month, -12)
    return Point(
        measure, month, float(actual[measure][month]), middle, middle - half, middle + half,
        actual[measure].get(origin), actual[measure].get(year_before),
    )  # fmt: skip


def _score(measure: str, points: list[Point], runs: list[Series]) -> Score:
    actual = np.array([point.actual for point in points])
    scale = max(float(np.mean(np.abs(actual))), 1e-12)
    forecast = np.array([point.forecast for point in points])
    means = np.array([np.mean([run[measure][point.month] for point in points]) for run in runs])
    surprise = float((means.mean() - actual.mean()) / max(means.std(ddof=1) * (1 + 1 / len(means)) ** 0.5, 1e-12))

    def naive(name: str) -> float | None:
        values = [getattr(point, name) for point in points]
        return None if None in values else float(np.mean(np.abs(np.array(values) - actual)) / scale)

    return Score(
        measure, len(points), float(np.mean(np.abs(forecast - actual)) / scale), float(np.mean(forecast - actual) / scale),
        sum(point.low <= point.actual <= point.high for point in points), surprise, naive("last_month"), naive("last_year"),
    )  # fmt: skip


GOOD_COVERAGE, POOR_COVERAGE = 0.60, 0.40
"""Of points that are not independent: those of a measure share the luck of the run."""
STRANGE, SURPRISING = 3.0, 2.0
"""Standard errors of the bias beyond which it is no luck, and beyond which it may not be."""
LARGE, NOTABLE = 0.10, 0.05
"""Parts of the measure beyond which a bias matters."""
MUCH_WORSE, WORSE = 1.5, 1.15
"""Times the error of the better naive forecast, over all measures."""


def verdict_of(scores: list[Score], coverage: float) -> Verdict:
    """Poor: a large bias that is no luck, intervals that seldom hold, or errors far above those of doing nothing. Good: none of these,
    nor nearly. Fair: between."""
    beside = against_naive(scores)
    strange = [s for s in scores if abs(s.surprise) > STRANGE and abs(s.bias) > LARGE]
    doubtful = [s for s in scores if abs(s.surprise) > SURPRISING and abs(s.bias) > NOTABLE]
    if strange or coverage < POOR_COVERAGE or (beside is not None and beside > MUCH_WORSE):
        return "poor"
    return "good" if not doubtful and coverage >= GOOD_COVERAGE and (beside is None or beside <= WORSE) else "fair"


def against_naive(scores: list[Score]) -> float | None:
    """The model's errors over those of the better naive forecast, the geometric mean over the measures."""
    ratios = []
    for score in scores:
        naive = [error for error in (score.last_month, score.last_year) if error]
        if naive:
            ratios.append(np.log(max(score.error, 1e-6) / min(naive)))
    return float(np.exp(np.mean(ratios))) if ratios else None


# Kept beside the book


def keep_backtest(found: Backtest, book: Path | str) -> Path:
    """Write it beside its book; the file. Raises OSError."""
    content = found.as_data() | {"form": FORM, "words": [said_as_data(each) for each in found.words]}
    return write_beside(file_of(book, found.version, "-backtest"), content)


def read_backtest(book: Path | str, version: int) -> Backtest | None:
    """The backtest of a version of a book; None where there is none, or none that this Recoup can read."""
    content = read_whole(file_of(book, version, "-backtest"))
    if content is None:
        return None
    try:
        return Backtest(
            version=content["version"],
            months=content["months"],
            origin=date.fromisoformat(content["origin"]),
            replications=content["replications"],
            points=tuple(Point(**(each | {"month": date.fromisoformat(each["month"])})) for each in content["points"]),
            scores=tuple(Score(**each) for each in content["scores"]),
            coverage=content["coverage"],
            verdict=content["verdict"],
            words=tuple(said_of(each) for each in content["words"]),
        )
    except (KeyError, TypeError, ValueError):
        return None


__all__ = ["Backtest", "Point", "Score", "against_naive", "backtest", "keep_backtest", "read_backtest", "verdict_of"]
