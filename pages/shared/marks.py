"""The changes of policy that axes of months mark, read once a version of the book."""

from pathlib import Path

import streamlit as st

from queries import Reader
from reports.marks import changes_of
from sim.truth import PolicyChange

BOOKS = 8  # whose changes are kept at hand


def kept_changes(reader: Reader) -> tuple[PolicyChange, ...]:
    return _changes(reader, reader.folder, reader.version.number)


@st.cache_data(max_entries=BOOKS, show_spinner=False)
def _changes(_reader: Reader, book: Path, version: int) -> tuple[PolicyChange, ...]:
    return changes_of(_reader)
