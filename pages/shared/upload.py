"""Importing from the browser: upload, look at the proposed mapping, correct it, confirm."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from data.book import Book
from data.errors import UserError
from data.mapping import Mapping, describe, read_mapping, write_mapping
from data.propose import propose
from data.schema import LOAN_SNAPSHOT, TABLES, Table
from data.settings import load_settings
from data.sources import SUFFIXES, Part, open_sources
from pages.shared.importing import show_import, start_import
from pages.shared.view import View
from reports.column_names import column_name, table_name
from wording import _

WIDTHS = [3, 3, 4]  # of what we call it, what the file calls it, what stands there


def import_card(view: View) -> None:
    """Upload files, see and correct the mapping that is proposed for them, confirm, and publish."""
    if show_import(view.language):
        return
    table = _table_to_import(view)
    uploads = st.file_uploader(
        _("Files"),
        type=[suffix[1:] for suffix in SUFFIXES],
        accept_multiple_files=True,
        key=f"uploads_{st.session_state.setdefault('imports_started', 0)}",
    )
    if not uploads:
        _what_a_file_needs(table)
        return
    try:
        folder, files, parts = _opened(uploads)
        mapping = _confirmed_mapping(view, table, parts, tuple(upload.file_id for upload in uploads))
    except UserError as error:
        st.error(_(error.template, **error.values), icon=":material/error:")
        return
    if mapping is not None:
        saved = Path(folder.name) / "mapping.toml"
        saved.write_text(write_mapping(mapping), encoding="utf-8")
        start_import(view.book_dir, files, saved, folder, view.language)
        st.session_state["imports_started"] += 1
        st.session_state.pop("opened_uploads", None)
        st.rerun()


def _table_to_import(view: View) -> Table:
    """What the files hold. A book begins with snapshots; the other tables say more of its loans."""
    name = st.selectbox(
        _("What the files hold"),
        list(TABLES) if view.reader else [LOAN_SNAPSHOT.name],
        format_func=table_name,
        key="table_to_import",
        width=320,
    )
    return TABLES[name]


def _what_a_file_needs(table: Table) -> None:
    if table.dated_by:
        st.caption(
            _(
                "One row for each {grain}. A month that the book has already is replaced; nothing else changes.",
                grain=_(table.grain),
            )
        )
    else:
        st.caption(
            _("One row for each {grain}. A row replaces the earlier one of the same loan.", grain=_(table.grain))
        )
    needed = {
        name: _("Required") if len(group) == 1 else _("One of the two") for group in table.needs for name in group
    }
    rows = [
        {_("Column"): column_name(c.name), _("Needed"): needed.get(c.name, ""), _("Meaning"): _(c.meaning)}
        for c in table.columns
    ]
    with st.expander(_("What a file needs, and what more it may have"), icon=":material/table_rows:"):
        st.caption(_("Columns may have any name, in English or Chinese: a mapping is proposed for you to confirm."))
        st.table(rows)


def _opened(uploads: list) -> tuple[TemporaryDirectory, list[Path], list[Part]]:
    """The uploads as files and as tables; written once, not at every run. Raises a UserError."""
    ids = tuple(upload.file_id for upload in uploads)
    held = st.session_state.get("opened_uploads")
    if held is None or held[0] != ids:
        folder = TemporaryDirectory(prefix="recoup-upload-")
        files = [_stored(upload, Path(folder.name) / str(number)) for number, upload in enumerate(uploads)]
        parts = open_sources(files, Path(folder.name) / "parts")
        st.session_state["opened_uploads"] = held = (ids, folder, files, parts)
    return held[1:]


def _stored(upload, folder: Path) -> Path:
    """The upload under its own name in a folder of its own; only the last part of the name is used."""
    folder.mkdir()
    path = folder / Path(upload.name).name
    path.write_bytes(upload.getbuffer())
    return path


def _confirmed_mapping(view: View, table: Table, parts: list[Part], ids: tuple[str, ...]) -> Mapping | None:
    """Show the mapping, to be corrected in a table or as TOML; returned once it is confirmed. Raises a UserError."""
    remembered = Book(view.book_dir).remembered_mapping(parts[0].header)
    if remembered and remembered.table != table.name:
        remembered = None
    if st.session_state.get("mapping_of") != (table.name, *ids):
        st.session_state["mapping_of"] = (table.name, *ids)
        proposed = remembered or propose(parts, load_settings(view.book_dir), table=table.name)
        st.session_state["mapping_toml"] = write_mapping(proposed)
    st.header(_("How the columns of {name} are read", name=parts[0].name), anchor=False)
    if remembered:
        st.caption(_("Files with these columns were imported before; this is how."))
    else:
        st.caption(_("This is proposed from the names and the values. Look at it, and correct it where it is wrong."))
    try:
        mapping = read_mapping(st.session_state["mapping_toml"])
    except UserError as error:
        mapping = None
        st.error(_(error.template, **error.values), icon=":material/error:")
    if mapping:
        _table(mapping, parts[0])
    with st.expander(_("The whole mapping as text (TOML), with codes and formats"), icon=":material/code:"):
        st.text_area(_("Mapping (TOML)"), key="mapping_toml", height=320, label_visibility="collapsed")
    missing = mapping.missing_required() if mapping else ()
    if missing:
        names = _(", ").join(" / ".join(map(column_name, name.split(" / "))) for name in missing)
        st.warning(_("No column is chosen for {missing}.", missing=names), icon=":material/warning:")
    confirm = st.button(
        _("Import with this mapping"),
        type="primary",
        icon=":material/upload:",
        disabled=mapping is None or bool(missing),
    )
    return mapping if confirm else None


def _table(mapping: Mapping, part: Part) -> None:
    """A row for each of our columns: those of the mapping and those required first, the others folded away."""
    described = {row["column"]: row for row in describe(mapping, part.header, part.sample).iter_rows(named=True)}
    with st.container(border=True, gap="xsmall", key="mapping_table"):
        heads = (_("Column"), _("In the file"), _("For example"))
        for place, head in zip(st.columns(WIDTHS), heads, strict=True):
            place.caption(head)
        names = TABLES[mapping.table].column_names
        first = [
            name for name in names if name in mapping.mapped or name in _required(mapping) or name == "days_past_due"
        ]
        for name in first:
            _row(name, mapping, part, described.get(name))
        if others := [name for name in names if name not in first]:
            with st.expander(_("Columns that this file does not fill")):
                for name in others:
                    _row(name, mapping, part, None)


def _required(mapping: Mapping) -> set[str]:
    return {group[0] for group in TABLES[mapping.table].needs if len(group) == 1}


def _row(name: str, mapping: Mapping, part: Part, described: dict | None) -> None:
    ours, theirs, example = st.columns(WIDTHS, vertical_alignment="center")
    ours.markdown(f"**{column_name(name)}**" + (" :red[*]" if name in _required(mapping) else ""))
    source = mapping.columns.get(name)
    elsewhere = described and source is None and described["source"]
    if elsewhere or (name == "as_of" and mapping.as_of_in_file_name):
        theirs.markdown(elsewhere or _("the name of the file"))
    elif name == "as_of" and mapping.wide:
        theirs.markdown(_("the names of the columns"))
    else:
        key = f"source_of_{name}_{hash(st.session_state['mapping_toml'])}"
        theirs.selectbox(
            column_name(name),
            part.header,
            index=part.header.index(source) if source in part.header else None,
            placeholder=_("not in the file"),
            label_visibility="collapsed",
            key=key,
            on_change=_choose,
            args=(key, name, mapping),
        )
    if described:
        shown = [described["examples"]]
        if described["codes"]:
            shown.append(_("Codes: {codes}", codes=described["codes"]))
        example.text(" · ".join(shown))


def _choose(key: str, name: str, mapping: Mapping) -> None:
    """Take the column chosen for `name` into the mapping; a source serves one column of ours."""
    source = st.session_state[key]
    columns = {ours: theirs for ours, theirs in mapping.columns.items() if ours != name and theirs != source}
    if source is not None:
        columns[name] = source
    kept = replace(mapping, columns=columns, values={}, dates={})
    changed = replace(
        kept,
        values={ours: codes for ours, codes in mapping.values.items() if ours in kept.mapped},
        dates={ours: form for ours, form in mapping.dates.items() if ours in kept.mapped},
    )
    st.session_state["mapping_toml"] = write_mapping(changed)
