"""What a Plotly figure of ours is made of: its panels, its texts as runs, its axes as number formats."""

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

import plotly.graph_objects as go

from charts.colour import mix
from charts.scale import scale_of
from charts.theme import BLACK, WHITE
from reports.native import Axis, Place, Run

Part = dict[str, object]  # a trace, an axis or an annotation as Plotly keeps it
POINTS = 0.75  # of a pixel
SLACK = 0.07  # of an axis: no more than this is cut from its low end
NEAR = 0.02  # of the figure: a text this near to the corner of a panel is its title
THOUSANDS = ((1e9, ",,,", "B"), (1e6, ",,", "M"), (1e3, ",", "K"))
MYRIADS = ((1e8, "0\\.00,,", "亿"), (1e4, "0\\.0,", "万"))


@dataclass(frozen=True)
class Panel:
    """The traces on one pair of axes, with both axes and where the panel stands in the figure."""

    traces: tuple[Part, ...]
    x: Part
    y: Part
    place: Place
    names: tuple[str, str]
    notes: tuple[Part, ...] = field(default=())


def parts_of(figure: go.Figure) -> Part:
    """Traces and layout of a figure; of one that plays, its last picture."""
    whole = figure.to_plotly_json()
    frames = whole.get("frames") or ()
    if frames:
        whole["data"] = frames[-1]["data"]
    return whole


def panels_of(whole: Part) -> list[Panel]:
    """The panels of a figure in the order of its traces; texts and shapes in the coordinates of a panel go with it."""
    layout = whole["layout"]
    grouped: dict[tuple[str, str], list[Part]] = {}
    for trace in whole["data"]:
        grouped.setdefault((trace.get("xaxis") or "x", trace.get("yaxis") or "y"), []).append(trace)
    found = []
    for (x, y), traces in grouped.items():
        across, up = layout.get(_long(x)) or {}, layout.get(_long(y)) or {}
        left, right = across.get("domain") or (0, 1)
        bottom, top = up.get("domain") or (0, 1)
        found.append(Panel(tuple(traces), across, up, (left, bottom, right, top), (x, y)))
    return found


def notes_of(whole: Part) -> list[Part]:
    return list(whole["layout"].get("annotations") or ())


def shapes_of(whole: Part) -> list[Part]:
    return list(whole["layout"].get("shapes") or ())


def listed(values: object) -> list:
    """The values of a trace's field, whatever they are kept in; a single one as a list of it."""
    if values is None:
        return []
    if isinstance(values, str | int | float):
        return [values]
    return values.tolist() if hasattr(values, "tolist") else list(values)


def each(values: object, many: int) -> list:
    """A field that is one for all, or one a point, as one a point."""
    known = listed(values)
    return known if len(known) == many else (known[:1] or [None]) * many


def known_points(across: object, up: object) -> tuple[list[float], list[float]]:
    """The places of dots, without those of which one is not known."""
    known = [(x, y) for x, y in zip(listed(across), listed(up), strict=True) if _is_number(x) and _is_number(y)]
    return [x for x, _y in known], [y for _x, y in known]


def _is_number(value: object) -> bool:
    return value is not None and math.isfinite(value)


def day_of(value: object) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(str(value)[:10])


# Texts


class _Reader(HTMLParser):
    """The few marks that chart texts use: <b>, <br>, <span style='color:…'>."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self.colours: list[str] = [""]
        self.bold = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.runs.append(Run("\n"))
        elif tag == "b":
            self.bold += 1
        elif tag == "span":
            found = re.search(r"(?<![\w-])color:\s*(#[0-9A-Fa-f]{6})", dict(attrs).get("style") or "")
            self.colours.append(found[1] if found else self.colours[-1])

    def handle_endtag(self, tag: str) -> None:
        if tag == "b":
            self.bold = max(self.bold - 1, 0)
        elif tag == "span" and len(self.colours) > 1:
            self.colours.pop()

    def handle_data(self, data: str) -> None:
        self.runs.append(Run(data, self.colours[-1], self.bold > 0))


def runs_of(text: object, colour: str = "") -> tuple[Run, ...]:
    """A chart's text with its marks read."""
    reader = _Reader()
    reader.feed(str(text or ""))
    reader.close()
    return tuple(Run(run.text, run.colour or colour, run.bold) for run in reader.runs)


def plain(text: object) -> str:
    """The letters alone; a line that was broken goes on after a space, or at once where the letters need none."""
    return (
        re.sub(r"(?<=[\u2e80-\u9fff])\n|\n(?=[\u2e80-\u9fff])", "", "".join(run.text for run in runs_of(text)))
        .replace("\n", " ")
        .strip()
    )


def first_bold(text: object) -> str:
    """What a pointer's text opens with in bold: the name of what it tells."""
    return next((run.text for run in runs_of(text) if run.bold), "")


def ink_of(note: Part) -> str:
    return (note.get("font") or {}).get("color") or ""


def opaque(colour: object, ground: str = WHITE) -> str:
    """ "#rrggbb" of any colour that our charts use, a transparent one as it looks on the ground."""
    said = str(colour or BLACK)
    if said.startswith("#"):
        return said.upper()
    numbers = [float(number) for number in re.findall(r"[\d.]+", said)]
    if len(numbers) < 3:
        return BLACK
    solid = "#" + "".join(f"{round(channel):02X}" for channel in numbers[:3])
    return mix(ground, solid, numbers[3] if len(numbers) > 3 else 1.0)


# Axes


def axis_of(axis: Part, values: Iterable[float | None], texts: Sequence[str] = ()) -> Axis:
    """The range, steps and format of an axis of numbers; `texts` say how its numbers read where the axis has no letters."""
    low, high = sorted(map(float, listed(axis.get("range"))[:2] or (None, None))) if axis.get("range") else (None, None)
    ticks = sorted(float(tick) for tick in listed(axis.get("tickvals")))
    steps = {round(after - before, 9) for before, after in pairwise(ticks)}
    known = [abs(value) for value in values if _is_number(value)]
    lettered = [plain(text) for text in listed(axis.get("ticktext"))]
    most = max((abs(end) for end in (low, high) if end is not None), default=max(known, default=0.0))
    told = format_of(lettered or texts, most)
    shown = axis.get("showticklabels") is not False
    if low is not None and ticks and low < ticks[0]:  # steps are counted from the low end
        step = next(iter(steps)) if len(steps) == 1 else 0.0
        if ticks[0] - low <= SLACK * (high - low):
            low = ticks[0]
        elif step:
            low = ticks[0] - step * math.ceil((ticks[0] - low) / step)
    return Axis(low, high, steps.pop() if len(steps) == 1 else None, told, shown)


def scaled(axis: Axis, values: Iterable[float | None]) -> Axis:
    """An axis that the figure leaves without letters, with round steps and letters: a small chart of its own has room for them."""
    known = [value for value in values if _is_number(value)]
    if axis.shown or not known:
        return axis
    scale = scale_of(known, steps=3)
    return Axis(
        scale.low, scale.high, scale.ticks[1] - scale.ticks[0] if len(scale.ticks) > 1 else None, axis.number_format
    )


def format_of(texts: Sequence[str], most: float) -> str:
    """The number format of a spreadsheet that reads as the texts do; most: the largest number to be shown."""
    said = [text for text in texts if any(letter.isdigit() for letter in text)]
    digits = max((_digits(text) for text in said), default=0)
    if any("%" in text or "pp" in text or "百分点" in text for text in said):
        return "0" + ("." + "0" * digits if digits else "") + "%"
    symbol = next((letter for text in said for letter in text if unicodedata.category(letter) == "Sc"), "")
    if symbol or any(text.rstrip()[-1:] in "KMB万亿" for text in said):
        return money_format(symbol, most, said, chinese=any("万" in text or "亿" in text for text in said))
    times = "×" if any(text.endswith("×") for text in said) else ""
    return "#,##0" + ("." + "0" * digits if digits else "") + (f'"{times}"' if times else "")


def money_format(symbol: str, most: float, texts: Sequence[str] = (), *, chinese: bool) -> str:
    """Money in the unit that its largest amount is read in: ¥1.2M, ¥120.0万; with as many digits as the texts have in that unit."""
    sign = f'"{symbol}"' if symbol else ""
    if chinese:
        unit = next(((form, name) for least, form, name in MYRIADS if most >= least), None)
        return f'{sign}{unit[0]}"{unit[1]}"' if unit else f"{sign}#,##0"
    unit = next(((commas, name) for least, commas, name in THOUSANDS if most >= least), None)
    if unit is None:
        return f"{sign}#,##0"
    amounts = [text for text in texts if re.search(r"[1-9]", text)]
    same = bool(amounts) and all(text.rstrip().endswith(unit[1]) for text in amounts)
    digits = max(map(_digits, amounts), default=1) if same else 1
    return f"{sign}#,##0" + ("." + "0" * digits if digits else "") + f'{unit[0]}"{unit[1]}"'


def _digits(text: str) -> int:
    found = re.findall(r"\d[.](\d+)", text)
    return max(map(len, found), default=0)


def _long(axis: str) -> str:
    """x2 → xaxis2"""
    return f"{axis[0]}axis{axis[1:]}"
