"""Importing from the browser: upload, look at the proposed mapping, confirm; the command line does the work."""

import subprocess
import sys
import tempfile
from pathlib import Path

import streamlit as st

from data.errors import UserError
from data.mapping import describe, read_mapping, write_mapping
from data.propose import propose
from data.settings import load_settings
from data.sources import SUFFIXES, open_sources
from pages.shared.view import View
from wording import _

COMMAND = Path(__file__).parents[2] / "recoup.py"


def import_card(view: View) -> None:
    """Upload files, see and edit the mapping that is proposed for them, confirm, and publish."""
    st.subheader(_("Import month-end loan snapshots"))
    st.caption(
        _(
            "A row a loan and month-end: loan id, date, and days past due or a bucket. A month that is there already is replaced."
        )
    )
    uploads = st.file_uploader(_("Files"), type=[s[1:] for s in SUFFIXES], accept_multiple_files=True, key="uploads")
    if not uploads:
        return
    with tempfile.TemporaryDirectory() as folder:
        files = [_stored(upload, Path(folder) / str(number)) for number, upload in enumerate(uploads)]
        try:
            parts = open_sources(files, Path(folder) / "parts")
            proposed = propose(parts, load_settings(view.book_dir))
            text = st.text_area(_("Mapping (TOML); edit it where it is wrong"), write_mapping(proposed), height=280)
            mapping = read_mapping(text)
            st.dataframe(describe(mapping, parts[0].header, parts[0].sample), hide_index=True)
        except UserError as error:
            st.error(_(error.template, **error.values))
            return
        if st.button(_("Import with this mapping"), type="primary", icon=":material/upload:"):
            saved = Path(folder) / "mapping.toml"
            saved.write_text(text, encoding="utf-8")
            _run(view, files, saved)


def _stored(upload, folder: Path) -> Path:
    """The upload under its own name in a folder of its own; only the last part of the name is used."""
    folder.mkdir()
    path = folder / Path(upload.name).name
    path.write_bytes(upload.getbuffer())
    return path


def _run(view: View, files: list[Path], mapping: Path) -> None:
    """Import in a process of its own, so that other viewers wait for nothing."""
    command = [sys.executable, str(COMMAND), "import", "--yes", "--progress", "none", "--mapping", str(mapping)]
    command += ["--book", str(view.book_dir), "--", *map(str, files)]
    with st.spinner(_("Importing and checking")):
        done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode == 0:
        st.success(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else _("Published."))
        st.page_link("pages/overview.py", label=_("Open the Overview"), icon=":material/dashboard:")
    else:
        st.error(_("Nothing was published. The book is as it was."))
        st.code(done.stderr, language=None)
