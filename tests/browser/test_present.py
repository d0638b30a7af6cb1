"""Present: a story as slides, their order and words, what stands in the address, drafts, files, and the screen of who speaks."""

import io
import zipfile
from pathlib import Path

import pytest
from pptx import Presentation

from data.notes import Notes, SavedStory
from reports.story import read_story

PAGE = "/present"


@pytest.fixture(scope="module")
def own_book(tmp_path_factory, demo_files) -> Path:
    """A book of its own, since drafts are written beside it."""
    from queries import import_files
    from tests.browser.conftest import IMPORTED_ON

    book = tmp_path_factory.mktemp("present-book")
    import_files(book, demo_files, today=IMPORTED_ON)
    return book


def titles(screen) -> list[str]:
    return [each.strip() for each in screen.page.locator("[class*='st-key-slide_head_'] h3").all_inner_texts()]


def slides_of(screen) -> list[str]:
    address = screen.page.url.partition("slides=")[2].partition("&")[0]
    return address.split(".") if address else []


def press(screen, name: str, **more) -> None:
    screen.page.get_by_role("button", name=name, **more).first.click()
    screen.settle()


def test_a_link_shows_the_slides_that_were_picked_in_their_order(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + PAGE + "?slides=roll_matrix.overview_bad_debt.nonsense")
    assert screen.errors() == []
    assert slides_of(screen) == ["roll_matrix", "overview_bad_debt"]
    first, second = titles(screen)
    assert first.startswith("Of M1")
    press(screen, "Move “Roll rates: Roll matrix” down")
    assert titles(screen) == [second, first]
    assert slides_of(screen) == ["overview_bad_debt", "roll_matrix"]
    press(screen, "Take “Roll rates: Roll matrix” out")
    assert titles(screen) == [second]
    screen.page.locator(".st-key-present_language").get_by_text("中文", exact=True).click()
    screen.settle()
    assert "不良率" in titles(screen)[0]  # the deck; the page goes on in its reader's language
    assert screen.page.get_by_text("Take it away").is_visible()
    screen.keep("present")


def test_words_of_ones_own_stand_on_the_slide_and_in_the_file(app_url, own_book, open_screen):
    screen = open_screen(app_url(own_book) + PAGE + "?slides=overview_bad_debt.roll_matrix")
    press(screen, "Words of your own for “Roll rates: Roll matrix”")
    screen.fill("Title, in place of the finding", "Cards roll on *fast*")
    assert titles(screen)[1] == "Cards roll on *fast*"
    screen.page.get_by_test_id("stPopoverBody").get_by_text("Intervals").click()
    screen.settle()
    drawn = screen.page.locator(".st-key-slide_chart_roll_matrix .js-plotly-plot")
    assert "<br>" in drawn.evaluate("chart => chart.data.at(-1).text.join()")  # the interval below each share
    screen.page.keyboard.press("Escape")
    with screen.page.expect_download() as started:
        screen.page.get_by_role("button", name="PowerPoint").click()
    made = Presentation(started.value.path())
    assert started.value.suggested_filename.endswith(".pptx")
    assert [slide.shapes.title.text_frame.text for slide in made.slides][-1] == "Cards roll on *fast*"
    with screen.page.expect_download() as started:
        screen.page.get_by_role("button", name="Excel").click()
    assert zipfile.is_zipfile(io.BytesIO(Path(started.value.path()).read_bytes()))


def test_a_draft_keeps_order_and_words_for_everyone(app_url, own_book, open_screen):
    screen = open_screen(app_url(own_book) + PAGE + "?slides=roll_matrix.overview_bad_debt")
    for label, text in (("Your name", "Ana"), ("Name of the draft", "Our month")):
        screen.fill(label, text)
    press(screen, "Save", exact=True)
    assert screen.errors() == []
    (kept,) = Notes(own_book).all(SavedStory)
    assert (kept.note.name, kept.who) == ("Our month", "Ana")
    assert [slide.show for slide in read_story(kept.note.toml).slides] == ["roll_matrix", "overview_bad_debt"]
    assert "story=draft" in screen.page.url  # a link to what is shown now opens the draft
    other = open_screen(app_url(own_book) + PAGE + "?story=draft:Our+month")
    assert [title.startswith("Of M1") for title in titles(other)] == [True, False]
    assert "draft" in other.page.url


def test_a_link_to_a_draft_that_is_gone_says_so_and_shows_the_story_that_everyone_has(app_url, own_book, open_screen):
    screen = open_screen(app_url(own_book) + PAGE + "?story=draft:Last+year")
    assert screen.page.get_by_text("The draft “Last year” that the link leads to is not there").is_visible()
    assert len(titles(screen)) > 5


def test_words_that_no_link_has_are_said_to_be_in_none_until_a_draft_has_them(app_url, own_book, open_screen):
    screen = open_screen(app_url(own_book) + PAGE + "?slides=overview_bad_debt.roll_matrix")
    warned = screen.page.get_by_text("are in no link until they are saved as a draft")
    assert not warned.is_visible()
    press(screen, "Words of your own for “Roll rates: Roll matrix”")
    screen.fill("Title, in place of the finding", "Cards roll on")
    assert warned.is_visible()
    screen.page.keyboard.press("Escape")
    for label, text in (("Your name", "Ana"), ("Name of the draft", "Cards")):
        screen.fill(label, text)
    press(screen, "Save", exact=True)
    assert not warned.is_visible()
    assert titles(open_screen(screen.page.url))[1] == "Cards roll on"


def test_the_language_of_the_deck_goes_with_the_link(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + PAGE + "?slides=overview_bad_debt&deck_language=zh")
    assert "不良率" in titles(screen)[0]
    assert "deck_language=zh" in screen.page.url


def test_arrows_lead_through_the_slides_on_this_screen_and_nothing_is_fetched_elsewhere(
    app_url, demo_book, open_screen
):
    screen = open_screen(app_url(demo_book) + PAGE + "?slides=overview_bad_debt.roll_matrix")
    screen.page.get_by_role("button", name="Present", exact=True).click()
    frame = screen.page.frame_locator("iframe")
    frame.locator(".place.shown").wait_for()
    screen.settle()
    screen.page.wait_for_function("() => document.activeElement.tagName === 'IFRAME'")
    screen.page.keyboard.press("ArrowRight")
    assert frame.locator(".place.shown").get_attribute("id") == "slide-2"
    assert frame.locator("#slide-2 .main-svg").count() > 0
    screen.keep("present-screen")
    press(screen, "Back to the slides")
    assert len(titles(screen)) == 2


def test_a_story_of_an_experiment_says_where_to_make_one(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + PAGE + "?story=decision")
    assert screen.errors() == []
    assert screen.page.get_by_text("the book has none yet").is_visible()
    assert screen.page.get_by_text("There is no slide to show yet").is_visible()


def test_a_template_that_is_none_says_so(app_url, demo_book, open_screen, tmp_path):
    (tmp_path / "ours.pptx").write_text("not a presentation", encoding="utf-8")
    screen = open_screen(app_url(demo_book) + PAGE + "?slides=overview_bad_debt")
    screen.page.get_by_text("In our own template").click()
    screen.page.locator("input[type=file]").set_input_files(tmp_path / "ours.pptx")
    screen.page.get_by_text("ours.pptx cannot be read as a PowerPoint file").wait_for()


def test_a_story_begun_on_a_chinese_page_has_its_title_in_chinese(app_url, demo_book, open_screen):
    screen = open_screen(app_url(demo_book) + PAGE + "?lang=zh")
    screen.page.locator(
        "[class*=st-key-present_begin] [role=combobox], [class*=st-key-present_begin] input"
    ).first.click()
    screen.page.get_by_role("option").nth(1).click()
    screen.settle()
    title = screen.page.locator("[class*=st-key-present_title] input").input_value()
    assert any("一" <= sign <= "鿿" for sign in title), title
