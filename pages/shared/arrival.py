"""A link from one page to a slice on another: what its address says goes before what the filters showed so far."""

import streamlit as st

from data.schema import DIMENSIONS
from queries import Reader
from wording import _

_SHOWN = "page_shown"


def take_slices_of_link(page: str, reader: Reader) -> None:
    """On the first run of another page, set the filters of slices that its address names; call it before the filter bar.

    On the first page of a session the filters read the address by themselves; later ones keep what they were.
    """
    before = st.session_state.get(_SHOWN)
    st.session_state[_SHOWN] = page
    if before in (None, page):
        return
    for name in DIMENSIONS:
        linked = _of_link(st.query_params.get_all(name), st.session_state.get(name, []))
        known = [value for value in reader.dimensions[name] if _said(value) in linked]
        if known and name in st.session_state:
            st.session_state[name] = known


def _of_link(given: list[str], shown: list[str]) -> list[str]:
    """What the link itself names: the browser puts it behind what was shown so far."""
    before = [_said(value) for value in shown]
    return given[len(before) :] if given[: len(before)] == before else given


def _said(value: str) -> str:
    return value or _("Not known")
