"""The lender's own buckets, tiers, bad-debt line and currency: read, written, and refused where they contradict themselves."""

import pytest

from data.errors import InvalidSettings
from data.settings import SETTINGS_FILE, UNCLASSIFIED, Band, Settings, load_settings, read_settings, write_settings

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


@pytest.mark.parametrize("text", ["", FIVE, 'currency = "INR"\nbad_above_dpd = 0\n[tiers]\nok = 0\nnpa = 90\n'])
def test_settings_are_read_back_as_they_were_written(text):
    settings = read_settings(text)
    assert read_settings(write_settings(settings)) == settings


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("bad_abov_dpd = 90", "Unknown setting “bad_abov_dpd”; known are bad_above_dpd, buckets, currency, tiers"),
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
