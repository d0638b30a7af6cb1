"""The alerts of the Overview, and the notes beside the book that targets and rules stand in."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import streamlit as st

from data.notes import Kept, Notes, Rule, Target
from pages.shared.view import View
from queries import Reader
from queries.alerts import Alert, alerts
from reports.targets import in_words
from wording import _, count

SHOWN_ALERTS = 4


def notes_of(book: Path) -> Notes:
    return Notes(book)


def has_targets(notes: Notes) -> bool:
    return bool(notes.all(Target))


def alerts_list(view: View) -> None:
    """The rules that fire in the month shown, compact; nothing where none does."""
    rules = tuple(view.notes.all(Rule))
    if not rules:
        return
    version = view.reader.version.number
    told = _alerts(f"{view.book_dir}", version, rules, tuple(view.notes.all(Target)), view.filters.month, view.reader)
    firing = [alert for alert in told if alert.fires]
    if not firing:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="alerts"):
        lines = [f":red[:material/notifications_active:] {in_words(alert)}" for alert in firing[:SHOWN_ALERTS]]
        if len(firing) > SHOWN_ALERTS:
            lines.append(_("and {n} more", n=count(len(firing) - SHOWN_ALERTS)))
        st.markdown("  \n".join(lines))
        st.page_link(
            "pages/data.py", label=_("Rules"), icon=":material/tune:", query_params={"tab": _("Targets and rules")},
            width="content",
        )  # fmt: skip


@st.cache_data(max_entries=200, show_spinner=False)
def _alerts(
    book: str, version: int, rules: Sequence[Kept], targets: Sequence[Kept], month: date, _reader: Reader
) -> list[Alert]:
    return alerts(_reader, rules, targets, month)
