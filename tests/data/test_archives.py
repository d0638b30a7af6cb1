"""Packed files and folders: every table in them is read, nothing beside them, and nothing is written outside the book."""

import bz2
import gzip
import io
import os
import random
import shutil
import struct
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from data import sources
from tests.data.conftest import HEADER

JAN = f"{HEADER}\nj,2024-01-31,0,1\n"
FEB = f"{HEADER}\nf,2024-02-29,0,1\n"
BAD = f"{HEADER}\nx,2024-01-31,?,1\ny,2024-01-31,0,1\n"


def packed(members: dict[str, str | bytes], **options) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def loans(shelf) -> list[str]:
    return [row[0] for row in shelf.rows("loan_id")]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_table_in_a_zip_is_read(shelf, export, compression):
    members = {"2024/jan.csv": JAN, "2024/feb.csv": FEB, "readme.pdf": "%PDF", "2024/": ""}
    shelf.bring(export("loans.zip", packed(members, compression=compression)))
    assert loans(shelf) == ["f", "j"]


def test_what_systems_leave_in_archives_and_folders_is_not_read(shelf, export):
    rubbish = {"__MACOSX/._jan.csv": "\0\5", "._jan.csv": "\0\5", ".hidden/old.csv": "x", "~$jan.xlsx": "lock"}
    shelf.bring(export("loans.zip", packed({"jan.csv": JAN, **rubbish})))
    assert loans(shelf) == ["j"]
    for name, content in rubbish.items():
        export(f"folder/{name}", content)
    shelf.bring(export("folder/feb.csv", FEB).parent)
    assert loans(shelf) == ["f", "j"]


def test_member_names_of_chinese_windows_and_of_macos_are_read(shelf, export):
    for encoding in ("gbk", "utf-8"):
        shelf.bring(
            export("loans.zip", _named(b"loan_id,days_past_due\na,?\nb,0\n", "借据_2024-01.csv".encode(encoding)))
        )
        assert shelf.quarantine() == [("loans.zip › 借据_2024-01.csv", 2, ["unreadable:days_past_due"])]


def _named(content: bytes, name: bytes) -> bytes:
    """A zip whose one member has a name of raw bytes, with nothing saying their encoding."""
    placeholder = "x" * len(name)
    return packed({placeholder: content}).replace(placeholder.encode(), name)


def test_a_member_that_would_be_written_elsewhere_is_read_and_written_nowhere_else(shelf, export, tmp_path):
    outside = tmp_path / "exports" / "evil.csv"
    shelf.bring(export("in/loans.zip", packed({"../evil.csv": JAN, f"{tmp_path}/abs.csv": FEB})))
    assert loans(shelf) == ["f", "j"]
    assert not outside.exists()
    assert not (tmp_path / "abs.csv").exists()
    assert {p.name for p in tmp_path.iterdir()} == {"book", "exports"}


def test_files_of_one_name_in_two_folders_stay_apart_in_quarantine(shelf, export):
    export("all/north/loans.csv", BAD)
    export("all/south/loans.csv", BAD.replace("2024-01-31", "2024-02-29"))
    shelf.bring(export("all/loans.csv", BAD.replace("2024-01-31", "2024-03-31")).parent)
    assert [source for source, _, _ in shelf.quarantine()] == ["loans.csv", "north/loans.csv", "south/loans.csv"]


def test_two_given_files_of_one_name_are_called_by_their_paths(shelf, export):
    north, south = export("n/loans.csv", BAD), export("s/loans.csv", BAD.replace("-01-31", "-02-29"))
    shelf.bring(north, south)
    assert [source for source, _, _ in shelf.quarantine()] == [north.as_posix(), south.as_posix()]


def test_a_gzipped_table(shelf, export):
    shelf.bring(export("loans.csv.gz", gzip.compress(BAD.encode())))
    assert shelf.quarantine() == [("loans.csv.gz", 2, ["unreadable:days_past_due"])]
    shelf.bring(export("loans.GZ", gzip.compress(FEB.encode("utf-16"))))
    assert loans(shelf) == ["f", "y"]


def test_archives_in_archives_are_opened_to_a_depth(shelf, export, refused):
    twice = packed({"jan.zip": packed({"jan.csv": JAN}), "feb.csv.gz": gzip.compress(FEB.encode())})
    shelf.bring(export("year.zip", twice))
    assert loans(shelf) == ["f", "j"]
    content = packed({"a.csv": JAN})
    for _ in range(9):
        content = packed({"a.zip": content})
    assert "packed too many times" in refused(export("deep.zip", content))
    assert "packed too many times" in refused(export("a.csv.gz.gz.gz.gz", _gzipped(JAN.encode(), 4)))


def _gzipped(content: bytes, times: int) -> bytes:
    return content if times == 0 else gzip.compress(_gzipped(content, times - 1))


def test_a_zip_with_a_password_says_so(refused, export):
    """Made by hand: the flag that says encrypted, set on a member."""
    content = bytearray(packed({"loans.csv": JAN}))
    central = content.index(b"PK\1\2")
    for flags in (6, central + 8):
        content[flags] |= 1
    assert refused(export("loans.zip", bytes(content))) == "loans.zip is locked with a password. Unpack it yourself."


def test_a_zip_packed_in_an_unknown_way_says_so(refused, export):
    content = bytearray(packed({"loans.csv": JAN}))
    central = content.index(b"PK\1\2")
    for method in (8, central + 10):
        struct.pack_into("<H", content, method, 99)
    assert "packed in a way that cannot be read" in refused(export("loans.zip", bytes(content)))


@pytest.mark.parametrize("kind", ["zip", "gz"])
def test_a_broken_archive_never_becomes_half_a_book(shelf, export, kind):
    """Cut short or with bytes changed, at random places: a message, or all the rows; never a traceback."""
    from data.errors import UserError

    rows = "".join(f"loan {n},2024-01-31,{n % 90},{n * 7919 % 10000}\n" for n in range(3000))
    table = f"{HEADER}\n{rows}".encode()
    whole = {"zip": packed({"loans.csv": table}, compression=zipfile.ZIP_DEFLATED), "gz": gzip.compress(table, mtime=0)}
    chance = random.Random(f"broken {kind}")
    said = set()
    for _ in range(40):
        content = bytearray(whole[kind])
        if chance.random() < 0.4:
            del content[chance.randrange(len(content)) :]
        else:
            for _ in range(chance.choice((1, 3, 30))):
                content[chance.randrange(len(content))] = chance.randrange(256)
        file = export(f"loans.csv.{kind}" if kind == "gz" else "loans.zip", bytes(content))
        try:
            done = shelf.bring(file)
        except UserError as error:
            said.add(str(error))
        else:
            assert done.rows == 3000
            shutil.rmtree(shelf.path)
    assert any(f"is not a whole .{kind} file" in message for message in said)


@pytest.mark.parametrize(("name", "made"), [("bomb.zip", "zip"), ("bomb.csv.gz", "gz")])
def test_what_unpacks_to_far_more_than_it_weighs_is_not_unpacked(refused, export, monkeypatch, tmp_path, name, made):
    monkeypatch.setattr(sources, "_RATIO_COUNTS_FROM_BYTES", 2 << 20)
    content = b"0," * (4 << 20)
    bomb = packed({"a.csv": content}, compression=zipfile.ZIP_DEFLATED) if made == "zip" else gzip.compress(content)
    assert "unpacks to more than 300 times its size" in refused(export(name, bomb))


def test_many_members_together_may_not_fill_the_disk(refused, export, monkeypatch):
    monkeypatch.setattr(sources, "_MAX_UNPACKED_BYTES", 10_000)
    members = {f"{n}.csv": f"{HEADER}\n" + "a,2024-01-31,0,1\n" * 100 for n in range(20)}
    assert "larger unpacked than there is room for" in refused(export("many.zip", packed(members)))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.zip", packed({}), "holds no file that can be read"),
        ("pictures.zip", packed({"a.png": b"\x89PNG"}), "holds no file that can be read"),
        ("nothing.zip", b"", "not a whole .zip file"),
        ("nothing.csv.gz", b"", "is empty"),
        ("text.zip", JAN.encode(), "not a whole .zip file"),
        ("text.gz", JAN.encode(), "not a whole .gz file"),
        ("loans.7z", b"7z\xbc\xaf", "files of type “.7z” cannot be read"),
        ("loans", JAN.encode(), "files of type “?” cannot be read"),
        ("loans.csv.bz2", bz2.compress(JAN.encode()), "files of type “.bz2” cannot be read"),
    ],
)
def test_what_is_no_archive_says_so(refused, export, name, content, says):
    assert says in refused(export(name, content))


def test_a_tar_is_not_read_as_text(refused, export):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        member = tarfile.TarInfo("loans.csv")
        member.size = len(JAN)
        archive.addfile(member, io.BytesIO(JAN.encode()))
    assert "files of type “.tar” cannot be read" in refused(export("loans.tar.gz", out.getvalue()))


def test_a_folder_of_monthly_files_gives_each_its_month(shelf, export):
    for month in ("2023-11", "202312", "2024年01月"):
        folder = export(f"monthly/loans_{month}.csv", "loan_id,days_past_due\na,0\nb,31\n").parent
    done = shelf.bring(folder)
    assert [f"{m}" for m in done.months] == ["2023-11-30", "2023-12-31", "2024-01-31"]
    assert done.rows == 6


def test_a_month_that_stands_in_the_folder_counts_too(shelf, export):
    export("export/2024-01/loans.csv", "loan_id,days_past_due\na,0\n")
    folder = export("export/2024-02/loans.csv", "loan_id,days_past_due\na,0\n").parents[1]
    assert [f"{m}" for m in shelf.bring(folder).months] == ["2024-01-31", "2024-02-29"]


def test_a_file_name_with_two_months_is_not_guessed(refused, export):
    file = export("loans_2024-01_exported_20240205.csv", "loan_id,days_past_due\na,0\n")
    assert "No column gives as_of" in refused(file)


@pytest.mark.parametrize("made", ["missing", "empty folder", "folder without tables"])
def test_without_any_file_there_is_a_message(refused, export, tmp_path, made):
    if made == "missing":
        assert "There is no file" in refused(tmp_path / "nowhere.csv")
        return
    folder = tmp_path / "folder"
    folder.mkdir()
    if made != "empty folder":
        (folder / "notes.docx").write_text("x")
    assert "holds no file that can be read" in refused(folder)


def test_no_files_at_all(refused):
    assert "There is no file to import" in refused()


STRANGE = [
    "loans[1].csv", "loans*?.csv", "a{b,c}.csv", "o'brien \"q\".csv", "逾期 贷款.csv", "-rf.csv", "--yes.csv", "$HOME.csv", "%s {name}.csv",
    "'; drop table staged; --.csv", "a\nb.csv", "~.csv", "null.csv", "month=2024-05.csv", "a\\b.csv", " .csv",
]  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".xlsx"])
def test_a_strange_file_name_is_only_a_name(shelf, export, name, suffix):
    import polars as pl

    decoy = export("loans1.csv", FEB)
    path = decoy.with_name(name.removesuffix(".csv") + suffix)
    frame = pl.DataFrame({"loan_id": ["j", "x"], "as_of": ["2024-01-31"] * 2, "days_past_due": ["0", "?"]})
    write = {".csv": frame.write_csv, ".parquet": frame.write_parquet, ".xlsx": frame.write_excel}
    write[suffix](path)
    shelf.bring(path)
    assert loans(shelf) == ["j"]
    assert [(source, reasons) for source, _, reasons in shelf.quarantine()] == [
        (path.name, ["unreadable:days_past_due"])
    ]


def test_a_file_name_in_bytes_that_are_no_text(shelf, export, tmp_path):
    path = tmp_path / os.fsdecode("逾期.csv".encode("gbk"))
    path.write_text(BAD)
    shelf.bring(path)
    assert shelf.quarantine() == [("逾期.csv", 2, ["unreadable:days_past_due"])]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_folders_named_like_columns_do_not_become_values(shelf, tmp_path, suffix):
    """Spark writes month=2024-01/part-0; a reader that takes such names for columns would overwrite those of the file."""
    import polars as pl

    folder = tmp_path / "loan_id=all" / "c0=x" / "line=7" / "days_past_due=999"
    folder.mkdir(parents=True)
    frame = pl.DataFrame({"loan_id": ["a"], "as_of": ["2024-01-31"], "days_past_due": [3]})
    {".csv": frame.write_csv, ".parquet": frame.write_parquet}[suffix](folder / f"loans{suffix}")
    shelf.bring(folder / f"loans{suffix}")
    assert shelf.rows("loan_id", "days_past_due") == [("a", 3)]


def test_a_book_in_folders_named_like_columns_holds_what_the_file_says(tmp_path, table, open_book):
    from tests.data.conftest import Shelf

    shelf = Shelf(
        tmp_path / "product=all" / "days_past_due=999" / "c0=x" / "line=7" / "balance=1" / "status=sold" / "book"
    )
    header = HEADER + ",product"
    shelf.bring(table(["a,2024-01-31,5,10,p", "b,2024-01-31,x,10,p", "c,2024-01-31,0,20,p"], header))
    shelf.bring(table(["a,2024-02-29,36,9,p", "c,2024-02-29,0,20,q"], header))
    assert shelf.rows("loan_id", "days_past_due", "product")[::2] == [("a", 5, "p"), ("c", 0, "p")]
    assert shelf.quarantine() == [("loans.csv", 3, ["unreadable:days_past_due"])]
    changed = shelf.bring(table(["a,2024-02-29,36,9,q", "c,2024-02-29,0,20,q"], header))
    assert changed.new, "a month of which only the product changed is another month"
    reader = open_book(shelf.path)
    ledger = reader.ask("ledger").select("from_bucket", "to_bucket", "opening_balance").rows()
    assert sorted(ledger) == [("M0", "M0", 20), ("M1", "M2", 10)]
    assert set(reader.dimensions["product"]) == {"p", "q"}


def test_a_file_that_may_not_be_read_is_said(refused, export, monkeypatch):
    file = export("loans.csv", JAN)
    real = Path.open

    def forbidden(path, *arguments, **options):
        if path == file:
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", forbidden)
    assert refused(file) == "loans.csv cannot be read: Permission denied."


def test_an_encrypted_zip_of_another_tool_says_so(refused, export, tmp_path):
    if not shutil.which("zip"):
        pytest.skip("no zip command here")
    source = export("loans.csv", JAN)
    subprocess.run(["zip", "-qj", "-P", "secret", str(tmp_path / "l.zip"), str(source)], check=True)
    assert "locked with a password" in refused(tmp_path / "l.zip")
