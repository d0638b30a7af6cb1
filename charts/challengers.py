"""Random groups held against the champion: the difference of what was recovered, with its interval, by stage.

Frame `challenger` of one month: stage, test_group, outcome, loans, judged_loans, rate_…, difference_…, difference_…_low and _high,
loans_needed, enough; … is loans or amount.
"""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl

from charts.forest import Estimate, forest
from charts.stages import STAGES, in_order, stage_name
from charts.theme import Mode, Palette, Weigh, palette
from charts.words import Words
from wording import _, count, ngettext, percent, points

BY = {"balance": "amount", "loans": "loans"}
FEW_LOANS = 30
SPAN_STEPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


def challengers(
    frame: pl.DataFrame, *, mode: Mode, weigh: Weigh, stages: Sequence[str] = STAGES, height: int = 0
) -> go.Figure | None:
    """A row a stage and group but the champion's, all stages together first. None without a difference."""
    rows = compared_groups(frame, weigh, stages)
    if not rows:
        return None
    colours = palette(mode)
    most = max(abs(value) for row in rows for value in _ends(row, weigh))
    reach = next((step for step in SPAN_STEPS if step >= most), SPAN_STEPS[-1])
    estimates = [
        Estimate(
            _name(row),
            row[f"difference_{BY[weigh]}"],
            row[f"difference_{BY[weigh]}_low"],
            row[f"difference_{BY[weigh]}_high"],
            _colour(row, weigh, colours),
            (
                (percent(row[f"rate_{BY[weigh]}"]), colours.muted),
                (points(row[f"difference_{BY[weigh]}"]), colours.ink),
                (_of_needed(row), colours.muted),
                (group_verdict(row, weigh), _colour(row, weigh, colours)),
            ),
            _told(row, weigh),
        )
        for row in rows
    ]
    ticks = [(reach * step, points(reach * step, 0 if reach >= 0.1 else 1)) for step in (-1, -0.5, 0, 0.5, 1)]
    heads = (_("rate"), _("difference"), _("loans / needed"), _("verdict"))
    return forest(
        estimates, mode, name="challengers", none=0.0, ticks=ticks, heads=heads, span=(-reach, reach), height=height
    )


def challengers_words(frame: pl.DataFrame, *, weigh: Weigh, stages: Sequence[str] = STAGES) -> Words:
    """The groups that are better or worse by more than chance; else how far the tests still are from telling."""
    if frame.is_empty():
        text = _("No loan of the month is in a test group")
        return Words(text, text)
    rows = compared_groups(frame, weigh, stages)
    if not rows:
        text = _("The days to judge the groups by are not over yet, or one group has no loan to judge")
        return Words(text, text)
    telling = [row for row in rows if side(row, weigh) and not _small(row)]
    if telling:
        far = max(telling, key=lambda row: abs(row[f"difference_{BY[weigh]}"]))
        better, worse = (
            _("{name} recovered {points} more than the champion"),
            _("{name} recovered {points} less than the champion"),
        )
        title = (better if side(far, weigh) > 0 else worse).format(
            name=_name(far), points=points(abs(far[f"difference_{BY[weigh]}"]), signed=False)
        )
    else:
        title = _("No group differs from the champion by more than chance")
    parts = _("; ").join(
        _(
            "{name} {difference} ({low} to {high}), {verdict}",
            name=_name(row),
            difference=points(row[f"difference_{BY[weigh]}"]),
            low=points(row[f"difference_{BY[weigh]}_low"]),
            high=points(row[f"difference_{BY[weigh]}_high"]),
            verdict=group_verdict(row, weigh),
        )
        for row in rows
    )
    return Words(title, _("Differences from the champion with intervals. {title}. {parts}.", title=title, parts=parts))


def groups_of(frame: pl.DataFrame) -> list[str]:
    """The test groups of the frame, in order of their names."""
    return sorted(set(frame["test_group"]))


def compared_groups(frame: pl.DataFrame, weigh: Weigh, stages: Sequence[str]) -> list[dict[str, object]]:
    """The rows with a difference: all stages together, then the stages in order, then the others."""
    known = frame.filter(pl.col(f"difference_{BY[weigh]}").is_not_null())
    order = in_order(known["stage"].unique(maintain_order=True).to_list(), ["all", *stages])
    return sorted(known.rows(named=True), key=lambda row: (order.index(row["stage"]), row["test_group"]))


def side(row: dict[str, object], weigh: Weigh) -> int:
    """1 better than the champion, -1 worse, 0 the interval holds no difference."""
    low, high = row[f"difference_{BY[weigh]}_low"], row[f"difference_{BY[weigh]}_high"]
    if low is None or high is None:
        return 0
    return 1 if low > 0 else -1 if high < 0 else 0


def group_verdict(row: dict[str, object], weigh: Weigh) -> str:
    """A word of its own beside the interval."""
    if _small(row):
        return _("too few loans")
    if side(row, weigh):
        return _("better") if side(row, weigh) > 0 else _("worse")
    return _("no difference") if row["enough"] else _("cannot tell yet")


def _small(row: dict[str, object]) -> bool:
    return (row["judged_loans"] or 0) < FEW_LOANS


def _colour(row: dict[str, object], weigh: Weigh, colours: Palette) -> str:
    if _small(row):
        return colours.quiet
    return {1: colours.self_cure, -1: colours.final, 0: colours.baseline}[side(row, weigh)]


def _ends(row: dict[str, object], weigh: Weigh) -> list[float]:
    names = (f"difference_{BY[weigh]}{end}" for end in ("", "_low", "_high"))
    return [row[name] for name in names if row[name] is not None]


def _name(row: dict[str, object]) -> str:
    return f"{row['test_group']} · {stage_name(row['stage'])}"


def _of_needed(row: dict[str, object]) -> str:
    judged = count(row["judged_loans"])
    return judged if row["loans_needed"] is None else f"{judged} / {count(row['loans_needed'])}"


def _told(row: dict[str, object], weigh: Weigh) -> str:
    by = BY[weigh]
    lines = [
        f"<b>{_name(row)}</b>",
        _(
            "{rate} recovered, {difference} against the champion",
            rate=percent(row[f"rate_{by}"]),
            difference=points(row[f"difference_{by}"]),
        ),
        _(
            "interval {low} to {high}",
            low=points(row[f"difference_{by}_low"]),
            high=points(row[f"difference_{by}_high"]),
        ),
        ngettext("{n} loan judged", "{n} loans judged", row["judged_loans"] or 0),
    ]
    return "<br>".join(lines)
