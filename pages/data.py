"""Data: what is loaded, how fresh and how clean it is, and what each number means."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

import streamlit as st

from charts.words import span
from data.book import Book
from pages.shared.dictionary import dictionary, this_book
from pages.shared.findings import finding_cards, quarantine_table
from pages.shared.notes_tab import notes_tab
from pages.shared.upload import import_card
from pages.shared.versions import versions_table
from pages.shared.versions_compared import versions_compared
from wording import _, count, date, month, ngettext

view = current_view()
reader = view.reader
found = reader.version.findings if reader else ()
kinds = len({finding.code for finding in found})
with view.head:
    if reader is None:
        st.title(_("Import your first file"), anchor=False)
    else:
        months = ngettext("{n} month", "{n} months", len(reader.months))
        clean = ngettext("{n} finding", "{n} findings", kinds) if kinds else _("nothing to report")
        st.title(
            _("{months} to {last}, {clean}", months=months, last=month(reader.months[-1]), clean=clean), anchor=False
        )
        version = reader.version
        facts = [
            _("Data"),
            span(dict.fromkeys(reader.months)),
            _("{loans} open loans", loans=count(version.loans)),
            _("version {number} of {day}", number=version.number, day=date(version.created_at.date())),
        ]
        st.caption(" · ".join(facts))

names = [_("Import"), _("Findings"), _("Targets and rules"), _("Versions"), _("Dictionary")]
loading, findings, notes, versions, meanings = st.tabs(names, key="tab", bind="query-params")
with loading:
    import_card(view)
with findings:
    if not found:
        st.caption(_("Nothing to report."))
    finding_cards(found)
    if reader:
        quarantine_table(reader)
with notes:
    if reader:
        notes_tab(view)
    else:
        st.caption(_("There is no book yet. Import a file of month-end loan snapshots on the Data page."))
with versions:
    versions_table(Book(view.book_dir))
    versions_compared(view)
with meanings:
    if reader:
        this_book(reader.version.settings)
    dictionary()
