"""Mappings as TOML: read back as written, checked key by key with the fix in the message, remembered by the book."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InvalidMapping
from data.mapping import LEAVE_OUT, Mapping, Wide, describe, load_mapping, read_mapping, write_mapping
from data.parts import FileOptions
from data.schema import LOAN_SNAPSHOT, LOAN_STATUS

NAMES = [column.name for column in LOAN_SNAPSHOT.columns]
DATES = [column.name for column in LOAN_SNAPSHOT.columns if column.kind == "date"]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FORMATS = ["%d/%m/%Y", "%Y%m%d", "%b %Y", "%m-%d-%y", "excel"]


@st.composite
def mappings(draw) -> Mapping:
    """Any mapping a person may write: odd names and codes, months counted, in file names or in columns."""
    as_of = draw(st.sampled_from(["column", "offset", "file name", "wide"]))
    names = draw(st.lists(st.sampled_from([n for n in NAMES if n != "as_of"]), unique=True, min_size=1))
    wide = None
    if as_of == "wide":
        months = draw(st.lists(st.dates(date(1990, 1, 1)).map(lambda d: f"{d:%Y-%m}"), unique=True, max_size=4))
        size = {"min_size": len(months), "max_size": len(months)}
        wide = Wide(tuple(months), {name: tuple(draw(st.lists(ANY_TEXT, **size))) for name in names[:2]})
        names = names[2:]
    if as_of in ("column", "offset"):
        names.append("as_of")
    mapped = [*names, *(wide.columns if wide else ())]
    coded = [name for name in mapped if draw(st.booleans())]
    targets = {"status": st.sampled_from([*LOAN_STATUS, LEAVE_OUT])}
    decimal = draw(st.sampled_from([".", ","]))
    return Mapping(
        columns={name: draw(ANY_TEXT) for name in names},
        values={n: draw(st.dictionaries(ANY_TEXT, targets.get(n, ANY_TEXT), min_size=1, max_size=4)) for n in coded},
        dates={name: draw(st.sampled_from(FORMATS)) for name in mapped if name in DATES and draw(st.booleans())},
        base_month=draw(st.sampled_from(["2024-01", "1999-12"])) if as_of == "offset" else None,
        as_of_in_file_name=as_of == "file name",
        month_end=draw(st.booleans()),
        decimal=decimal,
        thousands=draw(st.sampled_from([mark for mark in ("", ",", ".", "'", " ") if mark != decimal])),
        negative_days=draw(st.sampled_from(["refuse", "zero"])),
        zero_balance=draw(st.sampled_from(["open", "paid_off"])),
        wide=wide,
        file=FileOptions(
            draw(st.sampled_from([None, "gb18030", "utf-16"])),
            draw(st.sampled_from([None, ";", "\t", "'"])),
            draw(st.none() | ANY_TEXT),
            draw(st.integers(1, 9)),
        ),
    )


@given(mappings())
@settings(max_examples=40, deadline=None, derandomize=True, database=None)
def test_a_mapping_is_read_back_as_it_was_written(mapping):
    assert read_mapping(write_mapping(mapping)) == mapping


def test_the_examples_are_mappings(root):
    for path in sorted((root / "examples").glob("*.toml")):
        mapping = load_mapping(path)
        assert mapping.missing_required() == ()
        assert read_mapping(write_mapping(mapping)) == mapping


BASE = '[columns]\nloan_id = "id"\nas_of = "month"\ndays_past_due = "dpd"\nstatus = "state"\n'

WRONG = {
    'tabel = "loan_snapshot"': "did you mean “table”?",
    'table = "loans"': "known are loan_snapshot",
    '[columns]\nloan_idd = "id"': "did you mean “loan_id”?",
    '[columns]\nxyzzy = "id"': "known are loan_id, as_of",
    "columns = 3": "[columns] must be a section",
    "columns = [1]": "[columns] must be a section",
    "[columns]\nloan_id = true": "[columns] loan_id must be a text",
    '[columns]\nloan_id = ["a"]': "[columns] loan_id must be a text",
    BASE + '[values.bucket]\nC = "M0"': "Map bucket first",
    BASE + '[values.dayspast_due]\nC = "0"': "did you mean “days_past_due”?",
    BASE + '[values]\nstatus = "open"': "[values.status] must be a section",
    BASE + '[values.status]\nok = "opne"': "did you mean “open”?",
    BASE + '[dates]\nas_off = "%Y"': "did you mean “as_of”?",
    BASE + '[dates]\nsold_on = "%Y%m%d"': "Map sold_on first",
    BASE + '[dates]\nloan_id = "%Y%m%d"': "loan_id is no date",
    BASE + '[dates]\nas_of = "%Q"': "“%Q” is no date format",
    BASE + '[dates]\nas_of = "DD/MM/YYYY"': "no date format",
    BASE + '[dates]\nas_of = "%d"': "no date format",
    BASE + '[dates]\nas_of = "%Y"': "no date format",
    BASE + '[dates]\nas_of = "%"': "no date format",
    BASE + '[as_of]\nbase_month = "2024-13"': "“2024-13” is not a month",
    BASE + "[as_of]\nbase_month = 2024-01-01": "write it as 2024-01",
    '[columns]\nloan_id = "id"\n[as_of]\nbase_month = "2024-01"': "no column is mapped to as_of",
    BASE + '[as_of]\nmonth_end = "false"': "month_end is true or false",
    BASE + "[as_of]\nin_file_name = true": "as_of is given twice",
    BASE + "[as_of]\nin_filename = true": "did you mean “in_file_name”?",
    BASE + '[numbers]\ndecimal = ";"': "must be one of ., ,",
    BASE + '[numbers]\nthousands = "."': "decimal mark and the thousands mark are the same",
    BASE + '[numbers]\nthousands = ",,"': "must be one mark",
    BASE + "[numbers]\nthousands = 1": "must be one mark",
    BASE + '[meaning]\nnegative_days = "ignore"': "must be one of refuse, zero",
    BASE + '[meaning]\nzero_balances = "open"': "did you mean “zero_balance”?",
    BASE + '[wide]\nmonths = ["2024-01"]\ndays_past_due = ["a"]': "given twice",
    '[wide]\nmonths = ["2024-01"]\nbucket = ["a", "b"]': "names 2 columns for 1 months",
    '[wide]\nmonths = ["2024-01", "2024-01"]\nbucket = ["a", "b"]': "names a month twice",
    '[wide]\nmonths = ["Jan"]\nbucket = ["a"]': "“Jan” is not a month",
    '[wide]\nmonths = "2024-01"\nbucket = ["a"]': "[wide] months must be a list of texts",
    '[wide]\nmonths = ["2024-01"]\nbucket = "a"': "[wide] bucket must be a list of texts",
    '[wide]\nmonths = ["2024-01"]\nbuckets = ["a"]': "did you mean “bucket”?",
    BASE + '[file]\nencoding = "utf-9"': "no text encoding “utf-9”",
    BASE + '[file]\nencoding = "base64"': "no text encoding “base64”",
    BASE + '[file]\ndelimiter = "||"': "delimiter under [file] must be one character",
    BASE + '[file]\ndelimiter = ""': "delimiter under [file] must be one character",
    BASE + "[file]\nheader_row = 0": "1 for the first row",
    BASE + '[file]\nheader_row = "2"': "1 for the first row",
    BASE + "[file]\nsheet = 2": "sheet under [file] must be a text",
    BASE + "[file]\nheader = 2": "did you mean “header_row”?",
    "[columns": "not valid TOML",
    "\0": "not valid TOML",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_named_with_what_to_write_instead(text):
    with pytest.raises(InvalidMapping) as caught:
        read_mapping(text)
    assert WRONG[text] in str(caught.value)


def test_a_mapping_file_that_is_none_is_said(tmp_path):
    (tmp_path / "gbk.toml").write_bytes('[columns]\nloan_id = "借据号"'.encode("gbk"))
    for name, says in {
        "no.toml": "There is no mapping file",
        "gbk.toml": "is not a mapping in TOML",
        ".": "is not a mapping",
    }.items():
        with pytest.raises(InvalidMapping, match=says):
            load_mapping(tmp_path / name)


def test_a_mapping_file_with_a_byte_order_mark_reads(tmp_path):
    (tmp_path / "bom.toml").write_text(BASE, encoding="utf-8-sig")
    assert load_mapping(tmp_path / "bom.toml").columns["loan_id"] == "id"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"as_of": "a", "days_past_due": "d"}, ("loan_id",)),
        ({"loan_id": "l", "bucket": "b"}, ("as_of",)),
        ({"loan_id": "l", "as_of": "a", "balance": "x"}, ("days_past_due / bucket",)),
        ({"loan_id": "l", "as_of": "a", "days_past_due": "d"}, ()),
        ({"loan_id": "l", "as_of": "a", "bucket": "b"}, ()),
        ({}, ("loan_id", "as_of", "days_past_due / bucket")),
    ],
)
def test_only_loan_date_and_days_or_bucket_are_required(given, missing):
    assert Mapping(columns=given).missing_required() == missing


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("number,month_end,dpd", "loan_id"),
        ("loan_id,weather,dpd", "as_of"),
        ("loan_id,as_of,balance", "days_past_due / bucket"),
    ],
)
def test_a_file_without_a_required_column_is_refused_with_its_columns_named(refused, table, header, says):
    message = refused(table(["1,2024-01-31,0"], header))
    assert message.startswith(f"No column gives {says}.")
    assert message.endswith(f"the file has the columns {header.replace(',', ', ')}.")


def test_a_mapping_that_reads_a_column_the_file_lacks_is_refused_with_the_file_named(refused, table, export):
    good = table(["a,2024-01-31,0,1"], name="good.csv")
    bad = export("bad.csv", "loan_id,as_of,dpd\na,2024-02-29,0\n")
    message = refused(good, bad)
    assert message.startswith("bad.csv has no column “days_past_due”, “balance”, which the mapping reads.")
    assert "Its columns are loan_id, as_of, dpd." in message


def asked(shelf, *files, mapping: str | None = None) -> list[Mapping]:
    """The mappings a person was asked about during an import."""
    seen = []
    shelf.bring(*files, mapping=mapping, confirm=lambda shown, parts: seen.append(shown))
    return seen


def test_a_confirmed_mapping_is_used_for_the_next_file_with_these_columns(shelf, table):
    header = "k1,k2,k3"
    first = '[columns]\nloan_id="k1"\nas_of="k2"\ndays_past_due="k3"\n[values.days_past_due]\nnone="0"\n'
    assert len(asked(shelf, table(["a,2024-01-31,none"], header), mapping=first)) == 1
    assert asked(shelf, table(["a,2024-02-29,none", "b,2024-02-29,31"], header)) == []
    assert [row[2] for row in shelf.rows()] == [0, 0, 31]
    assert len(asked(shelf, table(["a,2024-03-31,0"], header), mapping=first.replace("none", "nil"))) == 1


def test_a_mapping_nobody_confirmed_is_not_remembered(shelf, table):
    def no(mapping, parts):
        raise InvalidMapping("no")

    for _ in range(2):
        with pytest.raises(InvalidMapping, match=r"^no$"):
            shelf.bring(table(["a,2024-01-31,0,1"]), confirm=no)
    with pytest.raises(Exception, match="breaks the data contract"):
        shelf.bring(table(["a,2024-01-31,x,1"]), confirm=lambda mapping, parts: None)
    with pytest.raises(InvalidMapping, match=r"^no$"):
        shelf.bring(table(["a,2024-01-31,0,1"]), confirm=no)


def test_a_mapping_that_states_the_months_itself_is_asked_about_each_time(shelf, table):
    """The next file counts back from another month, or its first column is another month: the old answer would be wrong."""
    counted = '[columns]\nloan_id="id"\nas_of="m"\ndays_past_due="d"\n[as_of]\nbase_month="2024-01"\n'
    assert len(asked(shelf, table(["a,0,0", "a,-1,0"], "id,m,d"), mapping=counted)) == 1
    assert len(asked(shelf, table(["a,0,31", "a,-1,0"], "id,m,d"))) == 1
    wide = '[columns]\nloan_id="id"\n[wide]\nmonths=["2024-01","2024-02"]\ndays_past_due=["d1","d2"]\n'
    assert len(asked(shelf, table(["a,0,0"], "id,d1,d2"), mapping=wide)) == 1
    assert len(asked(shelf, table(["a,0,31"], "id,d1,d2"))) == 1
    dated = "id,dpd_2024-01,dpd_2024-02"
    assert len(asked(shelf, table(["a,0,0"], dated))) == 1
    assert asked(shelf, table(["a,0,31"], dated)) == []


def test_what_is_shown_to_confirm_has_each_column_with_examples_and_codes():
    mapping = Mapping(
        columns={"loan_id": "借据号"},
        values={"bucket": {"C": "M0", "": "M1"}},
        wide=Wide(("2024-01", "2024-02"), {"bucket": ("m1", "m2")}),
    )
    frame = describe(mapping, ("借据号", "m1", "m2"), (("L1", "C", "1"), ("L2", None, "C"), ("L1", "", "2")))
    assert frame.rows() == [
        ("loan_id", "借据号", "L1, L2", ""),
        ("bucket", "m1, m2", "C, 1, 2", "C → M0, ∅ → M1"),
        ("as_of", "", "", ""),
    ]
