"""The workbook, read back by another library: the same digits as on the page and the command line, as numbers, in their formats.

A sheet keeps sixteen digits of a number.
"""

import json
import zipfile
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import openpyxl
import plotly.graph_objects as go
import polars as pl
import pytest
from lxml import etree

import recoup as command_line
from charts import Words
from data.notes import Annotation, Notes
from reports.compose import compose
from reports.deck import Deck, Slide
from reports.exhibit import Exhibit
from reports.experiment import read_experiment
from reports.story import Shown, Story, load_story
from reports.workbook import write_workbook
from tests.reports.conftest import scope_of


@pytest.fixture
def workbook(tmp_path):
    """Writes a deck and opens it again."""

    def workbook(deck: Deck) -> openpyxl.Workbook:
        write_workbook(deck, tmp_path / "deck.xlsx")
        return openpyxl.load_workbook(tmp_path / "deck.xlsx")

    return workbook


def table(sheet) -> list[dict[str, object]]:
    """The rows of a sheet below the header that stays, by the names in it."""
    row = sheet.max_row if sheet.freeze_panes is None else int(sheet.freeze_panes.removeprefix("A")) - 1
    heads = [cell.value for cell in sheet[row]]
    return [dict(zip(heads, (cell.value for cell in cells), strict=True)) for cells in sheet.iter_rows(min_row=row + 1)]


def plain(value: object) -> object:
    """A value of an answer as a sheet holds it."""
    if isinstance(value, Decimal | float):
        return pytest.approx(float(value), rel=1e-15, abs=0)
    return datetime.combine(value, datetime.min.time()) if hasattr(value, "year") else value


def test_the_same_question_has_the_same_digits_in_the_deck_the_workbook_and_the_command_line(scope, book, workbook, capsys):  # fmt: skip
    (slide,) = compose(Story("ours", "Ours", (Shown("roll_matrix"),)), scope).slides
    file = workbook(compose(Story("ours", "Ours", (Shown("roll_matrix"),)), scope))
    assert command_line.main(["ask", "roll_rates", "--book", str(book), "--month", "2026-10", "--format", "json"]) == 0
    asked = json.loads(capsys.readouterr().out)
    read = table(file["Roll matrix"])
    assert len(read) == len(asked) == slide.exhibit.rows.height > 5
    for cells, row, said in zip(read, slide.exhibit.rows.to_dicts(), asked, strict=True):
        assert cells == {name: plain(value) for name, value in row.items()}
        for name in ("loans", "share_loans", "share_balance"):
            assert cells[name] == plain(said[name])
        assert cells["opening_balance"] == plain(float(said["opening_balance"]))


def test_every_number_of_a_whole_story_is_that_of_its_exhibit(scope, workbook):
    deck = compose(load_story("monthly_review"), scope)
    file = workbook(deck)
    sheets = file.worksheets[1 : len(deck.slides) + 1]
    checked = 0
    for slide, sheet in zip(deck.slides, sheets, strict=True):
        assert sheet["A1"].value == slide.title
        frame = slide.exhibit.rows if slide.exhibit else slide.values
        for cells, row in zip(table(sheet), frame.to_dicts(), strict=True):
            for name, value in row.items():
                if not isinstance(value, list) and value == value:
                    assert cells[name] == (plain(value) if value != "" else None), (slide.key, name)
                    checked += 1
    assert checked > 1000


def test_headers_stay_numbers_have_formats_and_charts_are_native(scope, workbook):
    file = workbook(compose(Story("ours", "Ours", (Shown("charge_offs"), Shown("bridge"))), scope))
    sheet, bridge = file.worksheets[1:3]
    assert sheet.freeze_panes
    heads = {cell.value: cell.column for cell in sheet[int(sheet.freeze_panes[1:]) - 1]}
    first = int(sheet.freeze_panes[1:])
    assert sheet.cell(first, heads["month"]).number_format == "yyyy-mm"
    assert sheet.cell(first, heads["rate"]).number_format == "0.00%"
    assert sheet.cell(first, heads["closing_balance"]).number_format == "#,##0.00"
    assert len(sheet._charts) == len(bridge._charts) == 1
    assert "Chart data" in file.sheetnames


def test_the_cover_says_what_it_is_of_and_leads_to_each_sheet_and_definitions_stand_behind(scope, workbook):
    deck = compose(load_story("stages_and_channels"), scope)
    file = workbook(deck)
    cover = {row[0].value: row[1].value for row in file["Cover"].iter_rows(max_col=2)}
    assert deck.title in cover
    assert {name: cover[name] for name in deck.facts} == dict(deck.facts)
    for sheet, slide in zip(file.sheetnames[1:], deck.slides, strict=False):
        assert cover[sheet] == slide.title
    links = [cell.hyperlink.location for cell in file["Cover"]["A"] if cell.hyperlink]
    assert len(links) == len(deck.slides)
    defined = {cell.value for cell in file["Definitions"]["A"]}
    assert {"Cost to collect", "Formula", "Pitfalls", "Source"} <= defined


def test_a_text_that_looks_like_a_formula_stays_a_text(workbook):
    risky = ["=1+1", "+1", "-1", "@cmd", '=HYPERLINK("http://x")', "https://example.org"]
    rows = pl.DataFrame({"part": risky, "loans": range(len(risky))})
    exhibit = Exhibit("flow", Words("=2+2", "alt"), None, (), rows, "=3+3")
    deck = Deck("=Ours", "+sub", (Slide("flow", "=2+2", exhibit, comment="-c"),), facts={"=a": "=b"})
    file = workbook(deck)
    texts = [cell for sheet in file for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert [cell.value for cell in texts if cell.data_type == "f"] == []
    assert [row["part"] for row in table(file.worksheets[1])] == risky
    assert [cell.hyperlink for cell in texts if cell.hyperlink and "example.org" in str(cell.hyperlink.target)] == []


def test_the_what_if_sheet_has_both_policies_the_difference_its_interval_and_the_verdict(reader, scope, experiment_id, workbook):  # fmt: skip
    experiment = read_experiment(reader, experiment_id)
    file = workbook(compose(load_story("decision"), scope, experiment))
    rows = {row["measure"]: row for row in table(file["All figures of the experiment"])}
    found = {row["measure"]: row for row in experiment.what_if().figures.to_dicts()}
    net = rows["Net"]
    assert {name: net[name] for name in ("value", "base", "difference", "low", "high")} == {
        name: plain(found["net"][name]) for name in ("value", "base", "difference", "low", "high")
    }
    assert net["verdict"] in ("better", "worse", "cannot tell yet")
    sheet = file["All figures of the experiment"]
    formats = {"money": "#,##0", "share": "0.00%", "count": "#,##0.0"}
    last = sheet.max_row
    for row in range(last - len(rows) + 1, last + 1):
        assert sheet.cell(row, 4).number_format == formats[sheet.cell(row, 3).value]


def test_a_sheet_that_is_shown_twice_has_two_names_that_excel_takes(scope, workbook):
    shown = Shown("hindsight"), Shown("hindsight"), Shown("league")
    names = workbook(compose(Story("ours", "Ours", shown), scope)).sheetnames
    assert len(set(map(str.casefold, names))) == len(names)
    assert all(len(name) <= 31 for name in names)


def test_it_speaks_chinese(scope, workbook, speaking):
    speaking("zh")
    file = workbook(compose(load_story("monthly_review"), scope))
    assert file.sheetnames[0] == "封面"
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in name) for name in file.sheetnames)


def test_in_chinese_a_column_says_what_it_means_below_its_name(reader, scope, experiment_id, workbook, speaking):
    speaking("zh")
    file = workbook(compose(load_story("decision"), scope, read_experiment(reader, experiment_id)))
    heads = [cell.value for row in file["实验的全部指标"].iter_rows() for cell in row if "\n" in str(cell.value)]
    assert {"measure\n指标", "base\n现行策略", "difference\n差异"} <= set(heads)
    file = workbook(compose(Story("ours", "Ours", (Shown("roll_matrix"),)), scope))
    (row,) = [row for row in file.worksheets[1].iter_rows(values_only=True) if str(row[0]).startswith("month")]
    assert [head for head in row if head and "\n" not in head] == []


def test_what_happened_in_a_marked_month_stands_above_the_table(reader, workbook, tmp_path):
    notes = Notes(tmp_path)
    scope = replace(scope_of(reader), notes=notes)
    notes.add(Annotation(scope.compare_month, "New scorecard"), "Ana")
    sheet = workbook(compose(Story("ours", "Ours", (Shown("roll_trend"),)), scope)).worksheets[1]
    assert "Sep 2026: New scorecard" in [row[0] for row in sheet.iter_rows(values_only=True)]


def test_a_dot_has_the_name_of_its_own_row_where_an_earlier_row_has_none(tmp_path, workbook):
    from tests.reports.decks import deck, exhibit, figures, slide

    figure = go.Figure(figures()["dots"])
    for trace in figure.data:
        if trace.mode == "markers":
            trace.x = [None, *trace.x[1:]]
    workbook(deck(slide("dots", exhibit=replace(exhibit("dots"), figure=figure))))
    with zipfile.ZipFile(tmp_path / "deck.xlsx") as file:
        chart = etree.fromstring(file.read("xl/charts/chart1.xml"))
    labels = [label for label in chart.iter("{*}dLbl") if label.find("{*}tx") is not None]
    assert ["".join(label.find("{*}tx").itertext()) for label in labels] == ["B", "C"]
