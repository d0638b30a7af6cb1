"""Charts and tables as plain data, in the terms of an office program: what slides and workbooks draw natively, never as pictures."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Kind = Literal["lines", "areas", "columns", "bars", "dots"]
Form = Literal["line", "dots", "bar", "area"]
Dash = Literal["solid", "dash", "dot"]
Category = dt.date | int | str
Place = tuple[float, float, float, float]  # left, bottom, right, top of a chart in its exhibit, from 0 to 1


@dataclass(frozen=True)
class Run:
    """A piece of text in one look; colours are "#rrggbb", "" for that of the text around it."""

    text: str
    colour: str = ""
    bold: bool = False


@dataclass(frozen=True)
class End:
    """What stands beside a line: at which of its values (`at`), at which height (`value`, in the unit of the axis)."""

    at: int
    value: float
    text: str
    colour: str


@dataclass(frozen=True)
class Series:
    """Values in the order of the chart's categories, None where not known. Widths in points.

    across: the place of each value on the other axis, of dots alone. colours: of each value, where they differ. reach: how far an interval
    goes (below, above) each value. texts: what is written at each value. dotted: the places of values that a line marks.
    unseen: what a floating bar stands on.
    """

    name: str
    values: tuple[float | None, ...]
    colour: str
    form: Form = "line"
    across: tuple[float, ...] = ()
    colours: tuple[str, ...] = ()
    dash: Dash = "solid"
    width: float = 1.75
    size: float = 7
    texts: tuple[str, ...] = ()
    end: End | None = None
    reach: tuple[tuple[float, float], ...] = ()
    dotted: tuple[int, ...] = ()
    unseen: bool = False


@dataclass(frozen=True)
class Axis:
    """From low to high in steps, None where an office program may choose; number_format as spreadsheets have it."""

    low: float | None = None
    high: float | None = None
    step: float | None = None
    number_format: str = "General"
    shown: bool = True


@dataclass(frozen=True)
class Mark:
    """What happened in a month, as a line over its chart."""

    at: int
    text: str


@dataclass(frozen=True)
class NativeChart:
    """One chart. along: the axis of `across`, of dots alone. key: what colours mean, above; foot: what stands below the axis.

    heads, columns: figures beside each category of bars and of dots in rows, which stand from the top in the given order. none: where
    there is no difference, on the axis of values of such rows. tick_every: categories between two that are named.
    """

    kind: Kind
    categories: tuple[Category, ...]
    series: tuple[Series, ...]
    values: Axis
    along: Axis | None = None
    stacked: bool = False
    in_rows: bool = False
    title: tuple[Run, ...] = ()
    key: tuple[Run, ...] = ()
    foot: str = ""
    heads: tuple[str, ...] = ()
    columns: tuple[tuple[Run, ...], ...] = ()
    none: float | None = None
    tick_every: int = 1
    marks: tuple[Mark, ...] = ()
    place: Place = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Cell:
    """A cell of a table: the letters, and what fills it."""

    text: str
    fill: str = ""
    ink: str = ""
    bold: bool = False


@dataclass(frozen=True)
class NativeTable:
    """Rows of cells below their heads; numbers: the places of columns set to the right; centred: all but the first are in the middle."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...] = ()
    centred: bool = False
    key: tuple[Run, ...] = ()
    foot: str = ""
