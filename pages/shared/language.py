"""The reader's language: `lang` in the address, else the browser's, and a switch in the sidebar where there is more than one.

What an address filters by stands there in words of its language, so an address that says anything but not its language is English;
the browser is only asked where the address says nothing, and then the address says what it answered.
"""

import streamlit as st

from wording import SOURCE_LANGUAGE, _, own_name, set_language, whole_languages


def choose_language() -> str:
    """Speak the language of the address in this run, and return it. One that has not all words means English."""
    offered = whole_languages()
    if "lang" not in st.session_state and not st.query_params and (own := _of_browser(offered)) != SOURCE_LANGUAGE:
        st.session_state["lang"] = st.query_params["lang"] = own  # the one for this run, the other for the next
    with st.container(key="language_unseen"):
        # Without a default: one would be left out of the address, and the browser asked again when it is opened next.
        chosen = st.segmented_control("lang", offered, key="lang", bind="query-params")
    chosen = chosen or SOURCE_LANGUAGE
    set_language(chosen)
    if len(offered) > 1:
        _switch(offered, chosen)
    return chosen


def _of_browser(offered: tuple[str, ...]) -> str:
    """The language that the browser asks for, whatever its country or script; English where it is not offered."""
    asked = (st.context.locale or "").replace("_", "-").partition("-")[0].lower()
    return next((language for language in offered if language.partition("_")[0] == asked), SOURCE_LANGUAGE)


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
