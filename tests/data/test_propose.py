"""A mapping proposed from names and values, in English and Chinese; what cannot be told is left open, never guessed."""

from datetime import date

import pytest

from data.mapping import LEAVE_OUT, Wide
from data.parts import Part
from data.propose import propose, undecided_dates
from data.settings import Settings
from tests.snapshots import month_ends


def part(header: str, *rows: str, name: str = "loans.csv") -> Part:
    """A part of columns and rows written with | between cells."""
    return Part(name, "csv", None, tuple(header.split("|")), tuple(tuple(row.split("|")) for row in rows))


def proposed(header: str, *rows: str, name: str = "loans.csv"):
    return propose([part(header, *rows, name=name)], Settings())


def test_chinese_headers():
    header = "客户号|借据号|产品|地区|放款日期|放款金额|数据日期|逾期天数|贷款余额|逾期金额|渠道|客群|核销日期|贷款状态"
    row = "C1|J1|车贷|华东|2023-05-01|5000|2024-01-31|35|4000.00|500|线上|优质||正常"
    mapping = proposed(header, row)
    assert dict(mapping.columns) == {
        "loan_id": "借据号", "as_of": "数据日期", "days_past_due": "逾期天数", "balance": "贷款余额", "overdue_amount": "逾期金额", "status": "贷款状态",
        "charged_off_on": "核销日期", "product": "产品", "region": "地区", "segment": "客群", "acquisition_channel": "渠道", "originated_on": "放款日期",
        "principal": "放款金额", "customer_id": "客户号",
    }  # fmt: skip
    assert dict(mapping.values) == {"status": {"正常": "open"}}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Loan_ID|Report Date|DPD|Outstanding Balance", ("Loan_ID", "Report Date", "DPD", "Outstanding Balance")),
        (
            "AccountNo|snapshotDate|daysPastDue|CurrentBalance",
            ("AccountNo", "snapshotDate", "daysPastDue", "CurrentBalance"),
        ),
        ("CONTRACT_ID|MONTH_END|DAYS IN ARREARS|UPB", ("CONTRACT_ID", "MONTH_END", "DAYS IN ARREARS", "UPB")),
        (
            "贷款账号|统计月份|当前逾期天数(天)|剩余本金（元）",
            ("贷款账号", "统计月份", "当前逾期天数(天)", "剩余本金（元）"),
        ),
        ("合同编号|报表日期|逾期\n天数|本金余额", ("合同编号", "报表日期", "逾期\n天数", "本金余额")),
    ],
)
def test_the_four_columns_that_matter_most(header, expected):
    mapping = proposed(header, "A1|2024-01-31|35|1000.5")
    assert [mapping.columns.get(n) for n in ("loan_id", "as_of", "days_past_due", "balance")] == list(expected)
    assert not mapping.missing_required()


def test_values_decide_what_status_is():
    codes = proposed("id|month|status", "1|2024-01-31|C", "2|2024-01-31|X", "3|2024-01-31|1")
    assert codes.columns["bucket"] == "status"
    assert "status" not in codes.columns
    words = proposed(
        "id|month|dpd|status", "1|2024-01-31|0|Active", "2|2024-01-31|40|Written-off", "3|2024-01-31|0|Closed"
    )
    assert words.columns["status"] == "status"
    assert dict(words.values["status"]) == {"Active": "open", "Written-off": "charged_off", "Closed": "paid_off"}


def test_a_name_that_promises_what_the_values_do_not_hold_is_left():
    mapping = proposed("id|date|days overdue|outstanding", "1|Monday|low|high", "2|Tuesday|mid|low")
    assert dict(mapping.columns) == {"loan_id": "id"}
    assert mapping.missing_required() == ("as_of", "days_past_due / bucket")


def test_bad_values_under_our_own_name_do_not_hide_the_column():
    assert proposed("loan_id|as_of|days_past_due", "1|soon|?").missing_required() == ()


def test_one_source_column_serves_one_purpose_the_best_match_first():
    mapping = proposed("loan no|id|report date|date|dpd", "L1|7|2024-01-31|2020-01-01|3")
    assert (mapping.columns["loan_id"], mapping.columns["as_of"]) == ("loan no", "report date")


def test_bucket_codes():
    mapping = proposed(
        "id|month|bucket",
        *(
            f"{n}|2024-01-31|{code}"
            for n, code in enumerate(["C", "M1", "2", "m3+", "B4", "5期", "12", "X", "odd", "Current"])
        ),
    )
    assert dict(mapping.values["bucket"]) == {
        "C": "M0", "2": "M2", "m3+": "M3", "B4": "M4", "5期": "M5", "12": "M7", "X": LEAVE_OUT, "Current": "M0",
    }  # fmt: skip


def test_zero_beside_c_is_not_guessed():
    """Current and paid are C; 0 may then be current too, or up to 29 days late, which would shift every other code."""
    mapping = proposed("id|month|status", "1|2024-01-31|C", "2|2024-01-31|0", "3|2024-01-31|1", "4|2024-01-31|X")
    assert dict(mapping.values["bucket"]) == {"C": "M0", "X": LEAVE_OUT}


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (["31/01/2024", "29/02/2024"], "%d/%m/%Y"),
        (["01/31/2024", "2/29/2024"], "%m/%d/%Y"),
        (["05/01/2024", "13/01/2024"], "%d/%m/%Y"),
        (["31-01-2024"], "%d-%m-%Y"),
        (["1/31/24"], "%m/%d/%y"),
        (["31/01/2024 00:00:00"], "%d/%m/%Y %H:%M:%S"),
        (["1/31/2024 12:00:00 AM"], "%m/%d/%Y %I:%M:%S %p"),
        (["31.01.2024", "01.02.2024"], "%d.%m.%Y"),
        (["31-Jan-2024"], "%d-%b-%Y"),
        (["Jan-24"], "%b-%y"),
        (["01/2024"], "%m/%Y"),
    ],
)
def test_date_formats_are_told_from_the_values(values, form):
    given = part("id|as of|dpd", *(f"1|{value}|0" for value in values))
    mapping = propose([given], Settings())
    assert dict(mapping.dates) == {"as_of": form}
    assert undecided_dates(mapping, given) == ()


@pytest.mark.parametrize(
    "value",
    ["2024-01-31", "2024/1/31 0:00", "2024-01-31T00:00:00Z", "20240131", "2024年1月", "45322", "202401", "01/01/2024"],
)
def test_dates_that_can_mean_only_one_day_state_no_format_or_any(value):
    given = part("id|as of|dpd", f"1|{value}|0")
    mapping = propose([given], Settings())
    assert mapping.columns["as_of"] == "as of"
    assert set(mapping.dates.values()) <= ({"%d/%m/%Y"} if value == "01/01/2024" else set())
    assert undecided_dates(mapping, given) == ()


def test_day_and_month_that_cannot_be_told_apart_are_said_not_guessed(shelf, table, refused):
    header = "loan_id,as_of,days_past_due,originated_on"
    file = table(["a,2024-03-31,0,05/01/2023", "b,2024-03-31,0,06/02/2023"], header)
    message = refused(file)
    assert message.startswith("“originated_on” may be written day first or month first, and no value tells.")
    columns = (
        '[columns]\nloan_id="loan_id"\nas_of="as_of"\ndays_past_due="days_past_due"\noriginated_on="originated_on"\n'
    )
    shelf.bring(file, mapping=columns + '[dates]\noriginated_on="%m/%d/%Y"\n')
    assert [f"{row[0]}" for row in shelf.rows("originated_on")] == ["2023-05-01", "2023-06-02"]


def test_a_day_above_twelve_far_down_in_the_file_still_tells():
    rows = [f"{n}|01/0{n % 3 + 1}/2024|0" for n in range(1500)]
    assert dict(proposed("id|as of|dpd", *rows, "x|13/01/2024|0").dates) == {"as_of": "%d/%m/%Y"}


@pytest.mark.parametrize(
    ("amounts", "marks"),
    [
        (["1000", "12.5"], (".", "")),
        (["1,000", "12.5"], (".", ",")),
        (["1,234,567.89"], (".", ",")),
        (["12,34,567.00"], (".", ",")),
        (["1.234,56"], (",", ".")),
        (["12,5", "7"], (",", ".")),
        (["1234,56"], (",", ".")),
        (["1.234.567"], (",", ".")),
        (["(1,200)"], (".", ",")),
        (["¥1,000.00", "1.00E+05"], (".", ",")),
        (["0,125"], (".", "")),
        (["1,234.50", "1,2"], (".", ",")),
    ],
)
def test_decimal_and_thousands_marks_are_told_from_the_amounts(amounts, marks):
    mapping = proposed("id|as of|dpd|balance", *(f"1|2024-01-31|0|{amount}" for amount in amounts))
    assert mapping.columns["balance"] == "balance"
    assert (mapping.decimal, mapping.thousands) == marks


def test_months_in_columns():
    mapping = proposed("id|DPD_2024-01|DPD_2024-02|balance_2024-01|balance_2024-02|note_2024-01", "1|0|31|100|90|x")
    assert mapping.wide == Wide(
        ("2024-01", "2024-02"),
        {"days_past_due": ("DPD_2024-01", "DPD_2024-02"), "balance": ("balance_2024-01", "balance_2024-02")},
    )
    assert dict(mapping.columns) == {"loan_id": "id"}


def test_chinese_months_in_columns():
    mapping = proposed("借据号|2023年12月逾期天数|2024年1月逾期天数|2024年2月逾期天数", "1|0|31|60")
    assert mapping.wide == Wide(
        ("2023-12", "2024-01", "2024-02"),
        {"days_past_due": ("2023年12月逾期天数", "2024年1月逾期天数", "2024年2月逾期天数")},
    )


def test_bare_months_as_columns_are_told_by_their_values():
    days = proposed("id|202401|202402", "1|0|31")
    assert days.wide == Wide(("2024-01", "2024-02"), {"days_past_due": ("202401", "202402")})
    buckets = proposed("id|202401|202402", "1|M0|C")
    assert buckets.wide == Wide(("2024-01", "2024-02"), {"bucket": ("202401", "202402")})
    assert dict(buckets.values["bucket"]) == {"C": "M0"}


@pytest.mark.parametrize(
    "name", ["loans_202401.csv", "2024-01-31.csv", "借据2024年1月.csv", "a.zip › 2024.01/x.csv", "loans-20240131.csv"]
)
def test_the_month_in_a_file_name_is_the_date_where_no_column_is(name):
    mapping = proposed("id|dpd", "1|0", name=name)
    assert (mapping.as_of_in_file_name, mapping.month_end) == (True, True)
    assert not proposed("id|as of|dpd", "1|2024-01-31|0", name=name).as_of_in_file_name


@pytest.mark.parametrize(
    "name", ["loans.csv", "loans_2024.csv", "v201.csv", "loans_2024-01_of_20240205.csv", "2024-13.csv"]
)
def test_a_file_name_with_no_month_or_two_gives_none(name):
    assert not proposed("id|dpd", "1|0", name=name).as_of_in_file_name


def test_months_counted_without_a_base_are_asked_for(refused, table):
    message = refused(table(["1,0,0", "1,-1,0"], "id,months_balance,dpd"))
    assert message.startswith("months_balance counts months (0, −1, …). State in the mapping which month is 0")


def test_a_demo_like_file_is_proposed_whole_whatever_its_size():
    rows = [f"{n}|{end}|{n % 40}|{n}.50" for end in month_ends(date(2023, 1, 1), 3) for n in range(600)]
    mapping = proposed("loan_id|as_of|days_past_due|balance", *rows)
    assert dict(mapping.columns) == {n: n for n in ("loan_id", "as_of", "days_past_due", "balance")}
    assert (mapping.values, mapping.dates, mapping.wide) == ({}, {}, None)
