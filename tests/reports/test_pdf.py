"""A deck as PDF: a page a slide, the size of a slide, and a message where there is nothing to print with."""

import re

import pytest

from data.errors import NoBrowser
from reports.deck import Slide
from reports.pdf import found_browser, write_pdf
from tests.reports.decks import deck, long_grid, slide


def test_a_pdf_has_a_page_a_slide_each_of_its_size(tmp_path):
    if found_browser() is None:
        pytest.skip("There is no Chromium: no PDF is printed here")
    write_pdf(
        deck(slide("line"), slide("cells"), Slide("grid", "A long table", grid=long_grid(40))), tmp_path / "deck.pdf"
    )
    text = (tmp_path / "deck.pdf").read_bytes()
    assert text.startswith(b"%PDF")
    sizes = re.findall(rb"/MediaBox ?\[([\d. ]+)\]", text)
    assert set(sizes) == {b"0 0 960 540"}
    assert len(sizes) == 1 + 2 + 3  # the cover, two charts, and a table that goes on twice


def test_where_there_is_no_browser_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoBrowser, match="install Chromium or Chrome"):
        write_pdf(deck(slide("line")), tmp_path / "deck.pdf")


def test_a_browser_that_does_not_print_says_so_and_leaves_no_file(tmp_path, monkeypatch):
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho no display >&2\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(broken))
    with pytest.raises(NoBrowser, match="did not print: no display"):
        write_pdf(deck(slide("line")), tmp_path / "deck.pdf")
    assert not (tmp_path / "deck.pdf").exists()
