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
        named = set(st.query_params.get_all(name))
        known = [value for value in reader.dimensions[name] if (value or _("Not known")) in named]
        if known and name in st.session_state:
            st.session_state[name] = known
