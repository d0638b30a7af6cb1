"""Words and numbers as a person reads them, and the template that translators start from."""

import ast
import contextvars
import datetime as dt
import locale
import math
import threading
from collections.abc import Sequence
from decimal import Decimal
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import wording
from data.said import counted, said
from wording import _, count, decimal, money, month, ngettext, percent, points

THIN = "\u202f"


@pytest.fixture(autouse=True)
def _own_context():
    """Each test speaks English and counts in yuan, whatever the one before chose."""
    wording.set_language("en")
    wording.set_currency("CNY")


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A catalogue of another language, with three messages."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "recoup.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n'
        'Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
        'msgid "Rolled {share}"\nmsgstr "{share} gerollt"\n\n'
        'msgid "{n} loan"\nmsgid_plural "{n} loans"\nmsgstr[0] "{n} Kredit"\nmsgstr[1] "{n} Kredite"\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(wording, "CATALOGUES", tmp_path)
    wording._translations.cache_clear()
    yield "de"
    wording._translations.cache_clear()


@pytest.mark.parametrize(
    ("share", "digits", "shown"),
    [
        (0.431, 1, "43.1 %"),
        (0.28125, 3, "28.125 %"),
        (Decimal("0.35294"), 1, "35.3 %"),
        (0.00125, 2, "0.13 %"),
        (-0.0004, 1, "0.0 %"),
        (-0.012, 1, "−1.2 %"),
        (12.5, 0, "1,250 %"),
        (None, 1, "–"),
        (math.nan, 1, "–"),
    ],
)
def test_a_share_is_read_in_percent(share, digits, shown):
    assert percent(share, digits) == shown.replace(" ", THIN)


@pytest.mark.parametrize(
    ("difference", "shown"),
    [(0.018, "+1.8 pp"), (-0.018, "−1.8 pp"), (0.0004, "0.0 pp"), (-0.0004, "0.0 pp"), (None, "–")],
)
def test_a_difference_of_shares_is_read_in_points_with_a_true_minus(difference, shown):
    assert points(difference) == shown.replace(" ", THIN)


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "¥ 0"),
        (812, "¥ 812"),
        (999.96, "¥ 1 K"),
        (1_234, "¥ 1.2 K"),
        (123_456, "¥ 123 K"),
        (999_950, "¥ 1 M"),
        (Decimal("1234567.89"), "¥ 1.2 M"),
        (38_400_000, "¥ 38.4 M"),
        (1_204_000_000, "¥ 1.2 B"),
        (-700_000, "−¥ 700 K"),
        (-0.4, "¥ 0"),
        (None, "–"),
        (Decimal("NaN"), "–"),
    ],
)
def test_money_is_read_in_three_figures(amount, shown):
    assert money(amount) == shown.replace(" ", THIN)


@pytest.mark.parametrize(
    ("currency", "shown"),
    [
        ("CNY", "¥ 1.2 M"),
        ("USD", "$ 1.2 M"),
        ("EUR", "€ 1.2 M"),
        ("JPY", "¥ 1.2 M"),
        ("INR", "₹ 1.2 M"),
        ("", "1.2 M"),
    ],
)
def test_a_currency_has_the_sign_it_has_at_home_and_none_gives_the_plain_number(currency, shown):
    assert money(1_200_000, currency) == shown.replace(" ", THIN)


def test_the_book_names_the_currency_once():
    wording.set_currency("USD")
    assert money(5) == f"${THIN}5"
    wording.set_currency(None)
    assert money(5) == "5"


def test_signed_amounts_and_counts_show_their_sign():
    assert money(2_900_000, signed=True) == f"+¥{THIN}2.9{THIN}M"
    assert count(1_204, signed=True) == "+1,204"
    assert count(-3, signed=True) == "−3"
    assert count(0, signed=True) == "0"


def test_halves_are_rounded_away_from_zero():
    assert [decimal(value) for value in (0.25, 0.35, -0.25)] == ["0.3", "0.4", "−0.3"]


def test_months_and_days_are_named():
    day = dt.date(2026, 10, 31)
    assert (month(day), month(day, long=True)) == ("Oct 2026", "October 2026")
    assert (wording.month_name(day), wording.year(day), wording.date(day)) == ("Oct", "2026", "Oct 31, 2026")
    assert month(None) == wording.date(None) == "–"


def test_english_needs_no_catalogue_and_braces_without_values_stay():
    assert _("Rolled {share}", share="5") == "Rolled 5"
    assert _("Set {x}") == "Set {x}"
    assert ngettext("{n} loan", "{n} loans", 1) == "1 loan"
    assert ngettext("{n} loan", "{n} loans", 1200) == "1,200 loans"


def test_a_catalogue_in_the_locale_folder_is_spoken(german):
    wording.set_language(german)
    assert _("Rolled {share}", share="5 %") == "5 % gerollt"
    assert ngettext("{n} loan", "{n} loans", 2) == "2 Kredite"
    assert _("Not translated yet") == "Not translated yet"
    assert decimal(1234.5) == "1.234,5"
    assert wording.separators() == ",."


def test_a_screen_offers_a_language_only_when_it_has_words_for_everything(german, tmp_path, monkeypatch):
    template = tmp_path / "recoup.pot"
    template.write_text(
        'msgid "Rolled {share}"\nmsgstr ""\n\nmsgid "{n} loan"\nmsgid_plural "{n} loans"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    )
    monkeypatch.setattr(wording, "TEMPLATE", template)
    wording.whole_languages.cache_clear()
    assert wording.whole_languages() == ("en", german)
    template.write_text(template.read_text() + '\nmsgid "Not translated yet"\nmsgstr ""\n')
    wording.whole_languages.cache_clear()
    assert wording.whole_languages() == ("en",)
    wording.whole_languages.cache_clear()
    assert german in wording.languages()


@pytest.mark.parametrize("asked", ["xx", "../../etc", "", None])
def test_a_language_without_a_catalogue_means_english(asked):
    wording.set_language(asked)
    assert wording.language() == "en"


def test_a_text_kept_as_template_and_values_is_told_in_the_readers_language(german):
    kept = said("Rolled {share}", share=(counted("{n} loan", "{n} loans", 2), said("Not translated yet"), "x"))
    assert (str(kept), wording.told(kept), wording.told("x")) == ("Rolled 2 loans, Not translated yet, x",) * 2 + ("x",)
    wording.set_language(german)
    assert wording.told(kept) == "2 Kredite, Not translated yet, x gerollt"


def test_sessions_do_not_share_their_language_or_currency(german):
    wording.set_language(german)
    wording.set_currency("USD")
    heard = []
    other = threading.Thread(target=lambda: heard.append((wording.language(), money(5))))
    other.start()
    other.join()
    contextvars.copy_context().run(wording.set_language, "en")
    assert heard == [("en", f"¥{THIN}5")]
    assert wording.language() == german


def test_the_locale_folder_does_not_hide_the_standard_library():
    assert hasattr(locale, "setlocale")
    assert not list(wording.CATALOGUES.glob("*.py"))


def test_the_template_is_current_with_the_code():
    with wording.TEMPLATE.open("rb") as file:
        written = {message.id for message in read_po(file) if message.id}
    said = {message.id for message in wording.messages() if message.id}
    assert written == said, "run: python wording.py extract"


def test_every_text_that_a_reader_is_told_is_in_the_template():
    """What stands in an f-string, for one, is not found by the extraction: give it a name first."""
    known = {one for message in wording.messages() if message.id for one in _forms(message.id)}
    rooms = [wording.HOUSE / room for room in wording.ROOMS_WITH_WORDS]
    files = [*wording.HOUSE.glob("*.py"), *(file for room in rooms for file in room.rglob("*.py"))]
    told = {text for file in files for text in _told(ast.parse(file.read_text(encoding="utf-8")))}
    assert len(told) > 100
    assert told <= known


def _told(tree: ast.Module) -> set[str]:
    """The texts given to `_`, `N_` and `ngettext`."""
    calls = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and call.args]
    names = {"_": 1, "N_": 1, "ngettext": 2}
    return {
        text.value
        for call in calls
        for text in call.args[: names.get(getattr(call.func, "id", getattr(call.func, "attr", "")), 0)]
        if isinstance(text, ast.Constant)
    }


def _forms(text: str | Sequence[str]) -> tuple[str, ...]:
    """A message's forms: one, or singular and plural."""
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("name", wording.languages()[1:])
def test_every_message_has_words_with_the_same_placeholders(name):
    with wording.TEMPLATE.open("rb") as file:
        wanted = {message.id for message in read_po(file, locale=wording.SOURCE_LANGUAGE) if message.id}
    with (wording.CATALOGUES / name / "LC_MESSAGES" / "recoup.po").open("rb") as file:
        words = {message.id: message.string for message in read_po(file, locale=name) if message.id}
    assert {id for id in wanted if not all(_forms(words.get(id, "")))} == set(), "without words"
    assert set(words) - wanted == set(), "said nowhere any more"
    differ = {id for id in wanted for said in _forms(words[id]) if _places(said) != _places(_forms(id)[-1])}
    assert differ == set()
    assert name in wording.whole_languages()


def _places(text: str) -> set[str]:
    """The {names} that values are put in."""
    return {field for _text, field, _format, _conversion in Formatter().parse(text) if field}


def test_a_language_is_named_as_it_names_itself():
    assert [wording.own_name(name) for name in ("en", "zh", "de")] == ["English", "中文", "Deutsch"]


def test_the_template_holds_screens_errors_and_definitions_and_nothing_from_elsewhere(tmp_path, monkeypatch):
    files = {
        "app.py": '_("Good morning")',
        "pages/loans.py": 'ngettext("{n} loan", "{n} loans", many)',
        "data/errors.py": "class BookMissing(UserError):\n    pass\n",
        "data/book.py": 'N_("Unknown code")\nraise BookMissing("No book in {path}.", path=path)',
        "data/schema.py": 'Table("loan", "a loan", (Column("loan_id", "text", "Identifies the loan"),))',
        "queries/roll.sql": (
            "-- title: Roll\n-- chinese: 滚动率\n-- columns:\n--   month: month-end\nselect 1 -- not: this\n"
        ),
        "tests/test_loans.py": '_("Only a test")',
        "sim/policy.py": 'x = parameter(1, "days", "Days to wait", low=1)\ny = parameter(meaning="A name", unit="")\nsaid("Waits {n}")',
        ".venv/library.py": '_("Not ours")',
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(wording, "HOUSE", tmp_path)
    said = {message.id for message in wording.messages() if message.id}
    assert said == {
        "Good morning",
        ("{n} loan", "{n} loans"),
        "Unknown code",
        "No book in {path}.",
        "Roll",
        "month-end",
        "a loan",
        "Identifies the loan",
        "days",
        "Days to wait",
        "A name",
        "Waits {n}",
    }
