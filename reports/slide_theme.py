"""The look of our own slides, and where a slide of any template has room: layouts by their placeholders, never by their names."""

import io
import re
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.slide import Slide, SlideLayout
from pptx.util import Pt

from charts.theme import LIGHT
from data.errors import InvalidTemplate
from reports.fitting import Box

WIDTH, HEIGHT = 960.0, 540.0  # points: 16:9
EDGE = 44.0
LATIN, CHINESE = "Calibri", "Microsoft YaHei"
TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
SECTIONS = "{http://schemas.microsoft.com/office/powerpoint/2010/main}sectionLst"
FURNITURE = {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}
MAIN = re.compile(
    rb"application/vnd\.(openxmlformats-officedocument\.presentationml\.(template|slideshow)|"
    rb"ms-powerpoint\.(presentation|template|slideshow)\.macroEnabled)\.main\+xml"
)
"""What files are that hold a presentation and are none: templates, shows, those with macros."""
PRESENTATION = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
MACROS = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
LEAST_BODY = 200.0  # points of height that a slide must leave below its title


@dataclass(frozen=True)
class Look:
    """A presentation with the layouts for its cover and its slides, and the room below the title of a slide."""

    presentation: object
    cover: SlideLayout
    inside: SlideLayout
    title: Box
    body: Box
    title_size: float
    ours: bool


def our_look() -> Look:
    """16:9, one accent, titles at the left: made from the library's blank presentation."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    cover, inside = presentation.slide_layouts[0], presentation.slide_layouts[5]
    for layout in [each for each in presentation.slide_layouts if each not in (cover, inside)]:
        presentation.slide_layouts.remove(layout)
    _dress(presentation.slide_master)
    title = Box(EDGE, 26, WIDTH - 2 * EDGE, 62)
    _accent(presentation.slide_master)
    for shapes, size in (
        (presentation.slide_master.placeholders, 26),
        (inside.placeholders, 26),
        (cover.placeholders, 38),
    ):
        for shape in shapes:
            _furnish(shape, title, size, is_cover=size > 30)
    presentation.core_properties.author = presentation.core_properties.last_modified_by = "Recoup"
    return Look(presentation, cover, inside, title, Box(EDGE, 96, WIDTH - 2 * EDGE, HEIGHT - 96 - 26), 26, True)


def look_of(template: Path) -> Look:
    """A lender's own template, its slides taken out: its layouts, theme and size stay.

    InvalidTemplate where it is no presentation, or no layout has a title with room below it.
    """
    if not template.is_file():
        raise InvalidTemplate("{file} cannot be read: there is no such file.", file=str(template))
    try:
        presentation = Presentation(_as_presentation(template))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, etree.XMLSyntaxError, OSError) as error:
        raise InvalidTemplate(
            "{file} cannot be read as a PowerPoint file (.pptx or .potx): save the template as one and name that",
            file=str(template),
        ) from error
    _empty(presentation)
    wide, high = presentation.slide_width / Pt(1), presentation.slide_height / Pt(1)
    titled = [layout for layout in presentation.slide_layouts if _title_of(layout) is not None]
    rooms = {layout.name + str(at): (layout, _room(layout, wide, high)) for at, layout in enumerate(titled)}
    fitting = [(layout, room) for layout, room in rooms.values() if room.h >= LEAST_BODY]
    if not fitting:
        raise InvalidTemplate(
            "{file} has no layout with a title and room below it: add one like “Title Only” to its master",
            file=str(template),
        )
    inside, body = min(fitting, key=lambda found: (len(_fillable(found[0])), -found[1].h))
    cover = min(titled, key=lambda layout: (not _is_cover(layout), len(_fillable(layout))))
    title = _box_of(_title_of(inside))
    return Look(presentation, cover, inside, title, body, min(28.0, max(16.0, title.h / 2.6)), False)


def _as_presentation(template: Path) -> io.BytesIO:
    """A template as what is made of it, which the library knows."""
    made = io.BytesIO()
    with ZipFile(template) as old, ZipFile(made, "w") as new:
        for each in old.infolist():
            text = old.read(each)
            new.writestr(each, MAIN.sub(PRESENTATION, text) if each.filename == "[Content_Types].xml" else text)
    return made


def _empty(presentation) -> None:
    """The slides of a template go, with its macros; what they held is dropped with them."""
    listed = presentation.slides._sldIdLst  # no public way to remove a slide
    for number in list(listed):
        presentation.part.drop_rel(number.rId)
        listed.remove(number)
    for id in [id for id, relation in presentation.part.rels.items() if relation.reltype == MACROS]:
        presentation.part.drop_rel(id)
    for master in presentation.slide_masters:
        for page in (master, *master.slide_layouts):
            _unlink(page.part)
    whole = presentation.part._element
    for list_of_slides in [
        *whole.iter(SECTIONS),
        *whole.iter(qn("p:custShowLst")),
    ]:  # sections and shows of slides that are gone
        list_of_slides.getparent().remove(list_of_slides)
    for extension in [each for each in whole.iter(qn("p:ext")) if not len(each)]:
        extension.getparent().remove(extension)


def _unlink(part) -> None:
    """Buttons of a layout that lead to slides that are gone lead nowhere; with them, the slides would come back."""
    for id in [id for id, relation in part.rels.items() if relation.reltype == RELATIONSHIP_TYPE.SLIDE]:
        for link in [
            each for each in part._element.iter(qn("a:hlinkClick"), qn("a:hlinkHover")) if each.get(qn("r:id")) == id
        ]:
            link.getparent().remove(link)
        part.rels.pop(id)


def _title_of(layout: SlideLayout):
    return next((shape for shape in layout.placeholders if shape.placeholder_format.type in TITLES), None)


def _is_cover(layout: SlideLayout) -> bool:
    kinds = {shape.placeholder_format.type for shape in layout.placeholders}
    return PP_PLACEHOLDER.CENTER_TITLE in kinds or PP_PLACEHOLDER.SUBTITLE in kinds


def _fillable(layout: SlideLayout) -> list:
    return [shape for shape in layout.placeholders if shape.placeholder_format.type not in TITLES | FURNITURE]


def _box_of(shape) -> Box:
    return Box(*(length / Pt(1) for length in (shape.left, shape.top, shape.width, shape.height)))


def _room(layout: SlideLayout, wide: float, high: float) -> Box:
    """From below the title to above what stands at the foot, as wide as the title or the slide's margins."""
    title = _box_of(_title_of(layout))
    feet = [_box_of(shape).y for shape in layout.placeholders if shape.placeholder_format.type in FURNITURE]
    below = [foot for foot in feet if foot > title.y + title.h]
    left = max(title.x, 0.02 * wide)
    right = min(title.x + title.w, 0.98 * wide)
    top = title.y + title.h + 6
    return Box(left, top, max(right - left, 0.0), min(below, default=0.96 * high) - top - 4)


def foot_of(layout: SlideLayout, high: float) -> float:
    """Where what stands at the foot of a layout begins: the number of the slide, a date."""
    feet = [_box_of(shape).y for shape in layout.placeholders if shape.placeholder_format.type in FURNITURE]
    return min((foot for foot in feet if foot > high / 2), default=0.96 * high)


def add_slide(look: Look, layout: SlideLayout, title: str) -> Slide:
    """A slide with its title; placeholders that nothing goes into are taken away, the slide number is put in."""
    slide = look.presentation.slides.add_slide(layout)
    for shape in list(slide.placeholders):
        if shape.placeholder_format.type in TITLES:
            shape.text_frame.text = title
        elif shape.placeholder_format.type != PP_PLACEHOLDER.SUBTITLE:
            shape._element.getparent().remove(shape._element)
    number = next(
        (shape for shape in layout.placeholders if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER), None
    )
    if number is not None:
        copied = deepcopy(number._element)
        copied.nvSpPr.cNvPr.set("id", str(max(shape.shape_id for shape in slide.shapes) + 1))
        slide.shapes._spTree.append(copied)
    return slide


# Our own master


def _dress(master) -> None:
    """Theme colours in the meaning that they have in our charts, and fonts for both scripts."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = etree.fromstring(part.blob)
    space = {"a": theme.nsmap["a"]}
    colours = {
        "dk1": LIGHT.ink, "lt1": "#FFFFFF", "dk2": LIGHT.totals, "lt2": LIGHT.ground, "accent1": LIGHT.primary, "accent2": LIGHT.early,
        "accent3": LIGHT.mid, "accent4": LIGHT.final, "accent5": LIGHT.self_cure, "accent6": LIGHT.quiet, "hlink": LIGHT.primary,
        "folHlink": LIGHT.muted,
    }  # fmt: skip
    for name, colour in colours.items():
        slot = theme.find(f".//a:clrScheme/a:{name}", space)
        for child in list(slot):
            slot.remove(child)
        etree.SubElement(slot, qn("a:srgbClr"), val=colour.lstrip("#"))
    for font in theme.iterfind(".//a:fontScheme/*", space):
        font.find("a:latin", space).set("typeface", LATIN)
        font.find("a:ea", space).set("typeface", CHINESE)
        for script in font.iterfind("a:font[@script='Hans']", space):
            script.set("typeface", CHINESE)
    theme.set("name", "Recoup")
    part._blob = etree.tostring(
        theme, xml_declaration=True, encoding="UTF-8", standalone=True
    )  # parts of a theme have no setter


def _accent(master) -> None:
    """The one stroke of colour of our slides, above the title."""
    place = f'<a:off x="{Pt(EDGE)}" y="{Pt(15)}"/><a:ext cx="{Pt(40)}" cy="{Pt(3)}"/>'
    stroke = parse_xml(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="90" name="Accent"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>{place}</a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )
    master.shapes._spTree.append(stroke)


def _furnish(shape, title: Box, size: float, *, is_cover: bool) -> None:
    """Where a placeholder of our master or of a layout stands, and the letters of titles."""
    kind = shape.placeholder_format.type
    if kind in (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER):
        shape._element.getparent().remove(shape._element)
        return
    if kind in TITLES:
        _put(shape, Box(EDGE, 150, WIDTH - 2 * EDGE, 110) if is_cover else title)
        _letters(shape, size, "tx1", bold=True, anchor="b" if is_cover else "t")
    elif kind == PP_PLACEHOLDER.SUBTITLE:
        _put(shape, Box(EDGE, 270, WIDTH - 2 * EDGE, 40))
        _letters(shape, 18, "tx1", bold=False, anchor="t")
    elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
        _put(shape, Box(WIDTH - EDGE - 60, HEIGHT - 24, 60, 16))
        _letters(shape, 9, "tx1", bold=False, anchor="ctr", align="r")
    else:
        _put(shape, Box(EDGE, 96, WIDTH - 2 * EDGE, HEIGHT - 130))


def _put(shape, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = (Pt(length) for length in (box.x, box.y, box.w, box.h))


def _letters(shape, size: float, colour: str, *, bold: bool, anchor: str, align: str = "l") -> None:
    """The list style of a placeholder: what its text looks like on every slide."""
    body = shape._element.txBody
    properties, styles = body.find(qn("a:bodyPr")), body.find(qn("a:lstStyle"))
    for name in ("lIns", "rIns", "tIns", "bIns"):
        properties.set(name, "0")
    properties.set("anchor", anchor)
    for child in list(properties):
        properties.remove(child)
    for child in list(styles):
        styles.remove(child)
    level = etree.SubElement(styles, qn("a:lvl1pPr"), algn=align, marL="0", indent="0")
    etree.SubElement(level, qn("a:buNone"))
    letters = etree.SubElement(level, qn("a:defRPr"), sz=str(round(size * 100)), b="1" if bold else "0")
    etree.SubElement(etree.SubElement(letters, qn("a:solidFill")), qn("a:schemeClr"), val=colour)
