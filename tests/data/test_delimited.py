"""Text files of every make become the same rows, and each refused row is named by the line an editor shows."""

import csv
import io
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.data.conftest import HEADER

JAN = date(2024, 1, 31)
CHINESE = "借据号,数据日期,逾期天数,贷款余额,产品\n甲01,2024-01-31,0,1000.50,车贷\n乙02,2024-01-31,35,2000,消费贷\n"
CHINESE_ROWS = [
    ("乙02", JAN, 35, Decimal("2000.00"), "消费贷"),
    ("甲01", JAN, 0, Decimal("1000.50"), "车贷"),
]
FIVE = ("loan_id", "as_of", "days_past_due", "balance", "product")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le-bom", "utf-16-be-bom"]
)
def test_chinese_text_reads_the_same_in_every_encoding(shelf, export, encoding):
    content = {
        "utf-16-le-bom": b"\xff\xfe" + CHINESE.encode("utf-16-le"),
        "utf-16-be-bom": b"\xfe\xff" + CHINESE.encode("utf-16-be"),
    }
    shelf.bring(export("loans.csv", content.get(encoding) or CHINESE.encode(encoding)))
    assert shelf.rows(*FIVE) == CHINESE_ROWS


def test_a_gb18030_byte_order_mark_is_no_part_of_the_first_header(shelf, export):
    shelf.bring(export("loans.csv", ("\ufeff" + CHINESE).encode("gb18030")))
    assert shelf.rows(*FIVE) == CHINESE_ROWS


def test_a_stated_encoding_is_used(shelf, export):
    content = "loan_id,as_of,dpd,product\na,2024-01-31,0,Crédit\nb,2024-01-31,1,車貸\n"
    mapping = (
        '[columns]\nloan_id="loan_id"\nas_of="as_of"\ndays_past_due="dpd"\nproduct="product"\n[file]\nencoding="{}"'
    )
    shelf.bring(export("a.csv", content.replace("é", "e").encode("big5")), mapping=mapping.format("big5"))
    assert shelf.rows("loan_id", "product") == [("a", "Credit"), ("b", "車貸")]
    shelf.bring(export("a.csv", content.replace("車貸", "Müller").encode("cp1252")), mapping=mapping.format("cp1252"))
    assert shelf.rows("loan_id", "product") == [("a", "Crédit"), ("b", "Müller")]


@pytest.mark.parametrize("stated", ["utf-8", "UTF8", "ascii"])
def test_text_that_is_not_in_the_stated_encoding_is_refused_with_the_line(refused, export, stated):
    lines = [HEADER] + [f"{n},2024-01-31,0,1" for n in range(3)] + ["é,2024-01-31,0,1"]
    mapping = f'[columns]\nloan_id="loan_id"\nas_of="as_of"\ndays_past_due="days_past_due"\n[file]\nencoding="{stated}"'
    message = refused(export("loans.csv", "\n".join(lines).encode("cp1252")), mapping=mapping)
    assert "loans.csv is not" in message
    assert "Save it as CSV in UTF-8" in message


def test_accented_letters_of_another_encoding_are_not_taken_for_chinese(refused, export):
    lines = [
        "loan_id,as_of,days_past_due,region",
        "a,2024-01-31,0,Müller",
        "b,2024-01-31,0,Señor Größe",
    ]
    message = refused(export("loans.csv", "\n".join([*lines, ""]).encode("cp1252")))
    assert "neither UTF-8 nor GB18030" in message
    assert "encoding under [file]" in message


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_any_delimiter_and_line_end(shelf, export, delimiter, end):
    rows = [HEADER, "a,2024-01-31,0,10", "b,2024-01-31,3,20.5"]
    shelf.bring(export("loans.txt", end.join(rows).replace(",", delimiter) + end))
    assert shelf.rows("loan_id", "days_past_due", "balance") == [("a", 0, Decimal(10)), ("b", 3, Decimal("20.50"))]


def test_semicolons_beside_decimal_commas(shelf, export):
    shelf.bring(
        export("loans.csv", "loan_id;as_of;days_past_due;balance\na;2024-01-31;0;1.234,50\nb;2024-01-31;3;0,7\n")
    )
    assert shelf.rows("loan_id", "balance") == [("a", Decimal("1234.50")), ("b", Decimal("0.70"))]


def test_the_line_with_which_excel_is_told_the_delimiter_is_no_header(shelf, export):
    shelf.bring(export("loans.csv", "sep=;\nloan_id;as_of;days_past_due\na;2024-01-31;x\nb;2024-01-31;3\n"))
    assert shelf.rows("loan_id") == [("b",)]
    assert shelf.quarantine() == [("loans.csv", 3, ["unreadable:days_past_due"])]


def test_line_ends_of_two_kinds_in_one_file(shelf, export):
    content = f"{HEADER}\r\na,2024-01-31,0,1\nb,2024-01-31,0,2\r\nc,2024-01-31,x,3\nd,2024-01-31,0,4"
    shelf.bring(export("loans.csv", content))
    assert shelf.rows("loan_id") == [("a",), ("b",), ("d",)]
    assert shelf.quarantine() == [("loans.csv", 4, ["unreadable:days_past_due"])]


@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n", "\n,,,\n , ,,\n", "\n\t\n   \n", "\r\n\r\n"])
def test_what_stands_blank_at_the_end_is_nothing(shelf, export, ending):
    done = shelf.bring(export("loans.csv", f"{HEADER}\na,2024-01-31,0,1\nb,2024-01-31,0,2{ending}"))
    assert (done.rows, done.refused, done.findings) == (2, 0, ())


def test_a_line_break_inside_quotation_marks_is_part_of_the_value(shelf, export):
    content = 'loan_id,as_of,days_past_due,product\na,2024-01-31,0,"two\nlines, ""quoted"""\nb,2024-01-31,0,"x"\n'
    shelf.bring(export("loans.csv", content))
    assert shelf.rows("loan_id", "product") == [("a", 'two\nlines, "quoted"'), ("b", "x")]


def test_a_header_over_two_lines_is_one_header(shelf, export):
    content = '"借据号","逾期\n天数","数据日期"\nA,1,2024-01-31\nB,x,2024-01-31\nC,3,2024-01-31\n'
    shelf.bring(export("loans.csv", content))
    assert shelf.rows("loan_id", "days_past_due") == [("A", 1), ("C", 3)]
    assert shelf.quarantine() == [("loans.csv", 4, ["unreadable:days_past_due"])]


def test_lines_are_counted_as_an_editor_counts_them(shelf, export):
    """Above the last refused rows stand blank lines, a quoted line break, lines with too few and too many fields."""
    content = "\n".join(
        [
            "",
            "loan_id,as_of,days_past_due,product",
            "a,2024-01-31,0,p",
            "",
            'b,2024-01-31,0,"one',
            'two"',
            "c,2024-01-31",
            "d,2024-01-31,0,p,too,many",
            ",,,",
            "e,2024-01-31,x,p",
            "f,2024-01-31,0,p",
            "f,2024-01-31,0,p",
            "g,2024-01-31,-5,p",
        ]
    )
    shelf.bring(export("loans.csv", content), mapping=None)
    assert [row[0] for row in shelf.rows("loan_id")] == ["a", "b", "f"]
    assert shelf.quarantine() == [
        ("loans.csv", 7, ["malformed_line"]),
        ("loans.csv", 8, ["malformed_line"]),
        ("loans.csv", 10, ["unreadable:days_past_due"]),
        ("loans.csv", 12, ["duplicate_row"]),
        ("loans.csv", 13, ["negative_days"]),
    ]
    assert shelf.refused_text()[:3] == [
        ["c,2024-01-31"],
        ["d,2024-01-31,0,p,too,many"],
        ["e", "2024-01-31", "x", "p"],
    ]


@pytest.mark.parametrize("others", [3, 400], ids=["few lines below", "many lines below"])
@pytest.mark.parametrize("broken", ['x,2024-01-31,0,"never closed', 'x,2024-01-31,0,"closed" early'])
def test_a_stray_quotation_mark_costs_its_own_line_only(shelf, table, broken, others):
    below = [f"n{n:03d},2024-01-31,{n},p" for n in range(others)]
    shelf.bring(
        table(["a,2024-01-31,0,p", broken, *below, 'z,2024-01-31,-1,"q"'], "loan_id,as_of,days_past_due,product")
    )
    assert [row[0] for row in shelf.rows("loan_id")] == ["a", *(f"n{n:03d}" for n in range(others))]
    assert shelf.quarantine() == [
        ("loans.csv", 3, ["malformed_line"]),
        ("loans.csv", others + 4, ["negative_days"]),
    ]
    assert shelf.refused_text()[0] == [broken]


def test_a_quotation_mark_inside_a_value_is_a_letter(shelf, table):
    shelf.bring(
        table(
            ['a,2024-01-31,0,5" pipe', 'b,2024-01-31,0,O"Brien "x"', 'c,2024-01-31,0,"q, r"'],
            "loan_id,as_of,days_past_due,product",
        )
    )
    assert shelf.rows("loan_id", "product") == [("a", '5" pipe'), ("b", 'O"Brien "x"'), ("c", "q, r")]


def test_every_value_in_quotation_marks(shelf, export):
    content = (
        '"loan_id","as_of","days_past_due","product"\r\n"a","2024-01-31","0",""\r\n"b","2024-01-31","31","a ""b"""\r\n'
    )
    shelf.bring(export("loans.csv", content))
    assert shelf.rows("loan_id", "days_past_due", "product") == [("a", 0, None), ("b", 31, 'a "b"')]


def test_rows_with_another_delimiter_are_refused_and_the_rest_is_taken(shelf, table):
    shelf.bring(table(["a,2024-01-31,0,1", "b,2024-01-31,0,1", "c,2024-01-31,0,1", "d;2024-01-31;0;1"]))
    assert [row[0] for row in shelf.rows("loan_id")] == ["a", "b", "c"]
    assert shelf.quarantine() == [("loans.csv", 5, ["malformed_line"])]


def test_a_repeated_or_empty_header_name_gets_its_position(export, tmp_path):
    from data.sources import open_sources

    file = export("loans.csv", "a,b,a,,a_3,A\n1,2,3,4,5,6\n")
    [part] = open_sources([file], tmp_path / "work")
    assert part.header == ("a", "b", "a_3_3", "column_4", "a_3", "A")
    assert part.sample == (("1", "2", "3", "4", "5", "6"),)


def test_title_rows_above_the_header_are_skipped_as_stated(shelf, export):
    content = (
        'Loan report, "January"\n\nmade by: finance\nloan_id,as_of,days_past_due\na,2024-01-31,0\nb,2024-01-31,x\n'
    )
    shelf.bring(
        export("loans.csv", content),
        mapping='[columns]\nloan_id="loan_id"\nas_of="as_of"\ndays_past_due="days_past_due"\n[file]\nheader_row=4',
    )
    assert shelf.rows("loan_id") == [("a",)]
    assert shelf.quarantine() == [("loans.csv", 6, ["unreadable:days_past_due"])]


def test_a_footer_is_refused_not_taken_for_a_loan(shelf, table):
    shelf.bring(table(["a,2024-01-31,0,10", "b,2024-01-31,0,20", "合计,,,30", "3 rows"]))
    assert [row[0] for row in shelf.rows("loan_id")] == ["a", "b"]
    assert shelf.quarantine() == [
        ("loans.csv", 4, ["missing_as_of", "missing_days"]),
        ("loans.csv", 5, ["malformed_line"]),
    ]


@pytest.mark.parametrize(
    ("content", "says"), [("", "is empty"), ("\n\n  \n", "is empty"), ("\ufeff", "is empty"), ("sep=;\n", "is empty")]
)
def test_an_empty_file_is_said_to_be_empty(refused, export, content, says):
    assert says in refused(export("loans.csv", content))


def test_a_header_without_rows_is_refused(refused, table):
    assert refused(table([])) == "Nothing was imported: the file breaks the data contract."


def test_a_zero_byte_is_said_with_its_line(refused, export):
    lines = [HEADER] + [f"{n},2024-01-31,0,1" for n in range(40_000)]
    lines[30_000] = "x,2024-01-31,\0,1"
    message = refused(export("loans.csv", "\n".join(lines)))
    assert message.startswith("loans.csv is not text: line 30001 holds a zero byte.")


def test_a_line_of_megabytes_is_said_with_its_line(refused, table):
    message = refused(table(["a,2024-01-31,0,1", "b,2024-01-31,0," + "9" * 3_000_000]))
    assert message.startswith("loans.csv: line 3 is longer than 1,000,000 characters.")


def test_a_value_of_half_a_megabyte_is_a_value(shelf, table):
    shelf.bring(table([f"a,2024-01-31,0,{'é' * 500_000}", "b,2024-01-31,0,p"], "loan_id,as_of,days_past_due,product"))
    assert shelf.rows("loan_id", "product") == [("a", "é" * 500_000), ("b", "p")]


def test_a_long_file_is_read_whole(shelf, export):
    """Longer than any block in which it is read, with quoted values, blank lines and Chinese on the seams."""
    lines = [f'{n:06d},2024-01-31,{n % 90},"车贷 {"x" * (n % 50)}\n{n}"' for n in range(20_000)]
    shelf.bring(export("loans.csv", "loan_id,as_of,days_past_due,product\n" + "\n\n".join(lines)))
    expected = [(f"{n:06d}", JAN, n % 90, f"车贷 {'x' * (n % 50)}\n{n}") for n in range(20_000)]
    assert shelf.rows("loan_id", "as_of", "days_past_due", "product") == expected


def test_a_header_over_two_lines_keeps_its_words_apart(shelf, export):
    shelf.bring(export("loans.csv", 'loan id,as of,"days\r\npast due"\r\na,2024-01-31,7\r\n'))
    assert shelf.rows("loan_id", "days_past_due") == [("a", 7)]


def test_utf8_with_a_letter_cut_in_half_is_not_taken_for_gb18030(refused, export):
    """A field cut to a number of bytes; as GB18030 the whole file would turn to other signs, silently."""
    lines = ["借据号,数据日期,逾期天数,产品", *(f"{n},2024-01-31,0,消费贷款" for n in range(20))]
    content = (
        "\n".join(lines).encode().replace("19,2024-01-31,0,消费贷款".encode(), "19,2024-01-31,0,消费贷款".encode()[:-1])
    )
    assert "UTF-8 text but for broken letters, the first in line 21" in refused(export("loans.csv", content))


def test_short_chinese_texts_of_common_and_rare_signs_are_gb18030(shelf, export):
    content = "loan_id,as_of,days_past_due,product\na,2024-01-31,0,镕\nb,2024-01-31,0,赵喆的车贷\n"
    shelf.bring(export("loans.csv", content.encode("gb18030")))
    assert shelf.rows("loan_id", "product") == [("a", "镕"), ("b", "赵喆的车贷")]


CELLS = st.text(st.sampled_from('ab01 ,;|\t""\'\n中é=-'), max_size=8)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=12)


@given(TABLES, st.sampled_from(",;|\t"), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(), st.data())
@settings(max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_program_can_write_as_csv_is_read_back_with_its_line(table, delimiter, end, all_quoted, data):
    """Cells with quotes, delimiters and line breaks; blank lines between. Cells and lines are known from the writing."""
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    )
    writer.writerow(["k", "m", "t"])
    expected = []
    for cells in table:
        out.write("\n" * data.draw(st.sampled_from([0, 0, 1, 3])))
        line = out.getvalue().count("\n") + 1
        writer.writerow(cells)
        if any(cells) if all_quoted else any(cell.strip(" \t") for cell in cells):
            expected.append((line, cells))
    rows, malformed = as_staged(out.getvalue().replace("\n", end), delimiter)
    assert (rows, malformed) == (expected, [])


def as_staged(text: str, delimiter: str) -> tuple[list, list]:
    """Line and cells of each row as staged, and the lines that were malformed. Every row is refused, so its text is kept."""
    from data.mapping import Mapping
    from data.parts import FileOptions
    from data.settings import Settings
    from data.sources import open_sources
    from data.staging import create_staged, load_part

    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        file = Path(folder) / "t.csv"
        file.write_bytes(text.encode())
        [part] = open_sources([file], Path(folder) / "work", FileOptions(delimiter=delimiter))
        create_staged(con, "loan_snapshot")
        mapping = Mapping(columns={"loan_id": "k", "as_of": "m", "product": "t"})
        load_part(con, 0, part, mapping, Settings(), date(1900, 1, 1))
        staged = con.execute("select line, raw, reasons from staged order by line").fetchall()
    malformed = [line for line, _, reasons in staged if reasons == ["malformed_line"]]
    return [(line, [cell or "" for cell in raw]) for line, raw, _ in staged if line not in malformed], malformed
