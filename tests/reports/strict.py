"""What an office program refuses, or repairs, in a file of slides or a workbook: read as zip and XML, by none of the libraries that wrote it.

The orders of elements are those of ECMA-376, part 1: PowerPoint and Excel repair a file that breaks them, LibreOffice does not mind.
"""

import io
import math
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
from lxml import etree
from openpyxl.utils.cell import range_boundaries

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
LONGEST_PROPERTY, LONGEST_CELL, LONGEST_SHEET, LONGEST_NAME = 255, 32_767, 31, 255

LABEL = "layout tx numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator"
AXIS = "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses crossesAt"
SHAPE = "xfrm custGeom prstGeom noFill solidFill gradFill blipFill pattFill grpFill ln effectLst effectDag scene3d sp3d"
LETTERS = "ln noFill solidFill gradFill blipFill pattFill grpFill effectLst effectDag highlight uLnTx uLn uFillTx uFill latin ea cs sym hlinkClick hlinkMouseOver rtl"
SERIES = "idx order tx spPr"
ORDERS = {
    C
    + "chartSpace": "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotFmts protection chart spPr txPr externalData printSettings userShapes",
    C
    + "chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs showDLblsOverMax",
    C + "lineChart": "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId",
    C + "barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId",
    C + "areaChart": "grouping varyColors ser dLbls dropLines axId",
    C + "scatterChart": "scatterStyle varyColors ser dLbls axId",
    C + "dPt": "idx invertIfNegative marker bubble3D explosion spPr pictureOptions",
    C + "dLbl": f"idx delete {LABEL}",
    C + "dLbls": f"dLbl delete {LABEL} showLeaderLines leaderLines",
    C + "errBars": "errDir errBarType errValType noEndCap plus minus val spPr",
    C + "marker": "symbol size spPr",
    C + "catAx": f"{AXIS} auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl",
    C + "dateAx": f"{AXIS} auto lblOffset baseTimeUnit majorUnit majorTimeUnit minorUnit minorTimeUnit",
    C + "valAx": f"{AXIS} crossBetween majorUnit minorUnit dispUnits",
    C + "scaling": "logBase orientation max min",
    C + "legend": "legendPos legendEntry layout overlay spPr txPr",
    C + "legendEntry": "idx delete txPr",
    C + "layout": "manualLayout",
    C + "manualLayout": "layoutTarget xMode yMode wMode hMode x y w h",
    C + "title": "tx layout overlay spPr txPr",
    C + "tx": "strRef rich v",
    C + "rich": "bodyPr lstStyle p",
    C + "txPr": "bodyPr lstStyle p",
    C + "strRef": "f strCache",
    C + "numRef": "f numCache",
    C + "strCache": "ptCount pt",
    C + "numCache": "formatCode ptCount pt",
    C + "spPr": SHAPE,
    P + "spPr": SHAPE,
    P + "txBody": "bodyPr lstStyle p",
    A + "txBody": "bodyPr lstStyle p",
    A + "p": "pPr r br fld endParaRPr",
    A
    + "pPr": "lnSpc spcBef spcAft buClrTx buClr buSzTx buSzPct buSzPts buFontTx buFont buNone buAutoNum buChar buBlip tabLst defRPr",
    A + "rPr": LETTERS,
    A + "defRPr": LETTERS,
    A + "endParaRPr": LETTERS,
    A + "ln": "noFill solidFill gradFill pattFill prstDash custDash round bevel miter headEnd tailEnd",
    A + "tcPr": "lnL lnR lnT lnB lnTlToBr lnBlToTr cell3D noFill solidFill gradFill blipFill pattFill grpFill headers",
    A + "tc": "txBody tcPr",
    A + "tbl": "tblPr tblGrid tr",
    P + "sp": "nvSpPr spPr style txBody",
    P + "graphicFrame": "nvGraphicFramePr xfrm graphic",
}
SERIES_OF = {
    "lineChart": f"{SERIES} marker dPt dLbls trendline errBars cat val smooth",
    "barChart": f"{SERIES} invertIfNegative pictureOptions dPt dLbls trendline errBars cat val shape",
    "areaChart": f"{SERIES} pictureOptions dPt dLbls trendline errBars cat val",
    "scatterChart": f"{SERIES} marker dPt dLbls trendline errBars xVal yVal smooth",
}
NEEDED = {
    C + "errBars": ("errBarType", "errValType"),
    C + "catAx": ("axId", "scaling", "axPos", "crossAx"),
    C + "dateAx": ("axId", "scaling", "axPos", "crossAx"),
    C + "valAx": ("axId", "scaling", "axPos", "crossAx"),
    C + "dPt": ("idx",),
    C + "dLbl": ("idx",),
    A + "tbl": ("tblGrid",),
    A + "tc": ("txBody",),
}
MIXED = {A + "p": ("r", "br", "fld")}  # which may stand in any order among themselves
PLACES = {
    "lineChart": {"b", "ctr", "l", "r", "t"}, "scatterChart": {"b", "ctr", "l", "r", "t"}, "areaChart": set(),
    "barChart": {"ctr", "inBase", "inEnd", "outEnd"},
}  # fmt: skip
ANY = ("extLst",)


@dataclass
class Package:
    """The parts of a file by their names, each with its relationships by id: (kind, target, whether the target is in the file)."""

    path: Path | io.BytesIO
    parts: dict[str, bytes] = field(default_factory=dict)
    relations: dict[str, dict[str, tuple[str, str, bool]]] = field(default_factory=dict)

    def tree(self, name: str) -> etree._Element:
        return etree.fromstring(self.parts[name])

    def named(self, pattern: str) -> list[str]:
        return sorted(name for name in self.parts if re.fullmatch(pattern, name))


def faults_of_slides(path: Path) -> list[str]:
    """All that PowerPoint would repair or refuse; empty where there is nothing."""
    package = Package(path)
    found = list(_of_package(package))
    if found:
        return found
    found += _of_presentation(package)
    for name in package.named(r"ppt/(slides|slideLayouts|slideMasters|notesSlides|notesMasters)/[^/]+\.xml"):
        tree = package.tree(name)
        found += [f"{name}: {fault}" for fault in (*_of_order(tree), *_of_ids(tree), *_of_tables(tree))]
    for name in package.named(r"ppt/charts/[^/]+\.xml"):
        found += [f"{name}: {fault}" for fault in (*_of_chart(package.tree(name)), *_of_sheet_behind(package, name))]
    return found


def faults_of_workbook(path: Path) -> list[str]:
    """All that Excel would repair or refuse."""
    package = Package(path)
    found = list(_of_package(package))
    if found:
        return found
    found += _of_sheets(package)
    for name in package.named(r"xl/charts/[^/]+\.xml"):
        found += [f"{name}: {fault}" for fault in _of_chart(package.tree(name), cached=False)]
    return found


# The file


def _of_package(package: Package) -> Iterator[str]:
    with zipfile.ZipFile(package.path) as file:
        many = Counter(name.casefold() for name in file.namelist())
        yield from (f"{name} is there {times} times" for name, times in many.items() if times > 1)
        package.parts = {name: file.read(name) for name in file.namelist()}
    for name, text in package.parts.items():
        if name.endswith((".xml", ".rels")):
            try:
                etree.fromstring(text)
            except etree.XMLSyntaxError as error:
                yield f"{name} is no XML: {error}"
                return
    yield from _of_types(package)
    yield from _of_relations(package)


def _of_types(package: Package) -> Iterator[str]:
    types = package.tree("[Content_Types].xml")
    endings = {each.get("Extension").casefold() for each in types.iter(TYPES + "Default")}
    named = [each.get("PartName").lstrip("/") for each in types.iter(TYPES + "Override")]
    yield from (f"{name} has two content types" for name, times in Counter(named).items() if times > 1)
    yield from (f"the content type of {name}, which is not there" for name in named if name not in package.parts)
    for name in package.parts.keys() - {"[Content_Types].xml"}:
        if name not in named and name.rpartition(".")[2].casefold() not in endings:
            yield f"{name} has no content type"


def _of_relations(package: Package) -> Iterator[str]:
    for name in package.parts:
        if not name.endswith(".rels"):
            continue
        folder, _slash, file = name.rpartition("/")
        source = posixpath.join(posixpath.dirname(folder), file.removesuffix(".rels")).lstrip("/")
        ids = [each.get("Id") for each in package.tree(name).iter(RELS + "Relationship")]
        yield from (f"{name} has {id} twice" for id, times in Counter(ids).items() if times > 1)
        known = {}
        for each in package.tree(name).iter(RELS + "Relationship"):
            inside = each.get("TargetMode") != "External"
            target = each.get("Target")
            if inside:
                target = posixpath.normpath(posixpath.join(posixpath.dirname(source), target)).lstrip("/")
                if target not in package.parts:
                    yield f"{name} leads to {target}, which is not there"
            known[each.get("Id")] = (each.get("Type").rpartition("/")[2], target, inside)
        package.relations[source] = known
    for name in package.parts:
        if name.endswith(".xml"):
            asked = {v for each in package.tree(name).iter() for k, v in each.attrib.items() if k.startswith(R) and v}
            yield from (f"{name} asks for {id}" for id in asked - package.relations.get(name, {}).keys())
    reached, left = set(), [""]
    while left:
        leads = {target for _kind, target, inside in package.relations.get(left.pop(), {}).values() if inside}
        left += leads - reached
        reached |= leads
    orphans = {name for name in package.parts if not name.endswith(".rels")} - reached - {"[Content_Types].xml"}
    yield from (f"nothing leads to {name}" for name in orphans)


# Slides


def _of_presentation(package: Package) -> Iterator[str]:
    whole = package.tree("ppt/presentation.xml")
    types = package.tree("[Content_Types].xml")
    main = next(each.get("ContentType") for each in types if each.get("PartName") == "/ppt/presentation.xml")
    if not main.endswith("presentationml.presentation.main+xml"):
        yield f"the file is a {main}"
    slides = [int(each.get("id")) for each in whole.iter(P + "sldId")]
    if len(set(slides)) < len(slides) or not all(256 <= id < 2**31 for id in slides):
        yield f"ids of slides: {slides}"
    layouts = [int(each.get("id")) for each in whole.iter(P + "sldMasterId")]
    for name in package.named(r"ppt/slideMasters/[^/]+\.xml"):
        layouts += [int(each.get("id")) for each in package.tree(name).iter(P + "sldLayoutId")]
    if len(set(layouts)) < len(layouts) or not all(2**31 <= id < 2**32 for id in layouts):
        yield f"ids of masters and layouts: {layouts}"
    if package.named(r"ppt/notesSlides/.*\.xml") and whole.find(P + "notesMasterIdLst") is None:
        yield "notes without a master of notes"
    listed = {id for each in whole.iter(P + "sldId") for id in [each.get(R + "id")]}
    of_slides = {id for id, (kind, *_rest) in package.relations["ppt/presentation.xml"].items() if kind == "slide"}
    if listed != of_slides:
        yield f"slides that are not listed: {of_slides - listed}"
    for each in package.tree("docProps/core.xml"):
        if len(each.text or "") > LONGEST_PROPERTY:
            yield f"the property {each.tag} is too long"


def _of_ids(tree: etree._Element) -> Iterator[str]:
    ids = [each.get("id") for each in tree.iter(P + "cNvPr")]
    yield from (f"the id {id} is there {times} times" for id, times in Counter(ids).items() if times > 1)
    for each in tree.iter(A + "ext"):
        if each.get("cx") and min(int(each.get("cx")), int(each.get("cy"))) < 0:
            yield "a shape of less than nothing"


def _of_tables(tree: etree._Element) -> Iterator[str]:
    for table in tree.iter(A + "tbl"):
        columns = len(table.findall(f"{A}tblGrid/{A}gridCol"))
        for row in table.findall(A + "tr"):
            cells = row.findall(A + "tc")
            if len(cells) != columns:
                yield f"a table of {columns} columns has a row of {len(cells)}"
            if int(row.get("h")) < 0:
                yield "a row of less than nothing"
            for at, cell in enumerate(cells):
                spans = int(cell.get("gridSpan", 1))
                if at + spans > columns or any(not each.get("hMerge") for each in cells[at + 1 : at + spans]):
                    yield "a cell that spans cells which do not know it"


def _of_order(tree: etree._Element) -> Iterator[str]:
    for element in tree.iter(etree.Element):
        order = ORDERS.get(element.tag)
        if element.tag == C + "ser":
            order = SERIES_OF[etree.QName(element.getparent()).localname]
        if element.tag == C + "marker" and element.get("val") is not None:
            continue  # of a chart, whether its lines have any
        names = [etree.QName(child).localname for child in element if isinstance(child.tag, str)]
        for needed in NEEDED.get(element.tag, ()):
            if needed not in names:
                yield f"{etree.QName(element).localname} has no {needed}"
        if order is None:
            continue
        places = {name: at for at, name in enumerate([*order.split(), *ANY])}
        for mixed in MIXED.get(element.tag, ()):
            places[mixed] = places[MIXED[element.tag][0]]
        strange = [name for name in names if name not in places]
        if strange or [places[name] for name in names] != sorted(places[name] for name in names):
            yield f"{etree.QName(element).localname}: {' '.join(strange or names)}"


# Charts


def _of_chart(tree: etree._Element, *, cached: bool = True) -> Iterator[str]:
    yield from _of_order(tree)
    area = tree.find(f".//{C}plotArea")
    axes = {
        each.find(C + "axId").get("val"): each for each in area if each.tag in (C + "catAx", C + "dateAx", C + "valAx")
    }
    for id, axis in axes.items():
        if not 0 <= int(id) < 2**32:
            yield f"the axis {id}"
        other = axis.find(C + "crossAx").get("val")
        if other not in axes or axes[other].find(C + "crossAx").get("val") != id:
            yield f"the axis {id} is crossed by {other}, which it does not cross"
    kinds = [each for each in area if etree.QName(each).localname in SERIES_OF]
    for kind in kinds:
        pair = [each.get("val") for each in kind.findall(C + "axId")]
        if len(pair) != 2 or not set(pair) <= axes.keys():
            yield f"{etree.QName(kind).localname} is on the axes {pair}"
        places = PLACES[etree.QName(kind).localname]
        for place in kind.iter(C + "dLblPos"):
            if place.get("val") not in places:
                yield f"a label of {etree.QName(kind).localname} at {place.get('val')}"
    series = list(tree.iter(C + "ser"))
    for name in ("idx", "order"):
        numbers = [each.find(C + name).get("val") for each in series]
        if len(set(numbers)) < len(numbers):
            yield f"series with the same {name}: {numbers}"
    for each in series:
        yield from _of_series(each, cached)


def _of_series(series: etree._Element, cached: bool) -> Iterator[str]:
    many = max((int(each.get("val")) for each in series.iter(C + "ptCount")), default=None)
    for point in [*series.findall(C + "dPt"), *series.iter(C + "dLbl")]:
        at = int(point.find(C + "idx").get("val"))
        if many is not None and at >= many:
            yield f"a look or a label of point {at} of {many}"
    for cache in series.iter(C + "numCache"):
        for point in cache.iter(C + "pt"):
            value = float(point.find(C + "v").text)
            if not math.isfinite(value) or int(point.get("idx")) >= many:
                yield f"a value that is no number: {value}"
    if cached and not list(series.iter(C + "numCache")):
        yield "a series without values"


def _of_sheet_behind(package: Package, name: str) -> Iterator[str]:
    """The sheet behind a chart opens, and what each series reads there is what the chart shows."""
    tree = package.tree(name)
    data = tree.find(C + "externalData")
    if data is None:
        yield "no sheet behind it"
        return
    target = package.relations[name][data.get(R + "id")][1]
    book = openpyxl.load_workbook(io.BytesIO(package.parts[target]))
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
        if cell.data_type in ("f", "e"):
            yield f"{cell.coordinate} of its sheet is {cell.value}"
    for reference in tree.iter(C + "numRef", C + "strRef"):
        sheet, _mark, place = reference.find(C + "f").text.rpartition("!")
        left, top, right, bottom = range_boundaries(place.replace("$", ""))
        cells = [cell.value for row in book[sheet.strip("'")].iter_rows(top, bottom, left, right) for cell in row]
        for point in reference.iter(C + "pt"):
            said, held = point.find(C + "v").text or "", cells[int(point.get("idx"))]
            if isinstance(held, int | float) and math.isclose(float(said), held, rel_tol=1e-12, abs_tol=1e-300):
                continue
            if not hasattr(held, "year") and (held or "") != said:
                yield f"{place} holds {held!r}, shown as {said!r}"


# Workbooks


def _of_sheets(package: Package) -> Iterator[str]:
    whole = package.tree("xl/workbook.xml")
    names = [each.get("name") for each in whole.iter(S + "sheet")]
    folded = Counter(map(str.casefold, names))
    yield from (f"two sheets are called {name}" for name, times in folded.items() if times > 1)
    for name in names:
        units = len(name.encode("utf-16-le")) // 2
        if not 0 < units <= LONGEST_SHEET or re.search(r"[\[\]:*?/\\]|^'|'$", name) or name.casefold() == "history":
            yield f"a sheet is called {name}"
    for each in package.tree("docProps/core.xml"):
        if len(each.text or "") > LONGEST_PROPERTY:
            yield f"the property {each.tag} is too long"
    for text in package.tree("xl/sharedStrings.xml").iter(S + "si"):
        if len("".join(text.itertext()).encode("utf-16-le")) // 2 > LONGEST_CELL:
            yield "a cell holds more than Excel takes"
    for name in package.named(r"xl/worksheets/[^/]+\.xml"):
        tree = package.tree(name)
        if next(tree.iter(S + "f"), None) is not None:
            yield f"{name} has a formula"
        yield from (f"{name}: {cell.get('r')} is an error" for cell in tree.iter(S + "c") if cell.get("t") == "e")
        filters = [each.get("ref") for each in tree.iter(S + "autoFilter")]
        if len(filters) > 1:
            yield f"{name} has {len(filters)} filters"
