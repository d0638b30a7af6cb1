"""What a screen reader is told of the frame where Streamlit's own marks would mislead it.

The navigation is a list whose items stand in groups, which no list may have: its links are read as links of a navigation
instead. The line in a key figure repeats what its words say, point by point and without a name: it is passed over.
Streamlit's document is in English whatever its words: it says the language they are in, which chooses voice and letters. What its own
widgets say, of which no argument is the words, is said in that language too.
"""

import streamlit as st

from wording import SOURCE_LANGUAGE, _

_MEND = """
const SILENT = [
  ["[data-testid=stSidebarNavItems], [data-testid=stSidebarNavItems] li", "role", "none"],
  ["[data-testid=stMetricChart] svg", "aria-hidden", "true"],
];
const WIDGETS = "[data-testid=stFileUploader], [data-testid=stElementToolbar], [role=listbox], [data-testid=stMultiSelect]";
const own = (document.saidByItself ??= new Map());  // what a text or an attribute said by itself, to be said again in English
const say = (node, attribute, word) => {
  own.set(node, { ...own.get(node), [attribute ?? ""]: attribute ? node.getAttribute(attribute) : node.nodeValue });
  attribute ? node.setAttribute(attribute, word) : (node.nodeValue = word);
};
const restore = () => {
  for (const [node, texts] of own)
    for (const [attribute, text] of Object.entries(texts))
      attribute ? node.setAttribute(attribute, text) : (node.nodeValue = text);
  own.clear();
};
export default function ({ data }) {
  document.documentElement.lang = data.language;
  if (!data.per_file) restore();
  const said = (text) => {
    const size = text.match(/^(\\S+) per file( • .*)?$/);
    return size ? data.per_file.replace("{size}", size[1]) + (size[2] ?? "") : data.words[text];
  };
  const translate = () => {
    for (const widget of document.querySelectorAll(WIDGETS)) {
      const texts = document.createTreeWalker(widget, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const word = said(texts.currentNode.nodeValue.trim());
        if (word) say(texts.currentNode, null, word);
      }
      for (const element of widget.querySelectorAll("[aria-label], [placeholder]"))
        for (const attribute of ["aria-label", "placeholder"]) {
          const word = said(element.getAttribute(attribute) ?? "");
          if (word) say(element, attribute, word);
        }
    }
  };
  const mend = () => {
    for (const [which, attribute, value] of SILENT)
      for (const element of document.querySelectorAll(`:is(${which}):not([${attribute}="${value}"])`))
        element.setAttribute(attribute, value);
    if (data.per_file) translate();
  };
  mend();
  document.spokenWatch?.disconnect();  // of the language before
  const watch = (document.spokenWatch = new MutationObserver(mend));
  watch.observe(document.body, { childList: true, subtree: true });
  return () => watch.disconnect();
}
"""
_mend = st.components.v2.component("spoken", js=_MEND)


def speak_plainly(language: str) -> None:
    """Mend the frame of this page for those who hear it, in `language`."""
    own = {} if language == SOURCE_LANGUAGE else {"per_file": _("{size} per file"), "words": _widget_words()}
    with st.container(key="spoken_unseen"):
        _mend(key="spoken", data={"language": language} | own)


def _widget_words() -> dict[str, str]:
    """What Streamlit's widgets say by themselves."""
    return {
        "Upload": _("Upload"),
        "Add files": _("Add files"),
        "Drag and drop files here": _("Drag and drop files here"),
        "Drag and drop a file here": _("Drag and drop a file here"),
        "No results": _("No results"),
        "No options to select": _("No options to select"),
        "Choose an option": _("Choose an option"),
        "Choose options": _("Choose options"),
        "Select all": _("Select all"),
        "Download as CSV": _("Download as CSV"),
        "Show/hide columns": _("Show/hide columns"),
        "Search": _("Search"),
        "Fullscreen": _("Fullscreen"),
        "Close fullscreen": _("Close fullscreen"),
    }
