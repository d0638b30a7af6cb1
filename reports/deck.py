"""A deck: slides in order, as plain data that every writer (slides, workbook, web page, PDF) and the screen read alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from reports.exhibit import Exhibit


@dataclass(frozen=True)
class Grid:
    """A table in words: a row of heads, and rows of cells as they are read. numbers: the places of columns that are set to the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Slide:
    """One idea: a title that states the finding, and one exhibit, table or list that shows it.

    figures: key figures in a row, as (name, value, what is said below it). footnotes: definition, filters, version, passport, a line
    each. notes: the method, for who speaks. values: the numbers behind figures and grid, for a sheet.
    """

    key: str
    title: str
    exhibit: Exhibit | None = None
    grid: Grid | None = None
    figures: tuple[tuple[str, str, str], ...] = ()
    points: tuple[str, ...] = ()
    values: pl.DataFrame | None = None
    comment: str = ""
    footnotes: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True)
class Deck:
    """The slides of a report; the first page says title, subtitle and facts (filters, version, date), as (name, value).

    left_out: what the book has nothing to draw of, and why, a line each; it stands among the facts too.
    """

    title: str
    subtitle: str
    slides: tuple[Slide, ...]
    language: str = "en"
    facts: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
