"""Tables beside the snapshots: what each needs, how its values are read, and that its rows are of loans of the book."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from data.book import Book
from data.errors import Refused
from data.schema import SQL_TYPE, TABLES
from queries import import_files, import_tables

SNAPSHOTS = ["A,2024-01-31,0,1000", "A,2024-02-29,15,1000", "B,2024-01-31,40,500"]

MINIMAL = {
    "loan": ("loan_id", "A"),
    "payment": ("paid_on,loan_id,amount", "2024-02-03,A,100"),
    "action": ("acted_at,loan_id,channel", "2024-02-03 09:15:00,A,phone"),
    "promise": ("promised_on,due_on,loan_id", "2024-02-03,2024-02-10,A"),
    "placement": ("placed_on,loan_id,agency", "2024-02-03,A,North Recovery"),
    "legal_case": ("filed_on,loan_id", "2024-02-03,A"),
    "plan": ("agreed_on,loan_id", "2024-02-03,A"),
}


@pytest.fixture
def book(shelf, table):
    shelf.bring(table(SNAPSHOTS))
    return shelf


def codes(findings) -> dict[str, int]:
    return {f.code: f.count for f in findings if f.severity != "info"}


def test_every_table_but_the_snapshots_is_tried_here():
    assert set(MINIMAL) | {"loan_snapshot"} == set(TABLES)


@pytest.mark.parametrize("name", MINIMAL)
def test_what_a_table_needs_is_enough(name, book, table):
    header, line = MINIMAL[name]
    done = book.bring(table([line], header, f"{name}.csv"), table=name)
    assert (done.rows, done.refused, done.new) == (1, 0, True)
    assert done.months == (() if name == "loan" else (date(2024, 2, 29),))
    assert book.table(name)["loan_id"].to_list() == ["A"]
    assert book.rows() == [
        ("A", date(2024, 1, 31), 0),
        ("A", date(2024, 2, 29), 15),
        ("B", date(2024, 1, 31), 40),
    ], "the snapshots stay"


@pytest.mark.parametrize("name", MINIMAL)
def test_without_a_column_that_it_needs_a_file_is_refused_by_name(name, book, table):
    from data.errors import InvalidMapping

    for needed in (column for group in TABLES[name].needs for column in group):
        header, line = MINIMAL[name]
        kept = [(h, v) for h, v in zip(header.split(","), line.split(","), strict=True) if h != needed]
        kept.append(("note", "x"))
        file = table([",".join(v for _, v in kept)], ",".join(h for h, _ in kept), f"{name}.csv")
        with pytest.raises(InvalidMapping, match=needed):
            book.bring(file, table=name)


@pytest.mark.parametrize("name", MINIMAL)
def test_nothing_is_known_of_loans_before_there_are_snapshots(name, shelf, table):
    from data.errors import Refused

    header, line = MINIMAL[name]
    with pytest.raises(Refused, match="snapshots first"):
        shelf.bring(table([line], header), table=name)
    assert not list(shelf.path.rglob("*.duckdb"))


def test_a_row_of_an_unknown_loan_goes_to_quarantine_with_that_reason(book, table):
    done = book.bring(
        table(["2024-02-03,A,100", "2024-02-03,X,7", "2024-03-05,B,9"], "paid_on,loan_id,amount", "cash.csv"),
        table="payment",
    )
    assert codes(done.findings) == {"unknown_loan": 1}
    assert book.quarantine() == [("cash.csv", 3, ["unknown_loan"])]
    assert book.table("payment").select("loan_id", "amount").rows() == [
        ("A", Decimal("100.00")),
        ("B", Decimal("9.00")),
    ]


def test_a_loan_that_only_the_list_of_loans_has_is_known(book, table):
    book.bring(table(["X"], "loan_id", "loans-list.csv"), table="loan")
    done = book.bring(table(["2024-02-03,X,7"], "paid_on,loan_id,amount"), table="payment")
    assert (done.rows, done.refused) == (1, 0)


def test_importing_a_month_of_payments_again_replaces_that_month_and_nothing_else(book, table):
    header = "paid_on,loan_id,amount"
    book.bring(table(["2024-02-03,A,100", "2024-03-03,A,50", "2024-02-04,X,1"], header, "cash.csv"), table="payment")
    book.bring(table(["2024-02-05,A,70"], header, "february.csv"), table="payment")
    assert book.table("payment").select("paid_on", "amount").rows() == [
        (date(2024, 2, 5), Decimal("70.00")),
        (date(2024, 3, 3), Decimal("50.00")),
    ]
    assert book.quarantine() == [], "what was refused of the month is replaced with it"


def test_findings_and_quarantine_of_one_table_stay_when_the_same_month_of_another_is_imported(book, table):
    book.bring(table(["2024-02-03,A,100", "2024-02-04,X,1"], "paid_on,loan_id,amount", "cash.csv"), table="payment")
    done = book.bring(table(["A,2024-02-29,16,990"], name="restated.csv"))
    assert codes(done.findings) == {"unknown_loan": 1}
    assert book.quarantine() == [("cash.csv", 3, ["unknown_loan"])]


def test_the_list_of_loans_is_one_whole_in_which_a_row_replaces_that_of_the_same_loan(book, table):
    header = "loan_id,customer_id,annual_rate,term_months,due_day,instalment"
    book.bring(table(["A,c1,14.4%,12,15,100", "B,c2,0.144,24,3,50"], header), table="loan")
    book.bring(table(["A,c1,18,12,16,100"], header), table="loan")
    assert book.table("loan").select("loan_id", "annual_rate", "due_day").rows() == [("A", 0.18, 16), ("B", 0.144, 3)]


def test_copies_of_a_promise_count_once_and_contradictions_not_at_all(book, table):
    header = "promised_on,due_on,loan_id,amount"
    lines = [
        "2024-02-03,2024-02-10,A,100",
        "2024-02-03,2024-02-10,A,100",
        "2024-02-05,2024-02-10,B,1",
        "2024-02-05,2024-02-11,B,1",
    ]
    done = book.bring(table(lines, header, "promises.csv"), table="promise")
    assert codes(done.findings) == {"duplicate_row": 1, "conflicting_duplicate": 2}
    assert book.table("promise").select("loan_id", "promised_on").rows() == [("A", date(2024, 2, 3))]


def test_equal_payments_are_both_kept_and_mentioned(book, table):
    done = book.bring(table(["2024-02-03,A,100"] * 3, "paid_on,loan_id,amount"), table="payment")
    assert done.rows == 3
    assert codes(done.findings) == {"equal_events": 2}


def test_a_reversal_is_kept_and_mentioned(book, table):
    done = book.bring(table(["2024-02-03,A,100", "2024-02-04,A,-100"], "paid_on,loan_id,amount"), table="payment")
    assert done.rows == 2
    assert codes(done.findings) == {"negative_amount": 1}


@pytest.mark.parametrize(
    ("name", "header", "line", "reason"),
    [
        ("promise", "promised_on,due_on,loan_id", "2024-02-03,2024-02-02,A", "dates_out_of_order:due_on"),
        (
            "placement",
            "placed_on,loan_id,agency,recalled_on",
            "2024-02-03,A,N,2024-02-01",
            "dates_out_of_order:recalled_on",
        ),
        ("legal_case", "filed_on,loan_id,judged_on", "2024-02-03,A,2024-01-01", "dates_out_of_order:judged_on"),
        ("plan", "agreed_on,loan_id,ended_on", "2024-02-03,A,2024-01-01", "dates_out_of_order:ended_on"),
        ("payment", "paid_on,loan_id,amount", "2024-02-03,A,", "missing_value:amount"),
        ("payment", "paid_on,loan_id,amount", ",A,1", "missing_value:paid_on"),
        ("payment", "paid_on,loan_id,amount", "2027-02-03,A,1", "future_date"),
        ("payment", "paid_on,loan_id,amount,source", "2024-02-03,A,1,magic", "unknown_code:source"),
        ("action", "acted_at,loan_id,channel", "2024-02-30 10:00,A,phone", "unreadable:acted_at"),
        ("action", "acted_at,loan_id,channel,right_party", "2024-02-03 10:00,A,phone,maybe", "unreadable:right_party"),
        ("action", "acted_at,loan_id,channel,seconds", "2024-02-03 10:00,A,phone,1.5", "unreadable:seconds"),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_and_its_neighbour_is_not(name, header, line, reason, book, table):
    good = dict(zip(*(text.split(",") for text in MINIMAL[name]), strict=True))
    neighbour = ",".join(good.get(column, "") for column in header.split(","))
    done = book.bring(table([line, neighbour], header, "rows.csv"), table=name)
    assert (done.rows, done.refused) == (1, 1)
    assert book.quarantine() == [("rows.csv", 2, [reason])]


def test_times_are_those_of_the_borrowers_clock_however_they_are_written(book, table):
    written = ["2024-02-03 21:59:30", "2024-02-03T21:59:30+08:00", "2024/02/03 21:59:30", "2024-02-03 21:59:30.0"]
    book.bring(table([f"{text},A,phone" for text in written], "acted_at,loan_id,channel"), table="action")
    assert book.table("action")["acted_at"].to_list() == [datetime(2024, 2, 3, 21, 59, 30)] * 4


def test_excel_serial_times_keep_their_seconds(book, table):
    book.bring(table(["45325.916319,A,phone", "45325,A,sms"], "acted_at,loan_id,channel"), table="action")
    assert book.table("action")["acted_at"].to_list() == [datetime(2024, 2, 3), datetime(2024, 2, 3, 21, 59, 30)]


def test_yes_and_no_are_read_in_both_languages(book, table):
    says = ["yes", "是", "1", "TRUE", "no", "否", "0", ""]
    lines = [f"2024-02-03 10:00:0{at},A,phone,{text}" for at, text in enumerate(says)]
    book.bring(table(lines, "acted_at,loan_id,channel,right_party"), table="action")
    read = book.table("action").sort("acted_at")["right_party"].to_list()
    assert read == [True, True, True, True, False, False, False, None]


def test_columns_and_codes_are_proposed_in_chinese(book, table):
    lines = ["A,2024-02-03 10:00:00,电话,是,张三,1.20", "A,2024-02-03 11:00:00,短信,否,张三,0.04"]
    book.bring(table(lines, "借据号,催收时间,催收方式,是否本人,催收员,成本"), table="action")
    read = book.table("action").sort("acted_at").select("channel", "right_party", "collector_id", "cost").rows()
    assert read == [("phone", True, "张三", Decimal("1.20")), ("sms", False, "张三", Decimal("0.04"))]


def test_a_mapping_of_one_table_is_not_taken_for_another(book, table):
    from data.errors import InvalidMapping

    mapping = 'table = "payment"\n[columns]\npaid_on = "paid_on"\nloan_id = "loan_id"\namount = "amount"\n'
    with pytest.raises(InvalidMapping, match=r"of payment, not of promise"):
        book.bring(table(["2024-02-03,A,1"], "paid_on,loan_id,amount"), mapping=mapping, table="promise")


def test_columns_have_kinds_that_are_known():
    for name, described in TABLES.items():
        assert {column.kind for column in described.columns} <= set(SQL_TYPE), name
        named = set(described.column_names)
        assert {column for group in described.needs for column in group} <= named
        assert set(described.key) <= named
        assert {column for pair in described.order for column in pair} <= named
        assert described.dated_by in named | {None}


def test_several_tables_come_into_the_book_in_one_version_as_they_would_one_by_one(tmp_path, table, open_book):
    files = {"loan_snapshot": [table(SNAPSHOTS)]}
    files |= {name: [table([line], header, f"{name}.csv")] for name, (header, line) in MINIMAL.items()}
    together, one_by_one = tmp_path / "together", tmp_path / "one by one"
    done = import_tables(together, files)
    for name, held in files.items():
        import_files(one_by_one, held, table=name)
    assert [(each.version, each.new, each.rows) for each in done] == [(1, True, 3), *[(1, True, 1)] * len(MINIMAL)]
    books = [open_book(together), open_book(one_by_one)]
    assert books[1].version.number == len(files)
    for question in books[0].answerable:
        assert books[0].ask(question).equals(books[1].ask(question)), question
    assert {(p.table_name, p.month, p.content) for p in books[0].version.partitions} == {
        (p.table_name, p.month, p.content) for p in books[1].version.partitions
    }
    assert [each.new for each in import_tables(together, files)] == [False] * len(files)


def test_of_several_tables_none_comes_into_the_book_when_one_is_refused(tmp_path, table):
    files = {
        "loan_snapshot": [table(SNAPSHOTS)],
        "payment": [table(["2024-02-03,NOBODY,100"], MINIMAL["payment"][0], "p.csv")],
    }
    with pytest.raises(Refused):
        import_tables(tmp_path / "book", files)
    assert Book(tmp_path / "book").versions() == []
    with pytest.raises(Refused, match="snapshots first"):
        import_tables(tmp_path / "book", dict(reversed(files.items())))
