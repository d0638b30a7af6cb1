"""Light or dark, as the reader sees the page."""

from typing import Literal

import streamlit as st

Mode = Literal["light", "dark"]

# Charts are drawn for a mode. The menu changes it in the browser alone, which then asks for another run. The colours may be
# set only after this is called, so it keeps looking.
_ASK_AGAIN = """
let seen;
export default function ({ data, parentElement, setTriggerValue }) {
  const look = () => {
    const mode = getComputedStyle(parentElement.host ?? parentElement).colorScheme;
    if (mode !== seen && mode !== data.mode) setTriggerValue("changed", mode);
    seen = mode;
  };
  look();
  const looking = setInterval(look, 500);
  return () => clearInterval(looking);
}
"""
_watch = st.components.v2.component("mode", js=_ASK_AGAIN)


def page_mode() -> Mode:
    """The mode of the page; a change of it runs the page again."""
    mode = "dark" if st.context.theme.type == "dark" else "light"
    with st.container(key="mode_unseen"):
        _watch(key="mode", data={"mode": mode}, on_changed_change=lambda: None)
    return mode
