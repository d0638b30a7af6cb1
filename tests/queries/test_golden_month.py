"""The golden month, its numbers written down by hand, through Python and through the command line."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from queries import Filters, import_files, open_reader, questions
from tests.golden import CLOSING, OPENING, write_golden_csv
from tests.oracle import COLUMNS
from tests.oracle_loans import OF_COHORTS

M2_OR_WORSE = ("M2", "M3", "M4", "M5", "M6", "M7")


@pytest.fixture(scope="module")
def golden_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("golden")
    import_files(folder / "book", [write_golden_csv(folder / "golden.csv")], today=date(2024, 3, 5))
    return folder / "book"


@pytest.fixture(scope="module")
def reader(golden_book: Path):
    reader = open_reader(golden_book)
    yield reader
    reader.close()


@pytest.fixture
def ask(reader):
    """The answer for February as a dict: the given columns → the row."""

    def ask(question: str, *keys: str, month: date = CLOSING) -> dict:
        rows = reader.ask(question, Filters(month=month)).to_dicts()
        return {tuple(row[key] for key in keys) if len(keys) > 1 else row[keys[0]]: row for row in rows}

    return ask


@pytest.mark.parametrize(
    ("from_bucket", "to_bucket", "loans", "opening_balance", "share_loans", "share_balance"),
    [
        ("M0", "M0", 1, 1000, 1 / 3, 0.4),
        ("M0", "M1", 1, 1000, 1 / 3, 0.4),
        ("M0", "paid_off", 1, 500, 1 / 3, 0.2),
        ("M1", "M0", 1, 800, 0.25, 0.25),
        ("M1", "M1", 1, 800, 0.25, 0.25),
        ("M1", "M2", 1, 900, 0.25, 0.28125),
        ("M1", "paid_off", 1, 700, 0.25, 0.21875),
        ("M2", "M3", 1, 600, 1 / 3, 600 / 1700),
        ("M2", "M0", 1, 600, 1 / 3, 600 / 1700),
        ("M2", "sold", 1, 500, 1 / 3, 500 / 1700),
        ("M3", "charged_off", 1, 400, 0.5, 0.4),
        ("M3", "missing", 1, 600, 0.5, 0.6),
    ],
)
def test_each_loan_ends_in_the_cell_that_the_hand_puts_it_in(
    ask, from_bucket, to_bucket, loans, opening_balance, share_loans, share_balance
):
    cell = ask("roll_rates", "from_bucket", "to_bucket")[from_bucket, to_bucket]
    assert cell["loans"] == loans
    assert cell["opening_balance"] == Decimal(opening_balance)
    assert cell["share_loans"] == pytest.approx(share_loans, abs=1e-12)
    assert cell["share_balance"] == pytest.approx(share_balance, abs=1e-12)


def test_the_matrix_has_twelve_cells_and_no_other(ask):
    cells = ask("roll_rates", "from_bucket", "to_bucket")
    assert len(cells) == 12
    assert {origin for origin, _ in cells} == {"M0", "M1", "M2", "M3"}


def test_the_three_forward_rolls_are_those_on_paper(ask):
    trend = ask("roll_trend", "from_bucket")
    assert [trend[bucket]["forward_share_loans"] for bucket in ("M0", "M1", "M2", "M3")] == pytest.approx(
        [1 / 3, 1 / 4, 1 / 3, 1 / 2], abs=1e-12
    )
    shares = [trend[bucket]["forward_share_balance"] for bucket in ("M0", "M1", "M2", "M3")]
    assert shares == pytest.approx([0.40, 0.28125, 0.35294117647, 0.40], abs=1e-10)


def test_a_paid_off_loan_counts_as_cured(ask):
    cured = ask("roll_trend", "from_bucket")["M1"]
    assert cured["loans"] == 4
    assert cured["opening_balance"] == Decimal(3200)
    assert cured["cure_share_loans"] == pytest.approx(2 / 4, abs=1e-12)
    assert cured["cure_share_balance"] == pytest.approx(1500 / 3200, abs=1e-12)


def test_the_only_cure_from_m2_is_a_restructuring_without_cash(ask):
    assert ask("roll_trend", "from_bucket")["M2"]["cure_share_loans"] == pytest.approx(1 / 3, abs=1e-12)
    ledger = ask("ledger", "from_bucket", "to_bucket", "restructured")
    re_aged = ledger["M2", "M0", True]
    assert (re_aged["movement"], re_aged["loans"], re_aged["cash"]) == ("cure", 1, 0)
    assert ("M2", "M0", False) not in ledger
    assert [key for key in ledger if key[2]] == [("M2", "M0", True)]


def test_the_five_movements_of_each_bucket_are_those_on_paper(ask):
    trend = ask("roll_trend", "from_bucket")
    names = [f"{movement}_share_loans" for movement in ("forward", "stay", "improve", "cure", "exit")]
    shares = {bucket: [row[name] for name in names] for bucket, row in trend.items()}
    assert set(shares) == {"M0", "M1", "M2", "M3"}
    assert shares["M0"] == pytest.approx([1 / 3, 1 / 3, 0, 1 / 3, 0], abs=1e-12)
    assert shares["M1"] == pytest.approx([1 / 4, 1 / 4, 0, 1 / 2, 0], abs=1e-12)
    assert shares["M2"] == pytest.approx([1 / 3, 0, 0, 1 / 3, 1 / 3], abs=1e-12)
    assert shares["M3"] == pytest.approx([1 / 2, 0, 0, 0, 1 / 2], abs=1e-12)


def test_net_flow_is_the_balance_that_arrived_over_the_balance_that_stood_there(ask):
    flow = ask("net_flow", "from_bucket")
    assert flow["M0"]["rate"] == pytest.approx(0.72, abs=1e-12)
    assert flow["M1"]["rate"] == pytest.approx(900 / 3200, abs=1e-12)
    assert flow["M2"]["rate"] == pytest.approx(600 / 1700, abs=1e-12)
    assert flow["M3"]["rate"] == 0
    assert flow.get("M4", {"rate": None})["rate"] is None


@pytest.mark.parametrize(
    ("month", "total", "overdue", "loans", "m2_or_worse"),
    [(OPENING, 8400, 5900, 12, "32.143 %"), (CLOSING, 7500, 3300, 8, "20.000 %")],
)
def test_the_balances_of_both_month_ends_are_those_on_paper(ask, month, total, overdue, loans, m2_or_worse):
    buckets = ask("delinquency", "bucket", month=month)
    assert sum(row["balance"] for row in buckets.values()) == Decimal(total)
    assert sum(row["loans"] for row in buckets.values()) == loans
    assert sum(row["balance"] for name, row in buckets.items() if name != "M0") == Decimal(overdue)
    assert sum(row["share_loans"] for row in buckets.values()) == pytest.approx(1, abs=1e-12)
    share = sum(row["share_balance"] for name, row in buckets.items() if name in M2_OR_WORSE)
    assert f"{share * 100:.3f} %" == m2_or_worse


def test_no_loan_is_beyond_ninety_days_so_the_ratio_is_zero_and_not_empty(reader):
    answer = reader.ask("bad_debt").to_dicts()
    assert [(row["month"], row["loans"], row["balance"]) for row in answer] == [
        (OPENING, 12, Decimal(8400)),
        (CLOSING, 8, Decimal(7500)),
    ]
    for row in answer:
        assert (row["bad_loans"], row["bad_balance"]) == (0, 0)
        assert (row["bad_debt_ratio"], row["bad_debt_ratio_loans"]) == (0.0, 0.0)


def test_everything_overdue_is_special_mention(ask):
    tiers = ask("tiers", "tier")
    assert {name: (row["loans"], row["balance"]) for name, row in tiers.items()} == {
        "normal": (4, Decimal(4200)),
        "special_mention": (4, Decimal(3300)),
    }
    assert tiers["special_mention"]["share_balance"] == pytest.approx(0.44, abs=1e-12)


def test_the_loan_without_a_row_is_missing_and_the_new_one_stands_beside_the_matrix(ask):
    ledger = ask("ledger", "from_bucket", "to_bucket")
    assert ledger["M3", "missing"]["movement"] == "exit"
    assert ledger["M3", "missing"]["opening_balance"] == Decimal(600)
    assert ledger["M3", "charged_off"]["movement"] == "forward"
    assert ledger["M2", "sold"]["movement"] == "exit"
    newcomer = ledger["new", "M0"]
    assert (newcomer["movement"], newcomer["loans"], newcomer["closing_balance"]) == (
        "entry",
        1,
        Decimal(2000),
    )
    assert not newcomer["opening_balance"]
    assert "new" not in {origin for origin, _ in ask("roll_rates", "from_bucket", "to_bucket")}


def test_the_ledger_leads_from_the_opening_balance_to_the_closing_one(ask):
    ledger = ask("ledger", "from_bucket", "to_bucket").values()
    assert sum(row["opening_balance"] or 0 for row in ledger) == Decimal(8400)
    assert sum(row["closing_balance"] or 0 for row in ledger) == Decimal(7500)
    assert sum(row["cash"] or 0 for row in ledger) == Decimal(1400)
    assert sum(row["loans"] for row in ledger) == 13


def test_the_reader_knows_the_months_and_that_balances_are_there(reader):
    assert reader.months == (OPENING, CLOSING)
    assert reader.has_balances is True


# --- the same through the command line -----------------------------------------------------------


def _answer(done) -> list[dict]:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout, parse_float=Decimal)


def test_a_csv_file_goes_in_and_the_roll_rates_come_out_on_the_command_line(recoup, tmp_path):
    file = write_golden_csv(tmp_path / "golden.csv")
    done = recoup("import", file, "--yes", "--book", tmp_path / "book")
    assert done.returncode == 0, done.stderr
    rows = _answer(recoup("ask", "roll_rates", "--month", "2024-02", "--format", "json", "--book", tmp_path / "book"))
    cells = {(row["from_bucket"], row["to_bucket"]): row for row in rows}
    assert len(rows) == len(cells) == 12
    roll = cells["M1", "M2"]
    assert (roll["month"], roll["loans"]) == ("2024-02-29", 1)
    assert (roll["opening_balance"], roll["share_loans"]) == (900, Decimal("0.25"))
    assert roll["share_balance"] == Decimal("0.28125")


@pytest.mark.parametrize(
    "question", sorted(name for name in COLUMNS.keys() - OF_COHORTS if not questions()[name].needs)
)
def test_the_json_has_exactly_the_documented_names_and_month_ends(recoup, golden_book, question):
    rows = _answer(recoup("ask", question, "--format", "json", RECOUP_BOOK=str(golden_book)))
    levels = {
        "delinquency",
        "bad_debt",
        "tiers",
        "past_due",
        "bad_debt_with_write_offs",
        "shadow_delinquency",
        "shadow_bad_debt",
        "resolution",  # of accounts by the month in which they entered, known from their days past due
    }
    assert rows
    assert {tuple(row) for row in rows} == {COLUMNS[question]}
    assert {row["month"] for row in rows} == {"2024-02-29"} | ({"2024-01-31"} if question in levels else set())
    texts = {
        "stage",
        "month",
        "origin_month",
        "from_bucket",
        "to_bucket",
        "bucket",
        "tier",
        "movement",
        "line",
        "component",
        "dimension",
        "value",
    }
    for row in rows:
        for name, value in row.items():
            assert isinstance(value, str) if name in texts else value is None or not isinstance(value, str), name


def test_the_command_line_gives_the_numbers_of_the_python_reader(recoup, golden_book, reader):
    for question in ("bad_debt", "net_flow"):
        rows = _answer(recoup("ask", question, "--format", "json", "--book", golden_book))
        for given, wanted in zip(rows, reader.ask(question).to_dicts(), strict=True):
            assert given["month"] == wanted["month"].isoformat()
            numbers = [name for name in given if name not in ("month", "from_bucket")]
            for name in numbers:
                assert (given[name] is None) is (wanted[name] is None)
                assert float(given[name] or 0) == pytest.approx(float(wanted[name] or 0), rel=1e-12), name
