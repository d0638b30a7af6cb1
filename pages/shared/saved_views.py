"""Saved views: the present page with its filters, kept by a name, in the filter bar of every page."""

from html import escape
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data.errors import UserError
from data.notes import LONGEST_NAME, Kept, Notes, SavedView
from data.said import said
from pages.shared.who import who
from wording import _, told

NOT_OF_A_VIEW = ("lang",)  # a view is read in its reader's language


def views_menu(notes: Notes, page: StreamlitPage) -> None:
    """A button of the bar: open a view, keep the present one, rename and delete."""
    with st.popover(_("Saved views"), icon=":material/bookmark:", key="saved_views", help=_("Saved views")):
        views = notes.all(SavedView)
        if views:
            st.html(f'<nav class="saved_views">{"".join(map(_link, views))}</nav>')
        else:
            st.caption(_("A saved view is this page with its filters, by a name that everyone sees."))
        me = who("views")
        name = st.text_input(_("Name of this view"), key="view_name", max_chars=LONGEST_NAME)
        st.button(
            _("Save this view"), icon=":material/bookmark_add:", disabled=not (me and name.strip()), key="save_view",
            on_click=_write, args=(lambda: notes.add(SavedView(name.strip(), page.url_path, present_query()), me),),
        )  # fmt: skip
        if views:
            _change(notes, views, me)
        if error := st.session_state.pop("view_error", None):
            st.warning(told(error))


def _link(kept: Kept) -> str:
    """Opened as a link that somebody sent would be: what the view does not say is then at its default, whatever is chosen now."""
    view = kept.note
    address = f"./{view.page}" + (f"?{view.query}" if view.query else "")
    return f'<a href="{escape(address)}" target="_self" title="{escape(kept.who)}">{escape(view.name)}</a>'


def _change(notes: Notes, views: list[Kept], me: str) -> None:
    with st.expander(_("Rename or delete")):
        names = {kept.number: kept.note.name for kept in views}
        number = st.selectbox(_("View"), list(names), format_func=lambda n: names.get(n, ""), key="view_to_change")
        if number not in names:
            return
        view = next(kept.note for kept in views if kept.number == number)
        name = st.text_input(_("New name"), key="view_new_name", max_chars=LONGEST_NAME)
        renamed = SavedView(name.strip(), view.page, view.query)
        with st.container(horizontal=True):
            st.button(
                _("Rename"), disabled=not (me and name.strip()), key="rename_view",
                on_click=_write, args=(lambda: notes.change(number, renamed, me),),
            )  # fmt: skip
            st.button(
                _("Delete"), disabled=not me, icon=":material/delete:", key="delete_view",
                on_click=_write, args=(lambda: notes.remove(SavedView, number, me),),
            )  # fmt: skip


def _write(change) -> None:
    """Do it, and empty the fields; what was refused is told when the menu is drawn again."""
    try:
        change()
        st.session_state["view_name"] = st.session_state["view_new_name"] = ""
    except UserError as error:
        st.session_state["view_error"] = said(error.template, **error.values)


def present_query() -> str:
    """What stands behind the question mark of the present address."""
    pairs = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    return urlencode([(name, value) for name, value in pairs if name not in NOT_OF_A_VIEW])
