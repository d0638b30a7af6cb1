"""The tutorial and the guides: their files can be read, their commands run one after another as they stand, and what they show is said."""

import re
import shlex
import subprocess
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from pptx import Presentation

from queries import open_reader
from sim.demo import build_demo
from sim.experiments import OVER, POLICY, TODAY, Order, folder_of, order, state
from sim.today import as_today
from sim.typical import QUESTIONS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
GUIDES = sorted((DOCS / "guides").glob("*.md"))
TUTORIAL = DOCS / "tutorial" / "ten-minutes.md"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
CSV_NAME = re.compile(r"`(\w+\.csv)`")


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_a_guide_can_be_followed_from_top_to_bottom(guide, tmp_path, monkeypatch):
    for name in ("RECOUP_BOOK", "RECOUP_LANG"):
        monkeypatch.delenv(name, raising=False)
    assert {"toml", "sh"} <= followed(guide, tmp_path)


def test_the_tutorial_leads_from_a_file_to_a_deck(tmp_path, monkeypatch):
    """Its first step, the demo book, stands here already; what is done in the browser, a run of the sandbox, is ordered as the page does."""
    for name in ("RECOUP_BOOK", "RECOUP_LANG"):
        monkeypatch.delenv(name, raising=False)
    build_demo(tmp_path / "book", loans=1500, months=5, last_month=date(2026, 10, 31))
    with closing(open_reader(tmp_path / "book")) as reader:
        today = as_today(tmp_path / "book", reader).scenario
    tried = QUESTIONS["hand_over"].ask(today)
    id = order(tmp_path / "book", Order({POLICY: tried, TODAY: today}, 2, 30, against=(TODAY,), book_version=1))
    while state(folder_of(tmp_path / "book", id)) not in OVER:
        time.sleep(0.2)
    assert followed(TUTORIAL, tmp_path) >= {"csv", "sh", "text"}
    assert [slide.shapes.title for slide in Presentation(tmp_path / "decision.pptx").slides]
    assert (tmp_path / "decision.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_what_the_tutorial_tells_to_press_is_on_the_pages():
    with (ROOT / "locale" / "recoup.pot").open("rb") as file:
        messages = [message.id for message in read_po(file)]
    said = {text for of_one in messages for text in (of_one if isinstance(of_one, tuple) else (of_one,))}
    told = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", TUTORIAL.read_text(encoding="utf-8"))
    assert len(told) > 5
    assert [words for words in told if words not in said] == []


def followed(guide: Path, folder: Path) -> set[str]:
    """Do what a page says, in a folder; the kinds of blocks that it has."""
    kinds, said, text = set(), "", guide.read_text(encoding="utf-8")
    for found in BLOCK.finditer(text):
        kind, block = found.groups()
        kinds.add(kind)
        if kind == "toml":
            name = block.partition("\n")[0].removeprefix("# ")
            (folder / name).write_text(block, encoding="utf-8")
        elif kind == "csv":
            name = CSV_NAME.findall(text[: found.start()])[-1]
            (folder / name).write_text(block, encoding="utf-8")
        elif kind == "sh":
            said = "".join(follow(line, folder) for line in block.splitlines())
        elif kind == "text":
            for line in block.splitlines():
                assert line in said
    return kinds


def follow(line: str, folder: Path) -> str:
    """Runs a command of a guide; what it answers."""
    program, script, *words = shlex.split(line)
    assert (program, script) == ("python", "recoup.py")
    done = subprocess.run(
        [sys.executable, ROOT / script, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_link_of_a_page_leads_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (page.parent / link).exists()] == []


def test_the_readme_leads_to_the_index_and_that_to_every_page_of_the_documents():
    index = DOCS / "README.md"
    assert "(docs/README.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
    linked = {(DOCS / link).resolve() for link in re.findall(r"\]\(([^)#]+)\)", index.read_text(encoding="utf-8"))}
    assert {page.resolve() for page in DOCS.rglob("*.md")} - {index.resolve()} <= linked
