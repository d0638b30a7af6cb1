"""The slices of the book held against each other: which rolled on beyond its earlier rates, over all dimensions."""

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
KEPT = 64  # answers, of a few rows each


def slice_changes(view: View) -> pl.DataFrame:
    """`charts.slice_changes` of every value of each dimension that the filters leave more than one of, kept by what was asked."""
    return _changes(
        view.reader,
        view.book_dir,
        view.reader.version.number,
        repr(view.filters),
        view.compare_month,
        view.weigh_by,
        _filters=view.filters,
    )


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _changes(
    _reader: Reader,
    book: Path,
    version: int,
    asked: str,
    against: date | None,
    weigh: Weigh,
    _filters: Filters,
) -> pl.DataFrame:
    now = _filters.month
    span = replace(_filters, month=None, from_month=months_earlier(now, BACK_MONTHS), to_month=now)
    slices = {
        (dimension, value): _reader.ask("roll_trend", replace(span, **{dimension: (value,)}))
        for dimension in DIMENSIONS
        for value in _values(_reader, _filters, dimension)
    }
    return charts.slice_changes(slices, month=now, against=against, weigh=weigh)


def _values(reader: Reader, filters: Filters, dimension: str) -> tuple[str, ...]:
    """The values to compare; none where only one is left, which is the whole."""
    values = getattr(filters, dimension) or reader.dimensions[dimension]
    return values if len(values) > 1 else ()
