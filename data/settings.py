"""The lender's own definitions: buckets, tiers, the bad-debt line and the currency.

They stand in `recoup.toml` in the book's folder; a version of the book records those it was built with.
"""

import re
import tomllib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import tomlkit

from data.errors import InvalidSettings

SETTINGS_FILE = "recoup.toml"
UNCLASSIFIED = "unclassified"
_NAME = re.compile(r"[A-Za-z0-9_+-]{1,24}")


@dataclass(frozen=True)
class Band:
    """A range of days past due that begins, inclusively, at `lower_dpd` and ends where the next begins."""

    name: str
    lower_dpd: int


def _bands(lower_by_name: dict[str, int]) -> tuple[Band, ...]:
    return tuple(Band(name, lower) for name, lower in lower_by_name.items())


BUCKETS = _bands({"M0": 0, "M1": 1, "M2": 31, "M3": 61, "M4": 91, "M5": 121, "M6": 151, "M7": 181})
TIERS = _bands({"normal": 0, "special_mention": 1, "substandard": 91, "doubtful": 271, "loss": 361})


@dataclass(frozen=True)
class Settings:
    """What the words of this book mean.

    buckets: delinquency buckets, the first one current (days past due below the second's lower bound).
    tiers: the regulator's classification (default: China, 2023 rule).
    bad_above_dpd: a loan is bad debt when its days past due exceed this.
    currency: ISO 4217 code of every amount in the book.
    """

    buckets: tuple[Band, ...] = BUCKETS
    tiers: tuple[Band, ...] = TIERS
    bad_above_dpd: int = 90
    currency: str = "CNY"

    def __post_init__(self) -> None:
        for what, bands in (("buckets", self.buckets), ("tiers", self.tiers)):
            _check_bands(what, bands)
        if not _is_whole(self.bad_above_dpd) or self.bad_above_dpd < 0:
            raise InvalidSettings(
                "bad_above_dpd is {days}; it must be a whole number of days, 0 or more.", days=self.bad_above_dpd
            )
        if not isinstance(self.currency, str) or not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise InvalidSettings(
                "currency is “{currency}”; it must be a three-letter ISO 4217 code such as CNY or USD.",
                currency=self.currency,
            )

    @property
    def bucket_names(self) -> tuple[str, ...]:
        return tuple(band.name for band in self.buckets)

    def tier_of_bucket(self, ordinal: int) -> str:
        """The tier of a loan of which only the bucket is known; `unclassified` if the bucket spans several."""
        lower = self.buckets[ordinal].lower_dpd
        last = self.buckets[ordinal + 1].lower_dpd - 1 if ordinal + 1 < len(self.buckets) else None
        low_tier = self._tier_ordinal(lower)
        high_tier = len(self.tiers) - 1 if last is None else self._tier_ordinal(last)
        return self.tiers[low_tier].name if low_tier == high_tier else UNCLASSIFIED

    def _tier_ordinal(self, days_past_due: int) -> int:
        return sum(band.lower_dpd <= days_past_due for band in self.tiers) - 1


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_bands(what: str, bands: tuple[Band, ...]) -> None:
    if len(bands) < 2 or bands[0].lower_dpd != 0:
        raise InvalidSettings("{what} must be at least two, and the first must begin at 0 days.", what=what)
    for before, after in pairwise(bands):
        if after.lower_dpd <= before.lower_dpd:
            raise InvalidSettings(
                "{what}: “{after}” begins at {days} days, not after “{before}”.",
                what=what,
                after=after.name,
                days=after.lower_dpd,
                before=before.name,
            )
    names = [band.name.lower() for band in bands]  # codes are read whatever their case
    for name in (band.name for band in bands):
        if not _NAME.fullmatch(name) or names.count(name.lower()) > 1 or name.lower() in EXITS | ENTRIES:
            raise InvalidSettings("{what}: “{name}” cannot be a name here.", what=what, name=name)


EXITS = frozenset({"paid_off", "charged_off", "sold", "missing"})
ENTRIES = frozenset({"new", "returned", UNCLASSIFIED})


def read_settings(text: str) -> Settings:
    """Settings from TOML; what is not said stays at its default. Raises InvalidSettings."""
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings("The settings are not valid TOML: {error}", error=error) from error
    known = {"buckets", "tiers", "bad_above_dpd", "currency"}
    for key in stated:
        if key not in known:
            raise InvalidSettings(
                "Unknown setting “{key}”; known are {known}.", key=key, known=", ".join(sorted(known))
            )
    for key in ("buckets", "tiers"):
        if key in stated:
            stated[key] = _stated_bands(key, stated[key])
    return Settings(**stated)


def _stated_bands(what: str, stated: object) -> tuple[Band, ...]:
    if not isinstance(stated, dict) or not all(_is_whole(lower) for lower in stated.values()):
        raise InvalidSettings("{what} must be a section of names and whole numbers of days, such as M1 = 1.", what=what)
    return _bands(stated)


def write_settings(settings: Settings) -> str:
    """The settings as TOML, so that `read_settings` gives them back."""
    document = tomlkit.document()
    document["currency"] = settings.currency
    document["bad_above_dpd"] = settings.bad_above_dpd
    for key, bands in (("buckets", settings.buckets), ("tiers", settings.tiers)):
        document[key] = {band.name: band.lower_dpd for band in bands}
    return tomlkit.dumps(document)


def load_settings(book: Path) -> Settings:
    """The settings in force in a book's folder: its `recoup.toml`, or the defaults. Raises InvalidSettings."""
    path = book / SETTINGS_FILE
    if not path.exists():
        return Settings()
    try:
        return read_settings(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidSettings("{name} is not text in UTF-8.", name=SETTINGS_FILE) from error
