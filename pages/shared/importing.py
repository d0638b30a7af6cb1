"""An import under way: the command line in a process of its own, watched by the session that started it.

Other viewers wait for nothing, and the import goes on when its page is left. What the process says goes to a file,
since a pipe would break with the page that reads it.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from charts.words import span
from data.findings import Finding
from pages.shared.findings import finding_cards
from wording import _, count, set_language

COMMAND = Path(__file__).parents[2] / "recoup.py"
LOOK_SECONDS = 0.5
_KEY = "import_under_way"


def N_(message: str) -> str:
    return message


STEPS = (  # what an import says it is doing, for the catalogue
    N_("Opening the files"),
    N_("Reading the files"),
    N_("Checking each month"),
    N_("Writing each month"),
    N_("Building the facts"),
    N_("Publishing"),
    N_("Done"),
)


@dataclass(frozen=True)
class Import:
    """`folder` holds the uploaded files and the log; it goes when neither the session nor the process needs it."""

    process: subprocess.Popen
    log: Path
    folder: TemporaryDirectory


def start_import(book: Path, files: list[Path], mapping: Path, folder: TemporaryDirectory, language: str) -> None:
    """Begin to import `files` with `mapping` into the book; the session shows it from now on."""
    log = Path(folder.name) / "import.log"
    command = [sys.executable, str(COMMAND), "import", "--yes", "--progress", "json", "--mapping", str(mapping)]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*command, "--book", str(book), "--", *map(str, files)],
            env=os.environ | {"RECOUP_LANG": language, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    under_way = Import(process, log, folder)
    threading.Thread(target=_outlive, args=(under_way,), daemon=True).start()
    st.session_state[_KEY] = under_way


def show_import(language: str) -> bool:
    """Show the import that this session has started, on its way or its outcome; False when there is none."""
    under_way = st.session_state.get(_KEY)
    if under_way is None:
        return False
    if under_way.process.poll() is None:
        _watch(under_way, language)
    else:
        _outcome(under_way)
        st.button(_("Import another file"), on_click=_forget, icon=":material/upload:")
    return True


def _outlive(under_way: Import) -> None:
    """Keep the files until the process has read them, though the session may be gone."""
    under_way.process.wait()


@st.fragment(run_every=LOOK_SECONDS)
def _watch(under_way: Import, language: str) -> None:
    set_language(language)
    if under_way.process.poll() is not None:
        st.rerun()
    steps = [line for line in _told(under_way.log) if "step" in line]
    now = steps[-1] if steps else {"step": STEPS[0], "share": 0.0}
    st.progress(min(max(now["share"], 0.0), 1.0), text=_(now["step"]))
    st.caption(_("You may leave this page: the import goes on, and the book changes only when it is complete."))


def _outcome(under_way: Import) -> None:
    told = _told(under_way.log)
    last = told[-1] if told else {}
    if under_way.process.returncode != 0 or "version" not in last:
        st.error(last.get("error") or _("The import ended unexpectedly."), icon=":material/error:")
        st.markdown(_("Nothing was published. The book is as it was."))
        finding_cards(_findings(last.get("findings", [])))
        return
    months = [date.fromisoformat(day) for day in last["months"]]
    if not last["new"]:
        st.info(_("The book already holds exactly this; it stays at version {version}.", version=last["version"]))
    elif not months:
        text = _(
            "Version {version} is published: {rows} rows; {refused} rows in quarantine.",
            version=last["version"], rows=count(last["rows"]), refused=count(last["refused"]),
        )  # fmt: skip
        st.success(text, icon=":material/check_circle:")
    else:
        text = _(
            "Version {version} is published: {rows} rows of {months}; {refused} rows in quarantine.",
            version=last["version"], rows=count(last["rows"]), months=span(dict.fromkeys(months)),
            refused=count(last["refused"]),
        )  # fmt: skip
        st.success(text, icon=":material/check_circle:")
    st.page_link("pages/overview.py", label=_("Open the Overview"), icon=":material/dashboard:")


def _told(log: Path) -> list[dict]:
    """The lines of JSON in the log; a line that is still being written is not one yet."""
    told = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("{"):
            try:
                told.append(json.loads(line))
            except json.JSONDecodeError:
                continue
    return told


def _findings(stated: list[dict]) -> list[Finding]:
    return [
        Finding(
            one["code"],
            one["count"],
            tuple(one["examples"]),
            date.fromisoformat(one["month"]) if one["month"] else None,
            one["values"],
        )
        for one in stated
    ]


def _forget() -> None:
    st.session_state.pop(_KEY, None)
