"""The page Stages in the browser: its numbers are the book's, what is lacking is named, and the address says what is shown."""

from pathlib import Path

import polars as pl
import pytest

from charts.league import WIDEST
from queries import Filters, open_reader
from tests.browser.conftest import LAST_MONTH

KEYS = (
    "contact_funnel",
    "funnel_split",
    "cash_by_source",
    "cost_to_collect",
    "resolution",
    "stage_survival",
    "liquidation",
    "league",
    "challenger",
)
STEPS = ("assigned", "attempted", "connected", "reached", "promised", "kept", "kept_cured")


@pytest.fixture(scope="module")
def ask(collected_book: Path):
    """Answers of the book, asked beside the app; of October 2026 unless told."""
    reader = open_reader(collected_book)

    def ask(question: str, filters: Filters | None = None, **options) -> pl.DataFrame:
        return reader.ask(question, filters or Filters(month=LAST_MONTH), **options)

    yield ask
    reader.close()


def known(values) -> list[float]:
    return [value for value in values if value is not None]


def test_what_a_month_of_collecting_brought_and_cost_is_what_the_book_answers(
    ask, app_url, collected_book, open_screen
):
    screen = open_screen(app_url(collected_book) + "/stages?by=Team+or+agency")
    funnel = ask("contact_funnel", split="total").row(0, named=True)
    assert list(screen.chart("contact_funnel")[0]["x"]) == [funnel[f"{step}_accounts"] or 0 for step in STEPS]

    owners = ask("contact_funnel", split="owner").filter(pl.col("assigned_accounts") > 0)
    cells = known(share for trace in screen.chart("funnel_split") for row in trace["z"] for share in row)
    shares = [
        row[f"{step}_accounts"] / row["assigned_accounts"]
        for row in owners.to_dicts()
        for step in STEPS
        if row[f"{step}_accounts"] is not None
    ]
    assert sorted(cells) == pytest.approx(sorted(shares))

    bars, parts, *_ticks = screen.chart("cash_by_source")
    cash = ask("cash_by_source", split="owner")
    assert sorted(bars["x"]) == pytest.approx(sorted(map(float, cash["cash"])))
    alone = ask("cash_by_source", split="channel_owner").filter(pl.col("channel") == "self_cure")
    assert sum(parts["x"]) == pytest.approx(float(alone["cash"].sum()))

    cost = ask("cost_to_collect", split="owner").filter(pl.col("cost").is_not_null())
    drawn = screen.chart("cost_to_collect")[0]
    assert sorted(drawn["x"]) == pytest.approx(sorted(min(share or 0, 1) for share in cost["cost_to_collect"]))
    screen.keep("stages-collected-light-1280")


def test_what_takes_its_time_is_what_the_book_answers(ask, app_url, collected_book, open_screen):
    screen = open_screen(app_url(collected_book) + "/stages?weigh_by=Loans&unit=Collectors&days=15", scheme="dark")
    history = Filters(to_month=LAST_MONTH)
    resolved = ask("resolution", history).filter(pl.col("stage") == "mid")
    settled = dict(
        resolved.filter(pl.col("still_open_share_loans") <= 0.05).select("month", "resolved_share_loans").iter_rows()
    )
    lines = [
        dict(zip(trace["x"], trace["y"], strict=True))
        for trace in screen.chart("resolution")
        if trace.get("name") == "Mid"
    ]
    assert any(
        {when: share for when, share in line.items() if share is not None}
        == pytest.approx({f"{when}": share for when, share in settled.items()})
        for line in lines
    )

    curve = next(trace for trace in screen.chart("stage_survival") if trace.get("name") == "Mid")
    steps = ask("stage_survival", history).filter((pl.col("stage") == "mid") & (pl.col("days") <= max(curve["x"])))
    expected = dict(steps.select("days", "still_in").iter_rows())
    assert {day: share for day, share in zip(curve["x"], curve["y"], strict=True) if day in expected} == pytest.approx(
        expected
    )

    batches = ask("liquidation", history).filter(pl.col("share").is_not_null())
    ends = max(
        trace["x"][-1] for trace in screen.chart("liquidation") if trace.get("name") in ("Harbour", "North Star")
    )
    assert ends <= batches["months_since"].max()

    compared = ask("collector_comparison", history)
    dots = screen.chart("league")[-1]
    believed = [row["shrunk_ratio"] if row["shrunk_ratio"] is not None else row["ratio"] for row in compared.to_dicts()]
    assert list(dots["x"]) == pytest.approx([min(ratio, WIDEST) for ratio in known(believed)])

    tested = ask("challenger", days="15").filter(pl.col("difference_loans").is_not_null())
    assert sorted(screen.chart("challenger")[-1]["x"]) == pytest.approx(sorted(tested["difference_loans"]))
    assert screen.errors() == []


def test_a_split_changes_what_is_split_alone_and_the_address_gives_the_same_view(app_url, collected_book, open_screen):
    screen = open_screen(app_url(collected_book) + "/stages")
    before = {key: screen.chart(key) for key in KEYS}
    screen.page.get_by_role("radio", name="Channel").click()
    screen.page.get_by_text("By channel, which share").wait_for()
    after = {key: screen.settle().chart(key) for key in KEYS}
    changed = {key for key in KEYS if after[key] != before[key]}
    assert changed == {"funnel_split", "cash_by_source", "cost_to_collect"}
    again = open_screen(screen.page.url)
    assert {key: again.chart(key) for key in KEYS} == after


def test_a_book_of_snapshots_alone_names_the_files_that_would_tell_more(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/stages")
    assert screen.errors() == []
    lacking = {
        key: screen.page.locator(f".st-key-card_{key}").inner_text()
        for key in ("contact_funnel", "cash_by_source", "liquidation", "challenger")
    }
    assert "Attempts to reach borrowers" in lacking["contact_funnel"]
    assert "Payments" in lacking["cash_by_source"]
    assert "Placements with agencies" in lacking["liquidation"]
    assert "test group" in lacking["challenger"]
    for key in ("resolution", "stage_survival"):
        assert "Without payments a cure is seen" in screen.page.locator(f".st-key-card_{key}").inner_text()
    assert len(screen.page.get_by_test_id("stPlotlyChart").all()) == 2
    screen.page.locator(".st-key-card_contact_funnel").get_by_role("link", name="Import a file").click()
    screen.page.wait_for_function("document.title === 'Data · Recoup'")


def test_cards_of_a_row_are_of_one_height_and_nothing_is_beyond_the_edges(app_url, collected_book, open_screen):
    screen = open_screen(app_url(collected_book) + "/stages", width=1280)
    assert screen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    rows: dict[int, set[int]] = {}
    for key in KEYS:
        box = screen.page.locator(f".st-key-card_{key}").bounding_box()
        rows.setdefault(round(box["y"]), set()).add(round(box["height"]))
    assert [heights for heights in rows.values() if len(heights) > 1] == []
    for heading in screen.page.locator("h1, h2").all():
        lines = heading.evaluate("h => h.getBoundingClientRect().height / parseFloat(getComputedStyle(h).lineHeight)")
        assert lines < 2.9, heading.inner_text()
