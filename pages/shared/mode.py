"""Light or dark, as the reader sees the page."""

import streamlit as st

from reports.exhibit import Mode

# Charts are drawn for a mode. The menu changes it in the browser alone, which then asks for another run. The colours may be
# set only after this is called, so it keeps looking; what is asked while the page is put together anew can be lost, so it
# asks again after a while, a few times.
_ASK_AGAIN = """
const AGAIN_MS = 5000, TIMES = 3;
export default function ({ data, parentElement, setTriggerValue }) {
  document.drawnMode = data.mode;
  clearInterval(document.modeWatch);
  const look = () => {
    const mode = getComputedStyle(parentElement.host ?? parentElement).colorScheme;
    if (mode === document.drawnMode) { document.askedMode = null; return; }
    const asked = document.askedMode?.mode === mode ? document.askedMode : { mode, at: -Infinity, times: 0 };
    if (asked.times < TIMES && performance.now() - asked.at > AGAIN_MS) {
      document.askedMode = { mode, at: performance.now(), times: asked.times + 1 };
      setTriggerValue("changed", mode);
    }
  };
  look();
  const looking = (document.modeWatch = setInterval(look, 500));
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
