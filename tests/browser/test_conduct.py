"""The page Conduct in the browser: its numbers are the book's, a click leads to the attempts, and the address says what is shown."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest

from queries import Filters, open_reader
from tests.browser.conftest import LAST_MONTH

ADDRESS = "/conduct?rules=United+States"
KEYS = ("conduct", "conduct_hours", "breach_rates", "breaches_by_month")
US = {"preset": "us"}


@pytest.fixture(scope="module")
def ask(collected_book: Path):
    """Answers of the book, asked beside the app; of October 2026 unless told."""
    reader = open_reader(collected_book)

    def ask(question: str, filters: Filters | None = None, **options) -> pl.DataFrame:
        return reader.ask(question, filters or Filters(month=LAST_MONTH), **options)

    yield ask
    reader.close()


def listed(screen) -> str:
    return screen.page.locator(".st-key-card_foot_breaches").inner_text().splitlines()[0]


def test_breaches_hours_and_rates_are_what_the_book_answers_and_the_address_gives_the_same_view(
    ask, app_url, collected_book, open_screen
):
    screen = open_screen(app_url(collected_book) + ADDRESS + "&who=Channel")
    judged = ask("conduct", **US)
    assert judged["breaches"].sum() > 50
    assert list(screen.chart("conduct")[0]["x"]) == judged["breaches"].to_list()

    hours = ask("conduct_hours", **US).filter(pl.col("hour").is_not_null())
    cells = [cell for trace in screen.chart("conduct_hours") for row in trace["z"] for cell in row if cell is not None]
    assert sorted(cells) == sorted(hours["attempts"])

    rates = ask("breach_rates", by="channel", **US)
    assert sorted(screen.chart("breach_rates")[-1]["x"]) == pytest.approx(sorted(rates["per_thousand"]))

    trend = ask("breach_rates", Filters(to_month=LAST_MONTH), **US)
    hard, others = (trace["y"] for trace in screen.chart("breaches_by_month"))
    assert [sum(month) for month in zip(hard, others, strict=True)] == trend["breaches"].to_list()
    assert hard == trend["hard_breaches"].to_list()
    assert "Complaints are not known" in screen.page.locator(".st-key-card_complaint_rates").inner_text()
    assert screen.errors() == []
    screen.keep("conduct-light-1280")

    drawn = {key: screen.chart(key) for key in KEYS}
    again = open_screen(screen.page.url)
    assert {key: again.chart(key) for key in KEYS} == drawn
    again.page.get_by_role("radio", name="Team or agency").click()
    again.page.get_by_text("by team or agency; upright line").first.wait_for()
    changed = {key for key in KEYS if again.settle().chart(key) != drawn[key]}
    assert changed == {"breach_rates"}


def test_a_click_on_a_rule_lists_its_attempts_page_by_page_and_all_of_them_can_be_taken_away(
    ask, app_url, collected_book, open_screen
):
    screen = open_screen(app_url(collected_book) + ADDRESS, height=1600, scheme="dark")
    every = ask("breaches", rows=100_000, **US)
    assert listed(screen) == f"1 to 50 of {every.height:,} breaches, the latest first"

    place = ask("conduct", **US)["rule"].to_list().index("us.hours")
    # Plotly lays a sheet over its bars: forced, the click goes to the place.
    screen.page.locator(".st-key-conduct .barlayer .point").nth(place).click(force=True)
    chosen = every.filter(rule="us.hours")
    screen.page.get_by_text(f"of {chosen.height:,} breaches, the latest first").wait_for()
    assert "rule=Permitted+hours" in screen.page.url

    screen.settle().page.get_by_role("spinbutton").fill("2")
    screen.page.get_by_role("spinbutton").press("Enter")
    screen.page.get_by_text("51 to").wait_for()
    again = open_screen(screen.settle().page.url, height=1600)
    assert listed(again) == listed(screen)

    with screen.page.expect_download() as download:
        screen.page.locator(".st-key-download_csv_breaches").get_by_role("button").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8-sig"))))
    assert [row["loan_id"] for row in rows] == chosen["loan_id"].to_list()
    assert {row["rule"] for row in rows} == {"us.hours"}
    assert {row["about_question"] for row in rows} == {"breaches"}
    assert screen.errors() == []


def test_a_click_on_an_hour_lists_its_breaches_and_the_address_says_so(ask, app_url, collected_book, open_screen):
    screen = open_screen(app_url(collected_book) + ADDRESS, height=1600)
    every = ask("breaches", rows=100_000, **US)
    at = every["acted_at"][0]
    chosen = every.filter(
        (pl.col("acted_at").dt.weekday() == at.isoweekday()) & (pl.col("acted_at").dt.hour() == at.hour)
    )
    assert 0 < chosen.height < every.height
    place = screen.page.locator(".st-key-conduct_hours .js-plotly-plot").evaluate(
        """(plot, [x, y]) => {
          const box = plot.getBoundingClientRect(), {xaxis, yaxis} = plot._fullLayout;
          return [box.left + xaxis._offset + xaxis.d2p(x + 0.5), box.top + yaxis._offset + yaxis.d2p(y + 0.5)];
        }""",
        [at.hour, at.isoweekday() - 1],
    )
    screen.page.mouse.move(*place)
    screen.page.mouse.click(*place)
    ending = "breach, the latest first" if chosen.height == 1 else "breaches, the latest first"
    screen.page.get_by_text(f"of {chosen.height:,} {ending}").wait_for()
    assert "hour_of_list=" in screen.settle().page.url
    again = open_screen(screen.page.url, height=1600)
    assert listed(again) == listed(screen)
    assert screen.errors() == []


def test_rules_that_attempts_do_not_show_are_said_and_a_book_without_attempts_names_the_file(
    app_url, collected_book, demo_book, open_screen
):
    screen = open_screen(app_url(collected_book) + "/conduct?rules=United+Kingdom")
    assert "can be seen in the attempts" in screen.page.get_by_role("heading", level=1).inner_text()
    screen.page.locator(".st-key-card_rules").get_by_text("FCA Handbook").first.wait_for()
    assert screen.page.locator(".st-key-breach_rates").count() == 0
    assert screen.errors() == []

    bare = open_screen(app_url(demo_book) + "/conduct")
    assert bare.errors() == []
    assert "no attempts" in bare.page.get_by_role("heading", level=1).inner_text()
    for key in ("conduct", "conduct_hours", "breach_rates", "complaints_by_month"):
        assert "Attempts to reach borrowers" in bare.page.locator(f".st-key-card_{key}").inner_text()
    bare.page.locator(".st-key-card_rules").get_by_text("GB/T 45251-2025").first.wait_for()


def test_nothing_is_beyond_the_edges_and_cards_of_a_row_are_of_one_height(app_url, collected_book, open_screen):
    screen = open_screen(app_url(collected_book) + ADDRESS, width=1280)
    assert screen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    rows: dict[int, set[int]] = {}
    for key in (*KEYS, "complaints_by_month", "complaint_rates"):
        box = screen.page.locator(f".st-key-card_{key}").bounding_box()
        rows.setdefault(round(box["y"]), set()).add(round(box["height"]))
    assert [heights for heights in rows.values() if len(heights) > 1] == []
