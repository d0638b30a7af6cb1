"""Texts and tables on a slide, native: runs in their colours, cells that are filled, all in the fonts of the slide's theme."""

from collections.abc import Sequence

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Pt

from charts.theme import LIGHT
from reports.fitting import PADDING, Box
from reports.native import Cell, Run
from wording import language

ALIGN = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "centre": PP_ALIGN.CENTER}
ANCHOR = {"top": MSO_ANCHOR.TOP, "middle": MSO_ANCHOR.MIDDLE, "bottom": MSO_ANCHOR.BOTTOM}
HANGING = 14.0  # points from a bullet to its text
PLAIN_TABLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # "No Style, No Grid" of PowerPoint

Paragraph = Sequence[Run]


def paragraph(text: str, colour: str = "", *, bold: bool = False) -> tuple[Run, ...]:
    return (Run(text, colour, bold),)


def add_text(
    slide,
    box: Box,
    paragraphs: Sequence[Paragraph],
    size: float,
    *,
    colour: str = LIGHT.ink,
    align: str = "left",
    anchor: str = "top",
    between: float = 0.0,
    name: str = "",
):
    """A box of text that neither grows nor shrinks: its size was measured before."""
    shape = slide.shapes.add_textbox(*(Pt(length) for length in (box.x, box.y, box.w, box.h)))
    if name:
        shape.name = name
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = ANCHOR[anchor]
    _fill(frame, paragraphs, size, colour, align, between)
    return shape


def add_bullets(shape, first: int) -> None:
    """A bullet before each paragraph from the first on, its lines below each other."""
    for line in shape.text_frame.paragraphs[first:]:
        properties = line._p.get_or_add_pPr()
        properties.set("marL", str(Pt(HANGING)))
        properties.set("indent", str(-Pt(HANGING)))
        etree.SubElement(properties, qn("a:buChar"), char="•")


def _fill(frame, paragraphs: Sequence[Paragraph], size: float, colour: str, align: str, between: float = 0.0) -> None:
    for at, runs in enumerate(paragraphs):
        line = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        line.alignment = ALIGN[align]
        if at and between:
            line.space_before = Pt(between)
        for run in runs:
            for part, text in enumerate(run.text.split("\n")):
                if part:
                    line.add_line_break()
                write_run(line, text, size, run.colour or colour, run.bold)
        if not runs:
            line.font.size = Pt(size)


def write_run(line, text: str, size: float, colour: str, bold: bool = False) -> None:
    written = line.add_run()
    written.text = text
    written.font.size = Pt(size)
    written.font.bold = bold
    written.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
    written.font.language_id = spoken()


def spoken() -> MSO_LANGUAGE_ID:
    return MSO_LANGUAGE_ID.SIMPLIFIED_CHINESE if language() == "zh" else MSO_LANGUAGE_ID.ENGLISH_UK


def add_table(
    slide,
    box: Box,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    heights: Sequence[float],
    size: float,
    *,
    align: Sequence[str],
    ruled: bool = True,
    name: str = "",
    padding: float = PADDING / 2,
):
    """A native table; without heads where `heads` is empty. heights: of each row, that of the heads first. align: of each column."""
    many = len(rows) + bool(heads)
    frame = slide.shapes.add_table(
        many, len(widths), *(Pt(length) for length in (box.x, box.y, sum(widths), sum(heights)))
    )
    if name:
        frame.name = name
    table = frame.table
    properties = table._tbl.tblPr
    for flag in ("firstRow", "bandRow"):
        properties.set(flag, "0")
    if heads:
        properties.set("firstRow", "1")
    style = properties.find(qn("a:tableStyleId"))
    if style is not None:
        style.text = PLAIN_TABLE
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Pt(wide)
    for row, high in zip(table.rows, heights, strict=True):
        row.height = Pt(high)
    shown = ([[Cell(head, ink=LIGHT.muted) for head in heads]] if heads else []) + [list(row) for row in rows]
    for at, line in enumerate(shown):
        for column, cell in enumerate(line):
            _write_cell(table.cell(at, column), cell, size, align[column], padding, ruled)
    return frame


def _write_cell(target, cell: Cell, size: float, align: str, padding: float, ruled: bool) -> None:
    target.margin_left = target.margin_right = Pt(padding)
    target.margin_top = target.margin_bottom = 0
    target.vertical_anchor = MSO_ANCHOR.MIDDLE
    _fill(target.text_frame, [(Run(cell.text, cell.ink, cell.bold),)], size, LIGHT.ink, align)
    properties = target._tc.get_or_add_tcPr()
    if ruled:
        _rule(properties, "lnB", LIGHT.card_border if not cell.fill else "#FFFFFF")
    if cell.fill:
        for side in ("lnL", "lnR", "lnT"):
            _rule(properties, side, "#FFFFFF")
        target.fill.solid()
        target.fill.fore_color.rgb = RGBColor.from_string(cell.fill.lstrip("#"))


ORDER = ("lnL", "lnR", "lnT", "lnB")


def _rule(properties, side: str, colour: str) -> None:
    """A thin line at a side of a cell, in the order that the format wants."""
    line = etree.SubElement(properties, qn(f"a:{side}"), w="9525")
    etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"), val=colour.lstrip("#"))
    lines = sorted(
        properties,
        key=lambda child: ORDER.index(etree.QName(child).localname) if etree.QName(child).localname in ORDER else 9,
    )
    for child in lines:
        properties.append(child)
