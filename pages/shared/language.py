"""The reader's language: `lang` in the address, and a switch in the sidebar where there is more than one."""

import streamlit as st

from wording import SOURCE_LANGUAGE, set_language, whole_languages


def choose_language() -> str:
    """Speak the language of the address in this run, and return it. One that has not all words means English."""
    offered = whole_languages()
    place = st.sidebar.container(key="language") if len(offered) > 1 else st.container(key="language_unseen")
    with place:
        chosen = st.segmented_control(
            "Language",
            offered,
            default=SOURCE_LANGUAGE,
            required=True,
            key="lang",
            bind="query-params",
            label_visibility="collapsed",
        )
    set_language(chosen or SOURCE_LANGUAGE)
    return chosen or SOURCE_LANGUAGE
