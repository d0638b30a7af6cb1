"""An exhibit: one chart with what it says, what it is drawn from, and the questions behind it; and the scope that exhibits are of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal, TypeVar

import plotly.graph_objects as go
import polars as pl

import charts
from charts import Marks, Words
from data.notes import Annotation, Notes
from data.schema import DIMENSIONS
from queries import Filters, Reader

Weigh = Literal["balance", "loans"]
Mode = Literal["light", "dark"]
Compare = Literal["previous_month", "year_ago", "target"]
Known = TypeVar("Known")


@dataclass(frozen=True)
class Scope:
    """What is asked about: the book and its slices, the month and the one it is held against, and how it is weighed and drawn.

    compare_month: None where the book does not have it. weigh_by: always "loans" in a book without balances. notes: the targets and
    annotations beside the book; None where they do not matter. marks: what axes of months mark, see reports/marks.py.
    """

    reader: Reader
    filters: Filters
    compare_month: date | None
    weigh_by: Weigh
    mode: Mode = "light"
    notes: Notes | None = None
    marks: Marks = ()
    _known: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, make: Callable[[], Known]) -> Known:
        """What `make` gives, worked out once for all exhibits of this scope."""
        if name not in self._known:
            self._known[name] = make()
        return self._known[name]

    @property
    def history(self) -> Filters:
        """All months up to the one shown."""
        return replace(self.filters, month=None, to_month=self.filters.month)

    @property
    def splits(self) -> tuple[str, ...]:
        """The dimensions of which the book has more than one value."""
        return tuple(name for name in DIMENSIONS if len(self.reader.dimensions[name]) > 1)


def compare_month(chosen: date, compare: Compare, months: Sequence[date]) -> date | None:
    """The month-end a month or a year before `chosen`, if it is one of `months`; a month before where targets are compared with."""
    first = chosen.replace(day=1)
    before = first - timedelta(days=1) if compare != "year_ago" else first.replace(year=first.year - 1)
    return next((end for end in months if (end.year, end.month) == (before.year, before.month)), None)


@dataclass(frozen=True)
class Exhibit:
    """A chart with all that a page, a slide or a sheet says of it.

    key: its name in the catalogue, and in addresses and files. figure: None where there is nothing to draw; the words then say what is
    needed. asked: the questions that it answers. rows: what is drawn. about: what else the numbers rest on, such as a run's passport.
    """

    key: str
    words: Words
    figure: go.Figure | None
    asked: tuple[str, ...]
    rows: pl.DataFrame
    caption: str
    about: Mapping[str, str] = field(default_factory=dict)


def annotated(exhibit: Exhibit, scope: Scope) -> Exhibit:
    """The same with the annotations beside the book marked on its axes of months, and told in its alternative text."""
    if exhibit.figure is None or scope.notes is None:
        return exhibit
    noted = [(kept.note.month, kept.note.text) for kept in scope.notes.all(Annotation)]
    if not noted:
        return exhibit
    figure = go.Figure(exhibit.figure)
    marked = charts.mark_notes(figure, noted, scope.mode)
    words = replace(exhibit.words, alt=f"{exhibit.words.alt} {marked}".strip())
    return replace(exhibit, figure=figure, words=words)
