"""Taking the deck away, as slides, workbook, page and PDF, each written when its button is pressed; and presenting it on this screen."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from data.errors import InvalidTemplate
from pages.shared.present_deck import deck_of, speaking
from pages.shared.view import View
from reports.deck import Deck
from reports.pdf import found_browser, write_pdf
from reports.provenance import file_stem
from reports.slide_theme import look_of
from reports.slides import write_slides
from reports.story import Story
from reports.web_page import web_page, write_web_page
from reports.workbook import write_workbook
from wording import _

SCREEN = 680  # pixels of height
KINDS = {
    "pptx": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ":material/slideshow:"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ":material/table_view:"),
    "html": ("text/html", ":material/html:"),
    "pdf": ("application/pdf", ":material/picture_as_pdf:"),
}


def take_panel(view: View, story: Story, spoken: str, experiment: str) -> None:
    with st.container(border=True, key="card_take"):
        st.header(_("Take it away"), anchor=False)
        template = _template()
        words = {"pptx": _("PowerPoint"), "xlsx": _("Excel"), "html": _("Web page"), "pdf": _("PDF")}
        printer = found_browser()
        with st.container(horizontal=True, gap="xsmall"):
            for ending, (mime, icon) in KINDS.items():
                st.download_button(
                    words[ending], data=_maker(view, story, spoken, experiment, ending, template), mime=mime, icon=icon, on_click="ignore",
                    file_name=f"{file_stem(view.scope, story.name)}.{ending}", key=f"present_{ending}",
                    disabled=ending == "pdf" and printer is None,
                    help=_("PDF needs Chromium on the server: install it, or name one in CHROMIUM") if ending == "pdf" and printer is None else None,
                )  # fmt: skip
        st.button(
            _("Present"),
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            key="present_start",
            on_click=_present,
            args=(True,),
        )


def _template() -> bytes | None:
    """A lender's own, held in the visit; one that cannot be used says why."""
    with st.expander(_("In our own template"), icon=":material/palette:"):
        file = st.file_uploader(
            _("A PowerPoint file (.pptx or .potx): its layouts, colours and fonts are used"),
            type=["pptx", "potx"],
            key="present_template",
        )
    if file is None:
        return None
    data = file.getvalue()
    try:
        with _kept(data, "pptx", file.name) as path:
            look_of(path)
    except InvalidTemplate as error:
        st.error(_(error.template, **(error.values | {"file": file.name})), icon=":material/error:")
        return None
    return data


class _kept:
    """Bytes as a file for a while."""

    def __init__(self, data: bytes, ending: str, name: str = "") -> None:
        self.data, self.name = data, f"template.{ending}"
        self.folder = tempfile.TemporaryDirectory(prefix="recoup-")

    def __enter__(self) -> Path:
        path = Path(self.folder.name, self.name)
        path.write_bytes(self.data)
        return path

    def __exit__(self, *_raised: object) -> None:
        self.folder.cleanup()


def _maker(
    view: View, story: Story, spoken: str, experiment: str, ending: str, template: bytes | None
) -> Callable[[], bytes]:
    """What makes the file when its button is pressed: slides are for paper, and so light."""

    def make() -> bytes:
        with (
            speaking(spoken, view.reader.version.settings.currency),
            tempfile.TemporaryDirectory(prefix="recoup-") as folder,
        ):
            path = Path(folder, f"deck.{ending}")
            deck = deck_of(view, story, spoken, experiment, "light")
            if ending == "pptx":
                _slides(deck, path, template)
            elif ending == "xlsx":
                write_workbook(deck, path)
            elif ending == "html":
                write_web_page(deck, path, deck_of(view, story, spoken, experiment, "dark"))
            else:
                write_pdf(deck, path)
            return path.read_bytes()

    return make


def _slides(deck: Deck, path: Path, template: bytes | None) -> None:
    if template is None:
        write_slides(deck, path)
        return
    with _kept(template, "pptx") as own:
        write_slides(deck, path, own)


# On this screen


def presenting() -> bool:
    return bool(st.session_state.get("presenting"))


def _present(yes: bool) -> None:
    st.session_state["presenting"] = yes


def present_screen(view: View, story: Story, spoken: str, experiment: str) -> None:
    """The deck, a slide at a time, by the keys of its page."""
    st.button(
        _("Back to the slides"), icon=":material/arrow_back:", key="present_end", on_click=_present, args=(False,)
    )
    st.caption(_("Arrow keys lead through the slides, F fills the screen, N shows the notes, Escape ends it"))
    light, dark = (deck_of(view, story, spoken, experiment, mode) for mode in ("light", "dark"))
    st.iframe(web_page(light, dark, presenting=True), height=SCREEN, alt=story.title)
