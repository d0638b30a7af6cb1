"""The reader's language: `lang` in the address, and a switch in the sidebar where there is more than one."""

import streamlit as st

from wording import SOURCE_LANGUAGE, _, own_name, set_language, whole_languages


def choose_language() -> str:
    """Speak the language of the address in this run, and return it. One that has not all words means English."""
    offered = whole_languages()
    with st.container(key="language_unseen"):
        chosen = st.segmented_control(
            "lang", offered, default=SOURCE_LANGUAGE, required=True, key="lang", bind="query-params"
        )
    chosen = chosen or SOURCE_LANGUAGE
    set_language(chosen)
    if len(offered) > 1:
        _switch(offered, chosen)
    return chosen


def _switch(offered: tuple[str, ...], chosen: str) -> None:
    """Languages by the names they give themselves. It stands beside the choice bound to the address, which says codes."""
    st.session_state["language_switch"] = chosen
    with st.sidebar.container(key="language"):
        st.segmented_control(
            _("Language"),
            offered,
            required=True,
            format_func=own_name,
            key="language_switch",
            label_visibility="collapsed",
            on_change=_speak,
        )


def _speak() -> None:
    st.session_state["lang"] = st.session_state["language_switch"]
