"""The command line: exit statuses, who confirms a mapping, which book it means, and answers that a program can read."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

import recoup as command_line
from data.book import Book
from data.mapping import load_mapping
from queries import import_files, open_reader, questions
from tests.golden import write_golden_csv
from tests.oracle_loans import OF_COHORTS
from tests.small_books import FEB, JAN, M0, M1, MAR, loan
from tests.snapshots import random_book, write_csv
from tests.terminal import CTRL_C, at_a_terminal

TODAY = date(2026, 1, 15)
THREE_MONTHS = [
    loan("A", JAN, M0, "100.10", product="car"), loan("B", JAN, M0, "9999999999999.99", product="card"),
    loan("C", JAN, M0, "9999999999999.99", product="card"),
    loan("A", FEB, M1, "100.10", product="car"), loan("B", FEB, M0, "9999999999999.99", product="card"),
    loan("C", FEB, M0, "9999999999999.99", product="card"),
    loan("A", MAR, M1, "100.10", product="car"), loan("B", MAR, M0, "0.01", product="cash"),
]  # fmt: skip
LENDERS = "No,Cut-off,Late,Kind\nA1,2024-01-31,0,car\nA2,2024-01-31,40,car\nA1,2024-02-29,5,car\nA2,2024-02-29,0,car\n"
LENDERS_MAPPING = (
    'table = "loan_snapshot"\n[columns]\nloan_id = "No"\nas_of = "Cut-off"\ndays_past_due = "Late"\nproduct = "Kind"\n'
)


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """Standard error as one line, without the breaks that a narrow screen makes."""
        return " ".join(self.err.split())


@pytest.fixture(autouse=True)
def _an_empty_folder(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name in ("RECOUP_BOOK", "RECOUP_LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(capsys) -> Callable[..., Said]:
    """Runs a command in this process, where standard input is no terminal."""

    def run(*words: str | Path) -> Said:
        try:
            status = command_line.main([str(word) for word in words])
        except SystemExit as exit:
            status = exit.code
        said = capsys.readouterr()
        return Said(status, said.out, said.err)

    return run


@pytest.fixture
def book(tmp_path) -> Path:
    """A book of three months, imported without a command."""
    import_files(tmp_path / "book", [write_csv(tmp_path / "three.csv", THREE_MONTHS)], today=TODAY)
    return tmp_path / "book"


@pytest.fixture
def lenders(tmp_path) -> Path:
    """A file in a lender's own words, and the mapping for it beside."""
    (tmp_path / "lenders.toml").write_text(LENDERS_MAPPING, encoding="utf-8")
    (tmp_path / "lenders.csv").write_text(LENDERS, encoding="utf-8")
    return tmp_path / "lenders.csv"


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "lock"
    }


# Exit statuses


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("import {good} --book {new} --yes", 0),
        ("import {bad} --book {book} --yes", 1),
        ("import {folder}/nothing.csv --book {new} --yes", 1),
        ("import {good} --book {book} --yes --mapping {folder}/nothing.toml", 1),
        ("import {other} --book {book}", 1),
        ("import --book {book} --yes", 2),
        ("import {good} --book {book} --yes --table loans", 2),
        ("import {good} --book {book} --yes --progress loud", 2),
        ("import {good} --book {book} --yes --save-mapping {folder}/nowhere/m.toml", 2),
        ("import {good} --book {book} --yes --save-mapping {folder}", 2),
        ("check --book {book}", 0),
        ("check {good} --book {book}", 0),
        ("check {bad} --book {book}", 1),
        ("check --book {new}", 1),
        ("check --book {book} --yes", 2),
        ("questions", 0),
        ("questions roll_rates", 2),
        ("ask bad_debt --book {book}", 0),
        ("ask bad_debt --book {new}", 1),
        ("ask bad_debt --book {book} --version 7", 1),
        ("ask rolls --book {book}", 2),
        ("ask --book {book}", 2),
        ("ask bad_debt --book {book} --month 2024-13", 2),
        ("ask bad_debt --book {book} --month 2024-02x", 2),
        ("ask bad_debt --book {book} --month 2024-02-30", 2),
        ("ask bad_debt --book {book} --month January", 2),
        ("ask bad_debt --book {book} --format xml", 2),
        ("ask bad_debt --book {book} --version first", 2),
        ("ask bad_debt --book {book} --colour red", 2),
        ("versions --book {book}", 0),
        ("versions --book {new}", 1),
        ("versions --book {book} --all", 2),
        ("demo --book {book} --if-empty", 0),
        ("demo --book {book}", 1),
        ("demo --book {new} --seed x", 2),
        ("serve --port http", 2),
        ("", 2),
        ("sell", 2),
    ],
)
def test_the_exit_status_is_0_for_done_1_for_refused_2_for_wrong_use(run, book, tmp_path, words, status):
    good = write_csv(tmp_path / "good.csv", THREE_MONTHS)
    bad = write_csv(tmp_path / "bad.csv", [loan("A", JAN, -1), loan("B", JAN, -1)])
    other = write_csv(tmp_path / "other.csv", [loan("A", JAN, M0, region="East")])
    before = contents(book)
    names = {"good": good, "bad": bad, "other": other, "book": book, "new": tmp_path / "new", "folder": tmp_path}
    said = run(*shlex.split(words.format(**names)))
    assert said.status == status
    assert status == 0 or said.err or words.startswith("check"), "a refusal says why"
    assert status == 0 or words.startswith("check") or said.out == "", "what is wrong goes to standard error"
    assert contents(book) == before


def test_the_process_ends_with_that_status_and_without_a_traceback(recoup, tmp_path):
    book, golden = tmp_path / "book", write_golden_csv(tmp_path / "golden.csv")
    ended = [
        recoup("import", golden, "--book", book, "--yes"),
        recoup("import", golden, "--book", book, "--mapping", tmp_path / "no.toml"),
        recoup("import"),
    ]
    assert [done.returncode for done in ended] == [0, 1, 2]
    assert not any("Traceback" in done.stderr for done in ended)
    assert "Version 1 is published: 24 rows of 2024-01 to 2024-02; 0 rows in quarantine." in " ".join(
        ended[0].stderr.split()
    )


# Confirming a mapping


@pytest.mark.parametrize("given", [False, True])
def test_a_mapping_that_nobody_confirmed_is_shown_and_refused_without_a_terminal(run, lenders, tmp_path, given):
    if not given:
        lenders.write_text(LENDERS.replace("No,Cut-off,Late,Kind", "loan_no,date,dpd,product"), encoding="utf-8")
    said = run(
        "import", lenders, "--book", tmp_path / "book", *(["--mapping", tmp_path / "lenders.toml"] if given else [])
    )
    assert said.status == 1
    assert "Nobody has confirmed this mapping" in said.err
    assert "--yes" in said.err
    theirs = ("No", "Cut-off", "Late", "Kind") if given else ("loan_no", "date", "dpd", "product")
    for ours, name, example in zip(
        ("loan_id", "as_of", "days_past_due", "product"),
        theirs,
        ("A1, A2", "2024-01-31, 2024-02-29", "0, 40, 5", "car"),
        strict=True,
    ):
        assert re.search(rf"{ours}\W+{name}\W+{example}\W", said.err)
    assert Book(tmp_path / "book").current() is None
    assert not (tmp_path / "book" / "mappings").exists()


def test_yes_takes_a_given_mapping_and_a_proposed_one(run, lenders, tmp_path):
    assert run("import", lenders, "--book", tmp_path / "a", "--yes", "--mapping", tmp_path / "lenders.toml").status == 0
    lenders.write_text(LENDERS.replace("No,Cut-off,Late,Kind", "loan_no,date,dpd,product"), encoding="utf-8")
    assert run("import", lenders, "--book", tmp_path / "b", "--yes").status == 0
    for book in (tmp_path / "a", tmp_path / "b"):
        with open_reader_of(book) as reader:
            assert reader.ask("delinquency")["bucket"].to_list() == ["M0", "M2", "M0", "M1"]
            assert reader.dimensions["product"] == ("car",)


@contextmanager
def open_reader_of(book: Path, version: int | None = None) -> Iterator:
    reader = open_reader(book, version)
    try:
        yield reader
    finally:
        reader.close()


def test_a_confirmed_mapping_is_remembered_for_the_next_file_of_these_columns(run, lenders, tmp_path):
    book, mapping = tmp_path / "book", tmp_path / "lenders.toml"
    assert run("import", lenders, "--book", book, "--mapping", mapping, "--yes").status == 0
    march = tmp_path / "march.csv"
    march.write_text("No,Cut-off,Late,Kind\nA1,2024-03-31,35,car\n", encoding="utf-8")
    said = run("import", march, "--book", book)
    assert (said.status, Book(book).current()) == (0, 2)
    with open_reader_of(book) as reader:
        assert reader.ask("delinquency")["bucket"].to_list()[-1] == "M2"


def test_other_columns_or_another_mapping_are_asked_for_again(run, lenders, tmp_path):
    book, mapping = tmp_path / "book", tmp_path / "lenders.toml"
    assert run("import", lenders, "--book", book, "--mapping", mapping, "--yes").status == 0
    mapping.write_text(LENDERS_MAPPING.replace('product = "Kind"\n', ""), encoding="utf-8")
    assert run("import", lenders, "--book", book, "--mapping", mapping).status == 1
    wider = tmp_path / "wider.csv"
    wider.write_text("No,Cut-off,Late,Kind,Place\nA1,2024-03-31,35,car,East\n", encoding="utf-8")
    mapping.write_text(LENDERS_MAPPING, encoding="utf-8")
    assert run("import", wider, "--book", book, "--mapping", mapping).status == 1
    assert Book(book).versions() == [1]


def test_a_refused_mapping_is_not_remembered(run, lenders, tmp_path):
    for _ in range(2):
        assert run("import", lenders, "--book", tmp_path / "book", "--mapping", tmp_path / "lenders.toml").status == 1


def test_the_mapping_that_was_used_can_be_saved_and_used_again(run, lenders, tmp_path):
    saved = tmp_path / "saved.toml"
    words = ["import", lenders, "--yes", "--book"]
    assert run(*words, tmp_path / "a", "--mapping", tmp_path / "lenders.toml", "--save-mapping", saved).status == 0
    assert load_mapping(saved) == load_mapping(tmp_path / "lenders.toml")
    assert run(*words, tmp_path / "b", "--mapping", saved).status == 0
    with open_reader_of(tmp_path / "a") as first, open_reader_of(tmp_path / "b") as second:
        for name in first.answerable:
            assert first.ask(name).equals(second.ask(name))


def test_a_header_like_a_markup_tag_is_shown_as_it_is(run, lenders, tmp_path):
    lenders.write_text(LENDERS.replace("Kind", "[/Kind]").replace("car", "[red]car"), encoding="utf-8")
    mapping = tmp_path / "lenders.toml"
    mapping.write_text(LENDERS_MAPPING.replace("Kind", "[/Kind]"), encoding="utf-8")
    said = run("import", lenders, "--book", tmp_path / "book", "--mapping", mapping)
    assert said.status == 1
    assert "[/Kind]" in said.err
    assert "[red]car" in said.err
    assert run("import", lenders, "--book", tmp_path / "book", "--mapping", mapping, "--yes").status == 0
    said = run("ask", "bad_debt", "--book", tmp_path / "book", "--product", "[/Kind]")
    assert "No loan has product “[/Kind]”; there are [red]car." in said.error


# Which book


def test_the_book_is_the_option_then_the_variable_then_a_folder_named_book(run, book, tmp_path, monkeypatch):
    file = write_csv(tmp_path / "one.csv", [loan("A", JAN, M0)])
    assert run("import", file, "--yes").status == 0
    assert Book(tmp_path / "here" / "book").current() == 1
    monkeypatch.setenv("RECOUP_BOOK", str(book))
    assert json.loads(run("ask", "bad_debt", "--month", "2024-01", "--format", "json").out)[0]["loans"] == 3
    said = run("ask", "bad_debt", "--month", "2024-01", "--format", "json", "--book", "book")
    assert json.loads(said.out)[0]["loans"] == 1
    monkeypatch.setenv("RECOUP_BOOK", "")
    assert json.loads(run("ask", "bad_debt", "--format", "json").out)[0]["loans"] == 1


def test_the_pages_are_served_from_this_machine_alone_with_the_same_book(run, monkeypatch, tmp_path):
    started: list = []
    monkeypatch.setattr(os, "execv", lambda program, words: started.append((program, words, Path.cwd())))
    assert run("serve", "--book", "mine", "--port", "8511").status == 0
    ((program, words, folder),) = started
    assert (program, folder) == (sys.executable, command_line.APP.parent), "where .streamlit/config.toml is"
    assert os.environ["RECOUP_BOOK"] == str(tmp_path / "here" / "mine")
    assert words[1:4] == ["-m", "streamlit", "run"]
    options = dict(zip(words[5::2], words[6::2], strict=True))
    assert options == {"--server.address": "127.0.0.1", "--server.port": "8511"}


# Checking


def test_checking_files_publishes_nothing_and_says_what_importing_them_would(run, book, tmp_path):
    file = write_csv(tmp_path / "more.csv", [loan("A", JAN, M0), loan("B", JAN, M0, -5), loan("C", JAN, -3)])
    before = contents(book)
    said = run("check", file, "--book", book)
    assert said.status == 0
    assert "1 balances are negative (2024-01)" in said.out
    assert "1 rows have negative days past due (2024-01)" in said.out
    assert "more.csv:4" in said.out
    assert contents(book) == before
    imported = run("import", file, "--book", book, "--yes")
    assert [line for line in said.out.splitlines() if line not in imported.err.splitlines()] == []
    assert run("check", "--book", book).out == said.out
    assert run("check", file, "--book", tmp_path / "new").status == 0
    assert Book(tmp_path / "new").current() is None


def test_a_book_without_findings_has_nothing_to_report(run, book):
    assert run("check", "--book", book).out.strip() == "Nothing to report."


# Questions and answers


def test_questions_are_listed_with_their_definition_parameters_and_columns(run):
    listed = run("questions").out
    for name, question in questions().items():
        assert f"{name}  {question.title} {question.chinese}: {question.answers}" in listed
        for text in (question.grain, question.unit, question.formula, question.leaves_out, question.pitfalls):
            assert text in listed
        for column, meaning in question.columns.items():
            assert f"    {column}: {meaning}" in listed
    filters = re.findall(r"^  filters: (.*)$", listed, re.MULTILINE)
    assert len(filters) == len(questions())
    every = {"month", "from_month", "to_month", "product", "region", "segment", "acquisition_channel"}
    assert [set(line.split(", ")) for line in filters] == [
        set(question.filters) or {"none"} for question in questions().values()
    ]
    assert {name for question in questions().values() for name in question.filters} == every


@pytest.mark.parametrize("name", list(questions()))
def test_json_holds_exactly_the_columns_and_the_month_end(run, book, name):
    said = run("ask", name, "--book", book, "--format", "json")
    question = questions()[name]
    if question.needs:
        assert (said.status, said.out) == (1, "")
        return
    rows = json.loads(said.out)
    assert rows or question.computed_by or name in {*OF_COHORTS, "customers"}, (
        "only what looks ahead or back, or is told of customers, needs more than three months of loans"
    )
    assert {tuple(row) for row in rows} <= {tuple(question.columns)}
    if not question.computed_by and "month" in question.columns:
        assert {row["month"] for row in rows} <= {"2024-01-31", "2024-02-29", "2024-03-31"}


def test_json_holds_decimals_to_the_cent_and_null_for_what_is_not_known(run, book, tmp_path):
    said = run("ask", "delinquency", "--book", book, "--month", "2024-02", "--format", "json")
    current, late = json.loads(said.out, parse_float=Decimal)
    assert current["balance"] == Decimal("19999999999999.98")
    assert late["balance"] == Decimal("100.10")
    assert '"balance": 19999999999999.98' in said.out, "written as a number, not as a text"
    assert float(late["share_loans"]) == 1 / 3
    bare = write_csv(tmp_path / "bare.csv", [loan("A", JAN, M0)], columns=("loan_id", "as_of", "days_past_due"))
    run("import", bare, "--book", tmp_path / "bare", "--yes")
    (row,) = json.loads(run("ask", "bad_debt", "--book", tmp_path / "bare", "--format", "json").out)
    assert row == {
        "month": "2024-01-31", "loans": 1, "balance": None, "bad_loans": 0, "bad_balance": None,
        "bad_debt_ratio": None, "bad_debt_ratio_loans": 0.0,
    }  # fmt: skip


def test_csv_has_the_names_once_and_nothing_for_null(run, book):
    said = run("ask", "net_flow", "--book", book, "--month", "2024-03", "--format", "csv")
    assert said.out.splitlines()[:4] == [
        "month,from_bucket,rate",
        "2024-03-31,M0," + repr(100.10 / 19999999999999.98),
        "2024-03-31,M1,0.0",
        "2024-03-31,M2,",
    ]
    assert said.out.endswith("\n")
    assert "\r" not in said.out


def test_a_table_shows_every_row_and_column(run, book):
    shown = run("ask", "delinquency", "--book", book).out
    assert all(name in shown for name in questions()["delinquency"].columns)
    assert shown.count("2024-0") == 5
    assert "19999999999999.98" in shown
    assert "…" not in shown


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("--month 2024-02", ["02-29"]),
        ("--month 2024-02-01", ["02-29"]),
        ("--month 2024-02-29", ["02-29"]),
        ("--from 2024-02", ["02-29", "03-31"]),
        ("--to 2024-02", ["01-31", "02-29"]),
        ("--from 2024-02 --to 2024-02", ["02-29"]),
        ("--from 2023-01 --to 2025-01", ["01-31", "02-29", "03-31"]),
    ],
)
def test_months_are_chosen_by_month_or_by_first_and_last(run, book, words, months):
    said = run("ask", "bad_debt", "--book", book, "--format", "json", *words.split())
    assert [row["month"] for row in json.loads(said.out)] == [f"2024-{month}" for month in months]
    assert said.err == ""


@pytest.mark.parametrize(
    ("words", "loans"),
    [
        ("--product car", [1, 1, 1]),
        ("--product car card", [3, 3, 1]),
        ("--product car --product card", [3, 3, 1]),
        ("--product car card --product cash", [3, 3, 2]),
        ('--product card --region ""', [2, 2]),
    ],
)
def test_several_values_of_a_product_are_one_slice(run, book, words, loans):
    said = run("ask", "bad_debt", "--book", book, "--format", "json", *shlex.split(words))
    assert [row["loans"] for row in json.loads(said.out)] == loans
    assert said.err == ""


@pytest.mark.parametrize(
    ("words", "mentioned"),
    [
        ("--month 2024-04", "The book has no month 2024-04."),
        ("--from 2024-04", "The book has no month in this range; it has 2024-01 to 2024-03."),
        ("--to 2023-12", "The book has no month in this range; it has 2024-01 to 2024-03."),
        ("--from 2024-03 --to 2024-01", "The book has no month in this range; it has 2024-01 to 2024-03."),
        ("--month 2024-01 --from 2024-02", "The book has no month in this range; it has 2024-01 to 2024-03."),
        ("--product boat", "No loan has product “boat”; there are car, card, cash."),
        ("--acquisition-channel web", 'No loan has acquisition_channel “web”; there are "".'),
    ],
)
def test_what_the_book_does_not_have_is_said_aside_and_the_answer_is_empty(run, book, words, mentioned):
    said = run("ask", "bad_debt", "--book", book, "--format", "json", *words.split())
    assert (said.status, json.loads(said.out)) == (0, [])
    assert said.error == mentioned


def test_a_question_that_is_not_there_is_named_with_those_that_are(run, book):
    said = run("ask", "rolls", "--book", book)
    assert said.out == ""
    assert said.error == f"There is no question “rolls”; there are {', '.join(questions())}."


def test_an_earlier_version_answers_as_it_did(run, book, tmp_path):
    words = ["ask", "bad_debt", "--book", book, "--month", "2024-03", "--format", "json"]
    before = run(*words).out
    run("import", write_csv(tmp_path / "again.csv", [loan("A", MAR, 100, 7)]), "--book", book, "--yes")
    assert json.loads(run(*words).out)[0]["bad_balance"] == 7
    assert run(*words, "--version", "1").out == before
    assert run(*words, "--version", "2").out == run(*words).out


def test_a_reader_of_the_answer_that_stops_reading_is_no_error(root, book):
    words = [sys.executable, str(root / "recoup.py"), "ask", "roll_trend", "--book", str(book), "--format", "json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(timeout=60) == 0


# Versions and the demo


def test_versions_are_listed_with_their_months_and_files(run, book, tmp_path):
    run("import", write_csv(tmp_path / "[again].csv", [loan("A", FEB, 100, 7)]), "--book", book, "--yes")
    shown = " ".join(run("versions", "--book", book).out.split())
    assert shown.count("2024-01 … 2024-03") == 2
    assert shown.index("three.csv") < shown.index("[again].csv")


def test_the_demo_is_built_where_there_is_no_book_and_never_into_another(run, book, tmp_path, monkeypatch):
    asked: list[int] = []

    def history(seed: int, months: int, loans: int, last_month: date, on_progress) -> dict[str, pl.DataFrame]:
        on_progress("Making up loans", 1.0)
        asked.append(seed)
        return {"loan_snapshot": pl.read_csv(write_golden_csv(tmp_path / "golden.csv"))}

    monkeypatch.setattr("sim.demo.history", history)
    before = contents(book)
    assert run("demo", "--book", book, "--if-empty") == Said(0, "", "")
    said = run("demo", "--book", book)
    assert (said.status, said.error) == (1, f"There is a book in {book} already. Name another folder with --book.")
    assert (contents(book), asked) == (before, [])
    assert run("demo", "--book", tmp_path / "new", "--if-empty", "--seed", "3").status == 0
    assert (Book(tmp_path / "new").current(), asked) == (1, [3])


# Progress, Ctrl-C and a person at a terminal


def test_progress_is_told_to_a_program_as_lines_of_json(run, book, tmp_path):
    said = run("import", tmp_path / "three.csv", "--book", tmp_path / "new", "--yes", "--progress", "json")
    lines = [json.loads(line) for line in said.err.splitlines() if line.startswith("{")]
    steps = [line["step"] for line in lines if "step" in line]
    shares = [line["share"] for line in lines if "share" in line]
    assert list(dict.fromkeys(steps))[-3:] == ["Building the facts", "Publishing", "Done"]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 1)
    assert said.out == ""
    assert (
        "{"
        not in run("import", tmp_path / "three.csv", "--book", tmp_path / "other", "--yes", "--progress", "none").err
    )


@pytest.mark.parametrize(
    "step", ["Opening the files", "Checking each month", "Writing each month", "Building the facts"]
)
def test_ctrl_c_leaves_the_book_as_it_was(root, book, tmp_path, step):
    file = write_csv(tmp_path / "many.csv", random_book(3, loans=4000, months=5))
    before = contents(book)
    words = [
        sys.executable,
        str(root / "recoup.py"),
        "import",
        str(file),
        "--book",
        str(book),
        "--yes",
        "--progress",
        "json",
    ]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if line.startswith("{") and json.loads(line).get("step") == step:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
        assert process.wait(timeout=60) == 130
    assert "Traceback" not in rest
    assert rest.splitlines()[-1] == "Stopped. The book is as it was."
    assert contents(book) == before


def test_ctrl_c_after_the_switch_says_that_the_version_is_published(run, book, tmp_path, monkeypatch):
    read_version = Book.read_version

    def interrupted(self: Book, number: int | None = None):
        if number == 2:
            raise KeyboardInterrupt
        return read_version(self, number)

    monkeypatch.setattr(Book, "read_version", interrupted)
    said = run("import", write_csv(tmp_path / "more.csv", [loan("A", MAR, 100, 7)]), "--book", book, "--yes")
    assert (said.status, said.err.splitlines()[-1]) == (130, "Stopped. Version 2 is published.")


@pytest.mark.parametrize(
    ("typed", "status", "versions", "says"),
    [
        (b"y\n", 0, [1], "Version 1 is published"),
        ("是\n".encode(), 0, [1], "Version 1 is published"),
        (b"n\n", 1, [], "Nothing was imported."),
        (b"\n", 1, [], "Nothing was imported."),
        (b"\x04", 1, [], "Nothing was imported."),
        (CTRL_C, 130, [], "Stopped. The book is as it was."),
    ],
    ids=["y", "yes in Chinese", "n", "enter", "end of input", "ctrl-c"],
)
def test_a_person_at_a_terminal_sees_the_mapping_and_is_asked(root, lenders, tmp_path, typed, status, versions, says):
    words = [sys.executable, root / "recoup.py", "import", lenders, "--book", tmp_path / "book"]
    with at_a_terminal([*words, "--mapping", tmp_path / "lenders.toml"]) as (process, read_until):
        shown = read_until("[y/N] ")
        assert all(text in shown for text in ("Cut-off", "days_past_due", "A1, A2"))
        shown = read_until(says, typed)
        assert says in shown
        assert "Traceback" not in shown
        assert process.wait(timeout=60) == status
    assert Book(tmp_path / "book").versions() == versions


# What is kept beside the book, and alerts


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("alerts --book {book}", 0),
        ("alerts --book {book} --add r --measure bad_debt.loans --above 1", 0),
        ("alerts --book {book} --add r --measure bad_debt.loans", 2),
        ("alerts --book {book} --add r --measure bad_debt.loan --above 1", 2),
        ("alerts --book {book} --add r --measure delinquency.loans --above 1", 2),
        ("alerts --book {book} --add r --measure bad_debt.loans --above much", 2),
        ("alerts --book {book} --remove 7", 2),
        ("alerts --book {new}", 2),
        ("targets --book {book}", 0),
        ("targets --book {book} --set 0.1 --measure bad_debt.bad_debt_ratio --from 2024-01", 0),
        ("targets --book {book} --set 0.1", 2),
        ("targets --book {book} --set much --measure bad_debt.loans --from 2024-01", 2),
        ("annotations --book {book} --add Strike --month 2024-02", 0),
        ("annotations --book {book} --add Strike", 2),
        ("views --book {book} --add Cards --address /roll_rates?product=card", 0),
        ("views --book {book} --rename 7 --name x", 2),
    ],
)
def test_what_is_kept_beside_the_book_ends_with_0_or_2(run, book, tmp_path, words, status):
    said = run(*shlex.split(words.format(book=book, new=tmp_path / "new")))
    assert said.status == status, said.err
    assert status == 0 or said.err


def test_alerts_end_with_1_when_a_rule_fires_and_tell_a_program_which(run, book):
    kept = ("--measure", "delinquency.loans", "--where", "bucket=M1", "product=car", "--book", book, "--who", "Ana")
    assert run("alerts", "--add", "Late cars", *kept, "--above", "0").status == 0
    assert run("targets", "--set", "2", *kept, "--from", "2024-02").status == 0
    assert run("alerts", "--add", "Over target", *kept, "--above", "target").status == 0
    said = run("alerts", "--book", book, "--format", "json")
    assert said.status == 1
    told = json.loads(said.out)
    assert (told["month"], told["book_version"]) == ("2024-03-31", 1)
    assert [(alert["name"], alert["fires"], alert["value"], alert["held_against"]) for alert in told["alerts"]] == [
        ("Late cars", True, 1.0, 0.0),
        ("Over target", False, 1.0, 2.0),
    ]
    assert told["alerts"][0]["where"] == {"bucket": ["M1"], "product": ["car"]}
    assert run("alerts", "--book", book, "--month", "2024-01").status == 0
    assert "Late cars" in run("alerts", "--book", book).out


def test_the_history_says_who_set_and_removed_a_target(run, book):
    ratio = ("--measure", "bad_debt.bad_debt_ratio", "--from", "2024-01", "--book", book)
    run("targets", "--set", "0.02", *ratio, "--who", "Ana")
    run("targets", "--set", "0.03", *ratio, "--who", "Bo")
    (held,) = json.loads(run("targets", "--book", book, "--format", "json").out)
    assert (held["value"], held["who"], held["from_month"]) == (0.03, "Bo", "2024-01-01")
    run("targets", "--remove", str(held["number"]), "--who", "Cy", "--book", book)
    history = json.loads(run("targets", "--history", "--book", book, "--format", "json").out)
    assert [(edit["done"], edit["value"], edit["who"]) for edit in history] == [
        ("removed", 0.03, "Cy"),
        ("changed", 0.03, "Bo"),
        ("added", 0.02, "Ana"),
    ]
