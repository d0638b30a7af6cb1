"""The book on disk: its versions, what an import touches, who may write, and what is left when writing fails."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from data.book import Book
from data.errors import BookBusy, BookMissing, BookUnwritable, OutdatedVersion, Refused
from queries import Filters, check_files, import_files, open_reader
from tests.small_books import APR, FEB, JAN, M0, M1, M2, MAR, loan
from tests.snapshots import Row, write_csv

TODAY = date(2026, 1, 15)
HISTORY = [
    loan("A", JAN, M0, 100), loan("B", JAN, M1, 200),
    loan("A", FEB, M0, 90), loan("B", FEB, M1, 190),
    loan("A", MAR, M1, 90), loan("B", MAR, M0, 150),
    loan("A", APR, M2, 90), loan("B", APR, M0, 140),
]  # fmt: skip
FEBRUARY_RESTATED = [loan("A", FEB, M1, 95), loan("B", FEB, M2, 190)]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book"


@pytest.fixture
def put(book: Path, tmp_path: Path) -> Callable:
    """Imports rows into the book, from a file of that name."""

    def put(rows: list[Row], name: str = "loans.csv", **more):
        return import_files(book, [write_csv(tmp_path / name, rows)], today=TODAY, **more)

    return put


def answers(book: Path, version: int | None = None) -> dict[str, list[dict]]:
    reader = open_reader(book, version)
    try:
        return {name: reader.ask(name).to_dicts() for name in reader.answerable}
    finally:
        reader.close()


def levels(book: Path, month: date, version: int | None = None) -> dict[str, tuple[int, Decimal]]:
    """Loans and balance by bucket at a month-end."""
    reader = open_reader(book, version)
    try:
        rows = reader.ask("delinquency", Filters(month=month)).to_dicts()
        return {row["bucket"]: (row["loans"], row["balance"]) for row in rows}
    finally:
        reader.close()


def files_of(book: Path) -> dict[str, tuple[int, int, bytes]]:
    """Everything that a book consists of, with inode, time and content; the lock and the working folder left out."""
    return {
        path.relative_to(book).as_posix(): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
        for path in book.rglob("*")
        if path.is_file() and path.name != "lock"
    }


def snapshot_files(book: Path, table: str, version: int | None = None) -> dict[date, str]:
    record = Book(book).read_version(version)
    return {p.month: p.file for p in record.partitions if p.table_name == table}


# Versions


def test_a_folder_without_versions_is_no_book_and_says_what_to_do(book):
    assert Book(book).current() is None
    assert Book(book).versions() == []
    with pytest.raises(BookMissing, match="Import a file first"):
        open_reader(book)
    assert not book.exists(), "looking at a book makes none"


def test_versions_are_numbered_from_one_and_the_last_is_current(book, put):
    assert put(HISTORY[:2]).version == 1
    assert put(HISTORY[2:4]).version == 2
    assert Book(book).versions() == [1, 2]
    assert Book(book).current() == 2
    assert [Book(book).read_version(n).months for n in (1, 2)] == [(JAN,), (JAN, FEB)]


def test_a_version_that_is_not_there_is_named_with_those_that_are(book, put):
    put(HISTORY)
    put(FEBRUARY_RESTATED)
    for number in (0, 3, -1):
        with pytest.raises(BookMissing, match=f"no version {number}; it has 1 to 2"):
            open_reader(book, number)


def test_an_earlier_version_keeps_its_numbers_after_a_month_is_imported_again(book, put):
    put(HISTORY)
    before = answers(book)
    put(FEBRUARY_RESTATED)
    assert levels(book, FEB) == {"M1": (1, 95), "M2": (1, 190)}
    assert levels(book, FEB, version=1) == {"M0": (1, 90), "M1": (1, 190)}
    assert answers(book, version=1) == before
    assert answers(book)["roll_rates"] != before["roll_rates"]


def test_an_earlier_version_keeps_its_quarantine_and_its_findings(book, put, open_book):
    put([*HISTORY[:2], loan("C", JAN, -5)])
    put([*HISTORY[:2], loan("C", JAN, 5)])
    assert open_book(book, 1).quarantine(10)["loan_id"].to_list() == ["C"]
    assert open_book(book, 2).quarantine(10).is_empty()
    assert [f.code for f in Book(book).read_version(1).findings] == ["negative_days"]
    assert Book(book).read_version(2).findings == ()


def test_a_version_keeps_the_definitions_it_was_built_with(book, put):
    put([loan("A", JAN, 30, 100)])
    (book / "recoup.toml").write_text("[buckets]\nM0 = 0\nM1 = 1\nM2 = 30\n", encoding="utf-8")
    assert put([loan("A", JAN, 30, 100)]).new, "other definitions are another version"
    assert levels(book, JAN) == {"M2": (1, 100)}
    assert levels(book, JAN, version=1) == {"M1": (1, 100)}


# Importing a month again


def test_importing_a_month_again_replaces_that_month_and_touches_no_other_file(book, put):
    put(HISTORY)
    before, old = files_of(book), snapshot_files(book, "loan_snapshot")
    put(FEBRUARY_RESTATED)
    after, new = files_of(book), snapshot_files(book, "loan_snapshot")
    assert new.keys() == old.keys() == {JAN, FEB, MAR, APR}
    assert {month for month in new if new[month] != old[month]} == {FEB}
    assert {name: after[name] for name in before} == before, "nothing that was there is changed or removed"


def test_only_the_pairs_that_the_month_stands_in_are_looked_up_anew(book, put):
    put(HISTORY)
    put(FEBRUARY_RESTATED)
    old, new = (snapshot_files(book, "crossing", version) for version in (1, 2))
    assert {month for month in new if new[month] != old[month]} <= {JAN, FEB, MAR}
    assert new[APR] == old[APR]


def test_a_loan_that_the_restated_month_does_not_have_is_gone_from_it(book, put):
    put(HISTORY)
    put(FEBRUARY_RESTATED[:1])
    assert levels(book, FEB) == {"M1": (1, 95)}
    assert levels(book, JAN) == {"M0": (1, 100), "M1": (1, 200)}
    assert levels(book, MAR) == {"M0": (1, 150), "M1": (1, 90)}


def test_importing_the_same_twice_publishes_nothing_and_leaves_nothing(book, put):
    first = put(HISTORY)
    before = files_of(book)
    second = put(list(reversed(HISTORY)), name="another name.csv")
    assert (first.new, second.new, second.version) == (True, False, 1)
    assert files_of(book) == before


# The switch


def test_readers_opened_before_go_on_with_the_old_version_while_new_ones_see_the_new(book, put, open_book):
    put(HISTORY)
    old = open_book(book)
    before = {name: old.ask(name).to_dicts() for name in old.answerable}
    for day in (61, 62, 63):
        put([loan("A", MAR, day, 90), loan("B", MAR, M0, 150)])
    assert old.version.number == 1
    assert {name: old.ask(name).to_dicts() for name in old.answerable} == before
    assert open_book(book).version.number == 4
    assert levels(book, MAR) == {"M0": (1, 150), "M3": (1, 90)}


def test_the_old_version_is_current_until_the_last_step(book, put):
    put(HISTORY)
    seen: list[tuple[str, int]] = []
    put(FEBRUARY_RESTATED, on_progress=lambda step, _share: seen.append((step, Book(book).current())))
    assert {version for step, version in seen if step != "Done"} == {1}
    assert seen[-1] == ("Done", 2)
    assert {step for step, _ in seen} >= {"Opening the files", "Writing each month", "Building the facts", "Publishing"}


def test_a_half_made_version_under_another_name_is_no_version(book, put):
    put(HISTORY)
    for name in ("000002.duckdb.part", "000002.duckdb.wal", "2.duckdb", "x000002.duckdb"):
        (book / "versions" / name).write_bytes(b"half")
    assert Book(book).versions() == [1]


# One writer


def test_a_second_writer_is_told_that_the_book_is_busy(book, put, tmp_path):
    put(HISTORY)
    file = write_csv(tmp_path / "second.csv", FEBRUARY_RESTATED)
    with Book(book).writing():
        with pytest.raises(BookBusy, match="Wait for it to end and try again"):
            import_files(book, [file], today=TODAY)
        with pytest.raises(BookBusy):
            check_files(book, [file], today=TODAY)
        assert levels(book, FEB) == {"M0": (1, 90), "M1": (1, 190)}, "reading needs no lock"
    assert import_files(book, [file], today=TODAY).version == 2


def test_a_second_process_that_writes_ends_with_status_one_and_changes_nothing(book, put, tmp_path, recoup):
    put(HISTORY)
    file = write_csv(tmp_path / "second.csv", FEBRUARY_RESTATED)
    with Book(book).writing() as workdir:
        before = files_of(book)
        done = recoup("import", file, "--book", book, "--yes", "--progress", "none")
        assert workdir.is_dir(), "it did not sweep away the first one's work"
        assert files_of(book) == before
    assert done.returncode == 1
    assert "Another import is working on this book." in done.stderr
    assert "Traceback" not in done.stderr


# What is left when an import does not end well


def test_the_next_import_sweeps_what_killed_ones_left_and_nothing_else(book, put):
    put(HISTORY)
    before = files_of(book)
    leftovers = [book / "staging" / "dead" / "built.duckdb", book / "staging" / "dead" / "spill" / "x.tmp"]
    leftovers += [book / "partitions" / table / "2024-02-29-dead.parquet" for table in ("loan_snapshot", "crossing")]
    leftovers += [book / "partitions" / "quarantine" / "all-dead.parquet"]
    for path in leftovers:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"dead")
    assert not put(HISTORY).new
    assert [path for path in leftovers if path.exists()] == []
    assert files_of(book) == before


def test_a_refused_import_changes_nothing_at_all(book, put):
    put(HISTORY)
    before = files_of(book)
    with pytest.raises(Refused):
        put([loan("A", FEB, -1), loan("B", FEB, -1)])
    assert files_of(book) == before
    assert list((book / "staging").iterdir()) == []


@pytest.mark.parametrize(
    ("error", "seen"),
    [(RuntimeError("Query interrupted"), KeyboardInterrupt), (RuntimeError("another fault"), RuntimeError)],
)
def test_a_ctrl_c_inside_a_query_which_the_database_words_its_own_way_is_a_ctrl_c(book, error, seen):
    with pytest.raises(seen), Book(book).writing():
        raise error
    assert list((book / "staging").iterdir()) == []


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_disk_that_fails_while_publishing_leaves_the_old_version_and_a_message(book, put, monkeypatch, step):
    put(HISTORY)
    before, answered = files_of(book), answers(book)

    def full(*_arguments, **_named):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as broken:
        broken.setattr(*{"fsync": (os, "fsync"), "rename": (Path, "rename")}[step], full)
        with pytest.raises(BookUnwritable, match=r"No space left on device\nNothing was published"):
            put(FEBRUARY_RESTATED)
    assert files_of(book) == before, "what was written and not published is removed at once"
    assert answers(book) == answered
    assert put(FEBRUARY_RESTATED).version == 2


FULL_DISK = """
import contextlib, io, resource, sys
import recoup
book, file, *kilobytes = sys.argv[1:]
for size in kilobytes:
    limit = resource.RLIM_INFINITY if size == "all" else int(size) << 10
    said = io.StringIO()
    recoup.say.file = said
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    status = recoup.main(["import", file, "--yes", "--book", book, "--progress", "none"])
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(status, "go on" in said.getvalue(), "Nothing was published" in said.getvalue())
"""


def test_files_that_cannot_grow_stop_the_import_with_a_message_whenever_it_happens(book, put, tmp_path, root):
    """The size of any one file is bounded, step by step higher: staging, partitions, facts meet the bound in turn."""
    put(HISTORY)
    before, answered = files_of(book), answers(book)
    file = write_csv(tmp_path / "second.csv", FEBRUARY_RESTATED)
    bounds = ["0", "2", "12", "40", "200", "500"]
    script = [sys.executable, "-c", FULL_DISK, str(book), str(file)]
    done = subprocess.run([*script, *bounds], cwd=root, capture_output=True, text=True, timeout=100, check=False)
    assert done.stdout.splitlines() == ["1 True True"] * len(bounds), done.stderr
    assert files_of(book) == before
    assert answers(book) == answered
    assert put(FEBRUARY_RESTATED).version == 2


NOBODY = """
import os, sys
import recoup
if os.geteuid() == 0:  # whom no permission stops
    os.setegid(65534), os.seteuid(65534)
sys.exit(recoup.main(sys.argv[1:]))
"""


def test_a_folder_that_may_not_be_written_is_said_and_nothing_is_made(put, root):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = write_csv(folder / "loans.csv", HISTORY)
        import_files(folder / "book", [file], today=TODAY)
        before = files_of(folder / "book")
        closed = [folder, folder / "book", *(p for p in (folder / "book").rglob("*") if p.is_dir())]
        for path in closed:
            path.chmod(0o555)
        (folder / "book" / "lock").unlink()
        (folder / "book" / "lock").touch(0o444)
        try:
            for book in (folder / "book", folder / "new"):
                words = ["import", str(file), "--book", str(book), "--yes", "--progress", "none"]
                done = subprocess.run(
                    [sys.executable, "-c", NOBODY, *words], cwd=root, capture_output=True, text=True, check=False
                )
                assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
                assert "Permission denied" in done.stderr
                assert str(book) in done.stderr.replace("\n", "")
        finally:
            for path in closed:
                path.chmod(0o755)
        assert files_of(folder / "book") == before
        assert not (folder / "new").exists()


def test_a_book_below_a_file_is_said_to_be_impossible(tmp_path, recoup):
    file = write_csv(tmp_path / "loans.csv", HISTORY)
    done = recoup("import", file, "--book", file / "book", "--yes")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "Not a directory" in done.stderr


def test_a_version_of_an_earlier_recoup_is_said_to_be_one(book, put):
    """As a version without a fact, and without the newer columns of its record, would stand in the folder."""
    put(HISTORY)
    with duckdb.connect(str(Book(book).version_path())) as con:
        con.execute("alter table book_version drop column built_by")
        con.execute("drop table ledger")
    assert Book(book).read_version().months == (JAN, FEB, MAR, APR), "the list of versions still shows it"
    with pytest.raises(OutdatedVersion, match="rebuild"):
        open_reader(book)


def test_a_version_whose_facts_lack_a_column_that_is_asked_for_now_is_said_to_be_one(book, put):
    put(HISTORY)
    with duckdb.connect(str(Book(book).version_path())) as con:
        con.execute("update book_version set built_by = 'an earlier one'")
    open_reader(book).close()
    with duckdb.connect(str(Book(book).version_path())) as con:
        con.execute("alter table ledger drop column balance_products")
    with pytest.raises(OutdatedVersion, match="rebuild"):
        open_reader(book)


def test_a_fact_that_is_missing_from_a_version_of_today_is_a_fault_and_said_as_one(book, put):
    put(HISTORY)
    with duckdb.connect(str(Book(book).version_path())) as con:
        con.execute("drop table ledger")
    with pytest.raises(duckdb.CatalogException):
        open_reader(book)
