"""Resolution of stages: of the accounts that entered a stage in a month, how many left it cured or paid off.

Frame `resolution`: month (of entry), stage, entered, still_open_share_loans, resolved_share_loans, resolved_share_balance.
"""

import datetime as dt
from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.lines import Line, line_label, line_trace, over_months, series
from charts.marks import Marks
from charts.months import full_calendar, months_earlier
from charts.scale import scale_of
from charts.stages import STAGES, WRITTEN_OFF, in_order, stage_colours, stage_name
from charts.theme import HEIGHT, Mode, Trace, Weigh, palette
from charts.words import Words, change, finding, needed, span
from wording import _, ngettext, percent

FEW_ACCOUNTS = 30
OPEN_ENOUGH = 0.05  # of the accounts that entered, still in the stage: until then the share will rise
RING = 6
TOO_YOUNG_MONTHS, TOO_OPEN = 3, 0.5  # an entry so recent, of which more are still in, says nothing yet


def resolution(
    frame: pl.DataFrame,
    *,
    mode: Mode,
    weigh: Weigh,
    stages: Sequence[str] = STAGES,
    height: int = HEIGHT,
    marks: Marks = (),
) -> go.Figure | None:
    """A line a stage; dotted where more than 5 % of the accounts are still in it, whose share will rise yet.

    The last months are left out while more than half are: they would look like zero. None without a share.
    """
    frame = old_enough(frame)
    lines = _lines(frame, weigh, stages, mode)
    values = [value for line in lines for value in line.values.values() if value is not None]
    if not values:
        return None
    months, scale = full_calendar(frame["month"]), scale_of(values, from_zero=True)
    settled = settled_months(frame)
    labels = [label for line in lines if (label := line_label(line, mode, 1))]
    traces = [trace for line in lines for trace in _traces(line, settled[line.name], months, mode)]
    return over_months(traces, months, scale, labels, mode, name="resolution", height=height, marks=marks)


def resolution_words(frame: pl.DataFrame, *, weigh: Weigh, stages: Sequence[str] = STAGES) -> Words:
    """The news of the stage that resolved most accounts, of those with a settled month; else what is still open; the alternative text adds the others."""
    frame = old_enough(frame)
    shares = {stage: series(_of(frame, stage), _column(weigh)) for stage in _shown(frame, stages)}
    shares = {
        stage: {when: share for when, share in known.items() if share is not None} for stage, known in shares.items()
    }
    shares = {stage: known for stage, known in shares.items() if known}
    if not shares:
        return needed(frame, weigh)
    settled = settled_months(frame)
    firm = {
        stage: {when: share for when, share in known.items() if when in settled[stage_name(stage)]}
        for stage, known in shares.items()
    }
    resolved = pl.col("entered") * pl.col("resolved_share_loans")
    many = dict(frame.group_by("stage").agg(resolved.sum()).iter_rows())
    stage = max((stage for stage, known in firm.items() if known), key=many.__getitem__, default=None)
    if stage is None:
        stage = next(iter(shares))
        title = _(
            "{stage}: {share} resolved so far",
            stage=stage_name(stage),
            share=percent(shares[stage][max(shares[stage])]),
        )
    else:
        title = finding(_("Resolved in {stage}", stage=stage_name(stage)), firm[stage])
    alt = _(
        "Lines by month of entry, {span}: share of the accounts that left the stage cured or paid off. {finding}. {parts}.",
        span=span(shares[stage]),
        finding=title,
        parts=_("; ").join(change(stage_name(other), known[max(known)], None) for other, known in shares.items()),
    )
    return Words(title, alt, beside=_("Resolved, by month of entry"))


def old_enough(frame: pl.DataFrame) -> pl.DataFrame:
    """Without the last months of entry as long as most of their accounts are still in the stage."""
    if frame.is_empty():
        return frame
    first_young = months_earlier(max(frame["month"]), TOO_YOUNG_MONTHS - 1)
    return frame.filter((pl.col("month") < first_young) | (pl.col("still_open_share_loans") <= TOO_OPEN))


def settled_months(frame: pl.DataFrame) -> dict[str, set[dt.date]]:
    """Name of the stage → months of entry of which hardly an account is still in it."""
    firm = frame.filter(pl.col("still_open_share_loans") <= OPEN_ENOUGH)
    return {stage_name(stage): set(firm.filter(pl.col("stage") == stage)["month"]) for stage in set(frame["stage"])}


def _lines(frame: pl.DataFrame, weigh: Weigh, stages: Sequence[str], mode: Mode) -> list[Line]:
    colours = stage_colours(stages, mode)
    lines = []
    for stage in _shown(frame, stages):
        rows = _of(frame, stage)
        notes = {
            when: " "
            + ngettext("of {n} account", "of {n} accounts", entered)
            + _(", {share} still open", share=percent(open_))
            for when, entered, open_ in rows.select("month", "entered", "still_open_share_loans").iter_rows()
        }
        few = rows["entered"].to_list()[-1] < FEW_ACCOUNTS
        lines.append(
            Line(
                stage_name(stage),
                series(rows, _column(weigh)),
                colours.get(stage, palette(mode).quiet),
                False,
                few,
                notes,
            )
        )
    return lines


def _traces(line: Line, settled: set[dt.date], months: Sequence[dt.date], mode: Mode) -> list[Trace]:
    """What is settled as a line, and what is not as a dotted one that goes on from it."""
    whole = line_trace(line, months, mode, 1)
    firm = {number for number, when in enumerate(months) if when in settled}
    open_ = {number for number, value in enumerate(whole["y"]) if value is not None} - firm
    dotted = open_ | {number for number in firm if {number - 1, number + 1} & open_}

    def only(kept: set[int]) -> list[float | None]:
        return [value if number in kept else None for number, value in enumerate(whole["y"])]

    colour = whole["line"]["color"]
    ring = {"color": palette(mode).ground, "size": RING, "opacity": 1, "line": {"width": 1.5, "color": colour}}
    unsaid = {"hoverinfo": "skip", "hovertemplate": None}
    traces = [
        whole | unsaid | {"y": only(dotted), "mode": "lines", "line": whole["line"] | {"dash": "dot"}},
        whole | {"y": only(firm)},
        whole | {"y": only(open_), "mode": "markers", "marker": ring},
    ]
    return [trace for trace in traces if any(value is not None for value in trace["y"])]


def _shown(frame: pl.DataFrame, stages: Sequence[str]) -> list[str]:
    """Stages in which somebody collects: what is written off is only kept."""
    return in_order([stage for stage in frame["stage"].unique(maintain_order=True) if stage != WRITTEN_OFF], stages)


def _of(frame: pl.DataFrame, stage: str) -> pl.DataFrame:
    return frame.filter(pl.col("stage") == stage).sort("month")


def _column(weigh: Weigh) -> str:
    return f"resolved_share_{weigh}"
