"""Cohorts and slices at the same age, side by side: are newer loans worse than older ones were at that age?

Frame `vintages` of one line, as in charts/vintages.py; one a slice where slices are compared.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go
import polars as pl

from charts.bars import Bar, bar_table
from charts.columns import Figures
from charts.lines import Line
from charts.marks import Marks
from charts.rows import MONTHS_ROOM, Row, line_rows
from charts.theme import HEIGHT, Mode, Palette, Weigh, palette
from charts.vintages import BASE, FEW_LOANS, Kind, digits_of, kind_words, share_column, vintages_needed
from charts.words import Words, change, moved, span
from wording import _, ngettext, percent, points

AGES = (3, 6, 12, 18, 24, 36)
MOST_LINES = 4
USUAL_AGE = 6
ROWS_HEAD = 26
MOST_COHORTS = 6  # newest, and as many before them


@dataclass(frozen=True)
class Compared:
    """A slice at one age: the share of its newest cohorts, and of as many before them; None where it has none."""

    name: str
    now: float | None
    before: float | None
    loans: int


@dataclass(frozen=True)
class _Sums:
    """A cohort at one age: its share, what the share is a ratio of, and its loans."""

    share: float
    late: Decimal | int
    all: Decimal | int
    loans: int


def ages_to_compare(frame: pl.DataFrame, weigh: Weigh, kind: Kind) -> list[int]:
    """The round ages that at least two cohorts have reached; where there are none, the oldest that any has."""
    reached = _reached(frame, weigh, kind)
    common = [age for age in AGES if reached.get(age, 0) >= 2]
    return common or ([max(reached)] if reached else [])


def oldest_age(frame: pl.DataFrame, weigh: Weigh, kind: Kind) -> int:
    """In months, of the cohorts that have a share known; 0 where none has."""
    return max(_reached(frame, weigh, kind), default=0)


def usual_age(ages: Sequence[int]) -> int:
    """The age to look at unless another is asked for: half a year, or the nearest below that there is."""
    return max((age for age in ages if age <= USUAL_AGE), default=ages[0])


def cohorts_at_ages(
    frame: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    kind: Kind = "ever",
    age: int = USUAL_AGE,
    height: int = HEIGHT,
    marks: Marks = (),
) -> go.Figure | None:
    """A row an age, over the months of origination, `age` thick; empty where cohorts are not so old yet. None without a share.

    Beside each line the share of its newest cohorts together and the change since as many before them.
    """
    ages = _with(ages_to_compare(frame, weigh, kind), age)
    colours = palette(mode)
    compared = {one: _compared(frame, one, weigh, kind) for one in ages}
    shares = [share for now, before in compared.values() for share in (now, before) if share is not None]
    if not shares:
        return None
    digits = digits_of(shares)
    changed = any(before is not None for _now, before in compared.values())
    rows = [
        Row(
            _age_line(frame, one, weigh, kind, colours, thick=one == age),
            _figures(*compared[one], changed, digits, colours),
        )
        for one in ages
    ]
    heads = (_("newest"), _("change")) if changed else (_("newest"),)
    row_height = (height - ROWS_HEAD - MONTHS_ROOM) // len(rows)
    return line_rows(
        rows,
        mode,
        name="cohorts_at_ages",
        row_height=row_height,
        head=ROWS_HEAD,
        heads=heads,
        digits=digits,
        marks=marks,
    )


def cohorts_at_ages_words(
    frame: pl.DataFrame, *, weigh: Weigh, kind: Kind = "ever", line: str = "30+", age: int = USUAL_AGE
) -> Words:
    """How the newest cohorts stand at `age` against those before them."""
    now, before = _compared(frame, age, weigh, kind)
    if now is None:
        return vintages_needed(frame, weigh)
    values = shares_at(frame, age, weigh, kind)
    digits = digits_of([now])
    title = change(_at_age(line, kind, age), now, before, digits)
    others = [one for one in ages_to_compare(frame, weigh, kind) if one != age]
    alt = _(
        "Lines over the months of origination, {span}: the share of each cohort at the same age; newest cohorts "
        "against as many before. {finding}. {parts}.",
        span=span(values),
        finding=title,
        parts=_("; ").join(change(_at_age(line, kind, one), *_compared(frame, one, weigh, kind), 2) for one in others)
        or _("No other age can be compared"),
    )
    return Words(title, alt)


def slices_at_age(
    slices: Mapping[str, pl.DataFrame],
    *,
    mode: Mode,
    weigh: Weigh,
    kind: Kind = "ever",
    age: int = USUAL_AGE,
    height: int = HEIGHT,
) -> go.Figure | None:
    """A bar a slice, the worst first: its newest cohorts that are old enough; the tick is as many before them. None without a share."""
    compared = compared_slices(slices, weigh, kind, age)
    if not compared:
        return None
    colours = palette(mode)
    digits = digits_of(one.now for one in compared)
    before = any(one.before is not None for one in compared)
    bars = [_bar(one, colours, digits, before) for one in compared]
    heads = (_("newest"), _("change")) if before else (_("newest"),)
    key = "<b>|</b> " + _("cohorts before") if before else ""
    return bar_table(bars, mode, name="slices_at_age", height=height, heads=heads, key=key)


def slices_at_age_words(
    slices: Mapping[str, pl.DataFrame], *, weigh: Weigh, kind: Kind = "ever", line: str = "30+", age: int = USUAL_AGE
) -> Words:
    """The slice that is worst at the age, and how it has changed."""
    compared = compared_slices(slices, weigh, kind, age)
    if not compared:
        return vintages_needed(next(iter(slices.values()), pl.DataFrame()), weigh)
    lean = [one for one in compared if one.loans >= FEW_LOANS] or compared
    worst, digits = lean[0], digits_of(one.now for one in compared)
    what = kind_words(kind, line)
    title = change(_("{slice}: {what}", slice=worst.name, what=what), worst.now, worst.before, digits)
    alt = _(
        "Bars: {what} after {age}, newest cohorts against those before. {parts}.",
        what=what,
        age=ngettext("{n} month", "{n} months", age),
        parts=_("; ").join(change(one.name, one.now, one.before, digits) for one in compared),
    )
    return Words(title, alt)


def compared_cohorts(
    frames: Iterable[pl.DataFrame], weigh: Weigh, kind: Kind, age: int
) -> tuple[list[dt.date], list[dt.date]]:
    """The newest cohorts that have a share at the age in any frame, at most six and at most half of them, and as many before."""
    return _newest_and_before(_sums_at(frame, age, weigh, kind) for frame in frames)


def _newest_and_before(known: Iterable[Mapping[dt.date, _Sums]]) -> tuple[list[dt.date], list[dt.date]]:
    cohorts = sorted({cohort for sums in known for cohort in sums})
    many = min(MOST_COHORTS, max(len(cohorts) // 2, 1))
    return cohorts[-many:], cohorts[-2 * many : -many] if len(cohorts) > many else []


def compared_slices(slices: Mapping[str, pl.DataFrame], weigh: Weigh, kind: Kind, age: int) -> list[Compared]:
    """Each slice at the age, the worst first; the cohorts are the same for all: those of the slices together."""
    known = {name: _sums_at(frame, age, weigh, kind) for name, frame in slices.items()}
    newest, before = _newest_and_before(known.values())
    found = [
        Compared(name, _share_of(sums, newest), _share_of(sums, before), _loans_of(sums, newest))
        for name, sums in known.items()
    ]
    return sorted((one for one in found if one.now is not None), key=lambda one: -one.now)


def slices_table(slices: Mapping[str, pl.DataFrame], weigh: Weigh, kind: Kind, age: int) -> pl.DataFrame:
    """slice, months_on_book, newest, before, loans: what the bars are drawn from."""
    schema = {
        "slice": pl.String,
        "months_on_book": pl.Int64,
        "newest": pl.Float64,
        "before": pl.Float64,
        "loans": pl.Int64,
    }
    rows = [(one.name, age, one.now, one.before, one.loans) for one in compared_slices(slices, weigh, kind, age)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def shares_at(frame: pl.DataFrame, age: int, weigh: Weigh, kind: Kind) -> dict[dt.date, float]:
    """Cohort → share at the age, for the cohorts that have one, in order."""
    return {cohort: sums.share for cohort, sums in _sums_at(frame, age, weigh, kind).items()}


def _sums_at(frame: pl.DataFrame, age: int, weigh: Weigh, kind: Kind) -> dict[dt.date, _Sums]:
    """Cohort → what it stands at, for the cohorts that have a share at the age, in order."""
    share, base = share_column(weigh, kind), BASE[weigh]
    known = frame.filter((pl.col("months_on_book") == age) & pl.col(share).is_not_null()).sort("cohort")
    columns = (known[column].to_list() for column in (share, f"{kind}_{base}", base, "loans"))
    return {cohort: _Sums(*sums) for cohort, *sums in zip(known["cohort"].to_list(), *columns, strict=True)}


def _reached(frame: pl.DataFrame, weigh: Weigh, kind: Kind) -> dict[int, int]:
    """Age → how many cohorts have a share at it."""
    known = frame.filter(pl.col(share_column(weigh, kind)).is_not_null())
    return dict(known.group_by("months_on_book").agg(pl.col("cohort").n_unique()).iter_rows())


def _with(ages: Sequence[int], age: int) -> list[int]:
    """At most so many ages as can be told apart, the one asked for among them."""
    others = [one for one in ages if one != age][: MOST_LINES - 1]
    return sorted({*others, age})


def _compared(frame: pl.DataFrame, age: int, weigh: Weigh, kind: Kind) -> tuple[float | None, float | None]:
    """The share of the newest cohorts at an age, and of those before them."""
    known = _sums_at(frame, age, weigh, kind)
    newest, before = _newest_and_before([known])
    return _share_of(known, newest), _share_of(known, before)


def _at_age(line: str, kind: Kind, age: int) -> str:
    """Ever 30+ after 6 months"""
    name = _("{what} after {age}", what=kind_words(kind, line), age=ngettext("{n} month", "{n} months", age))
    return name[:1].upper() + name[1:]


def _age_line(frame: pl.DataFrame, age: int, weigh: Weigh, kind: Kind, colours: Palette, *, thick: bool) -> Line:
    loans = dict(frame.select("cohort", "loans").sort("cohort").iter_rows())
    known = shares_at(frame, age, weigh, kind)
    values = {cohort: known.get(cohort) for cohort in loans}
    notes = {cohort: " " + ngettext("of {n} loan", "of {n} loans", loans[cohort]) for cohort in known}
    colour = colours.primary if thick else colours.baseline
    few = bool(known) and loans[max(known)] < FEW_LOANS
    return Line(ngettext("{n} month", "{n} months", age), values, colour, thick, few, notes)


def _figures(now: float | None, before: float | None, changed: bool, digits: int, colours: Palette) -> Figures:
    share = (percent(now, digits), colours.ink)
    if not changed:
        return (share,)
    by = None if now is None or before is None else now - before
    return share, (points(by, digits), verdict(now, before, digits, colours))


def verdict(now: float | None, before: float | None, digits: int, colours: Palette) -> str:
    """The colour of a change: worse, the same, better."""
    return {1: colours.final, 0: colours.muted, -1: colours.self_cure}[moved(now, before, digits)]


def _share_of(known: Mapping[dt.date, _Sums], cohorts: Sequence[dt.date]) -> float | None:
    """The share of some cohorts together: a ratio of sums."""
    mine = [known[cohort] for cohort in cohorts if cohort in known]
    whole = math.fsum(sums.all for sums in mine)
    return math.fsum(sums.late for sums in mine) / whole if whole else None


def _loans_of(known: Mapping[dt.date, _Sums], cohorts: Sequence[dt.date]) -> int:
    return sum(known[cohort].loans for cohort in cohorts if cohort in known)


def _bar(one: Compared, colours: Palette, digits: int, compared: bool) -> Bar:
    small = one.loans < FEW_LOANS
    figures = ((percent(one.now, digits), colours.muted if small else colours.ink),)
    if compared:
        by = None if one.before is None else one.now - one.before
        colour = colours.muted if small else verdict(one.now, one.before, digits, colours)
        figures += ((points(by, digits), colour),)
    told = [change(one.name, one.now, one.before, digits), ngettext("{n} loan", "{n} loans", one.loans)]
    return Bar(one.name, one.now, colours.quiet if small else colours.primary, figures, "<br>".join(told), one.before)
