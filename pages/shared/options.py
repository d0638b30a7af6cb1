"""What a page lets choose beside the filters: bound to the address too, so that a link shows others the same."""

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

Code = TypeVar("Code", str, int)


def option(key: str, label: str, words: Mapping[Code, str], default: Code | None = None) -> Code:
    """One of a few codes, chosen by its words; the first unless `default` says another. What is not among them gives way to it.

    key: its name in the address, unlike that of any filter.
    """
    fallback = default if default in words else next(iter(words))
    if key in st.session_state:
        if st.session_state[key] in words:
            st.session_state[key] = st.session_state[key]  # in this run's language, in the address too
        else:
            del st.session_state[key]
    picked = st.segmented_control(
        label,
        list(words),
        default=fallback,
        required=True,
        format_func=words.__getitem__,
        key=key,
        bind="query-params",
    )
    return picked if picked in words else fallback


def switch(key: str, label: str, help: str) -> bool:
    """Something shown on demand, off unless the address says otherwise. key: its name in the address."""
    return st.toggle(label, help=help, key=key, bind="query-params")


def option_of_many(key: str, label: str, words: Mapping[str, str], default: str | None = None) -> str:
    """The same as a list to open, for more choices than fit in a row."""
    fallback = default if default in words else next(iter(words))
    if key in st.session_state:
        if st.session_state[key] in words:
            st.session_state[key] = st.session_state[key]
        else:
            del st.session_state[key]
    codes = list(words)
    picked = st.selectbox(
        label,
        codes,
        index=codes.index(fallback),
        format_func=words.__getitem__,
        key=key,
        bind="query-params",
        width=200,
    )
    return picked if picked in words else fallback
