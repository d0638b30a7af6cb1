"""The page Sandbox in the browser: from a typical question to a saved and shared answer, in both languages, and runs that are found again."""

import re
from urllib.parse import urlsplit

import pytest

import wording
from sim.typical import QUESTIONS
from tests.browser.test_accessibility import violations
from tests.browser.test_chinese import _chinese_only, _english_texts

ANSWER = ".st-key-card_box_waterfall"
PATIENCE = 90_000


@pytest.fixture(scope="module")
def shared(app_url, demo_book, browser):
    """The address that opens a scenario saved in this module's book, and what its page said where it was run."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    from tests.browser.conftest import Screen

    screen = Screen(context.new_page()).visit(app_url(demo_book) + "/sandbox")
    assert "has not been tested on this book" in screen.page.get_by_test_id("stMain").inner_text()
    screen.page.get_by_role("radio", name="Hand over after 60 days").click()
    screen.page.get_by_text("The final stage begins at 61 instead of 91 days past due").wait_for()
    run(screen)
    page = screen.page
    page.get_by_text("Save this policy").click()
    page.get_by_role("textbox", name="Your name").fill("Ana")
    page.keyboard.press("Tab")
    screen.settle()
    page.get_by_role("textbox", name="Name", exact=True).fill("Earlier hand-over")
    page.get_by_role("textbox", name="What it is for").fill("Agencies ask for fresher loans")
    page.keyboard.press("Tab")
    screen.settle()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved. The link to it:").wait_for()
    link = page.locator("code", has_text="scenario=").inner_text()
    assert screen.settle().errors() == []
    yield link, said(screen)
    context.close()


def run(screen, label: str = "Run") -> None:
    """Press Run, and wait for the whole answer."""
    screen.page.get_by_role("button", name=label, exact=True).click()
    screen.page.locator(ANSWER).wait_for(timeout=PATIENCE)
    screen.settle()


def said(screen) -> tuple[str, list[str]]:
    """The finding, and the key figures with their verdicts."""
    figures = screen.page.locator(".st-key-box_figures").get_by_test_id("stMetric").all_inner_texts()
    return screen.page.get_by_role("heading", level=1).inner_text(), figures


def test_a_question_is_answered_saved_and_opened_by_its_link_elsewhere(shared, open_screen):
    link, (title, figures) = shared
    assert re.match(r"Handing over after 60 days instead of 90", title), title
    assert any(word in figures[0] for word in ("better", "worse", "cannot tell yet"))
    other = open_screen(link)
    assert said(other) == (title, figures)
    assert other.page.get_by_role("combobox", name="Start from").input_value() == "Earlier hand-over"
    assert other.page.get_by_label("Final", exact=True).get_attribute("aria-valuetext") == "Final: from day 61 past due"
    assert other.errors() == []
    other.keep("sandbox-light-1280")


def test_in_chinese_a_question_is_asked_answered_saved_and_opened_by_its_link(app_url, demo_book, open_screen):
    words = in_chinese(
        "Run", "Save this policy", "Your name", "Name", "What it is for", "Save", "Saved. The link to it:", "Start from"
    )
    screen = open_screen(app_url(demo_book) + "/sandbox?lang=zh")
    page = screen.page
    page.get_by_role("radio", name=in_chinese(QUESTIONS["hand_over"].label.template)[0]).click()
    page.get_by_text("后端阶段从逾期 91 天改为逾期 61 天开始").wait_for()
    run(screen, words[0])
    before = said(screen)
    page.get_by_text(words[1]).click()
    page.get_by_role("textbox", name=words[2]).fill("安娜")
    page.keyboard.press("Tab")
    screen.settle()
    page.get_by_role("textbox", name=words[3], exact=True).fill("提前移交")
    page.get_by_role("textbox", name=words[4]).fill("委外希望接到较新的案件")
    page.keyboard.press("Tab")
    screen.settle()
    page.get_by_role("button", name=words[5], exact=True).click()
    page.get_by_text(words[6]).wait_for()
    link = page.locator("code", has_text="scenario=").inner_text()
    assert screen.settle().errors() == []
    other = open_screen(link)
    assert said(other) == before
    assert other.page.get_by_role("combobox", name=words[7]).input_value() == "提前移交"
    assert other.errors() == []


def in_chinese(*messages: str) -> list[str]:
    wording.set_language("zh")
    try:
        return [wording._(message) for message in messages]
    finally:
        wording.set_language("en")


def test_it_speaks_chinese_and_only_chinese_with_an_answer_on_it(shared, open_screen):
    link, _said = shared
    screen = open_screen(link.replace("lang=en", "lang=zh"), scheme="dark", width=1920)
    assert "移交" in screen.page.get_by_role("heading", level=1).inner_text()
    english = _english_texts()
    for look in ("谁受益", "队列", "滚动率", "逐日回放", "假设"):
        screen.page.get_by_test_id("stMain").get_by_role("radio", name=look, exact=True).click()
        _chinese_only(screen.settle(), english, f"sandbox: {look}")
    screen.keep("sandbox-zh-dark-1920")


def test_axe_finds_no_serious_violation_on_an_answer(shared, open_screen):
    for scheme in ("light", "dark"):
        assert violations(open_screen(shared[0], scheme=scheme)) == []


def test_a_boundary_is_moved_by_the_keyboard_and_what_contradicts_itself_is_not_run(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/sandbox")
    final = screen.page.get_by_label("Final", exact=True)
    before = int(re.search(r"day (\d+)", final.get_attribute("aria-valuetext"))[1])
    final.press("ArrowLeft")
    screen.page.get_by_text(f"The final stage begins at {before - 1} instead of {before} days past due").wait_for()
    screen.page.get_by_text(re.compile("People: ")).click()
    collectors = screen.page.get_by_role("spinbutton", name="Collectors").first
    collectors.fill("0")
    collectors.press("Enter")
    screen.page.get_by_text("has nobody").wait_for()
    assert screen.page.get_by_role("button", name="Run", exact=True).is_disabled()


def test_a_run_is_cancelled_goes_on_and_is_found_again_from_a_closed_tab(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + "/sandbox")
    page = screen.page
    page.get_by_role("radio", name="Text messages before calls").click()
    page.get_by_text("A new stage, texts").wait_for()
    page.get_by_text("How sure").click()
    replications = page.get_by_role("spinbutton", name="Replications at most")
    replications.fill("500")
    replications.press("Enter")
    screen.settle()
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator(".st-key-box_figures").wait_for(timeout=PATIENCE)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled after").wait_for(timeout=PATIENCE)
    id = re.search("run=([0-9a-f]{8})", page.url)[1]
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Cancel").wait_for()
    parts = urlsplit(app_url(demo_book))
    again = page.context.new_page()
    page.close()
    again.goto(f"{parts.scheme}://{parts.netloc}/sandbox?run={id}")
    again.get_by_role("button", name="Cancel").click()
    again.get_by_text("Cancelled after").wait_for(timeout=PATIENCE)
    assert "Text messages before calls" in again.get_by_role("heading", level=1).inner_text()
