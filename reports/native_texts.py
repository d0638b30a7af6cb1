"""What stands around a panel of a figure: its title, what colours mean, the foot of its axis, figures beside it, marked months."""

import datetime as dt
from collections.abc import Sequence

from reports.figure_parts import NEAR, Panel, Part, day_of, ink_of, listed, notes_of, opaque, plain, runs_of, shapes_of
from reports.native import Category, Mark, NativeChart, Run
from wording import _, month


def ticks_apart(axis: Part, places: Sequence[Category]) -> int:
    """How many categories lie between two that the figure names."""
    ticks = listed(axis.get("tickvals"))
    if len(ticks) < 2:
        return max(1, len(places) // 6)
    return max(1, round((len(places) - 1) / max(len(ticks) - 1, 1)))


def texts_of(panel: Panel, whole: Part, of_many: bool) -> dict[str, object]:
    """title of a panel among many, key above, foot below: the figure's texts that stand at the corners of the panel."""
    left, _bottom, _right, top = panel.place
    title: tuple[Run, ...] = ()
    key: tuple[Run, ...] = ()
    foot = ""
    for note in notes_of(whole):
        if note.get("xref") != "paper" or note.get("yref") != "paper" or note.get("showarrow"):
            continue
        x, y = float(note.get("x") or 0), float(note.get("y") or 0)
        if y == 0 and note.get("yanchor") == "top":
            foot = plain(note.get("text"))
        elif of_many and abs(x - left) < NEAR and abs(y - top) < NEAR:
            title = runs_of(note.get("text"), opaque(ink_of(note)) if ink_of(note) else "")
        elif not of_many and x == 0 and y == 1:
            key = runs_of(note.get("text"), opaque(ink_of(note)) if ink_of(note) else "")
    if of_many and not title:
        title = _row_title(panel, whole)
    return {"title": title, "key": key, "foot": foot}


def _row_title(panel: Panel, whole: Part) -> tuple[Run, ...]:
    """The name and the figures that stand beside a panel which is a row of its figure."""
    names = [trace.get("name") for trace in panel.traces if trace.get("name") and trace.get("fill") != "toself"]
    if len(names) != 1:
        return ()
    return (Run(plain(names[0]), bold=True), *(Run("  " + text) for text in figures_beside(panel, whole)))


def figures_beside(panel: Panel, whole: Part) -> list[str]:
    """Figures at the right of a panel, from left to right."""
    _left, bottom, _right, top = panel.place
    notes = [
        note
        for note in notes_of(whole)
        if note.get("yref") == "paper" and note.get("xref") == "paper" and note.get("xshift") and note.get("x") == 1
        and note.get("yanchor") == "middle" and bottom < float(note.get("y") or 0) < top
    ]  # fmt: skip
    return [plain(note.get("text")) for note in sorted(notes, key=lambda note: note["xshift"])]


def marks_of(whole: Part, months: Sequence[dt.date]) -> tuple[Mark, ...]:
    """Days that the figure marks, at the month that they fall in."""
    said: dict[int, list[str]] = {}

    def add(day: object, text: str) -> None:
        at = next((place for place, month in enumerate(months) if day_of(day) <= month), None)
        if at is not None and text not in said.setdefault(at, []):
            said[at].append(text)

    for shape in shapes_of(whole):
        if shape.get("type") == "line" and shape.get("name") and shape.get("x0") == shape.get("x1"):
            add(shape["x0"], shape["name"])
    for note in notes_of(whole):
        if note.get("hovertext") and note.get("text") == "◆":
            add(note["x"], plain(note["hovertext"]))
    return tuple(Mark(at, _("; ").join(texts)) for at, texts in sorted(said.items()))


def mark_in_words(chart: NativeChart, mark: Mark) -> str:
    """Feb 2025: New scorecard"""
    return _("{label}: {text}", label=month(chart.categories[mark.at]), text=mark.text)
