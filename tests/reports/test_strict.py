"""Files that PowerPoint and Excel open without repair: every exhibit's slides and sheets held against what the formats demand.

Names of a lender's are hostile here: control characters, marks of XML, formulas, addresses of cells, very long, in other scripts.
"""

import zipfile
from dataclasses import replace
from pathlib import Path

import plotly.graph_objects as go
import polars as pl
import pytest
from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls

import charts
from reports.catalogue import catalogue
from reports.compose import compose
from reports.deck import Deck, Grid, Slide
from reports.experiment import read_experiment
from reports.slides import write_slides
from reports.slides_made import MADE
from reports.story import Shown, Story, load_story
from reports.workbook import write_workbook
from tests.reports.conftest import scope_of
from tests.reports.decks import deck, exhibit, figures, frames_of_cohorts, slide
from tests.reports.slides_read import assert_all_has_room
from tests.reports.strict import faults_of_slides, faults_of_workbook
from tests.small_books import FEB, JAN, loan

HOSTILE = (
    "Car \x0b\x00\x1f loans", "A & B <b>\"'</b>", "=1+1", "Sale!A1", "=Sheet1!$A$1", "现金贷 🚗", "x" * 300, "\ufffe", " ",
)  # fmt: skip
NO_NUMBERS = (float("nan"), float("inf"), float("-inf"), None)


def assert_opens(made: Deck, folder: Path) -> Path:
    slides, sheets = folder / "deck.pptx", folder / "deck.xlsx"
    write_slides(made, slides)
    write_workbook(made, sheets)
    assert faults_of_slides(slides) == []
    assert faults_of_workbook(sheets) == []
    return slides


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_exhibit_of_a_book_and_of_an_experiment_opens_without_repair(reader, scope, experiment_id, tmp_path, speaking, language):  # fmt: skip
    speaking(language)
    every = Story("all", "All", tuple(map(Shown, (*MADE, *catalogue()))))
    made = compose(every, scope, read_experiment(reader, experiment_id))
    assert len(made.slides) > 40
    assert_all_has_room(Presentation(str(assert_opens(made, tmp_path))))


SMALL = {
    "one month": [[loan("a", JAN, 0), loan("b", JAN, 40)]],
    "without balances": [[replace(loan(id, when, days), balance=None) for id, days in (("a", 0), ("b", 40))] for when in (JAN, FEB)],
    "nothing late": [[loan("a", when, 0)] for when in (JAN, FEB)],
}  # fmt: skip


@pytest.mark.parametrize("book", SMALL)
def test_a_book_of_hardly_anything_opens_without_repair(read_rows, tmp_path, book):
    reader = read_rows(*SMALL[book])
    shown = [key for key, each in MADE.items() if not each.of_experiment]
    shown += [key for key, entry in catalogue().items() if not entry.of_experiment]
    made = compose(Story("all", "All", tuple(map(Shown, shown))), scope_of(reader, reader.months[-1]))
    assert made.slides
    assert_all_has_room(Presentation(str(assert_opens(made, tmp_path))))


def test_filters_that_leave_nothing_give_a_sheet_with_a_name_and_a_slide_that_says_so(reader, tmp_path, speaking):
    speaking("zh")
    made = compose(load_story("monthly_review"), scope_of(reader, product=("Nothing of this name",)))
    assert_opens(made, tmp_path)
    with zipfile.ZipFile(tmp_path / "deck.xlsx") as file:
        assert "没有贷款" in file.read("xl/workbook.xml").decode()


def hostile(name: str) -> dict[str, go.Figure]:
    """The figures of every kind with this name wherever a lender's own stands."""
    bars = frames_of_cohorts.costs({name: (10.0, 100.0, False), "mid": (30.0, 60.0, False)})
    dots = frames_of_cohorts.compared({name: (1.5, 1.2, 1.8, 1.3, False), "B": (1.0, 0.8, 1.2, 1.0, False)})
    found = {key: go.Figure(figure) for key, figure in figures().items()}
    found["bars"] = charts.cost_to_collect(bars, mode="light", split="stage")
    found["dots"] = charts.league(dots, mode="light")
    for key in ("line", "areas", "panels", "curves"):
        found[key].update_traces(name=name)
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_names_of_any_kind_neither_break_a_file_nor_become_formulas(tmp_path, name):
    slides = [
        slide(key, exhibit=replace(exhibit(key), figure=figure, caption=name), title=f"{name} rose", comment=name, points=(name,), notes=name)
        for key, figure in hostile(name).items()
    ]  # fmt: skip
    slides.append(Slide("grid", name or "grid", grid=Grid((name, "b"), ((name, name),)), footnotes=(name,)))
    slides.append(Slide("rows", name, values=pl.DataFrame({name or "a": [name, "b"]}), figures=((name, name, name),)))
    made = Deck(name, name, tuple(slides), facts={name: name})
    assert_all_has_room(Presentation(str(assert_opens(made, tmp_path))))


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_number_is_a_gap(tmp_path, value):
    broken = []
    for key in ("line", "areas", "bars", "panels", "curves", "dots"):
        figure = go.Figure(figures()[key])
        for trace in figure.data:
            along = "x" if key in ("bars", "dots") else "y"
            held = list(getattr(trace, along) if getattr(trace, along) is not None else ())
            if held:
                trace[along] = [value, *held[1:]]
        broken.append(slide(key, exhibit=replace(exhibit(key), figure=figure)))
    assert_opens(deck(*broken), tmp_path)


def test_titles_and_filters_longer_than_a_property_of_a_file_are_cut_there_alone(tmp_path):
    made = Deck("月报" * 150, "东部，" * 150, (slide("line", title="迁徙率上升，" * 60),))
    path = assert_opens(made, tmp_path)
    presentation = Presentation(str(path))
    assert len(presentation.core_properties.title) == len(presentation.core_properties.subject) == 255
    assert presentation.slides[1].shapes.title.text_frame.text.endswith("…")
    assert presentation.slides[1].notes_slide.notes_text_frame.text.startswith("迁徙率上升，" * 60)
    assert_all_has_room(presentation)


def test_a_title_of_several_lines_is_one_in_the_size_of_titles(tmp_path):
    path = assert_opens(deck(slide("line", title="Cards\nroll\v on")), tmp_path)
    title = Presentation(str(path)).slides[1].shapes.title.text_frame
    assert title.text == "Cards roll on"
    assert [len(line.runs) for line in title.paragraphs] == [1]


def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path):
    rows = pl.DataFrame({"part": ["x" * 40_000]})
    made = Deck("t", "", (Slide("rows", "rows", values=rows),))
    assert_opens(made, tmp_path)
    with zipfile.ZipFile(tmp_path / "deck.xlsx") as file:
        texts = etree.fromstring(file.read("xl/sharedStrings.xml")).itertext()
    assert max(map(len, texts)) == 32_767


# Templates


@pytest.fixture
def template(tmp_path) -> Path:
    """A lender's, with a slide that a button of its layout leads to."""
    presentation = Presentation()
    contents = presentation.slides.add_slide(presentation.slide_layouts[1])
    layout = presentation.slide_layouts[5]
    id = layout.part.relate_to(contents.part, RELATIONSHIP_TYPE.SLIDE)
    link = f'<a:hlinkClick {nsdecls("a", "r")} r:id="{id}" action="ppaction://hlinksldjump"/>'
    layout.shapes[0]._element.nvSpPr.cNvPr.append(parse_xml(link))
    presentation.save(str(tmp_path / "ours.pptx"))
    return tmp_path / "ours.pptx"


def test_a_button_of_a_template_does_not_bring_its_slides_back(template, tmp_path):
    write_slides(deck(), tmp_path / "deck.pptx", template)
    assert faults_of_slides(tmp_path / "deck.pptx") == []


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
        "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
    ],
)
def test_a_template_that_is_saved_as_one_or_has_macros_gives_slides_without_them(template, tmp_path, kind):
    own = tmp_path / "ours.potm"
    usual = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    macros = b'<Relationship Id="rIdMacros" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>'  # fmt: skip
    binary = b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(own, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "[Content_Types].xml":
                text = text.replace(usual.encode(), kind.encode()).replace(b"</Types>", binary)
            if name == "ppt/_rels/presentation.xml.rels":
                text = text.replace(b"</Relationships>", macros)
            new.writestr(name, text)
        new.writestr("ppt/vbaProject.bin", b"macros")
    write_slides(deck(slide("line")), tmp_path / "deck.pptx", own)
    assert faults_of_slides(tmp_path / "deck.pptx") == []
    with zipfile.ZipFile(tmp_path / "deck.pptx") as file:
        assert "ppt/vbaProject.bin" not in file.namelist()
