"""What every page does with an experiment: find it again, show how far it is, say how it ended."""

from collections.abc import Callable

import streamlit as st

from data.errors import NoExperiment
from pages.shared.view import View
from reports.what_if_words import fault_of
from sim.experiments import Kind, Order, Progress, State, cancel, folder_of, read_order, read_progress, resume
from wording import _, ngettext


def found_again(view: View, page: str, name: str, kind: Kind) -> tuple[str, Order] | None:
    """The experiment of the address, else the last one of this visit; None where there is none of this kind (any more).

    page: what the page's own keys of the session begin with. name: what the experiment is called in the address.
    """
    kept = f"{page}_{name}"
    id = st.query_params.get(name) or st.session_state.get(kept)
    if not id:
        return None
    try:
        found = read_order(folder_of(view.book_dir, id))
        if found.kind != kind:
            raise NoExperiment("There is no experiment {id} in this book; it may have been swept away.", id=id[:40])
    except NoExperiment as error:
        if st.query_params.get(name):
            st.session_state[f"{page}_error"] = _(error.template, **error.values)
            del st.query_params[name]
        st.session_state.pop(kept, None)
        return None
    st.session_state[kept] = st.query_params[name] = id
    return id, found


def progress_row(view: View, id: str, key: str, text: str) -> None:
    """How far it is, and the button that stops it. key: of the row; the button's is made of it."""
    progress = read_progress(folder_of(view.book_dir, id))
    share = progress.done / progress.planned if progress.planned else 0.0
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key}_progress"):
        st.progress(min(share, 1.0), text=text)
        st.button(
            _("Cancel"), icon=":material/stop:", key=f"{key}_cancel_{id}", on_click=cancel, args=(view.book_dir, id)
        )


def with_time_left(done: str, progress: Progress) -> str:
    """How much is done, and how many seconds more it may take, where that can be told."""
    left = progress.seconds_left
    if left is None:
        return done
    return done + " · " + ngettext("about {n} second left", "about {n} seconds left", max(round(left), 1))


def how_it_ended(
    view: View,
    id: str,
    key: str,
    now: State,
    lost: str,
    failed: str,
    cancelled: str,
    go_on: Callable[..., None] = resume,
) -> None:
    """What became of one that did not come to its end, and the button to go on with it. failed: with a {fault}. go_on: of the book's
    folder and the id."""
    if now == "lost":
        st.warning(lost, icon=":material/power_off:")
    elif now == "failed":
        st.error(failed.format(fault=fault_of(read_progress(folder_of(view.book_dir, id)))), icon=":material/error:")
    elif now == "cancelled":
        st.info(cancelled, icon=":material/stop:")
    else:
        return
    st.button(
        _("Go on"), icon=":material/play_arrow:", key=f"{key}_resume_{id}", on_click=go_on, args=(view.book_dir, id)
    )
