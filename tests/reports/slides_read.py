"""Slides read back for tests: what stands on them, the sheets behind their charts, and whether all of it has room."""

import io
from itertools import combinations
from pathlib import Path

import openpyxl
from pptx import Presentation
from pptx.util import Pt

from reports.fitting import height_of
from reports.slides import write_slides

NEAR = 1.0  # points by which frames may touch


def opened(tmp_path: Path, made, template: Path | None = None):
    write_slides(made, tmp_path / "deck.pptx", template)
    return Presentation(str(tmp_path / "deck.pptx"))


def charts_of(drawn) -> list:
    return [shape.chart for shape in drawn.shapes if shape.has_chart]


def tables_of(drawn) -> list[list[list[str]]]:
    return [
        [[cell.text for cell in row.cells] for row in shape.table.rows] for shape in drawn.shapes if shape.has_table
    ]


def texts_of(drawn) -> str:
    return "\n".join(shape.text_frame.text for shape in drawn.shapes if shape.has_text_frame)


def sheet_of(chart) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active


def frames_of(drawn) -> list[tuple[str, float, float, float, float]]:
    return [
        (
            shape.name,
            shape.left / Pt(1),
            shape.top / Pt(1),
            (shape.left + shape.width) / Pt(1),
            (shape.top + shape.height) / Pt(1),
        )
        for shape in drawn.shapes
    ]


def assert_all_has_room(presentation) -> None:
    """No frame outside of the slide, none over another, no text longer than its box."""
    wide, high = presentation.slide_width / Pt(1), presentation.slide_height / Pt(1)
    for number, drawn in enumerate(presentation.slides, 1):
        frames = frames_of(drawn)
        ids = [shape.shape_id for shape in drawn.shapes]
        assert len(ids) == len(set(ids)), f"slide {number}"
        outside = [
            name for name, x0, y0, x1, y1 in frames if x0 < -NEAR or y0 < -NEAR or x1 > wide + NEAR or y1 > high + NEAR
        ]
        assert outside == [], f"slide {number}"
        over = [
            (one[0], other[0])
            for one, other in combinations(frames, 2)
            if min(one[3], other[3]) - max(one[1], other[1]) > NEAR
            and min(one[4], other[4]) - max(one[2], other[2]) > NEAR
        ]
        assert over == [], f"slide {number}"
        for shape in drawn.shapes:
            if shape.has_text_frame and not shape.is_placeholder:
                size = max((run.font.size.pt for line in shape.text_frame.paragraphs for run in line.runs), default=0)
                texts = [line.text.replace("\v", "\n") for line in shape.text_frame.paragraphs]
                assert height_of(texts, size, shape.width / Pt(1)) <= shape.height / Pt(1) + NEAR, (number, shape.name)
