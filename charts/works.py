"""What works for whom: a measure of contacts by value and channel, few cases in grey, intervals under the pointer.

Frame `what_works` of one month, with intervals.
"""

from dataclasses import dataclass

import plotly.graph_objects as go
import polars as pl

from charts.matrix import Cell, cell_matrix, height_of
from charts.slices import value_name
from charts.stages import channel_name
from charts.theme import Mode
from charts.words import Words
from wording import UNKNOWN, _, count, money, percent

ALL, NOT_REACHED = "all", "not_reached"
FEW = 30
MOST_ROWS, MOST_CHANNELS = 10, 7


@dataclass(frozen=True)
class _Measure:
    """part ÷ base, and how a person reads both."""

    column: str
    part: str
    base: str
    part_name: str
    base_name: str

    def shown(self, value: float | None) -> str:
        if value is None:
            return UNKNOWN
        return money(value) if self.column == "cash_per_account" else percent(value)


MEASURES = ("rpc_rate", "ptp_rate", "kept_rate", "cured_rate", "cash_per_account")


def measure_name(code: str) -> str:
    return {
        "rpc_rate": _("Reached"),
        "ptp_rate": _("Promised"),
        "kept_rate": _("Kept"),
        "cured_rate": _("Cured"),
        "cash_per_account": _("Cash"),
    }[code]


def measure_means(code: str) -> str:
    """What the measure is a part of, for a caption."""
    return {
        "rpc_rate": _("attempts that reached the borrower ÷ attempts"),
        "ptp_rate": _("promises ÷ attempts that reached the borrower"),
        "kept_rate": _("promises kept ÷ promises due"),
        "cured_rate": _("accounts reached that are current or paid off at the month-end ÷ accounts reached"),
        "cash_per_account": _("cash credited to the channel ÷ accounts attempted in it"),
    }[code]


def what_works(frame: pl.DataFrame, *, mode: Mode, measure: str) -> go.Figure | None:
    """A row a value, a column a channel; None where the measure is not known of any."""
    of, values, channels, cells = _grid(frame, measure)
    if not values or not channels:
        return None
    most = max((row[measure] for row in cells.values() if row[measure] is not None), default=0) or 1
    top = most if measure == "cash_per_account" else max(most, 1.0)
    return cell_matrix(
        [value_name(value) for value in values],
        [_head(channel) for channel in channels],
        [[_cell(cells.get((value, channel)), of, top) for channel in channels] for value in values],
        mode,
        name="what_works",
        height=height_of(len(values)),
    )


def what_works_words(frame: pl.DataFrame, *, measure: str) -> Words:
    """Where the measure is highest and lowest among cells of enough cases; of cures, beside those that nobody reached."""
    of, values, channels, cells = _grid(frame, measure)
    known = [row for row in cells.values() if row[measure] is not None and not _few(row, of)]
    told = sorted((row for row in known if row["channel"] not in (ALL, NOT_REACHED)), key=lambda row: -row[measure])
    if not values or not channels:
        text = _("The attempts, promises and payments of this month do not tell")
        return Words(text, text)
    name = measure_name(measure)
    if not told:
        title = _("{measure}: too few cases in each cell to tell", measure=name)
    elif len(told) == 1:
        title = _("{measure}: {cell} {share}", measure=name, cell=_named(told[0]), share=of.shown(told[0][measure]))
    else:
        title = _(
            "{measure}: most {cell} with {share}, least {other} with {least}",
            measure=name,
            cell=_named(told[0]),
            share=of.shown(told[0][measure]),
            other=_named(told[-1]),
            least=of.shown(told[-1][measure]),
        )
    parts = _("; ").join(
        f"{value_name(value)}: "
        + _(", ").join(f"{_head(channel)} {of.shown(_of(cells, value, channel, measure))}" for channel in channels)
        for value in values
    )
    return Words(title, _("Heat map. {title}. {parts}.", title=title, parts=parts))


def reached_words(frame: pl.DataFrame) -> str:
    """How many of the accounts reached were cured, beside those that nobody reached; "" where it is not known."""
    rows = frame.filter(pl.col("channel").is_in([ALL, NOT_REACHED]) & pl.col("reached_accounts").is_not_null())
    sums = {
        channel: (sum(part["cured_accounts"]), sum(part["reached_accounts"]))
        for channel in (ALL, NOT_REACHED)
        if (part := rows.filter(pl.col("channel") == channel)).height
    }
    if len(sums) < 2 or not all(whole for _cured, whole in sums.values()):
        return ""
    (cured, reached), (other, rest) = sums[ALL], sums[NOT_REACHED]
    return _(
        "{share} of accounts reached were cured, {other} of the rest",
        share=percent(cured / reached),
        other=percent(other / rest),
    )


def _measure(code: str) -> _Measure:
    return {
        "rpc_rate": _Measure(code, "right_party", "attempts", _("reached"), _("attempts")),
        "ptp_rate": _Measure(code, "promises", "right_party", _("promises"), _("borrowers reached")),
        "kept_rate": _Measure(code, "promises_kept", "promises_due", _("kept"), _("promises due")),
        "cured_rate": _Measure(code, "cured_accounts", "reached_accounts", _("cured"), _("accounts")),
        "cash_per_account": _Measure(code, "cash", "attempted_accounts", _("cash"), _("accounts attempted")),
    }[code]


def _grid(frame: pl.DataFrame, measure: str) -> tuple[_Measure, list[str], list[str], dict[tuple[str, str], dict]]:
    """Values by their attempts; all channels first, then by their attempts those in which borrowers are reached, or that bring cash.

    What is not known stands there only where it is more than a few.
    """
    of = _measure(measure)
    does = "cash" if measure == "cash_per_account" else "right_party"
    known = {
        row["channel"]
        for row in frame.iter_rows(named=True)
        if row[measure] is not None and (row[does] or row["channel"] == NOT_REACHED)
    }
    cells = {(row["value"], row["channel"]): row for row in frame.iter_rows(named=True) if row["channel"] in known}
    tried: dict[str, int] = {}
    for (_value, channel), row in cells.items():
        tried[channel] = tried.get(channel, 0) + row["attempts"]
    channels = sorted(known - {ALL, NOT_REACHED}, key=lambda channel: (-tried[channel], channel))[:MOST_CHANNELS]
    ends = [channel for channel in (ALL, NOT_REACHED) if channel in known]
    whole = dict(frame.filter(pl.col("channel") == ALL).select("value", "attempts").iter_rows())
    values = sorted((v for v in whole if v or whole[v] >= FEW), key=lambda value: (-whole[value], value))[:MOST_ROWS]
    cells = {key: row for key, row in cells.items() if key[0] in values}
    return of, values, [*ends[:1], *channels, *ends[1:]] if channels else [], cells


def _of(cells: dict, value: str, channel: str, measure: str) -> float | None:
    row = cells.get((value, channel))
    return None if row is None else row[measure]


def _few(row: dict[str, object], of: _Measure) -> bool:
    return (row[of.base] or 0) < FEW


def _cell(row: dict[str, object] | None, of: _Measure, top: float) -> Cell:
    if row is None or row[of.column] is None:
        return Cell(None, UNKNOWN)
    lines = [
        f"<b>{_named(row)}</b>",
        _(
            "{value}, interval {low} to {high}",
            value=of.shown(row[of.column]),
            low=of.shown(row[f"{of.column}_low"]),
            high=of.shown(row[f"{of.column}_high"]),
        ),
        f"{of.part_name} {money(row[of.part]) if of.part == 'cash' else count(row[of.part])} ÷ "
        f"{of.base_name} {count(row[of.base])}",
    ]
    if _few(row, of):
        lines.append(_("Fewer than {n}: too few to lean on", n=FEW))
    return Cell(row[of.column] / top, of.shown(row[of.column]), "<br>".join(lines), _few(row, of))


def _named(row: dict[str, object]) -> str:
    return f"{value_name(row['value'])} · {_head(row['channel'])}"


def _head(channel: str) -> str:
    return _("Not reached") if channel == NOT_REACHED else _("Any") if channel == ALL else channel_name(channel)
