"""The contact funnel of a month: from the accounts assigned to those that paid as promised and were cured.

Frame `contact_funnel` of one level: stage, channel, owner and, by account, assigned, attempted, connected, reached, promised,
kept, kept_cured; NULL where the actions do not say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from charts.bars import Bar, bar_table
from charts.matrix import Cell, cell_matrix
from charts.stages import in_order, unit_name
from charts.theme import HEIGHT, Mode, palette
from charts.words import Words
from wording import _, count, ngettext, percent
from wording import month as month_words

STEPS = ("assigned", "attempted", "connected", "reached", "promised", "kept", "kept_cured")
FEW_ACCOUNTS = 30
MOST_ROWS = 10


@dataclass(frozen=True)
class Funnel:
    """Accounts at each step; None where the actions do not say."""

    name: str
    accounts: Mapping[str, int | None]

    @property
    def assigned(self) -> int:
        return self.accounts["assigned"] or 0

    def share(self, step: str) -> float | None:
        """Of the accounts assigned."""
        many = self.accounts[step]
        return None if many is None or not self.assigned else many / self.assigned

    def of_before(self, step: str) -> float | None:
        """Of the accounts at the step before."""
        place = STEPS.index(step)
        many, before = self.accounts[step], self.accounts[STEPS[place - 1]] if place else None
        return None if many is None or not before else many / before


def step_name(step: str) -> str:
    return {
        "assigned": _("Assigned"),
        "attempted": _("Attempted"),
        "connected": _("Connected"),
        "reached": _("Borrower reached"),
        "promised": _("Promised"),
        "kept": _("Promise kept"),
        "kept_cured": _("Kept and cured"),
    }[step]


def step_short(step: str) -> str:
    """The same, short enough for the head of a narrow column."""
    return {
        "assigned": _("Assigned"),
        "attempted": _("Tried"),
        "connected": _("Connected"),
        "reached": _("Reached"),
        "promised": _("Promised"),
        "kept": _("Kept"),
        "kept_cured": _("Cured"),
    }[step]


def contact_funnel(
    frame: pl.DataFrame, before: pl.DataFrame | None = None, *, mode: Mode, height: int = HEIGHT
) -> go.Figure | None:
    """A bar a step, with its accounts and their share of the step before; a tick is another month. frame: level `total`.

    None without accounts.
    """
    funnels, earlier = funnels_of(frame, "total"), funnels_of(before, "total") if before is not None else []
    if not funnels or not funnels[0].assigned:
        return None
    colours, now = palette(mode), funnels[0]
    known = earlier[0].accounts if earlier else {}
    bars = [
        Bar(
            step_name(step),
            now.accounts[step] or 0,
            colours.primary if step != "kept_cured" else colours.self_cure,
            (
                (count(now.accounts[step]), colours.ink),
                (percent(now.of_before(step)) if step != "assigned" else "", colours.muted),
            ),
            _told(now, step),
            known.get(step),
        )
        for step in STEPS
    ]
    key = f"<b>|</b> {month_words(before['month'][0])}" if earlier else ""
    heads = (_("accounts"), _("of step before"))
    return bar_table(bars, mode, name="contact_funnel", height=height, heads=heads, key=key)


def contact_funnel_words(frame: pl.DataFrame) -> Words:
    """How many of the accounts assigned were reached, and how many were cured by a promise kept."""
    funnels = funnels_of(frame, "total")
    if not funnels or not funnels[0].assigned:
        text = _("No account stood in a stage in this month")
        return Words(text, text)
    now = funnels[0]
    title = _(
        "Of {accounts}, {reached} were reached and {kept} kept a promise",
        accounts=ngettext("{n} account", "{n} accounts", now.assigned),
        reached=percent(now.share("reached")),
        kept=percent(now.share("kept")),
    )
    steps = _(", ").join(f"{step_name(step)} {count(now.accounts[step])}" for step in STEPS)
    return Words(
        title, _("Bars, from the accounts assigned to those cured. {title}: {steps}.", title=title, steps=steps)
    )


def funnel_matrix(
    frame: pl.DataFrame, *, mode: Mode, split: str, stages: Sequence[str] = (), height: int = HEIGHT
) -> go.Figure | None:
    """A row a unit, a column a step, each cell the share of the row's accounts assigned; None without a row.

    split: stage, channel or owner, the level of the frame. Rows of few accounts are grey.
    """
    funnels = shown_funnels(frame, split, stages)
    if not funnels:
        return None
    return cell_matrix(
        [funnel.name for funnel in funnels],
        [step_short(step) for step in STEPS],
        [[_cell(funnel, step) for step in STEPS] for funnel in funnels],
        mode,
        name="funnel_matrix",
        height=height,
    )


def funnel_matrix_words(frame: pl.DataFrame, *, split: str, stages: Sequence[str] = ()) -> Words:
    """Who reaches most of its accounts, and who least, among those of enough accounts."""
    funnels = shown_funnels(frame, split, stages)
    known = [funnel for funnel in funnels if funnel.share("reached") is not None and funnel.assigned >= FEW_ACCOUNTS]
    if not funnels:
        text = _("No account stood in a stage in this month")
        return Words(text, text)
    ranked = sorted(known, key=lambda funnel: -funnel.share("reached"))
    if not ranked:
        title = _("Who was reached is not known")
    elif len(ranked) == 1:
        title = _(
            "{name}: {share} of the accounts reached", name=ranked[0].name, share=percent(ranked[0].share("reached"))
        )
    else:
        title = _(
            "Reached: {most} {share} of its accounts, {least} {other}",
            most=ranked[0].name,
            share=percent(ranked[0].share("reached")),
            least=ranked[-1].name,
            other=percent(ranked[-1].share("reached")),
        )
    parts = _("; ").join(
        f"{funnel.name}: " + _(", ").join(f"{step_short(step)} {percent(funnel.share(step))}" for step in STEPS[1:])
        for funnel in funnels
    )
    return Words(title, _("Heat map of the funnel. {title}. {parts}.", title=title, parts=parts))


def funnels_of(frame: pl.DataFrame, split: str) -> list[Funnel]:
    """The rows of one level as funnels."""
    return [
        Funnel(
            _("All accounts") if split == "total" else unit_name(split, row[split]),
            {step: row[f"{step}_accounts"] for step in STEPS},
        )
        for row in frame.filter(pl.col("level") == split).iter_rows(named=True)
    ]


def shown_funnels(frame: pl.DataFrame, split: str, stages: Sequence[str]) -> list[Funnel]:
    """Units to which accounts were assigned: stages in order; of channels and owners those that attempted most."""
    rows = frame.filter((pl.col("level") == split) & (pl.col("assigned_accounts") > 0))
    if split == "stage":
        order = in_order(rows["stage"].to_list(), stages)
        rows = rows.sort(pl.col("stage").replace_strict(order, list(range(len(order))), return_dtype=pl.Int64))
    else:
        rows = rows.sort("attempted_accounts", "assigned_accounts", descending=True, maintain_order=True)
    return funnels_of(rows.head(MOST_ROWS), split)


def _cell(funnel: Funnel, step: str) -> Cell:
    """Accounts in the first column, shares in the others."""
    share = funnel.share(step)
    text = count(funnel.assigned) if step == "assigned" else percent(share)
    return Cell(share, text, _told(funnel, step), few=funnel.assigned < FEW_ACCOUNTS)


def _told(funnel: Funnel, step: str) -> str:
    lines = [f"<b>{funnel.name} · {step_name(step)}</b>"]
    many = funnel.accounts[step]
    if many is None:
        return "<br>".join([*lines, _("The actions do not say")])
    lines.append(ngettext("{n} account", "{n} accounts", many))
    if step != "assigned":
        lines.append(_("{share} of those assigned", share=percent(funnel.share(step))))
        lines.append(_("{share} of the step before", share=percent(funnel.of_before(step))))
    if funnel.assigned < FEW_ACCOUNTS:
        lines.append(_("Fewer than {n} accounts assigned", n=FEW_ACCOUNTS))
    return "<br>".join(lines)
