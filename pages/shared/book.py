"""The book that is being read: its newest version, opened once for all sessions."""

import os
from pathlib import Path

import streamlit as st

from data.book import Book
from data.errors import OutdatedVersion
from queries import Reader, open_reader
from wording import _

OPEN_VERSIONS = 4  # a screen that still draws an older version keeps it a while


def book_dir() -> Path:
    """The folder of the book: RECOUP_BOOK, or `book` where the server was started."""
    return Path(os.environ.get("RECOUP_BOOK") or "book").absolute()


def current_reader(book: Path) -> Reader | None:
    """The newest version of the book, seen as soon as it is published; None when there is no book yet.

    Ends the run, and says why, where an earlier Recoup has built it.
    """
    number = Book(book).current()
    try:
        return None if number is None else _open(book, number)
    except OutdatedVersion as error:
        st.error(_(error.template, **error.values), icon=":material/history:")
        st.stop()


def reader_of(book: Path, number: int) -> Reader:
    """A version of the book. Raises BookMissing, OutdatedVersion."""
    return _open(book, number)


@st.cache_resource(max_entries=OPEN_VERSIONS, on_release=lambda reader: reader.close(), show_spinner=False)
def _open(book: Path, number: int) -> Reader:
    return open_reader(book, version=number)
