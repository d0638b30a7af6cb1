"""What a reader's connection cannot do, and that no text of a user ever becomes part of a statement or a path."""

import csv
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
import tomlkit

from data.errors import InvalidMapping, InvalidSettings
from data.mapping import Mapping, read_mapping
from data.settings import read_settings
from queries import Filters, UnknownQuestion, import_files, open_reader, questions
from queries.question import FILTERS
from tests.small_books import FEB, JAN, M0, M1, loan
from tests.snapshots import Row, write_csv

TODAY = date(2026, 1, 15)
HOSTILE = "x'; drop table ledger; --"
ALSO_HOSTILE = [
    '"; drop table staged; --',
    "$product",
    "{name}",
    "%s",
    "\\",
    "../../etc/passwd",
    "[x](y)*?",
    "a' or '1'='1",
]


def two_months(product: str, loan_id: str = "A") -> list[Row]:
    return [
        loan(loan_id, JAN, M0, product=product), loan(loan_id, FEB, M1, product=product),
        loan("other", JAN, M0, product="other"), loan("other", FEB, M0, product="other"),
    ]  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Path:
    import_files(tmp_path / "book", [write_csv(tmp_path / "loans.csv", two_months("car"))], today=TODAY)
    return tmp_path / "book"


def write_table(path: Path, *rows: list[str]) -> None:
    """Rows of cells as CSV, the header first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What a reader's connection cannot do


@pytest.mark.parametrize(
    "statement",
    [
        "delete from book.ledger",
        "update book.level set loans = 0",
        "insert into book.level select * from book.level",
        "drop table book.ledger",
        "create table book.mine as select 1",
        "alter table book.level add column mine integer",
        "create or replace table book.ledger as select 1",
        "copy (select 1) to '{outside}/stolen.csv'",
        "copy (select 1) to '{book}/partitions/stolen.parquet' (format parquet)",
        "copy book.ledger to '{book}/versions/000009.duckdb'",
        "export database '{outside}/stolen'",
        "attach '{outside}/new.duckdb' as mine",
        "attach '{book}/versions/000001.duckdb' as mine",
        "attach 'https://example.org/x.duckdb' as mine",
    ],
)
def test_a_reader_writes_nothing(book, tmp_path, open_book, statement):
    outside = tmp_path / "outside"
    outside.mkdir()
    before = contents(tmp_path)
    reader = open_book(book)
    with reader._cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement.format(book=book, outside=outside))
    assert contents(tmp_path) == before
    assert reader.ask("bad_debt").height == 2


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('/etc/passwd')",
        "select * from read_blob('/etc/passwd')",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from glob('/etc/*')",
        "select * from read_text('{loans}')",
        "select * from '{loans}'",
        "select * from read_parquet('{book}/partitions/loan_snapshot/*.parquet')",
        "select * from glob('{book}/*')",
        "select * from read_csv('https://example.org/x.csv')",
        "create table mine as select * from read_text('/etc/passwd')",
        "import database '{book}'",
    ],
)
def test_a_reader_reads_no_file_but_its_version(book, tmp_path, open_book, statement):
    with open_book(book)._cursor() as cursor, pytest.raises(duckdb.Error, match=r"(?i)permission|does not exist"):
        cursor.execute(statement.format(book=book, loans=tmp_path / "loans.csv"))


@pytest.mark.parametrize(
    "statement",
    [
        "install httpfs",
        "load httpfs",
        "load '{book}/mine.duckdb_extension'",
        "install httpfs from community",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "set lock_configuration = false",
        "reset lock_configuration",
        "set memory_limit = '1TB'",
        "set temp_directory = '/tmp'",
        "set global threads = 64",
        "pragma threads = 64",
        "create persistent secret mine (type http)",
    ],
)
def test_a_reader_loads_nothing_and_changes_no_configuration(book, open_book, statement):
    with open_book(book)._cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement.format(book=book))


def test_what_a_reader_cannot_do_has_nothing_to_do_with_how_it_is_spelled(book, open_book):
    """The same through `sql` and through the connection itself, as a mistaken change to the code might ask it."""
    reader = open_book(book)
    for ask in (reader._con.sql, reader._con.execute):
        with pytest.raises(duckdb.Error):
            ask("select * from read_text('/etc/passwd')")
        with pytest.raises(duckdb.Error):
            ask("delete from book.ledger")


def test_a_reader_keeps_nothing_in_the_folder_it_was_started_in(book, tmp_path, monkeypatch, open_book):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.chdir(folder)
    reader = open_book(book)
    for name in reader.answerable:
        reader.ask(name)
    with reader._cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute("copy (select 1) to '.tmp/stolen.csv'")
    assert list(folder.iterdir()) == []


# A user's text is only ever a value


@pytest.mark.parametrize("text", [HOSTILE, *ALSO_HOSTILE])
def test_a_filter_value_is_only_a_value(tmp_path, open_book, text):
    file = write_csv(tmp_path / "loans.csv", two_months(text))
    import_files(tmp_path / "book", [file], today=TODAY)
    reader = open_book(tmp_path / "book")
    held = reader.ask("bad_debt", Filters(product=(text,))).to_dicts()
    assert [row["loans"] for row in held] == [1, 1]
    for name in ("region", "segment", "acquisition_channel"):
        assert reader.ask("bad_debt", Filters(**{name: (text,)})).is_empty()
    assert reader.ask("bad_debt", Filters(product=(text + "'",))).is_empty()
    with pytest.raises(UnknownQuestion):
        reader.ask(text)
    assert [row["loans"] for row in reader.ask("bad_debt").to_dicts()] == [2, 2]


@pytest.mark.parametrize("text", [HOSTILE, *ALSO_HOSTILE])
def test_a_loan_id_a_file_name_a_header_and_a_code_are_only_values(tmp_path, open_book, text):
    """The file reads as the harmless one does, and its refused row names it."""
    file = tmp_path / (text.replace("/", "∕") + ".csv")
    write_table(
        file,
        [text, "as of", "bucket", "product"],
        [text, "2024-01-31", text, "p"],
        [text, "2024-02-29", "M1", "p"],
        [f"{text}2", "2024-02-29", f"{text}2", "p"],
    )
    mapping = Mapping(
        columns={"loan_id": text, "as_of": "as of", "bucket": "bucket", "product": "product"},
        values={"bucket": {text: "M2"}},
    )
    import_files(tmp_path / "book", [file], mapping, today=TODAY)
    reader = open_book(tmp_path / "book")
    (cell,) = reader.ask("roll_rates").to_dicts()
    assert (cell["from_bucket"], cell["to_bucket"], cell["loans"]) == ("M2", "M1", 1)
    (refused,) = reader.quarantine(10).to_dicts()
    assert (refused["source"], refused["line"], refused["loan_id"]) == (file.name, 4, text + "2")
    assert refused["reasons"] == ["unknown_code:bucket"]


class Recorded:
    """A connection that writes down the text of each statement."""

    def __init__(self, con: duckdb.DuckDBPyConnection, statements: list[str]) -> None:
        self.con, self.statements = con, statements

    def __getattr__(self, name: str):
        return getattr(self.con, name)

    def __enter__(self) -> "Recorded":
        return self

    def __exit__(self, *_exception: object) -> None:
        self.con.close()

    def cursor(self) -> "Recorded":
        return Recorded(self.con.cursor(), self.statements)

    def execute(self, statement: str, parameters: object = None) -> duckdb.DuckDBPyConnection:
        self.statements.append(statement)
        return self.con.execute(statement, parameters)

    def sql(self, statement: str, **more: object) -> duckdb.DuckDBPyRelation:
        self.statements.append(statement)
        return self.con.sql(statement, **more)


PARTITION = re.compile(r"'[^']*/\d+/book/partitions/[\w./-]+'")
"""A file that the build wrote, under a name of its own making."""


@pytest.fixture
def statements_of(tmp_path, monkeypatch) -> Callable[[str], list[str]]:
    """The statements of an import and of every question, where all names, codes and values are made of a text."""
    connect = duckdb.connect

    def statements_of(text: str) -> list[str]:
        statements: list[str] = []
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        with monkeypatch.context() as recording:
            recording.setattr(duckdb, "connect", lambda *a, **k: Recorded(connect(*a, **k), statements))
            mapping = Mapping(
                columns={
                    "loan_id": text,
                    "as_of": "as_of",
                    "days_past_due": "days_past_due",
                    "product": f"{text} product",
                },
                values={"product": {text: f"{text}, translated"}},
                dates={"as_of": "%Y-%m-%d"},
                thousands=" ",
            )
            write_table(
                folder / (text.replace("/", "∕") + ".csv"),
                [text, "as_of", "days_past_due", f"{text} product"],
                [text, "2024-01-31", "0", text],
                [text, "2024-02-29", "5", text],
                [f"{text}2", "2024-02-29", "-5", text],
            )
            for _ in range(2):
                import_files(folder / "book", list(folder.glob("*.csv")), mapping, today=TODAY)
            reader = open_reader(folder / "book")
            for name in reader.answerable:
                reader.ask(name, Filters(product=(text, f"{text}, translated"), region=(text,)))
            assert reader.ask("bad_debt", Filters(product=(f"{text}, translated",)))["loans"].to_list() == [1, 1]
            reader.close()
        return [PARTITION.sub("'partition'", statement) for statement in statements]

    return statements_of


def test_the_statements_are_the_same_whatever_a_user_wrote(statements_of):
    statements_of("first")  # the first build of a process also asks for the types of the facts
    harmless = statements_of("plain")
    assert len(harmless) > 40
    for text in (HOSTILE, *ALSO_HOSTILE):
        assert statements_of(text) == harmless


@pytest.mark.parametrize("kind", ["buckets", "tiers"])
@pytest.mark.parametrize("name", ["x' then 1 else 0 end; --", "M1'", "M 1", "", "M1\n", "M1)"])
def test_the_names_that_do_stand_in_statements_are_plain_words(kind, name):
    assert read_settings(tomlkit.dumps({kind: {"M0": 0, "M1": 1}}))
    with pytest.raises(InvalidSettings):
        read_settings(tomlkit.dumps({kind: {"M0": 0, name: 1}}))


@pytest.mark.parametrize("row", ["1) or true --", "'1'", 1.5, True, 0, -3])
def test_the_only_number_of_a_mapping_that_stands_in_a_statement_is_a_whole_one(row):
    with pytest.raises(InvalidMapping):
        read_mapping(tomlkit.dumps({"file": {"header_row": row}}))


@pytest.mark.parametrize("name", list(questions()))
def test_every_question_binds_every_filter_or_says_that_it_cannot(name):
    sql = questions()[name].sql
    assert set(questions()[name].parameters) == set(re.findall(r"\$(\w+)", sql))
    cannot = {column for column in FILTERS if column not in questions()[name].filters} - {"from_month", "to_month"}
    said = questions()[name].pitfalls.lower().partition("it cannot be cut by ")[2].partition(".")[0]
    assert all(column.replace("_", " ") in said for column in cannot), f"the pitfalls do not name {cannot}"
    code = "\n".join(line.partition("--")[0] for line in sql.lower().splitlines())
    assert "{" not in code, "nothing is put into it"
    assert not re.search(r"\b(read_\w+|query|query_table|glob|copy|attach|install|load|set|pragma|getenv)\b", code)


# Settings of the server


@pytest.fixture(scope="module")
def served(root: Path) -> dict:
    """The server's options as it would start with them: `streamlit config show` in the app's folder."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    shown = subprocess.run(
        [sys.executable, "-m", "streamlit", "config", "show"],
        cwd=root, env=clean, capture_output=True, text=True, timeout=60, check=True,
    ).stdout  # fmt: skip
    return tomllib.loads(shown[shown.index("[global]") :])


def test_the_server_listens_on_this_machine_alone_under_its_own_name(served):
    assert served["server"]["address"] == "127.0.0.1"
    assert set(served["server"]["allowedHosts"]) == {"127.0.0.1", "localhost"}


def test_nothing_is_told_to_anybody(served):
    assert served["browser"]["gatherUsageStats"] is False
    assert served["client"]["showErrorDetails"] == "none"
    assert not served["client"]["showErrorLinks"]


def test_requests_of_other_sites_are_turned_away(served):
    assert served["server"]["enableXsrfProtection"] is True
    assert served["server"]["enableCORS"] is True


def test_uploads_are_bounded(served):
    assert 0 < served["server"]["maxUploadSize"] <= 1024
