"""How a cell becomes a value: dates, months, amounts, days, codes, as lenders write them; what cannot be read is refused, not guessed."""

from datetime import date
from decimal import Decimal

import pytest

from tests.data.conftest import HEADER

JAN = date(2024, 1, 31)
COLUMNS = '[columns]\nloan_id="loan_id"\nas_of="as_of"\ndays_past_due="days_past_due"\nbalance="balance"\n'


def read(shelf, table, column: str, texts: list[str], more: str = "", filler: str | None = None) -> list:
    """The value of a column for each text; "refused" where the row was. As many good rows keep the import from stopping."""
    place = HEADER.split(",").index(column)
    good = ["2024-01-31", "0", "1"]
    rows = [[f"{number:03d}", *good] for number in range(len(texts))]
    for row, text in zip(rows, texts, strict=True):
        row[place] = '"' + text.replace('"', '""') + '"'
    rows += [[f"z{number}", *good] for number in range(len(texts) + 1)]
    for row in rows[len(texts) :]:
        row[place] = filler or row[place]
    shelf.bring(table([";".join(row) for row in rows], HEADER.replace(",", ";")), mapping=COLUMNS + more)
    held = dict(shelf.rows("loan_id", column))
    return [held.get(f"{number:03d}", "refused") for number in range(len(texts))]


def test_dates_that_can_mean_only_one_day_need_no_format(shelf, table):
    texts = [
        "2024-01-31", "2024/01/31", "2024/1/31", "2024-1-31", "20240131", "2024.01.31", "2024年01月31日", "2024年1月31日", "2024-01-31 00:00:00",
        "2024-01-31T23:59:59", "2024-01-31T00:00:00Z", "2024-01-31 08:00:00+08:00", "2024/1/31 0:00", "2024/1/31 0:00:00", "2024-01-31 00:00:00.000",
        "45322", "45322.5", "2024-01", "2024/01", "2024/1", "202401", "2024.01", "2024年1月", "2024年01月", " 2024-01-31 ", "\u30002024-01-31\u00a0", "202401 ",
    ]  # fmt: skip
    values = dict(zip(texts, read(shelf, table, "as_of", texts), strict=True))
    assert values == dict.fromkeys(texts, JAN)


def test_what_is_no_date_or_may_be_two_is_refused(shelf, table):
    texts = [
        "31/01/2024", "01/02/2024", "1/2/24", "2024-02-30", "2024-13", "202413", "20240231", "0001-01-01", "1899-12-31", "99999999", "epoch", "Epoch",
        "infinity", "yesterday", "2024", "24-01-31", "12", "2201-01-31", "999999999999", "-45322", "1e300", "2024-01-31 (BC)",
    ]  # fmt: skip
    values = dict(zip(texts, read(shelf, table, "as_of", texts), strict=True))
    assert values == dict.fromkeys(texts, "refused")


STATED = {
    "%d/%m/%Y": {"31/01/2024": JAN, "31/1/2024": JAN, "01/31/2024": "refused", "2024-01-31": "refused"},
    "%m/%d/%Y": {"1/31/2024": JAN, "31/1/2024": "refused"},
    "%m/%d/%y": {"01/31/24": JAN},
    "%d-%b-%Y": {"31-Jan-2024": JAN, "31-JAN-2024": JAN, "31-Foo-2024": "refused"},
    "%d.%m.%Y": {"31.01.2024": JAN},
    "%b %Y": {"Jan 2024": JAN},
    "%m/%Y": {"01/2024": JAN},
    "%Y%m": {"202401": JAN},
    "%Y%m%d": {"20240131": JAN, "2024131": "refused"},
    "%m/%d/%Y %I:%M:%S %p": {"1/31/2024 12:00:00 AM": JAN},
    "excel": {"45322": JAN, "45322.999": JAN, "2024-01-31": "refused", "99999999": "refused", "1e300": "refused"},
}


@pytest.mark.parametrize("form", STATED)
def test_a_date_is_read_in_the_stated_format_and_no_other(shelf, table, form):
    texts = list(STATED[form])
    assert read(shelf, table, "as_of", texts, f'[dates]\nas_of="{form}"\n', filler=texts[0]) == list(
        STATED[form].values()
    )


def test_months_counted_from_a_base_month(shelf, table):
    months = '[as_of]\nbase_month="2024-01"\n'
    file = table(
        [
            "a,0,0,1",
            "b,-1,0,1",
            "c,-13,0,1",
            "d,-1.0,0,1",
            "e,-1.5,0,1",
            "f,999999999,0,1",
            "g,x,0,1",
            "h,+0,0,1",
            "i,-99999,0,1",
        ]
    )
    shelf.bring(file, mapping=COLUMNS + months)
    dec = date(2023, 12, 31)
    assert shelf.rows("loan_id", "as_of") == [("a", JAN), ("b", dec), ("c", date(2022, 12, 31)), ("d", dec), ("h", JAN)]
    assert [(line, reasons) for _, line, reasons in shelf.quarantine()] == [
        (line, ["unreadable:as_of"]) for line in (6, 7, 8, 10)
    ]


def test_days_that_stand_for_their_month_end(shelf, table):
    shelf.bring(
        table(["a,2024-01-02,0,1", "b,2024-01-30,0,1", "c,2024-02-01,0,1"]),
        mapping=COLUMNS + "[as_of]\nmonth_end=true\n",
    )
    assert shelf.rows("loan_id", "as_of") == [("a", JAN), ("b", JAN), ("c", date(2024, 2, 29))]


PLAIN = {
    "1000": "1000", "1000.5": "1000.50", "-3": "-3", "+3": "3", "1.00E+05": "100000", "1e5": "100000", "2.5E-1": "0.25", "¥1000": "1000", "￥ 1000.5": "1000.50",
    "$-5": "-5", "€7": "7", "1000元": "1000", "(1200)": "-1200", "(¥1200.50)": "-1200.50", "1200-": "-1200", "−15": "-15", ".5": "0.5", "5.": "5",
    " 12 ": "12", "\u00a012\u3000": "12", "0.005": "0.01", "9999999999999999.99": "9999999999999999.99",
}  # fmt: skip


def test_amounts_as_people_write_them(shelf, table):
    assert read(shelf, table, "balance", list(PLAIN)) == [Decimal(value) for value in PLAIN.values()]


def test_what_is_no_amount_is_refused(shelf, table):
    texts = [
        "1,000",
        "1.000.000",
        "12,5",
        "1.2万",
        "abc",
        "1 000 000 000 000 000 000",
        "inf",
        "NaN%",
        "0x1F",
        "1--",
        "()",
        "((5))",
        "１２",
        "5 USD",
        "=1+1",
        "1e40",
    ]
    assert read(shelf, table, "balance", texts) == ["refused"] * len(texts)


def test_grouped_amounts(shelf, table):
    read_as = {
        "1,000": "1000", "1,234,567.89": "1234567.89", "12,34,567.00": "1234567", "(1,200)": "-1200", "1,200.00-": "-1200", "¥1,000": "1000",
        "1000": "1000", "999.5": "999.5", "1.00E+05": "100000", "1,5": None, "1,0000": None, ",100": None, "1,000,": None, "1.000,00": None,
    }  # fmt: skip
    values = read(shelf, table, "balance", list(read_as), '[numbers]\nthousands=","\n')
    assert values == [Decimal(value) if value else "refused" for value in read_as.values()]


def test_european_amounts(shelf, table):
    read_as = {
        "1.234,56": "1234.56", "1234,5": "1234.50", "12": "12", "-0,75": "-0.75", "(1.200,00)": "-1200", "1.234.567": "1234567", "€ 1.000,10": "1000.10",
        "1,5E+3": "1500", "1.5": None, "30.0": None, "1,234.56": None, "1.23,4": None,
    }  # fmt: skip
    values = read(shelf, table, "balance", list(read_as), '[numbers]\ndecimal=","\nthousands="."\n')
    assert values == [Decimal(value) if value else "refused" for value in read_as.values()]


def test_a_comma_file_without_groups_takes_no_point(shelf, table):
    assert read(shelf, table, "balance", ["1,5", "1.5", "7"], '[numbers]\ndecimal=","\n') == [
        Decimal("1.5"),
        "refused",
        7,
    ]


def test_swiss_apostrophes_and_spaces_group(shelf, table):
    assert (
        read(shelf, table, "balance", ["1'234.50", "1 234.50"], '[numbers]\nthousands="\'"\n')
        == [Decimal("1234.50")] * 2
    )


def test_days_as_people_write_them(shelf, table):
    read_as = {"0": 0, "31": 31, "31.0": 31, "31天": 31, "31 days": 31, "1 day": 1, "5日": 5, "1e2": 100, "007": 7, "0.5": "refused", "-1": "refused",
               "M1": "refused", "99999999999": "refused", "inf": "refused", "31 weeks": "refused"}  # fmt: skip
    assert read(shelf, table, "days_past_due", list(read_as)) == list(read_as.values())


def test_days_until_due_may_count_as_none(shelf, table):
    values = read(shelf, table, "days_past_due", ["-12", "0", "3"], '[meaning]\nnegative_days="zero"\n')
    assert values == [0, 0, 3]


def test_blank_days_are_what_the_mapping_says(shelf, table):
    values = read(shelf, table, "days_past_due", ["", "NULL", "4"], '[values.days_past_due]\n""="0"\nNULL="0"\n')
    assert values == [0, 0, 4]


def test_loan_ids_are_kept_as_they_stand(shelf, table):
    ids = [
        "007",
        "1.0",
        "'; drop table staged; --",
        "a'b\"c",
        "借据 1",
        "../../etc/passwd",
        "{x}",
        "$p0",
        "%s",
        "NULLX",
        "-",
        "0",
        "1e5",
        "x" * 500,
    ]
    lines = ['"' + i.replace('"', '""') + '",2024-01-31,0,1' for i in ids]
    shelf.bring(table(lines))
    assert sorted(row[0] for row in shelf.rows("loan_id")) == sorted(i for i in ids if i != "-")


def test_the_wraps_that_keep_a_spreadsheet_from_making_numbers_come_off(shelf, table):
    shelf.bring(table(['="007",2024-01-31,0,1', '"=""008""",2024-01-31,0,1', "6222020200112345678\t,2024-01-31,0,1"]))
    assert [row[0] for row in shelf.rows("loan_id")] == ["007", "008", "6222020200112345678"]


def test_a_region_called_na_is_a_region(shelf, table):
    header = HEADER + ",region,product,segment"
    lines = ["a,2024-01-31,0,1,NA,None,-", "b,2024-01-31,0,1,,NULL,nan", "c,2024-01-31,0,1,\\N, x ,无"]
    shelf.bring(table(lines, header))
    assert shelf.rows("loan_id", "region", "product", "segment") == [
        ("a", "NA", "None", "-"),
        ("b", None, None, None),
        ("c", None, "x", "无"),
    ]


def test_codes_become_buckets(shelf, table):
    codes = {"C": "M0", "1": "M1", "2.0": "M2", "逾期三期": "M3", "M4+": "M4", "": "M0"}
    stated = (
        "[values.bucket]\n"
        + "".join(f'"{code}"="{bucket}"\n' for code, bucket in codes.items() if code != "2.0")
        + '2="M2"\nX="leave_out"\n'
    )
    lines = [f"{number},2024-01-31,{code}" for number, code in enumerate([*codes, "m5", "X", "M9", "?"])]
    mapping = '[columns]\nloan_id="loan_id"\nas_of="as_of"\nbucket="b"\n' + stated
    done = shelf.bring(table(lines, "loan_id,as_of,b"), mapping=mapping)
    assert [row[0] for row in shelf.rows("bucket")] == [*codes.values(), "M5"]
    assert shelf.quarantine() == [("loans.csv", line, ["unknown_code:bucket"]) for line in (10, 11)]
    assert [(f.code, f.count) for f in done.findings if f.code == "left_out"] == [("left_out", 1)]


def test_statuses_and_dates_of_exit(shelf, table):
    header = "loan_id,as_of,days_past_due,status,charged_off_on,sold_on"
    lines = ["a,2024-01-31,0,OPEN,,", "b,2024-01-31,0,结清,,", "c,2024-01-31,200,,2024-01-31,", "d,2024-01-31,200,,2024-02-01,",
             "e,2024-01-31,,sold,,", "f,2024-01-31,9,,2024-01-02,2024-01-01", "g,2024-01-31,9,alive,,"]  # fmt: skip
    names = ("loan_id", "as_of", "days_past_due", "status", "charged_off_on", "sold_on")
    mapping = "[columns]\n" + "".join(f'{name}="{name}"\n' for name in names) + '[values.status]\n"结清"="paid_off"\n'
    shelf.bring(table(lines, header), mapping=mapping)
    assert shelf.rows("loan_id", "status") == [
        ("a", "open"), ("b", "paid_off"), ("c", "charged_off"), ("d", "open"), ("e", "sold"), ("f", "sold"),
    ]  # fmt: skip
    assert shelf.quarantine() == [("loans.csv", 8, ["unknown_code:status"])]


def test_a_balance_of_zero_is_a_closed_loan_only_where_the_mapping_says_so(shelf, table):
    lines = ["a,2024-01-31,0,0", "b,2024-01-31,0,0.00", "c,2024-01-31,0,5", "d,2024-01-31,0,"]
    shelf.bring(table(lines), mapping=COLUMNS)
    assert [row[0] for row in shelf.rows("status")] == ["open"] * 4
    shelf.bring(table(lines), mapping=COLUMNS + '[meaning]\nzero_balance="paid_off"\n')
    assert [row[0] for row in shelf.rows("status")] == ["paid_off", "paid_off", "open", "open"]


def test_nothing_invents_a_balance(shelf, table):
    header = "loan_id,as_of,days_past_due,principal,overdue_amount"
    shelf.bring(table(["a,2024-01-31,31,1000,50"], header))
    assert shelf.rows("balance", "principal", "overdue_amount") == [(None, Decimal(1000), Decimal(50))]


def test_months_in_columns_become_rows(shelf, table):
    header = "客户号,借据号,逾期天数_202401,逾期天数_202402,余额_202401,余额_202402"
    lines = ["k1,a,0,31,100,90", "k2,b,,5,,80", "k3,c,7,,70,", "k4,d,x,0,1,1"]
    shelf.bring(table(lines, header))
    feb = date(2024, 2, 29)
    assert shelf.rows("loan_id", "as_of", "days_past_due", "balance", "customer_id") == [
        ("a", JAN, 0, Decimal(100), "k1"), ("a", feb, 31, Decimal(90), "k1"), ("b", feb, 5, Decimal(80), "k2"),
        ("c", JAN, 7, Decimal(70), "k3"), ("d", feb, 0, Decimal(1), "k4"),
    ]  # fmt: skip
    assert shelf.quarantine() == [("loans.csv", 5, ["unreadable:days_past_due"])]
