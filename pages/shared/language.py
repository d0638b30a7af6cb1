"""The reader's language: `lang` in the address, else the browser's; and a switch in the sidebar where there is more than one."""

import streamlit as st

from wording import SOURCE_LANGUAGE, _, own_name, set_language, whole_languages


def choose_language() -> str:
    """Speak the language of the address in this run, else that of the browser, and return it. One that has not all words means English."""
    offered = whole_languages()
    at_first = _of_browser(offered)
    with st.container(key="language_unseen"):
        chosen = st.segmented_control("lang", offered, default=at_first, required=True, key="lang", bind="query-params")
    chosen = chosen or at_first
    set_language(chosen)
    if len(offered) > 1:
        _switch(offered, chosen)
    return chosen


def _of_browser(offered: tuple[str, ...]) -> str:
    """The language that the browser asks for, whatever its country: zh-CN is zh."""
    asked = (st.context.locale or "").partition("-")[0].lower()
    return asked if asked in offered else SOURCE_LANGUAGE


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
