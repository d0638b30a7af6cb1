"""Data: what is loaded, how fresh and how clean it is, and what each number means."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

import streamlit as st

from data.book import Book
from data.findings import CONTRACT, summarised
from pages.shared.card import definition
from pages.shared.upload import import_card
from queries import questions
from wording import _, count, date, month

view = current_view()
reader = view.reader
with view.head:
    st.title(_("What is loaded, and how clean it is") if reader else _("Import your first file"))
    if reader:
        span = _("{first} to {last}", first=month(reader.months[0]), last=month(reader.months[-1]))
        st.caption(" · ".join([_("Data"), span, _("{loans} open loans", loans=count(reader.version.loans))]))

loading, findings, versions, dictionary = st.tabs([_("Import"), _("Findings"), _("Versions"), _("Dictionary")])
with loading:
    import_card(view)
with findings:
    if reader is None or not reader.version.findings:
        st.caption(_("Nothing to report."))
    for finding, months in summarised(reader.version.findings if reader else ()):
        clause = CONTRACT[finding.code]
        severity = {"info": _("Note"), "warning": _("Warning"), "error": _("Error"), "critical": _("Critical")}
        with st.container(border=True):
            says = _(clause.says, count=count(finding.count), **finding.values)
            when = "" if not months else f" ({month(months[0])} – {month(months[-1])})"
            st.markdown(f"**{severity[clause.severity]}** · {says}{when}")
            if finding.examples:
                st.code("\n".join(finding.examples), language=None)
            st.caption(_(clause.advice))
    refused = reader.quarantine(limit=1_000) if reader else None
    if refused is not None and not refused.is_empty():
        st.subheader(_("Quarantine"))
        st.dataframe(refused, hide_index=True, height=300)
with versions:
    book = Book(view.book_dir)
    rows = []
    for number in reversed(book.versions()[-50:]):
        version = book.read_version(number)
        rows.append({
            _("Version"): number, _("Published (UTC)"): version.created_at, _("First month"): month(version.months[0]),
            _("Last month"): month(version.months[-1]), _("Open loans"): version.loans, _("Files"): ", ".join(version.sources[:5]),
        })  # fmt: skip
    if rows:
        st.dataframe(rows, hide_index=True)
    if reader:
        st.caption(
            _(
                "Published {day} by Recoup {code}",
                day=date(reader.version.created_at.date()),
                code=reader.version.code_version,
            )
        )
with dictionary:
    for name in questions():
        with st.container(border=True):
            st.markdown(definition(name))
