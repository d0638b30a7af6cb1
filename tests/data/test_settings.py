"""The lender's own definitions: read, written, laid over a preset, and refused where they contradict themselves."""

from datetime import date

import pytest

from data.errors import InvalidSettings
from data.settings import (
    SETTINGS_FILE,
    UNCLASSIFIED,
    Band,
    Settings,
    StageLadder,
    load_settings,
    read_settings,
    write_settings,
)

STAGES = """
[stages]
early = 1
mid = 10
final = 61
[stages.by_product.Car]
early = 5
final = 90
[stages.by_product.Car.by_segment."d'or. 1"]
early = 7
[stages.by_segment.prime]
mid = 15
[stages.by_product.Card.by_segment.prime]
final = 31
"""
CALENDAR = '[calendar]\nrest_days = ["Friday"]\nholidays = [2024-02-10, 2024-10-01]\n'
FIVE = "[buckets]\ncurrent = 0\nd1 = 1\nd30 = 30\nd60 = 60\nd90 = 90\n"


def test_without_a_word_the_defaults_hold():
    settings = read_settings("")
    assert settings == Settings()
    assert [(band.name, band.lower_dpd) for band in settings.buckets] == [
        ("M0", 0), ("M1", 1), ("M2", 31), ("M3", 61), ("M4", 91), ("M5", 121), ("M6", 151), ("M7", 181),
    ]  # fmt: skip
    assert [(band.name, band.lower_dpd) for band in settings.tiers] == [
        ("normal", 0), ("special_mention", 1), ("substandard", 91), ("doubtful", 271), ("loss", 361),
    ]  # fmt: skip
    assert (settings.bad_above_dpd, settings.currency) == (90, "CNY")


def test_what_is_stated_replaces_a_default_and_the_rest_stays():
    settings = read_settings('bad_above_dpd = 60\ncurrency = "USD"\n' + FIVE)
    assert settings.bucket_names == ("current", "d1", "d30", "d60", "d90")
    assert settings.buckets[2] == Band("d30", 30)
    assert (settings.bad_above_dpd, settings.currency, settings.tiers) == (60, "USD", Settings().tiers)


@pytest.mark.parametrize(
    "text",
    [
        "",
        FIVE,
        'currency = "INR"\nbad_above_dpd = 0\n[tiers]\nok = 0\nnpa = 90\n',
        'preset = "cn_card"',
        'preset = "us"\npromise_grace_days = 0\npromise_kept_share = 0.95\ncredit_days = 14\n' + STAGES + CALENDAR,
        '[stages]\n"提醒 & more" = 1\n',
        "[calendar]\nrest_days = []",
    ],
)
def test_settings_are_read_back_as_they_were_written(text):
    settings = read_settings(text)
    assert read_settings(write_settings(settings)) == settings


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("bad_abov_dpd = 90", "Unknown setting “bad_abov_dpd”. Did you mean “bad_above_dpd”? Known are bad_above_dpd, buckets,"),
        ("zzz = 90", "Unknown setting “zzz”; known are bad_above_dpd, buckets, calendar"),
        ("[calendar]\nholiday = []", "Unknown setting “holiday”. Did you mean “holidays”?"),
        ('preset = "cnn"', "There is no preset “cnn”; there are cn, cn_card, us"),
        ("preset = []", "There is no preset"),
        ("promise_grace_days = -1", "promise_grace_days is -1; it must be a whole number of days from 0 to 27"),
        ("credit_days = 28", "credit_days is 28; it must be a whole number of days from 0 to 27"),
        ("credit_days = 1.5", "credit_days is 1.5"),
        ("promise_kept_share = 0", "promise_kept_share is 0; it must be a share of the promise, above 0 and at most 1"),
        ("promise_kept_share = 1.01", "at most 1"),
        ('promise_kept_share = "all"', "promise_kept_share is all"),
        ("promise_kept_share = nan", "promise_kept_share is nan"),
        ("calendar = 3", "calendar must be a section"),
        ('[calendar]\nrest_days = ["Caturday"]', "“Caturday” is no weekday; weekdays are Monday"),
        ('[calendar]\nrest_days = "Sunday"', "rest_days must be a list"),
        ('[calendar]\nholidays = ["2024-10-01"]', "holidays: 2024-10-01 is no day; write it bare"),
        ("[calendar]\nholidays = [2024-10-01T10:00:00]", "is no day"),
        ("[stages]", "There must be at least one stage"),
        ("stages = 1", "stages must be a section of stages"),
        ("[stages]\nearly = 0", "“early” begins at 0; it must be a whole number of days past due, 1 or more"),
        ("[stages]\nearly = true", "“early” begins at True"),
        ("[stages]\nearly = 5\nmid = 5", "“mid” at 5 days does not come after “early”"),
        ("[stages]\nall = 1", "“all” cannot be the name of a stage"),
        ("[stages]\nNone = 1", "“None” cannot be the name of a stage"),
        ('[stages]\n" " = 1', "cannot be the name of a stage"),
        ("[stages]\nby_product = 1\nearly = 1", "by_product and by_segment must be sections"),
        ("[stages]\na = 1\n[stages.by_product.Car]\nb = 1", "stages of “Car”: “b” is none of the stages under [stages], which are a"),
        ("[stages]\na = 1\nb = 9\n[stages.by_segment.x]\nb = 1\na = 9", "stages of “x”: “a” at 9 days does not come after “b”"),
        ("[stages]\na = 1\n[stages.by_segment.x]", "stages of “x”: none is given"),
        ("[stages]\na = 1\n[stages.by_product.P.by_product.Q]\na = 2", "cannot hold by_product again"),
        ("[stages]\na = 1\n[stages.by_segment.x.by_segment.y]\na = 2", "can only hold stages"),
        ("bad_above_dpd = -1", "must be a whole number of days, 0 or more"),
        ("bad_above_dpd = 90.5", "must be a whole number of days"),
        ('bad_above_dpd = "90"', "must be a whole number of days"),
        ("bad_above_dpd = true", "must be a whole number of days"),
        ('currency = "yuan"', "three-letter ISO 4217 code"),
        ("currency = 156", "three-letter ISO 4217 code"),
        ("[buckets]\nM0 = 0", "buckets must be at least two"),
        ("[buckets]\nM0 = 1\nM1 = 5", "the first must begin at 0 days"),
        ("[buckets]\nM0 = 0\nM1 = 31\nM2 = 31", "“M2” begins at 31 days, not after “M1”"),
        ("[tiers]\na = 0\nb = 30\nc = 20", "tiers: “c” begins at 20 days"),
        ("[buckets]\nM0 = 0\nM1 = 1.5", "names and whole numbers of days"),
        ('[buckets]\nM0 = 0\nM1 = "1"', "names and whole numbers of days"),
        ("buckets = [0, 1, 31]", "names and whole numbers of days"),
        ("buckets = 3", "names and whole numbers of days"),
        ("[buckets]\nM0 = 0\nm0 = 1", "cannot be a name here"),
        ("[buckets]\nM0 = 0\nsold = 1", "“sold” cannot be a name here"),
        ("[buckets]\nM0 = 0\nNew = 1", "“New” cannot be a name here"),
        ('[buckets]\nM0 = 0\n"x; drop" = 1', "cannot be a name here"),
        ("[buckets", "not valid TOML"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused_with_what_is_wrong(text, says):
    with pytest.raises(InvalidSettings) as caught:
        read_settings(text)
    assert says in str(caught.value)


def test_a_preset_is_where_the_settings_begin_and_what_is_stated_goes_before_it():
    assert read_settings('preset = "cn"') == Settings()
    card = read_settings('preset = "cn_card"\nbad_above_dpd = 60')
    assert [(band.name, band.lower_dpd) for band in card.tiers] == [
        ("normal", 0), ("special_mention", 1), ("substandard", 91), ("doubtful", 121), ("loss", 181),
    ]  # fmt: skip
    assert (card.bad_above_dpd, card.buckets, card.currency) == (60, Settings().buckets, "CNY")
    us = read_settings('preset = "us"\n[stages]\nfront = 1\nback = 60\n')
    assert [(band.name, band.lower_dpd) for band in us.tiers] == [
        ("pass", 0), ("substandard", 90), ("loss_closed_end", 120), ("loss", 180),
    ]  # fmt: skip
    assert (us.bad_above_dpd, us.currency, us.stages) == (89, "USD", (Band("front", 1), Band("back", 60)))


def test_every_preset_can_be_read_and_is_written_out_whole():
    for preset in ("cn", "cn_card", "us"):
        settings = read_settings(f'preset = "{preset}"')
        assert "preset" not in write_settings(settings)
        assert read_settings(write_settings(settings)) == settings


def test_stages_have_exceptions_by_product_by_segment_and_by_both():
    settings = read_settings(STAGES)
    assert settings.stages == (Band("early", 1), Band("mid", 10), Band("final", 61))
    assert set(settings.stage_exceptions) == {
        StageLadder("Car", "d'or. 1", (Band("early", 7),)),
        StageLadder("Card", "prime", (Band("final", 31),)),
        StageLadder("Car", None, (Band("early", 5), Band("final", 90))),
        StageLadder(None, "prime", (Band("mid", 15),)),
    }


def test_without_a_word_promises_credit_stages_and_the_calendar_are_as_agreed():
    settings = Settings()
    assert settings.stages == (Band("early", 1), Band("mid", 4), Band("final", 91))
    assert (settings.promise_grace_days, settings.promise_kept_share, settings.credit_days) == (3, 1.0, 7)
    assert (settings.rest_days, settings.holidays) == (("Saturday", "Sunday"), ())
    assert read_settings(CALENDAR).holidays == (date(2024, 2, 10), date(2024, 10, 1))


def test_a_bucket_inside_one_tier_has_that_tier_and_one_across_two_has_none():
    settings = Settings()
    assert [settings.tier_of_bucket(ordinal) for ordinal in range(8)] == [
        "normal", "special_mention", "special_mention", "special_mention", "substandard", "substandard", "substandard", UNCLASSIFIED,
    ]  # fmt: skip
    wide = read_settings("[buckets]\na = 0\nb = 80\nc = 91\nd = 400\n")
    assert [wide.tier_of_bucket(n) for n in range(4)] == [UNCLASSIFIED, "special_mention", UNCLASSIFIED, "loss"]


def test_settings_stand_in_the_books_folder(tmp_path):
    assert load_settings(tmp_path) == Settings()
    (tmp_path / SETTINGS_FILE).write_text('currency = "EUR"\n', encoding="utf-8-sig")
    assert load_settings(tmp_path).currency == "EUR"
    (tmp_path / SETTINGS_FILE).write_bytes("# 借据\n".encode("gbk"))
    with pytest.raises(InvalidSettings, match=r"recoup\.toml is not text in UTF-8"):
        load_settings(tmp_path)


def test_bucket_codes_are_read_by_the_books_own_names(shelf, table):
    shelf.path.mkdir()
    (shelf.path / SETTINGS_FILE).write_text(FIVE)
    shelf.bring(table(["a,2024-01-31,D30", "b,2024-01-31,current", "c,2024-01-31,M2"], "loan_id,as_of,bucket"))
    assert shelf.rows("loan_id", "bucket") == [("a", "d30"), ("b", "current"), ("c", "d30")]


def test_settings_that_make_no_sense_stop_an_import_and_change_nothing(shelf, table, refused):
    shelf.bring(table(["a,2024-01-31,0,1"]))
    (shelf.path / SETTINGS_FILE).write_text("bad_above_dpd = -1")
    assert "must be a whole number of days" in refused(table(["a,2024-01-31,5,1"]))
