"""What a backtest found, in plain sentences: the verdict, error, bias and coverage of each measure, and the naive forecasts."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from data.said import Said, counted, said

if TYPE_CHECKING:
    from sim.backtest import Score

NAMES = {
    "cash": said("cash recovered"),
    "M0→M1": said("the roll rate M0→M1"),
    "M1→M2": said("the roll rate M1→M2"),
    "M2→M3": said("the roll rate M2→M3"),
    "bad_debt": said("the bad-debt ratio"),
}


def sentences(verdict: str, origin: date, months: int, scores: list["Score"], coverage: float) -> Iterator[Said]:
    """The verdict first; then each measure; then the naive forecasts."""
    yield _verdict(verdict, origin, months)
    for score in scores:
        yield _of_measure(score)
    held = f"{100 * coverage:.0f}"
    yield said("Of all these figures {held} % lie inside the model's 80 % intervals.", held=held)
    yield from _beside_naive(scores)


def _verdict(verdict: str, origin: date, months: int) -> Said:
    of = {"month": f"{origin:%Y-%m}"}
    if verdict == "good":
        return counted("Good: fitted up to {month}, the model would have foretold the month after well.", "Good: fitted up to {month}, the model would have foretold the {n} months after well.", months, **of)  # fmt: skip
    if verdict == "fair":
        return counted("Fair: fitted up to {month}, the model would have foretold the month after with some errors that are more than luck; take differences between policies as rough.", "Fair: fitted up to {month}, the model would have foretold the {n} months after with some errors that are more than luck; take differences between policies as rough.", months, **of)  # fmt: skip
    return counted("Poor: fitted up to {month}, the model would not have foretold the month after. Behaviour has changed, or the model does not fit this book: do not rely on what it says of other policies.", "Poor: fitted up to {month}, the model would not have foretold the {n} months after. Behaviour has changed, or the model does not fit this book: do not rely on what it says of other policies.", months, **of)  # fmt: skip


def _of_measure(score: "Score") -> Said:
    values = {
        "measure": NAMES[score.measure],
        "error": f"{100 * score.error:.1f}",
        "bias": f"{100 * abs(score.bias):.1f}",
        "inside": score.inside,
    }
    if score.bias >= 0:
        return counted("{measure}: wrong by {error} % on average, {bias} % too high; {inside} of {n} month inside the interval.", "{measure}: wrong by {error} % on average, {bias} % too high; {inside} of {n} months inside the interval.", score.months, **values)  # fmt: skip
    return counted("{measure}: wrong by {error} % on average, {bias} % too low; {inside} of {n} month inside the interval.", "{measure}: wrong by {error} % on average, {bias} % too low; {inside} of {n} months inside the interval.", score.months, **values)  # fmt: skip


def _beside_naive(scores: list["Score"]) -> Iterator[Said]:
    """On how many measures the model beats each forecast that costs nothing."""
    for name, further in (("last_month", _LAST_MONTH), ("last_year", _LAST_YEAR)):
        known = [score for score in scores if getattr(score, name) is not None]
        if known:
            beaten = sum(score.error < getattr(score, name) for score in known)
            yield Said(further.template, {"beaten": beaten, "all": len(known)})


_LAST_MONTH = said("The last month's figures, taken again, would have been further off on {beaten} of {all} measures.")
_LAST_YEAR = said("Those of the same months a year before would have been further off on {beaten} of {all} measures.")
