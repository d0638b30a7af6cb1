"""Vintages as curves: each cohort by months on book, the newest and the average of all standing out.

Frame `vintages` with intervals, of one line (30+, …): cohort, months_on_book, loans, amount, and for ever and current
…_loans, …_amount, …_share_loans, …_share_amount with _low and _high; NULL at an age that the cohort has not reached.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go
import polars as pl

from charts.ages import Curve, age_chart
from charts.colour import mix
from charts.theme import HEIGHT, Mode, Weigh, palette
from charts.words import Words
from wording import _, ngettext, percent, points
from wording import month as month_words
from wording import year as year_words

FEW_LOANS = 30
SOME_COHORTS = 3
FAINTEST, FULLEST = 0.32, 0.8  # of the way from the ground to the muted ink: the oldest and the newest year's cohorts
FULL_PERCENT = 0.1  # shares below this are written with two digits

Kind = Literal["ever", "current"]
BASE = {"balance": "amount", "loans": "loans"}


@dataclass(frozen=True)
class Reached:
    """What a cohort stands at: its share at its oldest known age, and what the average of all is at that age."""

    cohort: dt.date
    age: int
    share: float
    average: float
    low: float | None
    high: float | None

    @property
    def stands_out(self) -> bool:
        """Is the average outside of the interval of the cohort's share?"""
        return not (self.low is not None and self.high is not None and self.low <= self.average <= self.high)


def vintage_curves(
    frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, kind: Kind = "ever", height: int = HEIGHT
) -> go.Figure | None:
    """A faint line a cohort, darker the newer its year; the newest old enough to tell and the average named.

    None where no cohort is a month old and has a share.
    """
    colours = palette(mode)
    cohorts = cohort_shares(frame, weigh, kind)
    average = average_share(frame, weigh, kind)
    if not any(average):
        return None
    tones = _tones([cohort.year for cohort in cohorts], mode)
    newest = newest_cohort(frame, weigh, kind)
    notes = _notes(frame)
    crowd = [
        Curve(month_words(cohort), values, tones[cohort.year], notes=notes[cohort])
        for cohort, values in cohorts.items()
        if cohort != newest.cohort
    ]
    named = [
        Curve(_("Average"), _of_several(average, cohorts), colours.totals, dash="dash"),
        Curve(
            month_words(newest.cohort), cohorts[newest.cohort], colours.primary, thick=True, notes=notes[newest.cohort]
        ),
    ]
    digits = digits_of([*average.values(), newest.share])
    keys = [(year_words(dt.date(year, 1, 1)), tone) for year, tone in tones.items()]
    return age_chart(
        crowd, named, mode, name="vintage_curves", height=height, axis=_("months on book"), digits=digits, keys=keys
    )


def vintage_curves_words(frame: pl.DataFrame, *, weigh: Weigh, kind: Kind = "ever", line: str = "30+") -> Words:
    """The newest cohort that is old enough to tell, against the average at the same age."""
    newest = newest_cohort(frame, weigh, kind)
    if newest is None or not newest.age:
        return vintages_needed(frame, weigh)
    digits = digits_of([*average_share(frame, weigh, kind).values(), newest.share])
    title = _title(newest, kind, line, digits)
    known = cohort_shares(frame, weigh, kind)
    alt = _(
        "Lines by months on book: {base} {what} in each of {cohorts}, {first} to {last}. {finding}.",
        base=_("share of the amount paid out that is") if weigh == "balance" else _("share of the loans that are"),
        what=kind_words(kind, line),
        cohorts=ngettext("{n} cohort", "{n} cohorts", len(known)),
        first=month_words(min(known)),
        last=month_words(max(known)),
        finding=title,
    )
    return Words(title, alt, beside=_("Every cohort by its age, newest and average standing out"))


def kind_words(kind: Kind, line: str) -> str:
    """ever 30+, or 30+ now"""
    return _("ever {line}", line=line) if kind == "ever" else _("{line} at the month-end", line=line)


def cohort_shares(frame: pl.DataFrame, weigh: Weigh, kind: Kind) -> dict[dt.date, dict[int, float | None]]:
    """Cohort → age → share, for the cohorts that have one; a month that the book lacks is None, ages to come are not there."""
    found: dict[dt.date, dict[int, float | None]] = {}
    rows = frame.select("cohort", "months_on_book", share_column(weigh, kind)).sort("cohort", "months_on_book")
    for cohort, age, share in rows.iter_rows():
        found.setdefault(cohort, {})[age] = share
    return {cohort: cut for cohort, shares in found.items() if (cut := _until_known(shares))}


def average_share(frame: pl.DataFrame, weigh: Weigh, kind: Kind) -> dict[int, float]:
    """Age → share of all loans whose cohorts have reached it: a ratio of sums, each cohort weighing what it is."""
    share, base, count = pl.col(share_column(weigh, kind)), pl.col(BASE[weigh]), pl.col(f"{kind}_{BASE[weigh]}")
    known = frame.filter(share.is_not_null())
    sums = known.group_by("months_on_book").agg(
        count.cast(pl.Float64).sum().alias("of"), base.cast(pl.Float64).sum().alias("all")
    )
    rows = sums.filter(pl.col("all") > 0).with_columns(average=pl.col("of") / pl.col("all")).sort("months_on_book")
    return dict(rows.select("months_on_book", "average").iter_rows())


def newest_cohort(frame: pl.DataFrame, weigh: Weigh, kind: Kind) -> Reached | None:
    """The newest cohort of enough loans that is a month older than the age at which any loan can have reached the line.

    Where none is, the newest that has a share. None without a share.
    """
    cohorts, average = cohort_shares(frame, weigh, kind), average_share(frame, weigh, kind)
    if not cohorts or not average:
        return None
    loans = dict(frame.select("cohort", "loans").iter_rows())
    first = min((age for age, share in average.items() if share > 0), default=max(average))
    ages = {
        cohort: max(age for age, share in shares.items() if share is not None) for cohort, shares in cohorts.items()
    }
    telling = [cohort for cohort, age in ages.items() if age > first and loans[cohort] >= FEW_LOANS]
    cohort = max(telling or cohorts)
    age = ages[cohort]
    cell = frame.filter((pl.col("cohort") == cohort) & (pl.col("months_on_book") == age)).row(0, named=True)
    column = share_column(weigh, kind)
    return Reached(cohort, age, cell[column], average[age], cell.get(f"{column}_low"), cell.get(f"{column}_high"))


def share_column(weigh: Weigh, kind: Kind) -> str:
    return f"{kind}_share_{BASE[weigh]}"


def digits_of(shares: Iterable[float]) -> int:
    """Digits of a percentage: two where all shares are small."""
    return 2 if max(shares, default=1.0) < FULL_PERCENT else 1


def vintages_needed(frame: pl.DataFrame, weigh: Weigh) -> Words:
    """What the book lacks where there is no share to draw."""
    text = _("No loan is known to have been paid out since the book begins")
    if not frame.is_empty() and frame[share_column(weigh, "ever")].is_null().all():
        text = _("The book does not say what was paid out: weigh by loans instead")
    elif not frame.is_empty():
        text = _("No loan is a month old yet at this month-end")
    return Words(text, text)


def _title(newest: Reached, kind: Kind, line: str, digits: int) -> str:
    said = {
        "cohort": month_words(newest.cohort),
        "share": percent(newest.share, digits),
        "what": kind_words(kind, line),
        "age": ngettext("{n} month", "{n} months", newest.age),
        "by": points(abs(newest.share - newest.average), digits, signed=False),
    }
    if not newest.stands_out:
        return _("Cohort {cohort}: {share} {what} after {age}, in line with the average", **said)
    if newest.share > newest.average:
        return _("Cohort {cohort}: {share} {what} after {age}, {by} above the average", **said)
    return _("Cohort {cohort}: {share} {what} after {age}, {by} below the average", **said)


def _of_several(
    average: Mapping[int, float], cohorts: Mapping[dt.date, Mapping[int, float | None]]
) -> dict[int, float]:
    """The average at ages that some cohorts have reached: of the last one or two it would be these alone."""
    reached = {age: sum(shares.get(age) is not None for shares in cohorts.values()) for age in average}
    enough = min(SOME_COHORTS, max(reached.values()))
    return {age: share for age, share in average.items() if reached[age] >= enough}


def _until_known(shares: Mapping[int, float | None]) -> dict[int, float | None]:
    last = max((age for age, share in shares.items() if share is not None), default=None)
    return {} if last is None else {age: share for age, share in shares.items() if age <= last}


def _tones(years: Sequence[int], mode: Mode) -> dict[int, str]:
    """A grey for each year, the newer the darker."""
    colours, known = palette(mode), sorted(set(years))
    step = (FULLEST - FAINTEST) / max(len(known) - 1, 1)
    newest = len(known) - 1
    return {
        year: mix(colours.ground, colours.muted, FULLEST - step * (newest - place)) for place, year in enumerate(known)
    }


def _notes(frame: pl.DataFrame) -> dict[dt.date, dict[int, str]]:
    """What a pointer adds at each age of each cohort: the age, how many loans it is of, and whether a month is missing."""
    notes: dict[dt.date, dict[int, str]] = {}
    for cohort, age, loans, gap in frame.select("cohort", "months_on_book", "loans", "gap").iter_rows():
        said = [
            " " + ngettext("of {n} loan", "of {n} loans", loans),
            ngettext("after {n} month", "after {n} months", age),
        ]
        if gap:
            said.append(_("at least: a month since is not in the book"))
        notes.setdefault(cohort, {})[age] = "<br>".join(said)
    return notes
