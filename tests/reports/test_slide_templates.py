"""A lender's own template: its size, layouts and fonts; and what is said where it cannot be used."""

from pathlib import Path

import pytest
from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Pt

from data.errors import InvalidTemplate
from reports.slides import write_slides
from tests.reports.decks import deck, slide
from tests.reports.slides_read import assert_all_has_room, opened


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


def test_sections_and_shows_of_a_template_go_with_its_slides(tmp_path):
    path = template_of(tmp_path / "sections.pptx")
    presentation = Presentation(str(path))
    number = presentation.slides._sldIdLst[0].id
    space = "http://schemas.microsoft.com/office/powerpoint/2010/main"
    sections = (
        f'<p:extLst {nsdecls("p")}><p:ext uri="{{521415D9-36F7-43E2-AB2F-B90AF26B5E84}}"><p14:sectionLst xmlns:p14="{space}">'
        f'<p14:section name="One" id="{{6C2D1B4A-0000-4000-8000-000000000001}}"><p14:sldIdLst><p14:sldId id="{number}"/></p14:sldIdLst>'
        "</p14:section></p14:sectionLst></p:ext></p:extLst>"
    )
    presentation.part._element.append(parse_xml(sections))
    presentation.save(str(path))
    made = opened(tmp_path, deck(slide("line")), path)
    assert "section" not in etree.tostring(made.part._element, encoding="unicode")


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
    with pytest.raises(InvalidTemplate, match="cannot be read: there is no such file"):
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
