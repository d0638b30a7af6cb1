"""A calibration as lines for people: a number each, with its interval and what it was seen in."""

from collections.abc import Iterator
from dataclasses import dataclass

from data.said import Said
from sim.calibration.calibrating import Calibration
from sim.calibration.fitted import Fitted


@dataclass(frozen=True)
class Line:
    """path: of the number; of a list's, with its place from 0. value, between: as written. n: observations, 0 where it says none."""

    path: str
    value: str
    between: str
    n: int
    origin: str
    note: Said | None


def lines(calibration: Calibration, everything: bool = False) -> list[Line]:
    """The measured numbers, or all, in the order of the scenario."""
    return [line for each in calibration.parameters if everything or each.origin == "measured" for line in _lines(each)]


def _lines(each: Fitted) -> Iterator[Line]:
    """A line a number; of a list the parts that the book told, the count and the note beside the first."""
    if not (isinstance(each.value, tuple) and isinstance(each.low, tuple)):
        yield Line(each.path, written(each.value), _between(each.low, each.high), each.n, each.origin, each.note)
        return
    told = [at for at, low in enumerate(each.low) if low is not None]
    for at in told:
        first = at == told[0]
        between = _between(each.low[at], each.high[at])
        yield Line(f"{each.path}.{at}", written(each.value[at]), between, each.n if first else 0, each.origin, each.note if first else None)  # fmt: skip


def _between(low: object, high: object) -> str:
    return "" if low is None or isinstance(low, tuple) else f"{written(low)} … {written(high)}"


def written(value: object) -> str:
    """Four figures; lists with commas."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ", ".join(map(written, value)) if isinstance(value, tuple) else str(value)
    return f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
