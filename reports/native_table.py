"""Figures that are cells or flows, as tables: matrices, triangles and hours with what shades them, streams from where to where."""

from collections.abc import Sequence

from charts.colour import along
from charts.theme import LIGHT, text_on
from reports.figure_parts import Part, each, ink_of, listed, notes_of, opaque, plain, runs_of, shapes_of
from reports.native import Cell, NativeTable
from wording import _, count, money


def table_of(whole: Part) -> NativeTable | None:
    """None where the figure has neither cells nor flows."""
    flow = next((trace for trace in whole["data"] if trace["type"] == "sankey"), None)
    if flow is not None:
        return _flow(flow)
    if any(trace["type"] == "heatmap" for trace in whole["data"]):
        return _cells(whole)
    return (
        _squares(whole)
        if any(shape.get("type") == "rect" and shape.get("fillcolor", "").startswith("#") for shape in shapes_of(whole))
        else None
    )


def _cells(whole: Part) -> NativeTable:
    """A row of the heat maps each; letters from the trace that writes them, else the numbers themselves."""
    heats = [trace for trace in whole["data"] if trace["type"] == "heatmap"]
    rows, columns = len(listed(heats[0]["z"])), max(len(listed(row)) for row in listed(heats[0]["z"]))
    across, down = listed(heats[0].get("x")), listed(heats[0].get("y"))
    fills, numbers = _fills(heats, rows, columns)
    letters = {}
    for trace in whole["data"]:
        if trace.get("mode") == "text":
            inks = each((trace.get("textfont") or {}).get("color"), len(listed(trace["x"])))
            for x, y, text, ink in zip(
                listed(trace["x"]), listed(trace["y"]), listed(trace["text"]), inks, strict=True
            ):
                letters[_within(y, down), _within(x, across)] = (_in_cell(text), opaque(ink))
    written = bool(letters)
    for note in notes_of(whole):  # a dash in a row that is empty
        if note.get("xref", "x") == "x" and note.get("yref", "y") == "y" and not note.get("showarrow"):
            letters[_within(note["y"], down), _within(note["x"], across)] = (
                plain(note["text"]),
                opaque(ink_of(note) or LIGHT.muted),
            )
    heads = _named(whole["layout"]["xaxis"], across, columns)
    names = _named(whole["layout"]["yaxis"], down, rows)
    kept = [
        column
        for column in range(columns)
        if any((row, column) in fills or (row, column) in letters for row in range(rows))
    ]
    beside_heads, beside = _beside(whole, down)

    def cell(row: int, column: int) -> Cell:
        fill = fills.get((row, column), "")
        if (row, column) in letters:
            text, ink = letters[row, column]
            return Cell(text, fill, ink)
        number = numbers.get((row, column))
        shown = "" if written or number is None else count(number)
        return Cell(shown, fill, text_on(fill, "light") if fill else "")

    return NativeTable(
        heads=("", *(heads[column] for column in kept), *beside_heads),
        rows=tuple(
            (Cell(names[row]), *(cell(row, column) for column in kept), *beside.get(row, ())) for row in range(rows)
        ),
        centred=True,
    )


def _fills(
    heats: Sequence[Part], rows: int, columns: int
) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], float]]:
    fills, numbers = {}, {}
    for trace in heats:
        low, high = float(trace.get("zmin") or 0), float(trace.get("zmax") or 1)
        stops = [(float(at), opaque(colour)) for at, colour in trace["colorscale"]]
        for row, line in enumerate(listed(trace["z"])):
            for column, value in enumerate(listed(line)):
                if value is not None and value == value:
                    fills[row, column] = along(stops, (value - low) / ((high - low) or 1))
                    numbers[row, column] = value
    return fills, numbers


def _within(place: float, edges: Sequence[float]) -> int:
    """Which cell a place falls in; without edges cells are a unit wide."""
    if len(edges) < 2:
        return int(place)
    return max((at for at, edge in enumerate(edges[:-1]) if edge <= place), default=0)


def _named(axis: Part, edges: Sequence[float], many: int) -> list[str]:
    """A name a row or column: the axis names the middle of cells, or the edges between them."""
    names = [""] * (many + 1)
    for tick, text in zip(listed(axis.get("tickvals")), listed(axis.get("ticktext")), strict=False):
        names[min(_within(tick, [*edges, (edges[-1] if edges else many) + 1e9]), many)] = plain(text)
    return names[:many]


def _in_cell(text: object) -> str:
    """The letters of a cell; a second, smaller line stands below."""
    return "".join(run.text for run in runs_of(text)).strip()


def _beside(whole: Part, down: Sequence[float]) -> tuple[tuple[str, ...], dict[int, tuple[Cell, ...]]]:
    """Figures at the right of the cells."""
    at_right = [
        note for note in notes_of(whole) if note.get("xref") == "paper" and note.get("x") == 1 and note.get("xshift")
    ]
    heads, rows = [], {}
    for note in sorted(at_right, key=lambda note: note["xshift"]):
        if note.get("yref") == "paper":
            heads.append(plain(note["text"]))
        else:
            row = _within(note["y"], down)
            rows[row] = (*rows.get(row, ()), Cell(plain(note["text"]), ink=opaque(ink_of(note) or LIGHT.muted)))
    return tuple(heads), rows


def _squares(whole: Part) -> NativeTable:
    """Cells that are drawn as squares, with their texts as notes over them."""
    squares = [shape for shape in shapes_of(whole) if shape.get("type") == "rect"]
    fills = {(int(shape["y0"]), int(shape["x0"])): opaque(shape["fillcolor"]) for shape in squares}
    letters = {(int(note["y"]), int(note["x"])): note for note in notes_of(whole)}
    rows, columns = (max(place[side] for place in fills) + 1 for side in (0, 1))
    heads = [plain(text) for text in listed(whole["layout"]["xaxis"].get("ticktext"))]
    names = [plain(text) for text in listed(whole["layout"]["yaxis"].get("ticktext"))]

    def cell(row: int, column: int) -> Cell:
        note = letters.get((row, column))
        return Cell(_in_cell(note["text"]) if note else "", fills[row, column], opaque(ink_of(note)) if note else "")

    return NativeTable(
        heads=("", *heads),
        rows=tuple((Cell(names[row]), *(cell(row, column) for column in range(columns))) for row in range(rows)),
        centred=True,
    )


def _flow(trace: Part) -> NativeTable:
    """From where, down, to where, across: how much; a stream keeps its colour."""
    labels = [plain(text) for text in listed(trace["node"]["customdata"])]
    link = trace["link"]
    sources, targets, amounts = (listed(link[name]) for name in ("source", "target", "value"))
    fills = [opaque(colour) for colour in each(link.get("color"), len(amounts))]
    in_money = any(letter in "¥￥€£$" for label in labels for letter in label)
    told = {(s, t): (value, fill) for s, t, value, fill in zip(sources, targets, amounts, fills, strict=True)}
    down, across = sorted(set(sources)), sorted(set(targets))

    def cell(source: int, target: int) -> Cell:
        if (source, target) not in told:
            return Cell("")
        value, fill = told[source, target]
        return Cell(money(value, "") if in_money else count(value), fill, text_on(fill, "light"))

    return NativeTable(
        heads=(_("From, down; to, across"), *(labels[target] for target in across)),
        rows=tuple((Cell(labels[source]), *(cell(source, target) for target in across)) for source in down),
        centred=True,
    )
