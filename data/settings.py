"""The lender's own definitions: buckets, tiers, the bad-debt line, stages, the rules in force, the calendar and the currency.

They stand in `recoup.toml` in the book's folder; a version of the book records those it was built with.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path

import tomlkit

from data.errors import InvalidSettings
from data.presets import CN, PRESETS
from data.rules import presets as rule_presets
from data.stages import Band, StageLadder, bands, check_stages, read_stages, write_stages

__all__ = ["Band", "Settings", "StageLadder", "load_settings", "read_settings", "write_settings"]

SETTINGS_FILE = "recoup.toml"
UNCLASSIFIED = "unclassified"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LOOK_BACK_MAX_DAYS = 27
"""Days of grace and of credit stay under the shortest month, so that a month needs no more than its neighbours."""

_NAME = re.compile(r"[A-Za-z0-9_+-]{1,24}")


@dataclass(frozen=True)
class Settings:
    """What the words of this book mean. Raises InvalidSettings when they contradict themselves.

    buckets: delinquency buckets, the first one current (days past due below the second's lower bound).
    tiers: the regulator's classification (default: China, 2023 rule).
    bad_above_dpd: a loan is bad debt when its days past due exceed this.
    currency: ISO 4217 code of every amount in the book.
    stages: collection stages by the days past due at which a loan enters; below the first it is in none.
    stage_exceptions: other days of entry for a product, a segment, or a segment of a product.
    promise_grace_days, promise_kept_share: a promise is kept when at least this share of it was paid by so many days after
    its due date.
    credit_days: a payment is credited to the last contact with the borrower within so many days before it.
    rules: the preset of the rules of conduct, a file of the folder rules.
    rest_days, holidays: weekdays and days on which nobody works.
    """

    buckets: tuple[Band, ...] = bands(CN["buckets"])
    tiers: tuple[Band, ...] = bands(CN["tiers"])
    bad_above_dpd: int = CN["bad_above_dpd"]
    currency: str = CN["currency"]
    stages: tuple[Band, ...] = bands(CN["stages"])
    stage_exceptions: tuple[StageLadder, ...] = ()
    promise_grace_days: int = 3
    promise_kept_share: float = 1.0
    credit_days: int = 7
    rules: str = CN["rules"]
    rest_days: tuple[str, ...] = ("Saturday", "Sunday")
    holidays: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        for what, given in (("buckets", self.buckets), ("tiers", self.tiers)):
            _check_bands(what, given)
        if not _is_whole(self.bad_above_dpd) or self.bad_above_dpd < 0:
            raise InvalidSettings(
                "bad_above_dpd is {days}; it must be a whole number of days, 0 or more.", days=self.bad_above_dpd
            )
        if not isinstance(self.currency, str) or not re.fullmatch(r"[A-Z]{3}", self.currency):
            raise InvalidSettings(
                "currency is “{currency}”; it must be a three-letter ISO 4217 code such as CNY or USD.",
                currency=self.currency,
            )
        check_stages(self.stages, self.stage_exceptions)
        self._check_promises_and_credit()
        self._check_calendar()
        if self.rules not in rule_presets():
            raise InvalidSettings(
                "rules is “{rules}”; there are {known}.", rules=self.rules, known=", ".join(sorted(rule_presets()))
            )

    def _check_promises_and_credit(self) -> None:
        for name in ("promise_grace_days", "credit_days"):
            days = getattr(self, name)
            if not _is_whole(days) or not 0 <= days <= LOOK_BACK_MAX_DAYS:
                raise InvalidSettings(
                    "{name} is {days}; it must be a whole number of days from 0 to {most}.",
                    name=name,
                    days=days,
                    most=LOOK_BACK_MAX_DAYS,
                )
        share = self.promise_kept_share
        if not isinstance(share, int | float) or isinstance(share, bool) or not 0.0001 <= share <= 1:
            raise InvalidSettings(
                "promise_kept_share is {share}; it must be a share of the promise, above 0 and at most 1.", share=share
            )

    def _check_calendar(self) -> None:
        for day in self.rest_days:
            if day not in WEEKDAYS:
                raise InvalidSettings(
                    "rest_days: “{day}” is no weekday; weekdays are {known}.", day=day, known=", ".join(WEEKDAYS)
                )
        for day in self.holidays:
            if not isinstance(day, date) or isinstance(day, datetime):
                raise InvalidSettings("holidays: {day} is no day; write it bare, as 2024-10-01.", day=day)

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


def _check_bands(what: str, given: tuple[Band, ...]) -> None:
    if len(given) < 2 or given[0].lower_dpd != 0:
        raise InvalidSettings("{what} must be at least two, and the first must begin at 0 days.", what=what)
    for before, after in pairwise(given):
        if after.lower_dpd <= before.lower_dpd:
            raise InvalidSettings(
                "{what}: “{after}” begins at {days} days, not after “{before}”.",
                what=what,
                after=after.name,
                days=after.lower_dpd,
                before=before.name,
            )
    names = [band.name.lower() for band in given]  # codes are read whatever their case
    for name in (band.name for band in given):
        if not _NAME.fullmatch(name) or names.count(name.lower()) > 1 or name.lower() in EXITS | ENTRIES:
            raise InvalidSettings("{what}: “{name}” cannot be a name here.", what=what, name=name)


EXITS = frozenset({"paid_off", "charged_off", "sold", "missing"})
ENTRIES = frozenset({"new", "returned", UNCLASSIFIED})
KEYS = ("preset", "currency", "bad_above_dpd", "promise_grace_days", "promise_kept_share", "credit_days",
        "rules", "buckets", "tiers", "stages", "calendar")  # fmt: skip
"""What `recoup.toml` may say, in the order in which it is written."""


def read_settings(text: str) -> Settings:
    """Settings from TOML; what is not said is as the preset has it, and the preset is `cn` unless said. Raises InvalidSettings."""
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSettings("The settings are not valid TOML: {error}", error=error) from error
    _require_known(stated, KEYS)
    preset = stated.pop("preset", "cn")
    if not isinstance(preset, str) or preset not in PRESETS:
        raise InvalidSettings(
            "There is no preset “{preset}”; there are {known}.", preset=preset, known=", ".join(PRESETS)
        )
    stated = PRESETS[preset] | stated
    for key in ("buckets", "tiers"):
        stated[key] = _stated_bands(key, stated[key])
    stated["stages"], stated["stage_exceptions"] = read_stages(stated["stages"])
    calendar = _stated_calendar(stated.pop("calendar", {}))
    return Settings(**stated, **calendar)


def _require_known(stated: Iterable[str], known: tuple[str, ...]) -> None:
    """Raises InvalidSettings for a key that means nothing, and says which one was probably meant."""
    for key in stated:
        if key in known:
            continue
        names = ", ".join(sorted(known))
        nearest = get_close_matches(key, known, n=1)
        if nearest:
            raise InvalidSettings(
                "Unknown setting “{key}”. Did you mean “{nearest}”? Known are {known}.",
                key=key,
                nearest=nearest[0],
                known=names,
            )
        raise InvalidSettings("Unknown setting “{key}”; known are {known}.", key=key, known=names)


def _stated_bands(what: str, stated: object) -> tuple[Band, ...]:
    if not isinstance(stated, dict) or not all(_is_whole(lower) for lower in stated.values()):
        raise InvalidSettings("{what} must be a section of names and whole numbers of days, such as M1 = 1.", what=what)
    return bands(stated)


def _stated_calendar(stated: object) -> dict[str, tuple]:
    if not isinstance(stated, dict):
        raise InvalidSettings("calendar must be a section with rest_days and holidays.")
    _require_known(stated, ("rest_days", "holidays"))
    for name, days in stated.items():
        if not isinstance(days, list):
            raise InvalidSettings("{name} must be a list, such as [] for none.", name=name)
    return {name: tuple(days) for name, days in stated.items()}


def write_settings(settings: Settings) -> str:
    """The settings as TOML, every one of them, so that `read_settings` gives them back."""
    document = tomlkit.document()
    for key in ("currency", "bad_above_dpd", "promise_grace_days", "promise_kept_share", "credit_days", "rules"):
        document[key] = getattr(settings, key)
    for key, given in (("buckets", settings.buckets), ("tiers", settings.tiers)):
        document[key] = {band.name: band.lower_dpd for band in given}
    document["stages"] = write_stages(settings.stages, settings.stage_exceptions)
    document["calendar"] = {"rest_days": list(settings.rest_days), "holidays": list(settings.holidays)}
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
