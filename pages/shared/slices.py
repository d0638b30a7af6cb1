"""Which slices rolled on, or went bad, beyond their earlier rates: kept by what was asked, for many visitors ask the same."""

from datetime import date
from pathlib import Path

import polars as pl
import streamlit as st

from pages.shared.view import View
from reports import slices
from reports.exhibit import Scope, Weigh

KEPT = 64


def slice_changes(view: View) -> pl.DataFrame:
    return _changes(view.scope, *_asked(view))


def contributions(view: View) -> pl.DataFrame:
    return _contributions(view.scope, *_asked(view))


def _asked(view: View) -> tuple[Path, int, str, date | None, Weigh]:
    return view.book_dir, view.reader.version.number, repr(view.filters), view.compare_month, view.weigh_by


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _changes(_scope: Scope, book: Path, version: int, asked: str, against: date | None, weigh: Weigh) -> pl.DataFrame:
    return slices.slice_changes(_scope)


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _contributions(
    _scope: Scope, book: Path, version: int, asked: str, against: date | None, weigh: Weigh
) -> pl.DataFrame:
    return slices.contributions(_scope, _changes(_scope, book, version, asked, against, weigh))
