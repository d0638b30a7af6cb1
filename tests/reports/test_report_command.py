"""`report`: a story as a file, whole or not at all, and what is said where it cannot be written."""

import openpyxl
import pytest
from pptx import Presentation

import cli.report
import recoup as command_line
import reports.workbook
import wording


@pytest.fixture
def run(capsys, tmp_path, monkeypatch, book):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECOUP_LANG", raising=False)
    monkeypatch.setenv("RECOUP_BOOK", str(book))

    def run(*words: str) -> tuple[int, str, str]:
        status = command_line.main(["report", *words])
        said = capsys.readouterr()
        return status, said.out, " ".join(said.err.split())

    yield run
    wording.set_language("en")


def test_a_story_is_written_and_what_is_left_out_is_said(run, tmp_path):
    status, _out, err = run("stages_and_channels", "--out", "deck.xlsx", "--month", "2026-09")
    assert status == 0
    assert "deck.xlsx is written: Stages and channels, " in err
    cover = openpyxl.load_workbook(tmp_path / "deck.xlsx")["Cover"]
    assert ("Month", "Sep 2026") in [(row[0].value, row[1].value) for row in cover.iter_rows(max_col=2)]
    assert [file.name for file in tmp_path.iterdir()] == ["deck.xlsx"]


def test_a_lenders_own_story_in_chinese_by_slice_and_loans(run, tmp_path):
    (tmp_path / "ours.toml").write_text('title = "我们的月报"\n[[slides]]\nshow = "flow"\n', encoding="utf-8")
    status, _out, err = run(
        "ours.toml", "--out", "ours.xlsx", "--lang", "zh", "--weigh-by", "loans", "--product", "Car"
    )
    assert status == 0, err
    file = openpyxl.load_workbook(tmp_path / "ours.xlsx")
    said = [row[1].value for row in file["封面"].iter_rows(max_col=2)]
    assert file["封面"]["A1"].value == "我们的月报"
    assert "Car" in said
    assert "按笔数" in said


def test_a_month_that_the_book_has_not_gives_a_deck_that_says_so(run, tmp_path):
    status, _out, err = run("monthly_review", "--out", "deck.xlsx", "--month", "2020-01")
    assert status == 0
    assert "The book has no month 2020-01." in err
    sheet = openpyxl.load_workbook(tmp_path / "deck.xlsx").worksheets[1]
    assert sheet["A1"].value == "No loan matches the filters in Jan 2020"


def test_the_decision_is_of_the_newest_experiment_unless_another_is_named(run, tmp_path, experiment_id):
    status, _out, err = run("decision", "--out", "deck.xlsx")
    assert status == 0, err
    assert "What-if decision" in err
    status, _out, err = run("decision", "--out", "other.xlsx", "--experiment", "deadbeef")
    assert (status, (tmp_path / "other.xlsx").exists()) == (1, False)
    assert "There is no experiment deadbeef in this book" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("monthly_reviw", "--out", "deck.xlsx"), "There is no story “monthly_reviw”. Did you mean “monthly_review”?"),
        (("monthly_review",), "Say where to write: --out FILE"),
        (("monthly_review", "--out", "deck.doc"), "deck.doc has no ending that can be written"),
        (("monthly_review", "--out", "nowhere/deck.xlsx"), "nowhere/deck.xlsx is not a file in a folder that exists."),
        (("monthly_review", "--out", "deck.xlsx", "--template", "ours.pptx"), "A template is for slides"),
    ],
)
def test_a_wrong_word_is_told_and_nothing_is_written(run, tmp_path, words, says):
    status, _out, err = run(*words)
    assert status == 2
    assert says in err
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_whole_or_not_at_all(run, tmp_path, monkeypatch):
    def broken(deck, path):
        path.write_bytes(b"half")
        raise OSError("no room left")

    (tmp_path / "deck.xlsx").write_bytes(b"of last month")
    monkeypatch.setattr(reports.workbook, "write_workbook", broken)
    status, _out, err = run("monthly_review", "--out", "deck.xlsx")
    assert (status, "no room left" in err) == (1, True)
    assert (tmp_path / "deck.xlsx").read_bytes() == b"of last month"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_template_is_not_written_over(run, tmp_path):
    Presentation().save(str(tmp_path / "ours.pptx"))
    before = (tmp_path / "ours.pptx").read_bytes()
    status, _out, err = run("monthly_review", "--out", "ours.pptx", "--template", "ours.pptx")
    assert (status, "ours.pptx is the template: write the slides to another file." in err) == (2, True)
    assert (tmp_path / "ours.pptx").read_bytes() == before


@pytest.mark.parametrize("ending", ["pptx", "xlsx", "html"])
def test_a_folder_that_cannot_be_written_to_says_so_with_the_name_that_was_asked_for(run, tmp_path, monkeypatch, ending):  # fmt: skip
    """The folder goes before the file is written."""
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.setattr("cli.report._scope", lambda *asked, scope=cli.report._scope: (folder.rmdir(), scope(*asked))[1])
    status, _out, err = run("monthly_review", "--out", f"out/deck.{ending}")
    assert (status, f"out/deck.{ending} cannot be written: No such file or directory" in err) == (1, True)
    assert list(tmp_path.iterdir()) == []


def test_without_a_story_it_lists_the_stories_and_all_that_slides_can_show(run):
    status, out, _err = run()
    assert status == 0
    for text in ("monthly_review", "Monthly review", "roll_matrix", "(intervals = False)", "verdict"):
        assert text in out
