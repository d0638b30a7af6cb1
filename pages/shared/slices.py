"""The slices of the book held against each other over all dimensions: which rolled on, or went bad, beyond its earlier rates.

The answers are of a few rows and rest on many questions, so they are kept by what was asked.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import streamlit as st

import charts
from charts.months import months_earlier
from data.schema import DIMENSIONS
from pages.shared.view import View, Weigh
from queries import Filters, Reader

BACK_MONTHS = 37  # what is usual is told from the changes of two years, each over up to a year
KEPT = 64


def slice_changes(view: View) -> pl.DataFrame:
    """`charts.slice_changes` of every value of each dimension that the filters leave more than one of."""
    return _changes(view.reader, *_asked(view), _filters=view.filters)


def contributions(view: View) -> pl.DataFrame:
    """`charts.contributions` of the same slices; by loans, what rolled on alone: mix and rate are told by balance."""
    return _contributions(view.reader, *_asked(view), _filters=view.filters)


def _asked(view: View) -> tuple[Path, int, str, date | None, Weigh]:
    return view.book_dir, view.reader.version.number, repr(view.filters), view.compare_month, view.weigh_by


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _changes(
    _reader: Reader, book: Path, version: int, asked: str, against: date | None, weigh: Weigh, _filters: Filters
) -> pl.DataFrame:
    span = _span(_filters)
    slices = {
        (dimension, value): _reader.ask("roll_trend", replace(span, **{dimension: (value,)}))
        for dimension in DIMENSIONS
        for value in _values(_reader, _filters, dimension)
    }
    return charts.slice_changes(slices, month=_filters.month, against=against, weigh=weigh)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _contributions(
    _reader: Reader, book: Path, version: int, asked: str, against: date | None, weigh: Weigh, _filters: Filters
) -> pl.DataFrame:
    rolled = _changes(_reader, book, version, asked, against, weigh, _filters=_filters)
    mixed = _reader.ask("mix_and_rate", _span(_filters))
    compared = [name for name in DIMENSIONS if _values(_reader, _filters, name)]
    mixed = mixed.filter(pl.col("dimension").is_in(compared if weigh == "balance" else []))
    (balance,) = _reader.ask("bad_debt", _filters)["balance"].cast(pl.Float64).to_list() or [None]
    return charts.contributions(rolled, mixed, balance, month=_filters.month, against=against)


def _span(filters: Filters) -> Filters:
    return replace(filters, month=None, from_month=months_earlier(filters.month, BACK_MONTHS), to_month=filters.month)


def _values(reader: Reader, filters: Filters, dimension: str) -> tuple[str, ...]:
    """The values to compare; none where only one is left, which is the whole."""
    values = getattr(filters, dimension) or reader.dimensions[dimension]
    return values if len(values) > 1 else ()
