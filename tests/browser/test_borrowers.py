"""The page Borrowers in the browser: its numbers are the book's, each control changes what it should, the address says what is shown."""

from pathlib import Path

import polars as pl
import pytest

from queries import Filters, open_reader
from tests.browser.conftest import LAST_MONTH


@pytest.fixture(scope="module")
def ask(collected_book: Path):
    """Answers of the book, asked beside the app; of October 2026."""
    reader = open_reader(collected_book)

    def ask(question: str, **options) -> pl.DataFrame:
        return reader.ask(question, Filters(month=LAST_MONTH), **options)

    yield ask
    reader.close()


def cells(traces: list[dict]) -> list[float]:
    return sorted(cell for trace in traces for row in trace["z"] for cell in row if cell is not None)


def test_who_is_late_and_what_works_are_what_the_book_answers(ask, app_url, collected_book, open_screen):
    screen = open_screen(app_url(collected_book) + "/borrowers?group=Region&measure=Reached&weigh_by=Loans")
    late = ask("late_by", by="region")
    drawn = {trace["name"]: sorted(trace["x"]) for trace in screen.chart("late_by")}
    for bucket, shares in drawn.items():
        assert shares == pytest.approx(sorted(late.filter(bucket=bucket)["share_loans"])), bucket

    works = ask("what_works", by="region").filter(pl.col("rpc_rate") > 0)
    assert cells(screen.chart("what_works")) == pytest.approx(sorted(works["rpc_rate"]))
    assert "say nothing" in screen.page.locator(".st-key-card_outcomes").inner_text()
    assert "no file of: Instalment plans" in screen.page.locator(".st-key-card_plans").inner_text()
    assert screen.errors() == []
    screen.keep("borrowers-light-1280")

    before = {key: screen.chart(key) for key in ("late_by", "what_works")}
    screen.page.get_by_role("radio", name="Cash").click()
    screen.page.get_by_text("Cash: cash credited to the channel").wait_for()
    assert screen.settle().chart("late_by") == before["late_by"]
    assert screen.chart("what_works") != before["what_works"]

    screen.page.get_by_role("radio", name="Acquisition channel").click()
    screen.page.locator(".st-key-late_by").get_by_text("Branch").first.wait_for()
    after = {key: screen.settle().chart(key) for key in before}
    assert after["late_by"] != before["late_by"]
    again = open_screen(screen.page.url, scheme="dark", width=1920)
    assert {key: again.chart(key) for key in before} == after
    again.keep("borrowers-dark-1920")


def test_a_filter_narrows_the_borrowers_and_one_that_leaves_none_says_so(app_url, collected_book, open_screen):
    screen = open_screen(app_url(collected_book) + "/borrowers?group=Product&product=Card")
    assert [len(trace["x"]) for trace in screen.chart("late_by")] == [1] * len(screen.chart("late_by"))
    assert screen.errors() == []


def test_a_book_of_snapshots_alone_says_who_is_late_and_names_the_files_that_would_tell_more(
    app_url, demo_book, book_without_balances, empty_book, open_screen
):
    screen = open_screen(app_url(demo_book) + "/borrowers")
    assert screen.chart("late_by")
    for key in ("outcomes", "what_works"):
        assert "Attempts to reach borrowers" in screen.page.locator(f".st-key-card_{key}").inner_text()
    assert screen.errors() == []

    bare = open_screen(app_url(book_without_balances) + "/borrowers")
    assert bare.errors() == []
    assert bare.chart("late_by")
    assert "names no customers" in bare.page.locator(".st-key-card_customers").inner_text()

    assert "There is no book yet" in open_screen(app_url(empty_book) + "/borrowers").page.locator("body").inner_text()
