"""The page Data: two versions compared, the settings in force, and the dictionary searched."""

import shutil

from data.book import Book
from data.settings import SETTINGS_FILE, load_settings, write_settings
from queries import rebuild


def test_two_versions_are_compared_and_the_address_keeps_which(app_url, demo_book, open_screen, tmp_path):
    book = tmp_path / "book"
    shutil.copytree(demo_book, book)
    settings = write_settings(load_settings(book)).replace("bad_above_dpd = 90", "bad_above_dpd = 30")
    (book / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    rebuild(book)
    assert len(Book(book).versions()) == 2

    screen = open_screen(app_url(book) + "/data?tab=Versions")
    card = screen.page.locator(".st-key-card_versions_compared")
    text = card.inner_text()
    assert "more than 90 days past due" in text
    assert "more than 30 days past due" in text
    assert "Both hold the same rows." in text
    cells = [[cell.strip() for cell in row.split("\t")] for row in card.locator("tbody tr").all_inner_texts()]
    figures = {name: values for name, *values in cells}
    assert figures["Overdue"][0] == figures["Overdue"][1]
    assert figures["Bad-debt ratio"][0] != figures["Bad-debt ratio"][1]
    assert figures["Bad-debt ratio"][2].startswith("+")

    card.get_by_role("combobox").first.click()
    screen.page.get_by_role("option", name="Version 1").click()
    card.get_by_text("The same version stands on both sides.").wait_for()
    again = open_screen(screen.settle().page.url)
    assert "The same version" in again.page.locator(".st-key-card_versions_compared").inner_text()
    assert screen.errors() == []


def test_the_dictionary_is_searched_by_any_words_and_the_settings_stand_above_it(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/data?tab=Dictionary&find=origination+share")
    asked = screen.page.locator("summary code").all_inner_texts()
    assert "recoup.py ask vintages" in asked
    assert len(asked) < 5
    text = screen.page.get_by_test_id("stMainBlockContainer").inner_text()
    for said in ("Early 1–", "100\u202f% of it paid by 3 days", "Rules of conduct", "Sat, Sun"):
        assert said in text
    screen.page.get_by_role("textbox", name="Search").fill("xyzzy")
    screen.page.get_by_role("textbox", name="Search").press("Enter")
    screen.page.get_by_text("Nothing holds “xyzzy”.").wait_for()
    assert screen.errors() == []
