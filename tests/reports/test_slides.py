"""Decks as PowerPoint, opened by another reader: native charts with the numbers of the exhibits, nothing cut, nothing over another."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.oxml.ns import qn

from reports.deck import Slide
from reports.native import NativeTable
from reports.native_chart import native
from reports.slides import write_slides
from tests.reports.decks import RATIOS, deck, exhibit, figures, long_grid, slide
from tests.reports.slides_read import assert_all_has_room, charts_of, opened, sheet_of, tables_of, texts_of


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """A deck with every kind of figure."""
    path = tmp_path_factory.mktemp("slides") / "deck.pptx"
    write_slides(deck(), path)
    return path


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


def test_a_month_that_is_marked_has_a_line_at_it_and_what_happened_below(tmp_path):
    import datetime as dt

    import charts
    from charts.marks import Mark
    from tests.charts.frames import bad_debt

    marks = [Mark(dt.date(2024, 2, 12), "New policy")]
    figure = charts.bad_debt_ratio(bad_debt(RATIOS), mode="light", weigh="balance", marks=marks)
    marked = exhibit("line")
    marked = type(marked)(marked.key, marked.words, figure, marked.asked, marked.rows, "")
    drawn = opened(tmp_path, deck(slide("line", exhibit=marked))).slides[1]
    assert "Feb 2024: New policy" in texts_of(drawn)
    (chart,) = charts_of(drawn)
    line = chart.plots[0].series[1]
    months = list(RATIOS)
    assert [months[at].month for at, value in enumerate(line.values) if value is not None] == [2]
    assert line._element.find(qn("c:errBars")) is not None


@pytest.mark.parametrize("key", ["areas", "columns"])
def test_months_are_marked_on_areas_and_columns_and_no_legend_names_the_marks(tmp_path, key):
    import plotly.graph_objects as go

    from charts import mark_notes

    if key == "areas":
        figure = go.Figure(figures()["areas"])
    else:
        months = list(RATIOS)
        bars = [go.Bar(x=months, y=list(range(12)), name=name, marker_color="#112233") for name in "ab"]
        figure = go.Figure(
            bars,
            {
                "barmode": "stack",
                "xaxis": {"type": "date", "range": [months[0], months[-1]]},
                "yaxis": {"range": [0, 30]},
            },
        )
    assert mark_notes(figure, [(list(RATIOS)[-2], "New policy")], "light")
    marked = exhibit("areas")
    marked = type(marked)(marked.key, marked.words, figure, marked.asked, marked.rows, "")
    drawn = opened(tmp_path, deck(slide("areas", exhibit=marked))).slides[1]
    assert "┆ " in texts_of(drawn)
    assert ": New policy" in texts_of(drawn)
    (chart,) = charts_of(drawn)
    line = next(chart._chartSpace.iter(qn("c:lineChart")))
    (series,) = line.findall(qn("c:ser"))
    assert series.find(qn("c:errBars")) is not None
    hidden = [each.find(qn("c:idx")).get("val") for each in chart._chartSpace.iter(qn("c:legendEntry"))]
    assert not chart.has_legend or hidden == [series.find(qn("c:idx")).get("val")]


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
    for said in ("Bad debt", "3.1 %", "up 0.1 pp", "One", "Two", "Settled"):
        assert said in texts_of(drawn)


# Room


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
