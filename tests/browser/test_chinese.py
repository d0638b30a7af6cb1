"""Every page in Chinese: no error, and nothing that has Chinese words is left in English."""

import re

from babel.messages.pofile import read_po

from tests.browser.collected_book import TEAMS
from tests.browser.conftest import Screen
from wording import CATALOGUES

# All that a reader meets: the text in sight, the letters of charts, and what is read aloud.
SEEN = """() => [
  document.title,
  ...document.querySelector('[data-testid=stApp]').innerText.split('\\n'),
  ...[...document.querySelectorAll('svg text')].map(text => text.textContent),
  ...[...document.querySelectorAll('[aria-label], [alt], [title]')].flatMap(
    element => ['aria-label', 'alt', 'title'].map(name => element.getAttribute(name) ?? '')),
]"""


def test_every_page_speaks_chinese_and_only_chinese(app_url, collected_book, open_screen):
    screen = open_screen(app_url(collected_book) + "/?lang=zh")
    english = _english_texts()
    for name in screen.page.get_by_test_id("stSidebarNav").get_by_role("link").all_inner_texts():
        name = name.splitlines()[-1]
        assert re.search("[一-龥]", name), name
        screen.go(name)
        _chinese_only(screen, english, name)
        for tab in screen.page.get_by_role("tab").all()[1:]:
            tab.click()
            _chinese_only(screen.settle(), english, f"{name}: {tab.inner_text()}")
    assert "lang=zh" in screen.page.url
    assert screen.page.locator("html").get_attribute("lang") == "zh"


def test_what_streamlit_says_by_itself_is_in_the_language_that_is_chosen(app_url, collected_book, browser):
    context = browser.new_context(locale="zh-CN")
    screen = Screen(context.new_page()).visit(app_url(collected_book) + "/data?lang=zh")
    assert screen.page.title().startswith("数据")
    uploader = screen.page.get_by_test_id("stFileUploader").inner_text()
    assert "上传" in uploader
    assert "单个文件不超过" in uploader
    screen.page.locator(".st-key-language").get_by_text("English").click()
    screen.page.wait_for_function("document.title === 'Data · Recoup'")
    assert "Upload" in screen.settle().page.get_by_test_id("stFileUploader").inner_text()
    context.close()


def test_a_link_shows_the_same_to_a_reader_whose_browser_asks_for_another_language(app_url, collected_book, browser):
    link = app_url(collected_book) + "/conduct?rules=United+States&month=Sep+2026"
    there, here = browser.new_context(locale="zh-CN"), browser.new_context(locale="en-GB")
    english = Screen(there.new_page()).visit(link)
    assert english.page.title() == "Conduct · Recoup"
    assert english.page.get_by_role("combobox", name="Month").input_value() == "Sep 2026"
    assert (
        "Sep 2026"
        in english.page.get_by_role("heading", level=1).inner_text()
        + english.page.get_by_test_id("stMain").inner_text()
    )
    chinese = Screen(there.new_page()).visit(app_url(collected_book) + "/conduct?lang=zh")
    again = Screen(here.new_page()).visit(chinese.page.url)
    assert again.page.title().startswith("催收合规")
    there.close()
    here.close()


def test_a_plain_address_speaks_the_browsers_language_and_then_says_which(app_url, collected_book, browser):
    there = browser.new_context(locale="zh-CN")
    screen = Screen(there.new_page()).visit(app_url(collected_book) + "/conduct")
    assert screen.page.title().startswith("催收合规")
    assert "lang=zh" in screen.page.url
    screen.page.locator(".st-key-language").get_by_text("English").click()
    screen.page.wait_for_function("document.title === 'Conduct · Recoup'")
    assert "lang=en" in screen.settle().page.url
    screen.page.reload()
    assert screen.settle().page.title() == "Conduct · Recoup"
    there.close()


def _chinese_only(screen, english: tuple[set[str], list[str]], where: str) -> None:
    assert screen.errors() == []
    whole, parts = english
    seen = {line.strip() for line in screen.page.evaluate(SEEN)} - {""}
    left = [line for line in seen if line in whole or any(part in line for part in parts)]
    assert left == [], f"English on {where}"


def _english_texts() -> tuple[set[str], list[str]]:
    """(whole, parts): messages without {names}, to be found alone on a line; stretches of two words and more, anywhere.

    What its Chinese keeps, such as a name of a column, is not English here.
    """
    with (CATALOGUES / "zh" / "LC_MESSAGES" / "recoup.po").open("rb") as file:
        messages = [message for message in read_po(file, locale="zh") if message.id]
    chinese = "\n".join(text for message in messages for text in _forms(message.string))
    texts = {text for message in messages for text in _forms(message.id)}
    whole = {text for text in texts if re.search("[A-Za-z]{3}", text) and "{" not in text and text not in chinese}
    whole -= set(TEAMS)  # the lender's own names of its teams, shown as they are
    parts = {part.strip(" .,;:()") for text in texts for part in re.split(r"{\w+}", text)}
    parts = {part for part in parts if re.search("[A-Za-z]{2,} [A-Za-z]{2,}", part) and part not in chinese}
    return whole, sorted(parts)


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
