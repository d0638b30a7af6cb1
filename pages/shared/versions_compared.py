"""Two versions of the book side by side: key figures of a month that both have, months that differ, and settings."""

from datetime import date

import polars as pl
import streamlit as st

from data.book import Book, Version
from data.compared import What, changed_months, changed_settings
from data.errors import UserError
from pages.shared.book import reader_of
from pages.shared.dictionary import settings_lines
from pages.shared.download import table_buttons
from pages.shared.options import option_of_many
from pages.shared.view import View
from queries import Reader
from queries.measure import in_both
from reports.column_names import table_name
from reports.provenance import today_in_about
from reports.targets import difference, key_measures, shown
from wording import _, count, month

SHOWN = 50


def versions_compared(view: View) -> None:
    """A card: two versions to choose, the newest and the one before it at first; nothing where there is one only."""
    book = Book(view.book_dir)
    numbers = [str(number) for number in reversed(book.versions()[-SHOWN:])]
    if len(numbers) < 2 or view.reader is None:
        return
    with st.container(border=True, key="card_versions_compared"):
        st.header(_("What changed between two versions"), anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            names = {number: _("Version {number}", number=number) for number in numbers}
            after = option_of_many("version", _("Version"), names)
            before = option_of_many("version_before", _("Compared with"), names, numbers[1])
        if before == after:
            st.caption(_("The same version stands on both sides."))
            return
        versions = book.read_version(int(before)), book.read_version(int(after))
        _figures(view, *versions)
        _months(*versions)
        _settings(*versions)


def _figures(view: View, before: Version, after: Version) -> None:
    """The key figures of the newest month that both versions have."""
    both = set(before.months) & set(after.months)
    if not both:
        st.caption(_("The two versions have no month in common."))
        return
    try:
        readers = reader_of(view.book_dir, before.number), reader_of(view.book_dir, after.number)
    except UserError as error:
        st.caption(_(error.template, **error.values))
        return
    rows = _rows(view, *readers, max(both))
    st.markdown("**" + _("Key figures of {month} in each", month=month(max(both))) + "**")
    st.table(rows)


def _rows(view: View, before: Reader, after: Reader, of: date) -> list[dict[str, str]]:
    found = []
    for name, measure in key_measures(after, view.weigh_by).values():
        try:
            values = in_both(before, after, measure, of)
        except UserError:  # a version without payments has no recovery
            continue
        if values:
            found.append(
                {
                    _("Figure"): name,
                    _("Version {number}", number=before.version.number): shown(measure, values[0]),
                    _("Version {number}", number=after.version.number): shown(measure, values[1]),
                    _("Difference"): difference(measure, values[2]),
                }
            )
    return found


def _months(before: Version, after: Version) -> None:
    what: dict[What, str] = {"new": _("new"), "gone": _("gone"), "replaced": _("replaced")}
    rows = [
        {
            _("Table"): table_name(each.table),
            _("Month"): month(each.month) if each.month else "",
            _("What changed"): what[each.what],
            _("Rows before"): "" if each.rows_before is None else count(each.rows_before),
            _("Rows after"): "" if each.rows_after is None else count(each.rows_after),
        }
        for each in changed_months(before, after)
    ]
    if not rows:
        st.caption(_("Both hold the same rows."))
        return
    st.markdown("**" + _("Months with other rows") + "**")
    st.dataframe(pl.DataFrame(rows), hide_index=True, key="changed_months")
    about = {"about_table": _("What changed between two versions")} | today_in_about()
    with st.container(horizontal=True, gap="xsmall"):
        table_buttons(pl.DataFrame(rows), about, "recoup-versions-compared", "versions_compared")


def _settings(before: Version, after: Version) -> None:
    changed = {each.name for each in changed_settings(before, after)}
    if not changed:
        st.caption(_("Both were built with the same settings."))
        return
    old, new = dict(settings_lines(before.settings)), dict(settings_lines(after.settings))
    st.markdown("**" + _("Other settings") + "**")
    st.table(
        [{_("Setting"): name, _("Before"): old[name], _("After"): new[name]} for name in new if old[name] != new[name]]
    )
