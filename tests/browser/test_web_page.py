"""The web page of a deck in a browser: it asks for nothing, draws, presents by keys, follows the reader's system, and can be read aloud."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from reports.deck import Slide
from reports.web_page import write_web_page
from tests.reports.decks import deck, exhibit, figures, long_grid, slide

SAID = "The rate fell in three months, mostly of car loans in the east; "
DRAWN = "document.body.dataset.drawn === 'yes'"


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("web") / "deck.html"
    write_web_page(deck(), path)
    return path


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a file and fails where anything else was asked for, or the page complained: of its policy, or of itself."""
    pages, asked, complaints = [], [], []

    def open_page(path: Path, scheme: str = "light", hash: str = "", **more: object) -> Page:
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 800}, **more)
        page = context.new_page()
        pages.append(page)
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path.as_uri() + hash)
        page.wait_for_function(DRAWN)
        return page

    yield open_page
    for page in pages:
        page.context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert complaints == []


def shown(page: Page) -> str:
    return page.locator(".place.shown").get_attribute("id")


def test_a_deck_draws_every_chart_without_asking_for_anything(open_page, whole):
    page = open_page(whole)
    assert page.locator(".chart .main-svg").count() >= len(figures())
    assert page.locator(".chart").count() == len(figures())
    assert page.locator(".chart .drawing:not(:has(.main-svg))").count() == 0
    assert [page.locator("h1").inner_text(), page.locator("h2").count()] == ["Monthly review", len(figures())]


def test_the_library_is_in_the_page_once(whole):
    text = whole.read_text(encoding="utf-8")
    assert text.count("plotly.js v") == 1
    assert len(text) < 6_000_000


def test_arrows_lead_through_the_deck_and_escape_leaves_it(open_page, whole):
    page = open_page(whole)
    page.keyboard.press("p")
    assert shown(page) == "slide-1"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert shown(page) == "slide-3"
    assert page.url.endswith("#slide-3")
    assert "Slide 3 of 11" in page.locator("#said").inner_text()
    page.keyboard.press("ArrowLeft")
    assert shown(page) == "slide-2"
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert shown(page) == f"slide-{1 + len(figures())}"
    page.keyboard.press("Home")
    assert shown(page) == "slide-1"
    visible = page.locator(".place").evaluate_all(
        "places => places.filter(place => place.offsetParent || place.getClientRects().length).length"
    )
    assert visible == 1
    page.keyboard.press("Escape")
    assert not page.locator("body.presenting").count()


def test_the_notes_are_shown_to_who_speaks_and_only_then(open_page, whole):
    page = open_page(whole, hash="#slide-2")
    page.get_by_role("button", name="Present").click()
    notes = page.locator("#slide-2 .notes")
    assert not notes.is_visible()
    page.keyboard.press("n")
    assert notes.is_visible()
    assert "Method of line" in notes.text_content()


def test_a_chart_tells_its_values_to_a_pointer_however_large_it_is_drawn(open_page, whole):
    page = open_page(whole, hash="#slide-2")
    page.keyboard.press("p")
    plot = page.locator("#slide-2 .nsewdrag").first.bounding_box()
    page.mouse.move(plot["x"] + plot["width"] - 4, plot["y"] + plot["height"] / 2)
    page.locator("#slide-2 .hoverlayer text").first.wait_for()
    assert "4.10" in page.locator("#slide-2 .hoverlayer").text_content()


def test_a_dark_screen_has_the_dark_charts_where_there_are_any(open_page, tmp_path):
    import charts
    from tests.charts.frames import bad_debt
    from tests.reports.decks import RATIOS

    light = exhibit("line")
    figure = charts.bad_debt_ratio(bad_debt(RATIOS), mode="dark", weigh="balance")
    dark = type(light)(light.key, light.words, figure, light.asked, light.rows, light.caption)
    write_web_page(deck(slide("line")), tmp_path / "deck.html", deck(slide("line", exhibit=dark)))
    look = "drawing => [drawing.data[0].line.color, getComputedStyle(document.body).backgroundColor]"
    colours = {
        scheme: open_page(tmp_path / "deck.html", scheme).locator(".drawing").evaluate(look)
        for scheme in ("light", "dark")
    }
    assert colours["light"][0] == light.figure.data[0].line.color
    assert colours["dark"][0] == figure.data[0].line.color
    assert colours["light"][1] != colours["dark"][1]


def test_much_to_say_is_said_smaller_and_stays_within_its_slide(open_page, tmp_path):
    many = tuple(f"{n} {SAID * 2}" for n in range(9))
    made = deck(
        slide("line", title=SAID * 3, comment=SAID * 5, points=many, footnotes=(SAID * 6, SAID)),
        Slide("grid", "A long table", grid=long_grid(80)),
        Slide("words", "Only words", points=many, comment=SAID * 4),
    )
    write_web_page(made, tmp_path / "deck.html")
    page = open_page(tmp_path / "deck.html")
    over = page.evaluate(
        """() => [...document.querySelectorAll('.slide h2, .body, .main, .side, .words, .tabled, .foot')]
          .filter(part => part.scrollHeight > part.clientHeight + 6 || part.scrollWidth > part.clientWidth + 2)
          .map(part => part.className + ' ' + part.closest('.place').id)"""
    )
    assert over == []
    rows = page.locator("tbody tr").count()
    assert rows == 80


def test_texts_of_people_are_texts(open_page, tmp_path):
    unsafe = "</script><script>window.bad = 1</script><img src=x onerror='window.bad = 1'>"
    made = deck(slide("line", title=unsafe, comment=unsafe, notes=unsafe, footnotes=(unsafe,)))
    made.slides[0].exhibit.figure.layout.meta = unsafe
    try:
        write_web_page(made, tmp_path / "deck.html")
    finally:
        made.slides[0].exhibit.figure.layout.meta = None
    page = open_page(tmp_path / "deck.html")
    assert page.evaluate("window.bad") is None
    assert page.locator("h2").inner_text() == unsafe


def test_the_page_says_its_language_and_can_be_read_without_seeing_it(open_page, tmp_path):
    write_web_page(deck(slide("line"), Slide("grid", "表格", grid=long_grid(3)), language="zh"), tmp_path / "deck.html")
    page = open_page(tmp_path / "deck.html", bypass_csp=True)
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    assert page.locator(".chart").get_attribute("aria-label") == "What line shows, in words"
    found = Axe().run(page)
    assert [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found.response["violations"]] == []
