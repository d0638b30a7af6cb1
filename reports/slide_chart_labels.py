"""Letters inside a native chart: names and values at the ends of lines, apart from each other; what is written at columns; marks."""

from xml.sax.saxutils import escape

from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn

from charts.labels import apart
from charts.theme import LIGHT
from reports.fitting import Box, usual_line
from reports.native import End, NativeChart, Series
from wording import language, percent

SHOWN = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
TAIL = ("trendline", "errBars", "cat", "xVal", "val", "yVal", "smooth", "extLst")
GROUND = '<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>'
LEADER = 3.0  # points: a label that moved by less stands where it would


def end_labels(written: list, chart: NativeChart, plot_height: float, box: Box, size: float) -> None:
    """At its last value each line has its name and the value; labels that would meet move apart, up or down."""
    ends = [(element, one) for element, one in zip(written, chart.series, strict=False) if one.end]
    low, high = _range(chart)
    wanted = [(high - one.end.value) / ((high - low) or 1) * plot_height for _element, one in ends]
    placed = apart(wanted, size * usual_line(), 0, plot_height)
    for (element, one), at, there in zip(ends, wanted, placed, strict=True):
        over_lines = one.end.at < len(one.values) - 1 or (one.across and one.across[one.end.at] < chart.along.high)
        label = _label(one, one.end, there - at, box, size)
        _add(element, [label.replace("<c:spPr><a:noFill/>", GROUND) if over_lines else label])


def _range(chart: NativeChart) -> tuple[float, float]:
    known = [value for one in chart.series for value in one.values if value is not None] or [0.0]
    low, high = chart.values.low, chart.values.high
    return min(known) if low is None else low, max(known) if high is None else high


def _label(one: Series, end: End, moved: float, box: Box, size: float) -> str:
    layout = ""
    if abs(moved) > LEADER:
        layout = f'<c:layout><c:manualLayout><c:x val="0"/><c:y val="{moved / box.h:.5f}"/></c:manualLayout></c:layout>'
    value = one.values[end.at]
    digits = next(
        (
            many
            for many in range(4)
            if value is not None and end.text in (f"{one.name} {percent(value, many)}", percent(value, many))
        ),
        None,
    )
    if digits is not None:  # the chart's own name and number: they follow when a person changes the sheet
        code = "0" + ("." + "0" * digits if digits else "") + "%"
        flags = {"showVal": 1, "showSerName": int(end.text != percent(value, digits))}
        body = f'<c:numFmt formatCode="{code}" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_letters(end.colour, size)}'
        return _dlbl(end.at, layout + body, "r", flags, separator=" ")
    return _dlbl(end.at, layout + _rich(end.text, end.colour, size), "r", {"showVal": 1})


def point_labels(element, one: Series, size: float) -> None:
    """What is written above each value."""
    _add(
        element,
        [_dlbl(at, _rich(text, one.colour, size), "t", {"showVal": 1}) for at, text in enumerate(one.texts) if text],
    )


def _dlbl(at: int, inside: str, position: str, flags: dict[str, int], separator: str = "") -> str:
    shown = "".join(f'<c:{name} val="{flags.get(name, 0)}"/>' for name in SHOWN)
    between = f"<c:separator>{separator}</c:separator>" if separator else ""
    return f'<c:dLbl><c:idx val="{at}"/>{inside}<c:dLblPos val="{position}"/>{shown}{between}</c:dLbl>'


def _add(element, labels: list[str]) -> None:
    """The labels of a series, the other values without; where the format wants them."""
    for old in element.findall(qn("c:dLbls")):
        element.remove(old)
    hidden = "".join(f'<c:{name} val="0"/>' for name in SHOWN)
    block = parse_xml(f"<c:dLbls {nsdecls('c', 'a')}>{''.join(labels)}{hidden}</c:dLbls>")
    after = next(child for child in element if child.tag in {qn(f"c:{name}") for name in TAIL})
    after.addprevious(block)


def _letters(colour: str, size: float) -> str:
    return f'<c:txPr><a:bodyPr wrap="none" anchor="ctr"/><a:lstStyle/><a:p><a:pPr>{_run(colour, size, "defRPr")}</a:pPr><a:endParaRPr lang="{_lang()}"/></a:p></c:txPr>'


def _rich(text: str, colour: str, size: float) -> str:
    return (
        f'<c:tx><c:rich><a:bodyPr wrap="none" anchor="ctr"/><a:lstStyle/><a:p><a:pPr>{_run(colour, size, "defRPr")}</a:pPr>'
        f"<a:r>{_run(colour, size, 'rPr')}<a:t>{escape(text)}</a:t></a:r></a:p></c:rich></c:tx>"
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
    )


def _run(colour: str, size: float, tag: str) -> str:
    fill = f'<a:solidFill><a:srgbClr val="{(colour or LIGHT.ink).lstrip("#")}"/></a:solidFill>'
    lang = f' lang="{_lang()}"' if tag == "rPr" else ""
    return f'<a:{tag}{lang} sz="{round(size * 100)}">{fill}</a:{tag}>'


def _lang() -> str:
    return "zh-CN" if language() == "zh" else "en-GB"
