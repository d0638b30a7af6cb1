"""The data contract, clause by clause: a file in which it is broken, and one just short of it.

Each case is a file of loans; what the findings are to say is written beside it by hand.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from data.errors import Refused
from data.findings import CONTRACT, Finding, summarised, worst_first
from tests.snapshots import month_ends

HEADER = "loan_id,as_of,days_past_due,balance,bucket,status,originated_on"
MAPPING = "[columns]\n" + "".join(f'{name}="{name}"\n' for name in HEADER.split(","))
JAN, FEB, MAR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
GOOD = [f"g{n},2024-01-31,{n},100,,," for n in range(3)]


@dataclass(frozen=True)
class Case:
    """Lines that break a clause: `found` is (count, month, examples); `spared` are lines that do not break it."""

    code: str
    lines: list[str]
    found: list[tuple]
    spared: list[str]
    more: str = ""
    values: tuple = ()
    header: str = HEADER
    stops: bool = False


def shown(line: int, *cells: str) -> str:
    return f"loans.csv:{line}  " + " | ".join(cells)


def month_of(month: str, loans: int, days: int = 0) -> list[str]:
    return [f"n{n},{month},{days},1,,," for n in range(loans)]


CASES = [
    Case(
        "missing_loan_id",
        [*GOOD, ",2024-01-31,0,5,,,", " ,2024-01-31,0,6,,", "--,2024-02-29,0,7,,"],
        [
            (2, JAN, (shown(5, "", "2024-01-31", "0", "5", "", "", ""), shown(6, " ", "2024-01-31", "0", "6", "", "", ""))),
            (1, FEB, (shown(7, "--", "2024-02-29", "0", "7", "", "", ""),)),
        ],
        [*GOOD, "0,2024-01-31,0,5,,,", "nullx,2024-01-31,0,5,,,"],
    ),
    Case(
        "mangled_loan_id",
        [*GOOD, "6.22202E+18,2024-01-31,0,5,,", "6E+18,2024-01-31,0,5,,"],
        [(2, JAN, (shown(5, "6.22202E+18", "2024-01-31", "0", "5", "", "", ""), shown(6, "6E+18", "2024-01-31", "0", "5", "", "", "")))],
        [*GOOD, "6222020200112345678,2024-01-31,0,5,,", "12E5,2024-01-31,0,5,,", "E+18,2024-01-31,0,5,,"],
    ),
    Case(
        "missing_as_of",
        [*GOOD, "a,,0,5,,", "b,-,0,5,,"],
        [(2, None, (shown(5, "a", "", "0", "5", "", "", ""), shown(6, "b", "-", "0", "5", "", "", "")))],
        [*GOOD, "a,2024-01,0,5,,"],
        values=(("source", "loans.csv"),),
    ),
    Case(
        "unreadable",
        [*GOOD, "a,2024-01-31,4.5,5,,"],
        [(1, JAN, (shown(5, "a", "2024-01-31", "4.5", "5", "", "", ""),))],
        [*GOOD, "a,2024-01-31,4.0,5,,", "b,2024-01-31,4,,,"],
        values=(("column", "days_past_due"),),
    ),
    Case(
        "other_currency",
        [*GOOD, "a,2024-01-31,0,5,,,,USD", "b,2024-01-31,0,5,,,,CNY"],
        [(1, JAN, (shown(5, "a", "2024-01-31", "0", "5", "", "", "", "USD"),))],
        [*GOOD, "a,2024-01-31,0,5,,,,cny", "b,2024-01-31,0,5,,,,人民币", "c,2024-01-31,0,5,,,,"],
        more='currency="currency"\n',
        header=HEADER + ",currency",
    ),
    Case(
        "unknown_code",
        [*GOOD, "a,2024-01-31,,5,M8,", "b,2024-01-31,,5,late,"],
        [(2, JAN, (shown(5, "a", "2024-01-31", "", "5", "M8", "", ""), shown(6, "b", "2024-01-31", "", "5", "late", "", "")))],
        [*GOOD, "a,2024-01-31,,5,M7,", "b,2024-01-31,,5,m1,"],
        values=(("column", "bucket"),),
    ),
    Case(
        "missing_days",
        [*GOOD, "a,2024-01-31,,5,,"],
        [(1, JAN, (shown(5, "a", "2024-01-31", "", "5", "", "", ""),))],
        [*GOOD, "a,2024-01-31,,5,,paid_off,", "b,2024-01-31,,5,M1,,"],
    ),
    Case(
        "negative_days",
        [*GOOD, "a,2024-01-31,-1,5,,"],
        [(1, JAN, (shown(5, "a", "2024-01-31", "-1", "5", "", "", ""),))],
        [*GOOD, "a,2024-01-31,0,5,,", "b,2024-01-31,-0,5,,"],
    ),
    Case(
        "future_date",
        [*GOOD, "a,2026-01-16,0,5,,"],
        [(1, date(2026, 1, 31), (shown(5, "a", "2026-01-16", "0", "5", "", "", ""),))],
        [*GOOD, "a,2026-01-15,0,5,,"],
    ),
    Case(
        "before_origination",
        [*GOOD, "a,2024-01-31,0,5,,,2024-02-01"],
        [(1, JAN, (shown(5, "a", "2024-01-31", "0", "5", "", "", "2024-02-01"),))],
        [*GOOD, "a,2024-01-31,0,5,,,2024-01-31"],
    ),
    Case(
        "malformed_line",
        [*GOOD, "a,2024-01-31", "b,2024-01-31,0,1,234,,,x"],
        [(2, None, ("loans.csv:5  a,2024-01-31", "loans.csv:6  b,2024-01-31,0,1,234,,,x"))],
        [*GOOD, 'b,2024-01-31,0,"1",,,'],
        values=(("source", "loans.csv"),),
    ),
    Case(
        "conflicting_duplicate",
        [*GOOD, "a,2024-01-31,0,5,,,", "a,2024-01-31,0,6,,,"],
        [(2, JAN, ("loans.csv:5  a | 2024-01-31 | 0 |  | 5.00", "loans.csv:6  a | 2024-01-31 | 0 |  | 6.00"))],
        [*GOOD, "a,2024-01-31,0,5,,,", "a,2024-02-29,0,6,,,", "A,2024-01-31,0,7,,,"],
    ),
    Case(
        "duplicate_row",
        [*GOOD, "a,2024-01-31,0,5,,,", "a,2024/1/31,0.0,5.00,,open,", "a,2024-01-31,0,5,,,"],
        [(2, JAN, ("loans.csv:6  a | 2024-01-31 | 0 |  | 5.00", "loans.csv:7  a | 2024-01-31 | 0 |  | 5.00"))],
        [*GOOD, "a,2024-01-31,0,5,,,", "b,2024-01-31,0,5,,,"],
    ),
    Case(
        "earlier_day",
        [*GOOD, "a,2024-01-30,0,5,,,", "g0,2024-01-30,0,5,,,", "z,2024-02-28,0,1,,,"],
        [(2, JAN, ("loans.csv:5  a | 2024-01-30 | 0 |  | 5.00", "loans.csv:6  g0 | 2024-01-30 | 0 |  | 5.00"))],
        [*GOOD, "a,2024-01-31,0,5,,,", "z,2024-02-28,0,1,,,"],
    ),
    Case(
        "thin_last_day",
        [f"a{n},2024-01-30,0,1,,," for n in range(5)] + ["a0,2024-01-31,0,1,,,", "a1,2024-01-31,0,1,,,"],
        [(2, JAN, ())],
        [f"a{n},2024-01-30,0,1,,," for n in range(6)] + [f"a{n},2024-01-31,0,1,,," for n in range(3)],
        values=(("day", "31"),),
        stops=True,
    ),
    Case(
        "negative_balance",
        [*GOOD, *(f"a{n},2024-01-31,0,-{n}.5,,," for n in range(7, 0, -1))],
        [(7, JAN, tuple(f"a{n}: -{n}.50" for n in range(1, 6)))],
        [*GOOD, "a,2024-01-31,0,0,,,", "b,2024-01-31,0,-0.00,,,"],
    ),
    Case(
        "missing_balance",
        [*GOOD, "a,2024-01-31,0,,,,", "b,2024-01-31,0,null,,open,"],
        [(2, JAN, ())],
        [*GOOD, "a,2024-01-31,0,,,paid_off,", "b,2024-01-31,0,0,,,"],
    ),
    Case(
        "dpd_jump",
        [*GOOD, *(g.replace("01-31", "02-29") for g in GOOD), "a,2024-01-31,10,1,,,", "a,2024-02-29,40,1,,,"],
        [(1, FEB, ("a: 10 → 40",))],
        [*GOOD, *(g.replace("01-31", "02-29") for g in GOOD), "a,2024-01-31,10,1,,,", "a,2024-02-29,39,1,,,"],
    ),
    Case(
        "left_out",
        [*GOOD, "a,2024-01-31,,5,X,", "b,2024-01-31,,5,X,"],
        [(2, JAN, ())],
        [*GOOD, "a,2024-01-31,,5,M0,"],
        more='[values.bucket]\nX="leave_out"\n',
    ),
    Case(
        "not_month_end",
        ["a,2024-01-30,0,5,,,", "b,2024-01-30,0,5,,,"],
        [(1, JAN, ())],
        ["a,2024-01-31,0,5,,,"],
        values=(("day", "30"),),
    ),
    Case(
        "unused_columns",
        [line + ",x,y" for line in GOOD],
        [(2, None, ())],
        GOOD,
        header=HEADER + ",colour,size",
        values=(("columns", "colour, size"), ("source", "loans.csv")),
    ),
    Case(
        "month_gap",
        ["a,2023-11-30,0,1,,,", "a,2024-02-29,0,1,,,"],
        [(2, None, ())],
        ["a,2023-12-31,0,1,,,", "a,2024-01-31,0,1,,,", "a,2024-02-29,0,1,,,"],
        values=(("months", "2023-12, 2024-01"),),
    ),
    Case(
        "thin_month",
        month_of("2024-01-31", 10) + month_of("2024-02-29", 4) + month_of("2024-03-31", 8),
        [(4, FEB, ())],
        month_of("2024-01-31", 10) + month_of("2024-02-29", 5) + month_of("2024-03-31", 8),
    ),
    Case("nothing_left", ["a,2024-01-31,x,5,,,"], [(1, None, ())], ["a,2024-01-31,0,5,,,"], stops=True),
    Case(
        "mostly_refused",
        [*GOOD, *(f"b{n},2024-01-31,x,5,,," for n in range(4))],
        [(4, None, ())],
        [*GOOD, *(f"b{n},2024-01-31,x,5,,," for n in range(3))],
        stops=True,
    ),
]  # fmt: skip


def padded(lines: list[str], header: str) -> list[str]:
    """Lines whose last cells, if blank, were not written out; short ones that are meant to be so stay."""
    width = header.count(",")
    return [line + "," * (width - line.count(",")) if line.count(",") >= 4 else line for line in lines]


def findings_of(shelf, table, lines: list[str], case: Case) -> list[Finding]:
    file = table(padded(lines, case.header), case.header)
    try:
        return list(shelf.bring(file, mapping=MAPPING + case.more).findings)
    except Refused as refused:
        return list(refused.findings)


OF_OTHER_TABLES = {"missing_value", "dates_out_of_order", "unknown_loan", "equal_events", "negative_amount"}
"""Clauses that no snapshot can break; test_other_tables.py tries them."""


def test_every_clause_has_a_case():
    assert [case.code for case in CASES if [c.code for c in CASES].count(case.code) > 1] == []
    assert {case.code for case in CASES} | OF_OTHER_TABLES == set(CONTRACT)
    other = (Path(__file__).parent / "test_other_tables.py").read_text(encoding="utf-8")
    assert [code for code in OF_OTHER_TABLES if code not in other] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_a_broken_clause_is_found_with_its_count_months_and_examples(shelf, table, case):
    found = [f for f in findings_of(shelf, table, case.lines, case) if f.code == case.code]
    assert [(f.count, f.month, f.examples) for f in sorted(found, key=lambda f: str(f.month))] == case.found
    assert {tuple(sorted(f.values.items())) for f in found} == {case.values}
    assert {f.severity for f in found} == {CONTRACT[case.code].severity}
    assert (CONTRACT[case.code].severity == "critical") == case.stops
    assert bool(shelf.everything()) != case.stops, "what is critical publishes nothing"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_what_does_not_break_a_clause_is_not_found(shelf, table, case):
    header = HEADER if case.code == "unused_columns" else case.header
    spared = Case(case.code, case.lines, [], case.spared, case.more, header=header)
    assert case.code not in {f.code for f in findings_of(shelf, table, case.spared, spared)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)
def test_every_finding_can_be_said(case):
    clause = CONTRACT[case.code]
    assert clause.says.format(count=3, **dict(case.values))
    assert clause.advice


@pytest.mark.parametrize(
    ("code", "lines", "line"),
    [
        ("missing_loan_id", [*GOOD, ",2024-01-31,0,5,,,"], 5),
        ("mangled_loan_id", [*GOOD, "6.2E+18,2024-01-31,0,5,,,"], 5),
        ("missing_as_of", [*GOOD, "a,,0,5,,,"], 5),
        ("unreadable:balance", ["a,2024-01-31,0,much,,,", *GOOD], 2),
        ("unreadable:originated_on", ["a,2024-01-31,0,5,,,soon", *GOOD], 2),
        ("unknown_code:status", [*GOOD, "a,2024-01-31,0,5,,alive,"], 5),
        ("missing_days", [*GOOD, "a,2024-01-31,,5,,,"], 5),
        ("negative_days", [*GOOD, "a,2024-01-31,-1,5,,,"], 5),
        ("future_date", [*GOOD, "a,2026-01-16,0,5,,,"], 5),
        ("before_origination", [*GOOD, "a,2024-01-31,0,5,,,2024-02-01"], 5),
        ("malformed_line", [*GOOD, "a"], 5),
        ("duplicate_row", [*GOOD, GOOD[1]], 5),
        ("earlier_day", ["a,2024-01-30,0,5,,,", *GOOD], 2),
    ],
)
def test_a_refused_row_stands_in_quarantine_and_the_others_are_published(shelf, table, code, lines, line):
    done = shelf.bring(table(lines, HEADER), mapping=MAPPING)
    assert shelf.quarantine() == [("loans.csv", line, [code])]
    assert [row[0] for row in shelf.rows("loan_id")] == ["g0", "g1", "g2"]
    assert (done.rows, done.refused) == (3, 1)


def test_of_rows_that_contradict_each_other_none_is_taken_and_all_are_kept_to_look_at(shelf, table):
    shelf.bring(table([*GOOD, "a,2024-01-31,0,5,,,", "a,2024-01-31,31,5,,,2020-01-01"], HEADER), mapping=MAPPING)
    assert [row[0] for row in shelf.rows("loan_id")] == ["g0", "g1", "g2"]
    assert [(line, reasons) for _, line, reasons in shelf.quarantine()] == [
        (line, ["conflicting_duplicate"]) for line in (5, 6)
    ]
    texts = shelf.refused_text()
    assert [text[:3] for text in texts] == [["a", "2024-01-31", "0"], ["a", "2024-01-31", "31"]]
    assert "2020-01-01" in texts[1], "whatever was in the row is still there"


def test_a_row_with_two_faults_says_both(shelf, table):
    shelf.bring(table([*GOOD, ",2024-01-31,-4,5,,,"], HEADER), mapping=MAPPING)
    assert shelf.quarantine() == [("loans.csv", 5, ["missing_loan_id", "negative_days"])]


@pytest.mark.parametrize("lines", [["a,2024-02-29,x,1,,,"], [*GOOD[:1], "b,2024-01-31,x,1,,,", "c,2024-01-31,x,1,,,"]])
def test_a_critical_finding_changes_nothing_in_a_book_that_was_there(shelf, table, refused, lines):
    shelf.bring(table(GOOD, HEADER), mapping=MAPPING)
    refused(table(lines, HEADER), mapping=MAPPING)
    assert [row[0] for row in shelf.rows("loan_id")] == ["g0", "g1", "g2"]


def test_checking_finds_the_same_and_writes_nothing(shelf, table):
    file = table([*GOOD, "a,2024-01-31,-1,-5,,,", "b,2024-01-31,1,-5,,,"], HEADER)
    checked = shelf.check(file, mapping=MAPPING)
    assert shelf.everything() == {}
    assert shelf.bring(file, mapping=MAPPING).findings == checked
    assert [f.code for f in checked] == ["negative_days", "negative_balance"]


def test_copies_and_earlier_days_are_not_what_makes_a_file_mostly_refused(shelf, table):
    copies = [GOOD[0]] * 9
    done = shelf.bring(table([*GOOD, *copies], HEADER), mapping=MAPPING)
    assert (done.rows, done.refused) == (3, 9)
    contradictions = [f"g0,2024-01-31,{n},7,,," for n in range(50, 60)]
    with pytest.raises(Refused) as caught:
        shelf.bring(table([*GOOD, *contradictions], HEADER), mapping=MAPPING)
    assert [(f.code, f.count) for f in caught.value.findings] == [("mostly_refused", 11), ("conflicting_duplicate", 11)]


def test_rows_left_out_on_purpose_do_not_count_as_refused_or_as_rows(shelf, table):
    lines = [*GOOD, *(f"x{n},2024-01-31,,1,X,," for n in range(20))]
    more = '[values.bucket]\nX="leave_out"\n'
    done = shelf.bring(table(lines, HEADER), mapping=MAPPING + more)
    assert (done.rows, done.refused) == (3, 0)
    assert shelf.quarantine() == []
    lines += [f"y{n},2024-01-31,z,1,,," for n in range(4)]
    with pytest.raises(Refused):
        shelf.bring(table(lines, HEADER), mapping=MAPPING + more)


def test_daily_snapshots_give_the_last_day_of_each_month(shelf, table):
    days = [
        f"{loan},2024-0{month}-{day},{day},1,,,"
        for month, last in ((1, 31), (2, 29))
        for day in range(last - 3, last + 1)
        for loan in "abc"
    ]
    done = shelf.bring(table(days, HEADER), mapping=MAPPING)
    assert shelf.rows() == [(loan, day, day.day) for loan in "abc" for day in (JAN, FEB)]
    assert {(f.code, f.count, f.month) for f in done.findings} == {("earlier_day", 9, JAN), ("earlier_day", 9, FEB)}


MESS = [
    "a,2024-01-31,0,10,,,", "a,2024-01-31,0,10,,,", "b,2024-01-31,5,-3,,,", "b,2024-02-29,80,-4,,,", "c,2024-01-31,5,7,,,", "c,2024-01-31,6,7,,,",
    "d,2024-02-28,0,1,,,", "d,2024-02-29,0,1,,,", "e,2024-02-29,x,1,,,", ",2024-02-29,0,1,,,", "f,2024-04-30,0,,,,", "g,2024-04-30,0,5,M0,,", "h,2024-01-31,,,M3,,",
    "i,2024-01-31,0,-1,,,", "i,2024-02-29,0,-1,,,", "a,2024-02-29,0,-9,,,", "j,2024-01-31,0,-2,,,", "k,2024-01-31,0,-5,,,", "l,2024-01-31,0,-6,,,", "m,2024-01-31,0,-7,,,",
]  # fmt: skip


def said(findings) -> list[tuple]:
    """Findings without the examples that name lines, which another order of rows changes."""
    return sorted(
        (f.code, str(f.month), f.count, sorted(f.values.items()), [e for e in f.examples if "loans.csv:" not in e])
        for f in findings
    )


def test_the_order_of_rows_changes_neither_what_is_taken_nor_what_is_found(tmp_path, table):
    from tests.data.conftest import Shelf

    outcomes = []
    for number, lines in enumerate((MESS, MESS[::-1], MESS[7:] + MESS[:7])):
        shelf = Shelf(tmp_path / f"book {number}")
        done = shelf.bring(table(lines, HEADER), mapping=MAPPING)
        reasons = sorted(reasons for _, _, reasons in shelf.quarantine())
        outcomes.append((shelf.rows(*HEADER.split(",")), said(done.findings), reasons))
    assert outcomes[0] == outcomes[1] == outcomes[2]
    assert {code for code, *_ in outcomes[0][1]} == {
        "duplicate_row", "negative_balance", "dpd_jump", "conflicting_duplicate", "earlier_day", "unreadable", "missing_loan_id", "missing_balance", "month_gap",
    }  # fmt: skip


def test_the_worst_finding_comes_first_and_months_are_told_together():
    ends = month_ends(date(2024, 1, 1), 3)
    findings = [
        Finding("left_out", 99), Finding("negative_balance", 1, ("a",), ends[1]), Finding("thin_month", 4, (), ends[0]), Finding("unreadable", 2, ("x",), ends[2], {"column": "balance"}),
        Finding("negative_balance", 5, ("b", "c"), ends[0]), Finding("thin_month", 3, (), ends[2]), Finding("unreadable", 1, (), ends[0], {"column": "as_of"}),
        Finding("nothing_left", 1), Finding("unreadable", 3, ("y",), ends[0], {"column": "balance"}),
    ]  # fmt: skip
    assert [(f.code, f.count) for f in worst_first(findings)] == [
        ("nothing_left", 1), ("unreadable", 3), ("unreadable", 2), ("unreadable", 1), ("negative_balance", 5), ("thin_month", 4), ("thin_month", 3),
        ("negative_balance", 1), ("left_out", 99),
    ]  # fmt: skip
    assert [(f.code, f.count, f.examples, months) for f, months in summarised(findings)] == [
        ("nothing_left", 1, (), []),
        ("unreadable", 5, ("y", "x"), [ends[0], ends[2]]),
        ("unreadable", 1, (), [ends[0]]),
        ("negative_balance", 6, ("b", "c", "a"), [ends[0], ends[1]]),
        ("thin_month", 4, (), [ends[0]]),
        ("thin_month", 3, (), [ends[2]]),
        ("left_out", 99, (), []),
    ]  # fmt: skip
