"""A deck as one HTML page that needs no network: interactive charts, light and dark, printed a slide a page, presented full screen.

Nothing in it can be fetched or sent: its policy allows the page's own two scripts and no address. Keys while it is presented: arrows,
Home and End, N for the notes, F for the whole screen, Escape.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

import wording
from charts.theme import FONT
from reports.deck import Deck, Grid, Slide
from reports.figure_parts import POINTS
from reports.fitting import Box
from reports.paging import Page, figure_widths, pages_of
from wording import _

FOLDER = Path(__file__).parent
LANGUAGES = {"zh": "zh-CN"}  # as the web names them
BODY = Box(44, 88, 872, 420)  # of a slide below its title, in points: 1280 × 720 pixels are 960 × 540


def write_web_page(deck: Deck, path: Path | str, dark: Deck | None = None) -> None:
    """Write the page. dark: the same deck drawn for a dark screen; without it charts stand on a light ground there."""
    Path(path).write_text(web_page(deck, dark), encoding="utf-8")


def web_page(deck: Deck, dark: Deck | None = None, *, presenting: bool = False) -> str:
    """The page as text; `presenting`: it opens with its first slide on the whole screen."""
    before = wording.language()
    wording.set_language(deck.language)
    try:
        return _page(deck, _figures_of(dark), presenting)
    finally:
        wording.set_language(before)


def _page(deck: Deck, dark: Mapping[str, go.Figure], presenting: bool) -> str:
    pages = [page for slide in deck.slides for page in pages_of(slide, BODY, () if _has_figure(slide) else None)]
    many = len(pages) + 1
    slides = [_cover(deck, many), *(_slide(page, number, many, dark) for number, page in enumerate(pages, 2))]
    plotly, ours = _script(get_plotlyjs()), _script(_read("web_page.js"))
    policy = (
        f"default-src 'none'; script-src {_allowed(plotly)} {_allowed(ours)}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )  # the charts' own styles are written into the page by their library
    present, to_print, told = _("Present"), _("Print"), {"slide": _("Slide {n} of {many}")}
    return f"""<!doctype html>
<html lang="{LANGUAGES.get(deck.language, deck.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(_title(deck))}</title>
<style>:root {{ --font: {FONT}; }}
{_read("web_page.css")}</style>
</head>
<body data-present="{"yes" if presenting else "no"}">
<header class="bar"><p>{escape(_title(deck))}</p>
{_button("present", present)}{_button("print", to_print)}</header>
<main>
{"".join(slides)}
</main>
<div class="controls">{_controls()}</div>
<p id="said" class="unseen" aria-live="polite"></p>
<script type="application/json" id="told">{_json(told)}</script>
<script>{plotly}</script>
<script>{ours}</script>
</body>
</html>
"""


def _button(what: str, said: str) -> str:
    return f'<button type="button" data-do="{what}">{escape(said)}</button>'


def _title(deck: Deck) -> str:
    return " · ".join(text for text in (deck.title, deck.subtitle) if text)


def _controls() -> str:
    words = (
        ("before", "←", _("Previous slide")),
        ("next", "→", _("Next slide")),
        ("notes", "N", _("Notes")),
        ("full", "F", _("Whole screen")),
        ("leave", "Esc", _("Leave")),
    )
    return "".join(
        f'<button type="button" data-do="{what}" aria-label="{escape(said)}" title="{escape(said)}">{sign}</button>'
        for what, sign, said in words
    )


# Slides


def _cover(deck: Deck, many: int) -> str:
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in deck.facts.items())
    return _placed(
        f'<h1 tabindex="-1">{escape(deck.title)}</h1><p class="subtitle">{escape(deck.subtitle)}</p><dl class="facts">{facts}</dl>',
        1, many, cover=True,
    )  # fmt: skip


def _placed(inside: str, number: int, many: int, notes: str = "", *, cover: bool = False) -> str:
    shown = ""
    if notes:
        paragraphs = "".join(f"<p>{escape(part)}</p>" for part in notes.split("\n\n"))
        summary = escape(_("Notes"))
        shown = f'<details class="notes"><summary>{summary}</summary>{paragraphs}</details>'
    return (
        f'<div class="place" id="slide-{number}"><div class="frame"><section class="slide{" cover" if cover else ""}">{inside}'
        f'<span class="counted" aria-hidden="true">{number} / {many}</span></section></div>{shown}</div>\n'
    )


def _slide(page: Page, number: int, many: int, dark: Mapping[str, go.Figure]) -> str:
    slide = page.slide
    words = f"<p>{escape(slide.comment)}</p>" if slide.comment else ""
    if page.points:
        words += "<ul>" + "".join(f"<li>{escape(point)}</li>" for point in page.points) + "</ul>"
    main = _main(page, dark)
    if main:
        side = f'<div class="side">{words}</div>' if words else ""
        row = f'<div class="row"><div class="main">{main}</div>{side}</div>'
    else:
        row = f'<div class="row words"><div>{words}</div></div>' if words else ""
    foot = "".join(f"<p>{escape(line)}</p>" for line in slide.footnotes)
    inside = (
        f'<h2 tabindex="-1">{escape(page.title)}</h2><div class="body">{_key_figures(slide)}{row}</div>'
        f'<footer class="foot">{foot}</footer>'
    )
    return _placed(inside, number, many, slide.notes)


def _key_figures(slide: Slide) -> str:
    if not slide.figures:
        return ""
    size, widths = figure_widths(slide.figures, BODY.w)
    shown = "".join(
        f'<div style="flex: {wide:.0f} 0 0"><dt>{escape(name)}</dt><dd class="value" style="font-size: {size / POINTS:.0f}px">{escape(value)}</dd><dd class="below">{escape(said)}</dd></div>'
        for (name, value, said), wide in zip(slide.figures, widths, strict=True)
    )
    return f'<dl class="figures">{shown}</dl>'


def _main(page: Page, dark: Mapping[str, go.Figure]) -> str:
    slide = page.slide
    caption = (
        f'<p class="caption">{escape(slide.exhibit.caption)}</p>' if slide.exhibit and slide.exhibit.caption else ""
    )
    if page.grid is not None:
        return caption + _table(page.grid)
    if slide.exhibit is None:
        return ""
    if not _has_figure(slide):
        return f'{caption}<p class="needed">{escape(slide.exhibit.words.title)}</p>'
    figures = {"light": slide.exhibit.figure.to_plotly_json()}
    if slide.key in dark:
        figures["dark"] = dark[slide.key].to_plotly_json()
    texts = ",".join(f'"{name}":{_figure_json(figure)}' for name, figure in figures.items())
    return (
        f'{caption}<div class="chart" role="img" aria-label="{escape(slide.exhibit.words.alt)}"><div class="drawing"></div></div>'
        f'<script type="application/json">{{{texts}}}</script>'
    )


def _table(grid: Grid) -> str:
    number = [' class="number"' if at in grid.numbers else "" for at in range(len(grid.heads))]
    heads = "".join(
        f'<th scope="col"{looks}>{escape(head)}</th>' for head, looks in zip(grid.heads, number, strict=True)
    )
    rows = "".join(
        "<tr>" + "".join(f"<td{looks}>{escape(cell)}</td>" for cell, looks in zip(row, number, strict=True)) + "</tr>"
        for row in grid.rows
    )
    return f'<div class="tabled"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'


def _has_figure(slide: Slide) -> bool:
    return slide.exhibit is not None and slide.exhibit.figure is not None


def _figures_of(deck: Deck | None) -> dict[str, go.Figure]:
    slides: Sequence[Slide] = () if deck is None else deck.slides
    return {slide.key: slide.exhibit.figure for slide in slides if _has_figure(slide)}


# What the page holds besides


def _figure_json(figure: Mapping[str, object]) -> str:
    return _safe(go.Figure(figure).to_json(validate=False))


def _json(value: object) -> str:
    return _safe(json.dumps(value, ensure_ascii=False))


def _safe(text: str) -> str:
    """JSON that nothing in it can end before its end: a name that holds a mark of the page stays a name."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _script(text: str) -> str:
    """A script that holds no end of a script."""
    return text.replace("</script", "<\\/script")


@cache
def _allowed(script: str) -> str:
    """What the policy knows a script by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


@cache
def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
