"""Colours, widths, dashes and markers of the series of a native chart, where the format wants them, and its legend."""

from collections.abc import Sequence

from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_LEGEND_POSITION
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from charts.theme import LIGHT
from reports.native import NativeChart, Series
from reports.slide_chart_labels import point_labels

DASHES = {"dash": "dash", "dot": "sysDot"}


def set_look(element, one: Series, chart: NativeChart) -> None:
    """Colour, width and dash of a series; the properties of its shape stand where the format wants them."""
    for old in element.findall(qn("c:spPr")):
        element.remove(old)
    properties = parse_xml(f"<c:spPr {nsdecls('c', 'a')}>{_paint(one, one.colour)}</c:spPr>")
    element.find(qn("c:tx")).addnext(properties)
    for name in ("invertIfNegative", "marker", "dPt", "smooth"):
        for old in element.findall(qn(f"c:{name}")):
            element.remove(old)
    after = properties
    if one.form == "bar":
        after.addnext(parse_xml(f'<c:invertIfNegative {nsdecls("c")} val="0"/>'))
        after = after.getnext()
    elif chart.kind in ("lines", "dots"):
        after.addnext(_marker(one.size, one.colour if one.form == "dots" and not one.drop else ""))
        after = after.getnext()
    for at, colour in reversed(list(enumerate(one.colours))):
        if colour != one.colour:
            after.addnext(_point(at, one, colour))
    for at in reversed(one.dotted):
        after.addnext(
            parse_xml(
                f'<c:dPt {nsdecls("c", "a")}><c:idx val="{at}"/>{_marker_xml(5, one.colour)}<c:bubble3D val="0"/></c:dPt>'
            )
        )
    if one.drop:
        element.find(qn("c:cat")).addprevious(_falling(one))
    if chart.kind in ("lines", "dots"):
        element.append(parse_xml(f'<c:smooth {nsdecls("c")} val="0"/>'))


def _falling(one: Series):
    """A dotted line from each value down."""
    fill = f'<a:solidFill><a:srgbClr val="{one.colour.lstrip("#")}"/></a:solidFill>'
    return parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errDir val="y"/><c:errBarType val="minus"/><c:errValType val="fixedVal"/><c:noEndCap val="1"/>'
        f'<c:val val="{one.drop:.12g}"/><c:spPr><a:ln w="9525">{fill}<a:prstDash val="sysDot"/></a:ln></c:spPr></c:errBars>'
    )


def _paint(one: Series, colour: str) -> str:
    if one.unseen:
        return "<a:noFill/><a:ln><a:noFill/></a:ln>"
    solid = f'<a:solidFill><a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill>'
    if one.form in ("bar", "area"):
        edge = (
            '<a:ln w="6350"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln>'
            if one.form == "area"
            else "<a:ln><a:noFill/></a:ln>"
        )
        return solid + edge
    if one.form == "dots":
        return "<a:ln><a:noFill/></a:ln>"
    dash = f'<a:prstDash val="{DASHES[one.dash]}"/>' if one.dash != "solid" else ""
    return f'<a:ln w="{round(one.width * 12700)}" cap="rnd">{solid}{dash}<a:round/></a:ln>'


def _marker(size: float, colour: str):
    return parse_xml(_marker_xml(size, colour).replace("<c:marker>", f"<c:marker {nsdecls('c', 'a')}>", 1))


def _marker_xml(size: float, colour: str) -> str:
    if not colour:
        return '<c:marker><c:symbol val="none"/></c:marker>'
    fill = f'<a:solidFill><a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill>'
    return (
        f'<c:marker><c:symbol val="circle"/><c:size val="{min(max(round(size), 2), 72)}"/>'
        f"<c:spPr>{fill}<a:ln><a:noFill/></a:ln></c:spPr></c:marker>"
    )


def _point(at: int, one: Series, colour: str):
    inside = f'<c:invertIfNegative val="0"/><c:bubble3D val="0"/><c:spPr>{_paint(one, colour)}</c:spPr>'
    if one.form == "dots":
        inside = f'{_marker_xml(one.size, colour)}<c:bubble3D val="0"/>'
    return parse_xml(f'<c:dPt {nsdecls("c", "a")}><c:idx val="{at}"/>{inside}</c:dPt>')


def write_over(drawn, chart: NativeChart, written: list, size: float) -> None:
    """What is written above columns hangs on a line that is not seen: columns on top of others cannot have it outside. So do marks of months."""
    area = drawn._chartSpace.chart.plotArea
    bars = next(each for each in area if each.tag in (qn("c:barChart"), qn("c:areaChart")))
    line = parse_xml(f'<c:lineChart {nsdecls("c")}><c:grouping val="standard"/><c:varyColors val="0"/></c:lineChart>')
    for one, element in zip(chart.series, written, strict=True):
        if one.form == "dots":
            bars.remove(element)
            for old in element.findall(qn("c:invertIfNegative")):
                element.remove(old)
            element.find(qn("c:spPr")).addnext(_marker(2, ""))
            point_labels(element, one, size)
            line.append(element)
    line.append(parse_xml(f'<c:marker {nsdecls("c")} val="1"/>'))
    for axis in bars.findall(qn("c:axId")):
        line.append(parse_xml(f'<c:axId {nsdecls("c")} val="{axis.get("val")}"/>'))
    bars.addnext(line)


def set_legend(drawn, size: float, *, without: Sequence[int] = ()) -> None:
    """without: the places of series that are not named in it."""
    drawn.has_legend = True
    drawn.legend.position = XL_LEGEND_POSITION.TOP
    drawn.legend.include_in_layout = False
    drawn.legend.font.size, drawn.legend.font.color.rgb = Pt(size), rgb(LIGHT.ink)
    place = drawn.legend._element.find(qn("c:legendPos"))
    for at in reversed(without):
        place.addnext(
            parse_xml(f'<c:legendEntry {nsdecls("c")}><c:idx val="{at}"/><c:delete val="1"/></c:legendEntry>')
        )


def rgb(colour: str) -> RGBColor:
    return RGBColor.from_string(colour.lstrip("#"))
