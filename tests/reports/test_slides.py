"""Decks as PowerPoint, opened by another reader: native charts with the numbers of the exhibits, nothing cut, nothing over another."""

import io
import shutil
import subprocess
import zipfile
from itertools import combinations
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE, PP_PLACEHOLDER
from pptx.util import Pt

from data.errors import InvalidTemplate
from reports.deck import Slide
from reports.fitting import height_of
from reports.native import NativeTable
from reports.native_chart import native
from reports.slides import write_slides
from tests.reports.decks import RATIOS, deck, exhibit, figures, long_grid, slide

NEAR = 1.0  # points by which frames may touch


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A deck with every kind of figure."""
    path = tmp_path_factory.mktemp("slides") / "deck.pptx"
    write_slides(deck(), path)
    return path


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


# What is on it


def test_each_slide_has_its_finding_as_title_its_method_in_the_notes_and_where_it_is_from_at_the_foot(whole):
    slides = list(Presentation(str(whole)).slides)
    assert len(slides) == 1 + len(figures())
    for key, drawn in zip(figures(), slides[1:], strict=True):
        assert drawn.shapes.title.text_frame.text == exhibit(key).words.title
        assert f"Method of {key}" in drawn.notes_slide.notes_text_frame.text
        assert f"What {key} shows" in drawn.notes_slide.notes_text_frame.text
        assert "All loans · version 3" in texts_of(drawn)


def test_nothing_is_a_picture(whole):
    kinds = {shape.shape_type for drawn in Presentation(str(whole)).slides for shape in drawn.shapes}
    assert MSO_SHAPE_TYPE.PICTURE not in kinds
    assert {MSO_SHAPE_TYPE.CHART, MSO_SHAPE_TYPE.TABLE} <= kinds
    with zipfile.ZipFile(whole) as file:
        assert [name for name in file.namelist() if name.startswith("ppt/media/")] == []


def test_the_numbers_in_charts_and_in_the_sheets_behind_them_are_those_of_the_figure(whole):
    slides = dict(zip(figures(), list(Presentation(str(whole)).slides)[1:], strict=True))
    (chart,) = charts_of(slides["line"])
    assert list(chart.plots[0].series[0].values) == pytest.approx(list(RATIOS.values()), abs=0)
    sheet = sheet_of(chart)
    behind = {row[0].value.date(): row[1].value for row in sheet.iter_rows(min_row=2)}
    assert behind == pytest.approx(RATIOS, rel=1e-14)
    for key, drawn in slides.items():
        made = native(figures()[key])
        if isinstance(made, NativeTable) or made[0].kind == "dots":
            continue
        written = [list(series.values) for chart in charts_of(drawn) for plot in chart.plots for series in plot.series]
        assert written == [list(one.values) for panel in made for one in panel.series], key


def test_dots_and_their_intervals_are_points_of_the_chart(whole):
    slides = dict(zip(figures(), list(Presentation(str(whole)).slides)[1:], strict=True))
    (chart,) = charts_of(slides["dots"])
    points = {series.name: list(zip(series.iter_values(), series._element.xVal.iterfind(".//{*}v"), strict=True)) for series in chart.plots[0].series}  # fmt: skip
    assert [float(x.text) for _y, x in points["Estimate"]] == [1.3, 1.0, 0.6]
    assert [float(x.text) for _y, x in points["Interval of A"]][:2] == pytest.approx([1.2, 1.8])
    assert [float(x.text) for _y, x in points["No difference"]][:2] == [1.0, 1.0]


def test_axes_have_number_formats_of_the_office_program(whole):
    slides = dict(zip(figures(), list(Presentation(str(whole)).slides)[1:], strict=True))
    (chart,) = charts_of(slides["line"])
    assert chart.value_axis.tick_labels.number_format == "0.0%"
    assert "mmm" in chart.category_axis.tick_labels.number_format


def test_a_cell_of_a_matrix_keeps_its_letters_and_its_fill(whole):
    slides = dict(zip(figures(), list(Presentation(str(whole)).slides)[1:], strict=True))
    table = next(shape.table for shape in slides["cells"].shapes if shape.has_table)
    made = native(figures()["cells"])
    assert table.cell(1, 1).text == made.rows[0][1].text
    assert f"#{table.cell(1, 1).fill.fore_color.rgb}" == made.rows[0][1].fill


def test_charts_say_what_they_show_to_who_cannot_see_them(whole):
    slides = dict(zip(figures(), list(Presentation(str(whole)).slides)[1:], strict=True))
    for key, drawn in slides.items():
        told = {
            shape._element.nvGraphicFramePr.cNvPr.get("descr")
            for shape in drawn.shapes
            if shape.has_chart or shape.has_table
        }
        assert f"What {key} shows, in words" in told


def test_key_figures_points_and_comment_stand_on_the_slide(tmp_path):
    made = Slide("summary", "All is well", figures=(("Bad debt", "3.1 %", "up 0.1 pp"), ("Overdue", "5.0 %", "")), points=("One", "Two"), comment="Settled")  # fmt: skip
    drawn = opened(tmp_path, deck(made)).slides[1]
    for said in ("Bad debt", "3.1 %", "up 0.1 pp", "•  One", "•  Two", "Settled"):
        assert said in texts_of(drawn)


# Room


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


def test_nothing_is_cut_and_nothing_lies_over_another(whole):
    assert_all_has_room(Presentation(str(whole)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_much_to_say_is_said_smaller_or_on_another_slide_and_never_cut(tmp_path, language):
    said = (
        "催回率在三个月内下降，主要来自车贷与东部地区；" * 6
        if language == "zh"
        else "The rate fell in three months, mostly of car loans in the east; " * 6
    )
    made = deck(
        slide(
            "line", title=said, comment=said, points=tuple(f"{n} {said}" for n in range(12)), footnotes=(said * 4, said)
        ),
        Slide("grid", "A long table", grid=long_grid(80), comment=said, footnotes=(said,)),
        slide("bars", comment=said, figures=(("Bad debt", "3.1 %", said[:60]),) * 6),
        language=language,
    )
    presentation = opened(tmp_path, made)
    assert_all_has_room(presentation)
    everything = "\n".join(texts_of(drawn) + drawn.notes_slide.notes_text_frame.text for drawn in presentation.slides)
    assert all(f"{n} {said}" in everything for n in range(12))


def test_a_definition_too_long_for_the_foot_stands_in_the_notes_and_the_foot_says_so(tmp_path):
    definition, source = "Bad debt is what is more than ninety days past due. " * 60, "All loans · version 3"
    drawn = opened(tmp_path, deck(slide("line", footnotes=(definition, source)))).slides[1]
    assert definition.strip() in drawn.notes_slide.notes_text_frame.text
    assert definition.strip() not in texts_of(drawn)
    assert source in texts_of(drawn)
    assert "Definitions are in the notes" in texts_of(drawn)


def test_a_long_table_goes_on_with_its_heads_and_loses_no_row(tmp_path):
    presentation = opened(tmp_path, deck(Slide("grid", "A long table", grid=long_grid(80))))
    tables = [table for drawn in presentation.slides for table in tables_of(drawn)]
    assert len(tables) > 1
    assert all(table[0] == ["Slice", "Change", "Usual"] for table in tables)
    assert [row[0] for table in tables for row in table[1:]] == [f"Slice number {n}" for n in range(80)]
    titles = [drawn.shapes.title.text_frame.text for drawn in presentation.slides][1:]
    assert titles[0] == "A long table"
    assert set(titles[1:]) == {"A long table (continued)"}


# Empty, unsafe, Chinese


def test_an_exhibit_of_nothing_says_what_is_needed(tmp_path):
    nothing = exhibit("line", "Not enough months in the book for this chart")
    nothing = type(nothing)(nothing.key, nothing.words, None, nothing.asked, nothing.rows.clear(), "")
    drawn = opened(tmp_path, deck(Slide("line", "Nothing yet", nothing))).slides[1]
    assert "Not enough months in the book" in texts_of(drawn)
    assert charts_of(drawn) == []


def test_a_deck_without_slides_is_its_cover(tmp_path):
    from reports.deck import Deck

    presentation = opened(tmp_path, Deck("Monthly review", "June 2024", (), facts={"Filters": "All loans"}))
    (cover,) = presentation.slides
    assert cover.shapes.title.text_frame.text == "Monthly review"
    assert "Filters: All loans" in texts_of(cover)


def test_texts_of_people_are_texts_in_the_sheet_behind_a_chart(tmp_path):
    import charts
    from tests.reports import decks

    frame = decks.frames_of_cohorts.costs({"=HYPERLINK(1)": (10.0, 100.0, False), "mid": (30.0, 60.0, False)})
    figure = charts.cost_to_collect(frame, mode="light", split="stage")
    figure.layout.yaxis.ticktext = ["=1+1", "http://example.com/"]
    unsafe = exhibit("bars")
    unsafe = type(unsafe)(unsafe.key, unsafe.words, figure, unsafe.asked, unsafe.rows, "")
    (chart,) = charts_of(opened(tmp_path, deck(Slide("bars", "=2+2", unsafe))).slides[1])
    sheet = sheet_of(chart)
    cells = [sheet.cell(row, 1) for row in (2, 3)]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("http://example.com/", "s")]
    assert all(cell.hyperlink is None for cell in cells)


def test_chinese_is_marked_as_chinese_and_has_a_font_that_is_there(tmp_path):
    presentation = opened(tmp_path, deck(slide("line", title="不良率上升至 3.1%", comment="八月已结清"), language="zh"))
    part = presentation.slides[1].part
    assert 'lang="zh-CN"' in etree.tostring(part._element, encoding="unicode")
    with zipfile.ZipFile(tmp_path / "deck.pptx") as file:
        themes = [file.read(name).decode() for name in file.namelist() if name.startswith("ppt/theme/theme1")]
    assert 'ea typeface="Microsoft YaHei"' in themes[0]
    (chart,) = charts_of(presentation.slides[1])
    assert "年" in chart.category_axis.tick_labels.number_format


def test_the_language_of_who_asks_is_as_it_was_after_writing(tmp_path):
    import wording

    wording.set_language("en")
    opened(tmp_path, deck(slide("line"), language="zh"))
    assert wording.language() == "en"


# Templates


def template_of(path: Path, *, wide: float = 720, high: float = 540, keep: tuple[int, ...] | None = None) -> Path:
    """A lender's template: another size, names of its own, a slide in it."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(wide), Pt(high)
    presentation.slides.add_slide(presentation.slide_layouts[1]).shapes.title.text = "Guide to our colours"
    for at, layout in reversed(list(enumerate(presentation.slide_layouts))):
        layout.name = f"版式 {at}"
        if keep is not None and at not in keep:
            if at == 1:
                presentation.part.drop_rel(presentation.slides._sldIdLst[0].rId)
                presentation.slides._sldIdLst.remove(presentation.slides._sldIdLst[0])
            presentation.slide_layouts.remove(layout)
    presentation.save(str(path))
    return path


def test_a_template_gives_its_size_its_layouts_and_its_fonts_and_loses_its_slides(tmp_path):
    template = template_of(tmp_path / "ours.pptx")
    presentation = opened(tmp_path, deck(), template)
    assert (presentation.slide_width, presentation.slide_height) == (Pt(720), Pt(540))
    titles = [drawn.shapes.title.text_frame.text for drawn in presentation.slides]
    assert "Guide to our colours" not in titles
    assert titles[0] == "Monthly review"
    assert {drawn.slide_layout.name for drawn in list(presentation.slides)[1:]} == {"版式 5"}
    assert presentation.slides[0].slide_layout.name == "版式 0"
    empty = [shape.name for drawn in presentation.slides for shape in drawn.placeholders if shape.has_text_frame and not shape.text_frame.text and shape.placeholder_format.type != PP_PLACEHOLDER.SLIDE_NUMBER]  # fmt: skip
    assert empty == []
    xml = "".join(etree.tostring(drawn._element, encoding="unicode") for drawn in presentation.slides)
    assert "<a:latin" not in xml
    assert_all_has_room(presentation)


def test_a_template_with_one_titled_layout_has_that_for_all(tmp_path):
    presentation = opened(tmp_path, deck(slide("line")), template_of(tmp_path / "one.pptx", keep=(5,)))
    assert {drawn.slide_layout.name for drawn in presentation.slides} == {"版式 5"}


@pytest.mark.parametrize("text", ["not a presentation", ""])
def test_a_template_that_is_no_presentation_says_so(tmp_path, text):
    (tmp_path / "notes.pptx").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidTemplate, match=r"notes\.pptx cannot be read as a PowerPoint file"):
        write_slides(deck(slide("line")), tmp_path / "deck.pptx", tmp_path / "notes.pptx")
    assert not (tmp_path / "deck.pptx").exists()


def test_a_template_that_is_missing_says_so(tmp_path):
    with pytest.raises(InvalidTemplate, match="cannot be read"):
        write_slides(deck(slide("line")), tmp_path / "deck.pptx", tmp_path / "nowhere.pptx")


def test_a_template_without_a_layout_to_write_on_says_what_to_add(tmp_path):
    with pytest.raises(InvalidTemplate, match="no layout with a title and room below it"):
        write_slides(deck(slide("line")), tmp_path / "deck.pptx", template_of(tmp_path / "blank.pptx", keep=(6,)))


def test_a_layout_whose_title_leaves_no_room_is_not_taken(tmp_path):
    path = template_of(tmp_path / "full.pptx", keep=(5,))
    presentation = Presentation(str(path))
    (layout,) = presentation.slide_layouts
    title = next(shape for shape in layout.placeholders if shape.placeholder_format.type == PP_PLACEHOLDER.TITLE)
    title.left, title.top, title.width, title.height = Pt(20), Pt(20), Pt(600), Pt(450)
    presentation.save(str(path))
    with pytest.raises(InvalidTemplate, match="no layout with a title and room below it"):
        write_slides(deck(slide("line")), tmp_path / "deck.pptx", path)


# Another reader


def test_libreoffice_shows_every_slide(whole, tmp_path):
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed: slides are read back by python-pptx alone")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run([office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(whole)], check=True, capture_output=True, timeout=120)  # fmt: skip
    pages = (tmp_path / "deck.pdf").read_bytes().count(b"/Type/Page") - (tmp_path / "deck.pdf").read_bytes().count(
        b"/Type/Pages"
    )
    assert pages == len(Presentation(str(whole)).slides)
