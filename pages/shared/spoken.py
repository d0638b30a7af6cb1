"""What a screen reader is told of the frame where Streamlit's own marks would mislead it.

The navigation is a list whose items stand in groups, which no list may have: its links are read as links of a navigation
instead. The line in a key figure repeats what its words say, point by point and without a name: it is passed over.
Streamlit's document is in English whatever its words: it says the language they are in, which chooses voice and letters.
"""

import streamlit as st

_MEND = """
const SILENT = [
  ["[data-testid=stSidebarNavItems], [data-testid=stSidebarNavItems] li", "role", "none"],
  ["[data-testid=stMetricChart] svg", "aria-hidden", "true"],
];
export default function ({ data }) {
  document.documentElement.lang = data.language;
  const mend = () => {
    for (const [which, attribute, value] of SILENT)
      for (const element of document.querySelectorAll(`:is(${which}):not([${attribute}="${value}"])`))
        element.setAttribute(attribute, value);
  };
  mend();
  const watch = new MutationObserver(mend);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => watch.disconnect();
}
"""
_mend = st.components.v2.component("spoken", js=_MEND)


def speak_plainly(language: str) -> None:
    """Mend the frame of this page for those who hear it, in `language`."""
    with st.container(key="spoken_unseen"):
        _mend(key="spoken", data={"language": language})
