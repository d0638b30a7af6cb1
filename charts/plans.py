"""Plans and their fate: kept, paid off, broken, re-defaulted, three, six and twelve months after they were agreed.

Frame `plans` of a period, with intervals: months_since, plans, and a share for each fate.
"""

import plotly.graph_objects as go
import polars as pl

from charts.matrix import Cell, cell_matrix
from charts.theme import HEIGHT, Mode
from charts.words import Words
from wording import UNKNOWN, _, count, ngettext, percent

FATES = ("kept", "paid_off", "broken", "redefaulted")
FEW_PLANS = 30


def plans(frame: pl.DataFrame, *, mode: Mode, height: int = HEIGHT) -> go.Figure | None:
    """A row for each of 3, 6 and 12 months since, a column a fate; None where no plan is old enough."""
    rows = _known(frame)
    if not rows:
        return None
    return cell_matrix(
        [_since(row) for row in rows],
        [_("Plans"), *(fate_name(fate) for fate in FATES)],
        [[Cell(None, count(row["plans"]), ""), *(_cell(row, fate) for fate in FATES)] for row in rows],
        mode,
        name="plans",
        height=height,
    )


def plans_words(frame: pl.DataFrame) -> Words:
    """What became of the plans that are six months old, or of the oldest there are."""
    rows = _known(frame)
    if not rows:
        text = _("No plan was agreed three months ago or longer")
        return Words(text, text)
    row = next((row for row in rows if row["months_since"] == 6), rows[-1])
    title = _(
        "Of {plans}, {kept} kept and {broken} broken after {months}",
        plans=ngettext("{n} plan", "{n} plans", row["plans"]),
        kept=percent(row["share_kept"]),
        broken=percent(row["share_broken"]),
        months=ngettext("{n} month", "{n} months", row["months_since"]),
    )
    parts = _("; ").join(
        f"{_since(row)}: " + _(", ").join(f"{fate_name(fate)} {percent(row[f'share_{fate}'])}" for fate in FATES)
        for row in rows
    )
    return Words(title, _("Table of the fate of plans. {title}. {parts}.", title=title, parts=parts))


def fate_name(code: str) -> str:
    return {
        "kept": _("Kept"),
        "paid_off": _("Paid off"),
        "broken": _("Broken"),
        "redefaulted": _("Late again"),
    }[code]


def _known(frame: pl.DataFrame) -> list[dict[str, object]]:
    return [row for row in frame.sort("months_since").iter_rows(named=True) if row["share_kept"] is not None]


def _since(row: dict[str, object]) -> str:
    return ngettext("{n} month later", "{n} months later", row["months_since"])


def _cell(row: dict[str, object], fate: str) -> Cell:
    share, few = row[f"share_{fate}"], row["plans"] < FEW_PLANS
    if share is None:
        return Cell(None, UNKNOWN)
    lines = [
        f"<b>{fate_name(fate)} · {_since(row)}</b>",
        _(
            "{value}, interval {low} to {high}",
            value=percent(share),
            low=percent(row[f"share_{fate}_low"]),
            high=percent(row[f"share_{fate}_high"]),
        ),
        _("{n} of {plans}", n=count(row[fate]), plans=ngettext("{n} plan", "{n} plans", row["plans"])),
    ]
    if few:
        lines.append(_("Fewer than {n}: too few to lean on", n=FEW_PLANS))
    return Cell(share, percent(share), "<br>".join(lines), few)
