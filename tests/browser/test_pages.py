"""Each page in the browser: what it shows is what the book answers, on every kind of book."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import polars as pl
import pytest
from openpyxl import load_workbook
from PIL import Image

from queries import Filters, open_reader
from tests.browser.conftest import LAST_MONTH

SEPTEMBER = date(2026, 9, 30)
NAMES = ("Overview", "Roll rates", "Bad debt", "Vintages", "Stages", "Conduct", "Borrowers", "Sandbox", "Data")
CHARTS = {
    "Overview": ("overview_bad_debt", "overview_funnel", "overview_overdue"),
    "Roll rates": ("roll_matrix", "roll_trend", "slices", "flow", "net_flow", "roll_to_loss"),
    "Bad debt": ("bad_debt", "bridge", "forecast", "hindsight", "mix_and_rate", "tiers"),
    "Vintages": ("vintage_curves", "vintage_triangle", "cohorts_at_ages", "slices_at_age"),
    "Stages": ("resolution", "stage_survival"),
    "Borrowers": ("late_by", "customers"),
}
ADDRESS = {
    "Overview": "/",
    "Roll rates": "/roll_rates",
    "Bad debt": "/bad_debt",
    "Vintages": "/vintages",
    "Stages": "/stages",
    "Conduct": "/conduct",
    "Borrowers": "/borrowers",
}
THIN = "\u202f"


@pytest.fixture(scope="session")
def ask(demo_book: Path):
    """Answers of the demo book, asked beside the app; history up to October 2026 unless told."""
    reader = open_reader(demo_book)

    def ask(question: str, options: dict | None = None, **filters) -> pl.DataFrame:
        filters = filters if "month" in filters else {"to_month": LAST_MONTH} | filters
        return reader.ask(question, Filters(**filters), **(options or {}))

    yield ask
    reader.close()


def months_and(frame: pl.DataFrame, column: str) -> dict[str, float | None]:
    return {f"{month}": value for month, value in frame.select("month", column).iter_rows()}


def drawn(trace: dict) -> dict[str, float | None]:
    return dict(zip(trace["x"], trace["y"], strict=True))


def figures(screen) -> dict[str, tuple[str, str]]:
    """Name → (value, change) of each key figure."""
    cards = [card.inner_text().replace(THIN, " ") for card in screen.page.get_by_test_id("stMetric").all()]
    lines = [[line for line in card.splitlines() if line.strip()] for card in cards]
    return {name: (value, change[0] if change else "") for name, value, *change in lines}


def percent(value: float, digits: int = 1) -> str:
    return f"{100 * value:.{digits}f} %"


def points(now: float, before: float, digits: int = 1) -> str:
    by = round(100 * (now - before), digits)
    sign = "+" if by > 0 else "−" if by < 0 else ""
    return f"{sign}{abs(by):.{digits}f} pp"


# Every page on every kind of book


@pytest.mark.parametrize(
    ("book", "scheme", "width"),
    [
        ("demo_book", "light", 1280),
        ("demo_book", "dark", 1920),
        ("empty_book", "dark", 1280),
        ("book_without_balances", "light", 1920),
        ("one_month_book", "dark", 1280),
    ],
)
def test_every_page_shows_no_error_and_nothing_beyond_its_edges(book, scheme, width, request, app_url, open_screen):
    screen = open_screen(app_url(request.getfixturevalue(book)), scheme=scheme, width=width)
    for name in NAMES:
        if name != "Overview":
            screen.go(name)
        assert screen.errors() == []
        assert screen.page.get_by_role("heading", level=1).inner_text().strip()
        assert screen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        screen.keep(f"{name.lower().replace(' ', '-')}-{book.replace('_', '-')}-{scheme}-{width}")


@pytest.mark.parametrize("name", CHARTS)
def test_titles_are_short_and_cards_of_a_row_are_of_one_height(name, app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + ADDRESS[name], width=1280)
    boxes = {key: screen.page.locator(f".st-key-card_{key}").bounding_box() for key in CHARTS[name]}
    rows = {}
    for key, box in boxes.items():
        rows.setdefault(round(box["y"]), []).append((key, round(box["height"])))
    for row in rows.values():
        assert len({height for _key, height in row}) == 1, row
    for heading in screen.page.locator("h1, h2").all():
        lines = heading.evaluate("h => h.getBoundingClientRect().height / parseFloat(getComputedStyle(h).lineHeight)")
        assert lines < 2.9, heading.inner_text()
    metrics = [card.bounding_box() for card in screen.page.get_by_test_id("stMetric").all()]
    assert len({round(box["height"]) for box in metrics}) <= 1


# The numbers


@pytest.mark.parametrize("weigh", ["balance", "loans"])
@pytest.mark.parametrize("product", [(), ("Card",)])
def test_key_figures_are_what_the_book_answers(weigh, product, ask, app_url, demo_book, open_screen):
    address = f"/?weigh_by={weigh.capitalize()}" + "".join(f"&product={one}" for one in product)
    shown = figures(open_screen(app_url(demo_book) + address))

    ratio = months_and(ask("bad_debt", product=product), "bad_debt_ratio" + ("_loans" if weigh == "loans" else ""))
    level = ask("delinquency", product=product)
    current = months_and(level.filter(pl.col("bucket") == "M0"), f"share_{weigh}")
    trend = ask("roll_trend", product=product)

    def of(bucket: str, movement: str) -> dict[str, float]:
        return months_and(trend.filter(pl.col("from_bucket") == bucket), f"{movement}_share_{weigh}")

    now, before = f"{LAST_MONTH}", f"{SEPTEMBER}"
    expected = {"Bad-debt ratio": (percent(ratio[now], 2), points(ratio[now], ratio[before], 2))}
    series = {
        "Overdue": {month: 1 - share for month, share in current.items()},
        "Roll M0→M1+": of("M0", "forward"),
        "Roll M1→M2+": of("M1", "forward"),
        "Roll M2→M3+": of("M2", "forward"),
        "Cured from M1": of("M1", "cure"),
    }
    for name, values in series.items():
        expected[name] = (percent(values[now]), points(values[now], values[before]))
    assert shown == expected


def usual(values: dict[str, float], before: date) -> bool:
    """Is the change of October no larger than four in five were, over as many months?"""
    known = list(values)  # month-ends without a gap
    apart = known.index(f"{LAST_MONTH}") - known.index(f"{before}")
    changes = [abs(values[now] - values[then]) for then, now in zip(known, known[apart:], strict=False)]
    *earlier, last = changes
    return len(earlier) >= 6 and last <= pl.Series(earlier).quantile(0.8, "linear")


@pytest.mark.parametrize(("compare", "before"), [("Previous month", SEPTEMBER), ("A year ago", date(2025, 10, 31))])
def test_the_arrow_of_a_change_points_where_the_number_went(compare, before, app_url, demo_book, open_screen, ask):
    screen = open_screen(f"{app_url(demo_book)}/?compare={compare.replace(' ', '+')}")
    ratio = months_and(ask("bad_debt"), "bad_debt_ratio")
    trend = ask("roll_trend").filter(pl.col("from_bucket") == "M1")
    series = {"Bad-debt ratio": ratio, "Cured from M1": months_and(trend, "cure_share_balance")}
    cards = {card.inner_text().splitlines()[0]: card for card in screen.page.get_by_test_id("stMetric").all()}
    worse = {"Bad-debt ratio": 1, "Cured from M1": -1}
    for name, sign in worse.items():
        change = cards[name].get_by_test_id("stMetricDelta")
        went = -1 if "−" in change.inner_text() else 1
        arrow = change.locator("[data-testid^=stMetricDeltaIcon]").get_attribute("data-testid")
        assert arrow == {1: "stMetricDeltaIcon-Up", -1: "stMetricDeltaIcon-Down"}[went]
        red, green, _blue = map(int, re.findall(r"\d+", change.evaluate("e => getComputedStyle(e).color"))[:3])
        if usual(series[name], before):
            assert red == pytest.approx(green, abs=30), name
        else:
            assert (red > green) == (went * sign > 0), name
    assert figures(screen)["Bad-debt ratio"][1] == points(ratio[f"{LAST_MONTH}"], ratio[f"{before}"], 2)


@pytest.mark.parametrize("weigh", ["balance", "loans"])
def test_charts_of_levels_draw_what_the_book_answers(weigh, ask, app_url, demo_book, open_screen):
    screen = open_screen(f"{app_url(demo_book)}/bad_debt?weigh_by={weigh.capitalize()}&product=Card&product=Car")
    chosen = {"product": ("Card", "Car")}
    column = {"balance": "bad_debt_ratio", "loans": "bad_debt_ratio_loans"}[weigh]
    lines = {trace["name"]: drawn(trace) for trace in screen.chart("bad_debt")}
    ratios = months_and(ask("bad_debt", **chosen), column)
    assert lines["As reported"] == pytest.approx(ratios)
    written = ask("bad_debt_with_write_offs", **chosen)
    with_them = {month: known for month, known in lines["With write-offs"].items() if known is not None}
    column = {"balance": "ratio", "loans": "ratio_loans"}[weigh]
    assert with_them == pytest.approx(months_and(written.drop_nulls(column), column))

    ends, steps = screen.chart("bridge")
    effects = ask("bad_debt_bridge", month=LAST_MONTH, **chosen)["effect"]
    assert sum(steps["y"]) == pytest.approx(effects.sum())
    assert ends["y"][1] == pytest.approx(ends["y"][0] + sum(steps["y"]))

    expected = ask("forecast", {"by": weigh}, **chosen).filter(pl.col("measure") == "bad_debt_ratio")
    future = next(trace for trace in screen.chart("forecast") if trace["name"] == "Expected")
    ahead = {month: value for month, value in drawn(future).items() if value is not None}
    assert ahead == pytest.approx({f"{LAST_MONTH}": ratios[f"{LAST_MONTH}"], **months_and(expected, "value")})

    past = ask("forecast_hindsight", {"by": weigh, "horizon": 6}, **chosen)
    past = past.filter((pl.col("measure") == "bad_debt_ratio") & pl.col("forecast").is_not_null())
    told = next(trace for trace in screen.chart("hindsight") if trace["name"] == "Foretold")
    assert drawn(told) == pytest.approx(months_and(past, "forecast"))

    (parts,) = screen.chart("mix_and_rate")
    mixed = ask("mix_and_rate", month=LAST_MONTH, **chosen).filter(pl.col("dimension") == "product")
    both = mixed["mix_effect"] + mixed["rate_effect"]
    assert sorted(parts["x"]) == pytest.approx(sorted(both))

    bars, *_ticks = screen.chart("tiers")
    tiers = ask("tiers", month=LAST_MONTH, **chosen).filter(pl.col("tier") != "normal")
    assert [share for share in bars["x"] if share] == pytest.approx(tiers[f"share_{weigh}"].to_list())

    screen.visit(f"{screen.page.url}&detail=Arrears")
    level = ask("delinquency", **chosen)
    areas = {trace["name"]: drawn(trace) for trace in screen.chart("delinquency")}
    for bucket, area in areas.items():
        known = months_and(level.filter(pl.col("bucket") == bucket), f"share_{weigh}")
        assert area == pytest.approx({month: known.get(month, 0.0) for month in area})
    assert "M0" not in areas


@pytest.mark.parametrize("weigh", ["balance", "loans"])
def test_charts_of_movement_draw_what_the_book_answers(weigh, ask, app_url, demo_book, open_screen):
    screen = open_screen(f"{app_url(demo_book)}/roll_rates?weigh_by={weigh.capitalize()}&region=North")
    chosen = {"region": ("North",)}
    cells = ask("roll_rates", month=LAST_MONTH, **chosen)
    shown = sorted(
        share for trace in screen.chart("roll_matrix") for row in trace["z"] for share in row if share is not None
    )
    assert shown == pytest.approx(sorted(cells[f"share_{weigh}"]))

    trend = ask("roll_trend", **chosen)
    rows = {trace["name"]: drawn(trace) for trace in screen.chart("roll_trend")}
    assert list(rows)[:2] == ["M0→M1+", "M1→M2+"]
    for name, line in rows.items():
        known = months_and(trend.filter(pl.col("from_bucket") == name[:2]), f"forward_share_{weigh}")
        assert {month: share for month, share in line.items() if share is not None} == pytest.approx(known)

    roll, flow, migrated = screen.chart("net_flow")
    assert drawn(roll) == pytest.approx(rows["M1→M2+"])
    rates = ask("net_flow", **chosen).filter(pl.col("from_bucket") == "M1")
    assert drawn(flow) == pytest.approx(months_and(rates, "rate"))
    tiers = ask("regulatory_migration", **chosen).filter(pl.col("tier") == "special_mention")
    migration = {"balance": "migration_rate", "loans": "migration_rate_loans"}[weigh]
    assert drawn(migrated) == pytest.approx(months_and(tiers, migration))
    products = ask("roll_to_loss", **chosen).filter(pl.col("from_bucket") == "M0")
    lines = {trace["name"]: drawn(trace) for trace in screen.chart("roll_to_loss")}
    assert lines["Cohort"] == pytest.approx(months_and(products, "cohort"))

    ledger = ask("ledger", **chosen)
    column = {"balance": "opening_balance", "loans": "loans"}[weigh]
    overdue = [f"M{number}" for number in range(1, 8)]
    now = ledger.filter((pl.col("month") == LAST_MONTH) & pl.col("from_bucket").is_in(overdue))
    leaving = screen.chart("flow")[0]["flow"]
    assert sum(leaving) >= float(now[column].sum())
    entered = ledger.filter(
        (pl.col("month") == LAST_MONTH) & (pl.col("from_bucket") == "M0") & pl.col("to_bucket").is_in(["M1", "M2"])
    )
    assert any(value == pytest.approx(float(entered[column].sum())) for value in leaving)

    wider = screen.chart("slices")[0]
    part = {"segment": ("Salaried",), **chosen}
    trend = ask("roll_trend", **part)
    base = {"balance": "opening_balance", "loans": "loans"}[weigh]
    share = pl.col(f"forward_share_{weigh}")
    both = trend.filter(pl.col("month") == LAST_MONTH).join(
        trend.filter(pl.col("month") == SEPTEMBER).select("from_bucket", before=share), on="from_bucket"
    )
    extra = both.select((pl.col(base).cast(float) * (share - pl.col("before"))).sum()).item()
    assert any(value == pytest.approx(extra) for value in wider["x"])

    screen.visit(f"{screen.page.url}&detail=Entrants+and+exits")
    panels = {trace["name"]: drawn(trace) for trace in screen.chart("exits")}
    paid = ledger.filter(pl.col("to_bucket") == "paid_off").group_by("month").agg(pl.col(column).cast(float).sum())
    paid_by_month = months_and(paid, column)
    assert panels["Paid off"] == pytest.approx({month: paid_by_month.get(month, 0.0) for month in panels["Paid off"]})


def test_what_moved_leads_to_the_page_and_slice_that_explains_it(ask, app_url, demo_book, open_screen):
    screen = open_screen(f"{app_url(demo_book)}/?weigh_by=Loans&product=Car&product=Card")
    card = screen.page.locator(".st-key-card_overview_moved")
    line = screen.page.locator(".st-key-moved_0")
    dimension, value = line.get_by_role("link").inner_text().splitlines()[-1].split(" · ")
    name = {
        "Region": "region",
        "Product": "product",
        "Segment": "segment",
        "Acquisition channel": "acquisition_channel",
    }[dimension]
    chosen = {"product": ("Car", "Card"), name: (value,)}
    trend = ask("roll_trend", **chosen).select("month", "from_bucket", "loans", "forward_share_loans")
    both = trend.filter(pl.col("month") == LAST_MONTH).join(
        trend.filter(pl.col("month") == SEPTEMBER), on="from_bucket", suffix="_before"
    )
    moved = (both["forward_share_loans"] - both["forward_share_loans_before"]) * both["loans"]
    assert f"{round(abs(moved.sum()))} " in line.inner_text()
    assert ("more" if moved.sum() > 0 else "fewer") in line.inner_text()
    assert card.get_by_role("link").count() == 6

    line.get_by_role("link").click()
    screen.page.wait_for_function("document.title === 'Roll rates · Recoup'")
    facts = " · ".join(["by loans", *([value] if name == "product" else ["Car, Card", value])])
    screen.page.locator(".st-key-page_facts").get_by_text(re.compile(re.escape(facts) + "$")).wait_for()
    assert f"{name}={value.replace(' ', '+')}" in screen.settle().page.url
    assert "weigh_by=Loans" in screen.page.url
    now = ask("roll_rates", month=LAST_MONTH, **chosen)
    cells = [share for trace in screen.chart("roll_matrix") for row in trace["z"] for share in row if share is not None]
    assert sorted(cells) == pytest.approx(sorted(now["share_loans"]))


def test_switching_from_balance_to_loans_changes_shares_and_leaves_the_net_flow(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/roll_rates")
    before = {key: screen.chart(key) for key in CHARTS["Roll rates"]}
    screen.page.locator(".st-key-filter_bar").get_by_text("Loans", exact=True).click()
    screen.page.get_by_text("by loans").wait_for()
    after = {key: screen.settle().chart(key) for key in CHARTS["Roll rates"]}
    for key in ("roll_matrix", "roll_trend", "slices", "flow"):
        assert after[key] != before[key]
    assert after["net_flow"][0] != before["net_flow"][0]
    assert after["net_flow"][1] == before["net_flow"][1]
    assert after["roll_to_loss"] == before["roll_to_loss"]


def test_intervals_are_shown_on_demand_and_the_address_says_so(ask, app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/roll_rates")
    assert len(screen.chart("roll_trend")) == 7
    screen.page.get_by_test_id("stCheckbox").get_by_text("Intervals").click()
    screen.page.get_by_text("with its 95 % interval").wait_for()
    assert "intervals=true" in screen.settle().page.url
    bands = {trace["name"]: trace["y"] for trace in screen.chart("roll_trend") if trace["name"].endswith("interval")}
    trend = ask("roll_trend", {"intervals": True}).filter(pl.col("from_bucket") == "M1")
    ends = [*trend["forward_share_balance_high"], *reversed(trend["forward_share_balance_low"].to_list())]
    assert bands["M1→M2+ interval"] == pytest.approx(ends)


# Definitions and downloads


def test_a_chart_tells_its_definition(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/bad_debt")
    screen.page.locator(".st-key-card_foot_bad_debt").get_by_role("button", name="Definition").click()
    told = screen.page.get_by_test_id("stPopoverBody").inner_text()
    assert "Bad-debt ratio" in told
    assert "balance beyond the bad-debt line" in told
    assert "Pitfalls" in told


def test_a_key_figure_tells_its_definition(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book))
    for card in screen.page.get_by_test_id("stMetric").all():
        name = card.inner_text().splitlines()[0]
        card.get_by_test_id("stTooltipHoverTarget").hover()
        tooltip = screen.page.get_by_test_id("stTooltipContent")
        tooltip.get_by_text("Pitfalls").wait_for()
        assert name in tooltip.inner_text()
        screen.page.mouse.move(0, 0)
        tooltip.wait_for(state="detached")


@pytest.mark.parametrize(("address", "key"), [("/bad_debt", "tiers"), ("/roll_rates", "roll_matrix")])
def test_a_download_holds_the_data_and_says_what_it_is(address, key, ask, app_url, demo_book, open_screen):
    screen = open_screen(f"{app_url(demo_book)}{address}?product=Card&region=North")
    taken = screen.take(key, "CSV")
    assert taken.suggested_filename == f"recoup-{key}-2026-10-v1.csv"
    data = Path(taken.path()).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    question = {"tiers": "tiers", "roll_matrix": "roll_rates"}[key]
    span = {"month": LAST_MONTH} if question == "roll_rates" else {}
    answer = ask(question, product=("Card",), region=("North",), **span)
    assert [row["loans"] for row in rows] == [f"{loans}" for loans in answer["loans"]]
    assert [float(row["share_balance"]) for row in rows] == pytest.approx(answer["share_balance"].to_list())
    assert {row["about_filters"] for row in rows} == {"Oct 2026 · Card · North"}
    assert {row["about_book_version"] for row in rows} == {"1"}
    assert {row["about_question"] for row in rows} == {question}
    assert all("÷" in row["about_definition"] for row in rows)


def test_a_card_is_taken_away_as_a_workbook_and_as_pictures(ask, app_url, demo_book, open_screen):
    screen = open_screen(f"{app_url(demo_book)}/roll_rates?product=Card")
    sheets = load_workbook(io.BytesIO(Path(screen.take("roll_matrix", "Excel").path()).read_bytes()))
    names, *rows = [[cell.value for cell in row] for row in sheets["data"].iter_rows()]
    answer = ask("roll_rates", product=("Card",), month=LAST_MONTH)
    assert names == answer.columns
    assert [row[3] for row in rows] == answer["loans"].to_list()
    assert [row[6] for row in rows] == pytest.approx(answer["share_balance"].to_list())
    about = {row[0].value: row[1].value for row in sheets["about"].iter_rows()}
    assert about["Filters"] == "Oct 2026 · Card"
    assert about["Version of the book"] == 1

    drawing = Path(screen.take("roll_matrix", "SVG").path()).read_text(encoding="utf-8")
    said = " ".join(ElementTree.fromstring(drawing).itertext())
    title = screen.page.locator(".st-key-card_roll_matrix h2").inner_text()
    assert title in said
    assert "Oct 2026 · Card · by balance · version 1 of" in said
    assert all(bucket in said for bucket in ("M0", "M1", "M7"))

    taken = screen.take("roll_matrix", "PNG")
    assert taken.suggested_filename == "recoup-roll_matrix-2026-10-v1.png"
    picture = Image.open(taken.path())
    assert picture.format == "PNG"
    card = screen.page.locator(".st-key-roll_matrix").bounding_box()
    assert picture.width > 2 * card["width"]
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 100


def test_every_chart_says_its_numbers_in_words_and_can_be_taken_away(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book))
    for name, keys in CHARTS.items():
        if name != "Overview":
            screen.go(name)
        charts = screen.page.get_by_test_id("stPlotlyChart").all()
        assert len(charts) == len(keys)
        for chart in charts:
            assert chart.get_attribute("role") == "figure"
            said = chart.get_attribute("aria-label")
            assert len(said) > 60
            assert re.search(r"\d", said)
        for key in keys:
            assert Path(screen.take(key, "CSV").path()).read_text(encoding="utf-8-sig").count("\n") > 1


# Books and filters that leave little


def test_the_first_month_has_levels_and_says_why_nothing_moved(app_url, one_month_book, demo_book, open_screen):
    for url in (app_url(one_month_book) + "/", app_url(demo_book) + "/?month=Sep+2025"):
        screen = open_screen(url)
        shown = figures(screen)
        assert shown["Bad-debt ratio"][0].endswith(" %")
        assert shown["Roll M1→M2+"] == ("–", "")
        assert "is the first month of the book" in screen.page.get_by_test_id("stAlert").inner_text()
        screen.go("Roll rates")
        assert screen.errors() == []
        assert screen.page.get_by_role("heading", level=1).inner_text().startswith("No roll rates of")


def test_filters_that_leave_no_loan_say_so_and_lead_back(ask, app_url, demo_book, open_screen):
    nobody = {"product": "Car", "region": "West", "segment": "New to credit", "acquisition_channel": "Dealer"}
    assert ask("delinquency", **{name: (value,) for name, value in nobody.items()}).is_empty()
    address = "&".join(f"{name}={value.replace(' ', '+')}" for name, value in nobody.items())
    for path in ADDRESS.values():
        screen = open_screen(f"{app_url(demo_book)}{path}?{address}")
        assert screen.errors() == []
        assert screen.page.get_by_role("heading", level=1).inner_text() == "No loan matches the filters in Oct 2026"
    screen.page.get_by_role("button", name="Show all loans").click()
    screen.page.get_by_test_id("stPlotlyChart").first.wait_for()
    screen.settle()
    assert "product" not in screen.page.url
    assert "acquisition_channel" not in screen.page.url


def test_a_book_without_balances_says_so(app_url, book_without_balances, open_screen):
    screen = open_screen(app_url(book_without_balances))
    assert "since the book has no balances" in screen.page.locator(".st-key-page_facts").inner_text()


def test_an_empty_book_leads_to_the_import(app_url, empty_book, open_screen):
    screen = open_screen(app_url(empty_book) + "/bad_debt")
    screen.page.get_by_test_id("stMain").get_by_role("link", name="Import a file").click()
    screen.page.wait_for_function("document.title === 'Data · Recoup'")
    assert screen.settle().page.get_by_role("heading", level=1).inner_text() == "Import your first file"
