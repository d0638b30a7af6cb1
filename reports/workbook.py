"""A deck as a workbook of Excel: a cover that says what it is of, and a sheet a measure with real numbers and native charts."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from data.said import Said, said
from queries import questions
from reports.catalogue import catalogue
from reports.deck import Deck, Slide
from reports.definition import method
from reports.letters import legal_deck, property_of
from reports.native import NativeChart, NativeTable
from reports.native_chart import native
from reports.native_texts import mark_in_words
from reports.sheet import OPTIONS, put_table
from reports.sheet_chart import ChartData, put_charts
from reports.slides_made import MADE
from wording import SOURCE_LANGUAGE, _, language, told

LONGEST_NAME = 31  # characters of a sheet's name that Excel takes
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
WRAP = 120  # characters of a line
CLAUSE = re.compile(r"[；;。，,（(：:]")
LONGEST_MEANING = 24  # characters of what a column means, below its name
OWN_COLUMNS: dict[str, Said] = {
    "scenario": said("Scenario"), "measure": said("Measure"), "unit": said("Unit"), "value": said("Value"), "base": said("As today"),
    "difference": said("Difference"), "low": said("Low end"), "high": said("High end"), "verdict": said("Verdict"),
    "parameter": said("Parameter"), "meaning": said("Meaning"), "interval": said("Interval"), "origin": said("Origin"), "source": said("Source"),
    "figure": said("Key figure"), "month": said("Month"), "share": said("Value"), "share_change": said("Change"), "share_target": said("Target"),
    "kind": said("What moved"), "dimension": said("Dimension"), "extra": said("More than before"), "usual": said("Usual"), "news": said("More than usual"),
}  # fmt: skip
"""The columns of tables that no question defines."""


def write_workbook(deck: Deck, path: Path) -> None:
    """Raises OSError where the file cannot be written."""
    try:
        _write(legal_deck(deck), path)
    except FileCreateError as error:  # holds what the system said
        raise error.args[0] from None


def _write(deck: Deck, path: Path) -> None:
    with Workbook(str(path), OPTIONS) as workbook:
        said = {"title": property_of(deck.title), "subject": property_of(deck.subtitle)}
        workbook.set_properties(said | {"comments": _("Written by Recoup")})
        names = _sheet_names(deck)
        cover = workbook.add_worksheet(_("Cover"))
        sheets = [workbook.add_worksheet(name) for name in names]
        data = ChartData(workbook, workbook.add_worksheet(_("Chart data")))
        _put_cover(workbook, cover, deck, names)
        for slide, sheet in zip(deck.slides, sheets, strict=True):
            _put_slide(workbook, sheet, slide, data)
        _put_definitions(workbook, deck)
        cover.activate()


def _sheet_names(deck: Deck) -> list[str]:
    """Each slide's name in words, short and once."""
    taken = {_("Cover").casefold(), _("Chart data").casefold(), _("Definitions").casefold()}
    names = []
    for slide in deck.slides:
        key = slide.key.partition("-")[0]
        known = MADE.get(key) or catalogue().get(key)
        name = FORBIDDEN.sub(" ", told(known.name) if known else _("No loans"))[:LONGEST_NAME].strip("' ")
        base, at = name, 1
        while name.casefold() in taken:
            at += 1
            name = f"{base[: LONGEST_NAME - 4]} {at}"
        taken.add(name.casefold())
        names.append(name)
    return names


# The cover


def _put_cover(workbook: Workbook, sheet: Worksheet, deck: Deck, names: list[str]) -> None:
    """Title, filters, version, and a line a sheet with what it found."""
    large, bold, wrapped = _formats(workbook)
    link = workbook.add_format({"font_color": "#0F6CBD", "underline": 1, "valign": "top"})
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, WRAP)
    sheet.write_string(0, 0, deck.title, large)
    sheet.write_string(1, 0, deck.subtitle)
    row = 3
    for name, value in deck.facts.items():
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value, wrapped)
        row += 1
    row += 1
    sheet.write_string(row, 0, _("Sheet"), bold)
    sheet.write_string(row, 1, _("What it finds"), bold)
    for name, slide in zip(names, deck.slides, strict=True):
        row += 1
        sheet.write_url(row, 0, f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1", link, string=name)
        sheet.write_string(row, 1, slide.title, wrapped)
    sheet.write_string(row + 2, 0, _("Written by Recoup"))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _formats(workbook: Workbook):
    large = workbook.add_format({"bold": True, "font_size": 14})
    bold = workbook.add_format({"bold": True, "valign": "top"})
    wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
    return large, bold, wrapped


# One sheet


def _put_slide(workbook: Workbook, sheet: Worksheet, slide: Slide, data: ChartData) -> None:
    """Title and what is said of it; below, the table under a header that stays, and beside it the chart."""
    large, bold, _wrapped = _formats(workbook)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, slide.title, large)
    row = 1
    charts = native(slide.exhibit.figure) if slide.exhibit and slide.exhibit.figure is not None else None
    for line in (*_lines(slide), *_marks(charts)):
        sheet.write_string(row, 0, line)
        row += 1
    row += 1
    table = slide.exhibit.rows if slide.exhibit else slide.values
    asked = slide.exhibit.asked if slide.exhibit else ()
    if table is None or not table.width:
        _put_grid(sheet, slide, row, bold)
        return
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)
    rates = frozenset(rate.column for name in asked for rate in questions()[name].rates)
    put_table(workbook, sheet, table, rates, row, _meanings(asked))
    if isinstance(charts, tuple):
        put_charts(data, sheet, charts, row + 1, table.width + 1, slide.title)


def _meanings(asked: Sequence[str]) -> dict[str, str]:
    """What columns mean, in a few words, for a reader whose language their names are not of; all of it is among the definitions."""
    if language() == SOURCE_LANGUAGE:
        return {}
    known = {name: told(words) for name, words in OWN_COLUMNS.items()}
    for name in asked:
        known |= {column: _(meaning) for column, meaning in questions()[name].columns.items()}
    return {name: CLAUSE.split(text)[0][:LONGEST_MEANING] for name, text in known.items()}


def _lines(slide: Slide) -> Iterator[str]:
    """What stands above the table, in the order of a slide."""
    if slide.comment:
        yield slide.comment
    if slide.exhibit and slide.exhibit.caption:
        yield slide.exhibit.caption
    if not slide.exhibit:
        for name, value, below in slide.figures:
            yield _("{label}: {text}", label=name, text=f"{value} ({below})" if below else value)
        yield from slide.points
    yield from slide.footnotes


def _marks(charts: Sequence[NativeChart] | NativeTable | None) -> list[str]:
    """What happened in the months that the charts mark on the page."""
    if not isinstance(charts, tuple):
        return []
    return list(dict.fromkeys(mark_in_words(chart, mark) for chart in charts for mark in chart.marks))


def _put_grid(sheet: Worksheet, slide: Slide, row: int, bold) -> None:
    """A table in words, where there are no numbers behind it."""
    if slide.grid is None:
        return
    sheet.freeze_panes(row + 1, 0)
    for at, head in enumerate(slide.grid.heads):
        sheet.write_string(row, at, head, bold)
    for below, cells in enumerate(slide.grid.rows, start=row + 1):
        for at, cell in enumerate(cells):
            sheet.write_string(below, at, cell)
    widths = [max(map(len, column)) for column in zip(slide.grid.heads, *slide.grid.rows, strict=True)]
    for at, width in enumerate(widths):
        sheet.set_column(at, at, min(max(width, 8) + 2, 60))


# What the numbers mean


def _put_definitions(workbook: Workbook, deck: Deck) -> None:
    """The definition of every question of the deck, and what each column of its table means."""
    asked = dict.fromkeys(name for slide in deck.slides if slide.exhibit for name in slide.exhibit.asked)
    if not asked:
        return
    _large, bold, wrapped = _formats(workbook)
    sheet = workbook.add_worksheet(_("Definitions"))
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, WRAP)
    sheet.freeze_panes(1, 0)
    rows: list[tuple[str, str]] = []
    for name in asked:
        question = questions()[name]
        rows += [(_(question.title), _(question.answers)), *method(name).items()]
        rows += [(column, _(meaning)) for column, meaning in question.columns.items()] + [("", "")]
    sheet.write_string(0, 0, _("Measure or column"), bold)
    sheet.write_string(0, 1, _("What it means"), bold)
    titles = {_(questions()[name].title) for name in asked}
    for row, (name, text) in enumerate(rows, start=1):
        sheet.write_string(row, 0, name, bold if name in titles else wrapped)
        sheet.write_string(row, 1, text, wrapped)
