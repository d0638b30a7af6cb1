"""Two public loan files, imported with the mappings of the examples, against a computation in Polars.

The files are not part of the project: where they are not found beside it, these tests are skipped.
"""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from queries import Filters, import_files, open_reader

CARD_BUCKETS = {"C": "M0", "0": "M1", "1": "M2", "2": "M3", "3": "M4", "4": "M5", "5": "M6"}
UCI_MONTHS = {
    9: ("PAY_0", 1),
    8: ("PAY_2", 2),
    7: ("PAY_3", 3),
    6: ("PAY_4", 4),
    5: ("PAY_5", 5),
    4: ("PAY_6", 6),
}
LEDGER = ["month", "from_bucket", "to_bucket", "movement", "restructured", "loans"]
MONEY = ["opening_balance", "closing_balance", "cash"]


def month_end(months_after_year_0: int) -> date:
    year, month = divmod(months_after_year_0 + 1, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def independent_ledger(snapshots: pl.DataFrame) -> pl.DataFrame:
    """The exit ledger of snapshots (loan_id, number, bucket 0–7, balance, cash).

    `number` is year × 12 + month − 1. Every loan of these files is open in each row it has, so the only
    exit is `missing`.
    """
    numbers = snapshots["number"].unique()
    first = snapshots.group_by("loan_id").agg(pl.col("number").min().alias("first"))
    opening = snapshots.select(
        "loan_id",
        pl.col("number") + 1,
        pl.col("bucket").alias("was"),
        pl.col("balance").alias("opening_balance"),
    ).filter(pl.col("number").is_in(numbers.implode()))
    closing = snapshots.filter((pl.col("number") - 1).is_in(numbers.implode())).rename(
        {"bucket": "now", "balance": "closing_balance"}
    )
    both = opening.join(closing, on=["loan_id", "number"], how="full", coalesce=True)
    was, now = pl.col("was"), pl.col("now")
    seen_before = pl.col("first") < pl.col("number")
    origin = pl.when(was.is_not_null()).then(pl.format("M{}", was)).when(seen_before).then(pl.lit("returned"))
    target = pl.when(now.is_not_null()).then(pl.format("M{}", now)).otherwise(pl.lit("missing"))
    movement = (
        pl.when(was.is_null())
        .then(pl.lit("entry"))
        .when(now.is_null())
        .then(pl.lit("exit"))
        .when(now == was)
        .then(pl.lit("stay"))
        .when(now > was)
        .then(pl.lit("forward"))
        .when(now == 0)
        .then(pl.lit("cure"))
        .otherwise(pl.lit("improve"))
    )
    return (
        both.join(first, on="loan_id")
        .with_columns(
            origin.otherwise(pl.lit("new")).alias("from_bucket"),
            target.alias("to_bucket"),
            movement.alias("movement"),
        )
        .group_by("number", "from_bucket", "to_bucket", "movement")
        .agg(pl.len().alias("loans"), *[_sum_or_null(name) for name in MONEY])
        .with_columns(
            pl.col("number").map_elements(month_end, return_dtype=pl.Date).alias("month"),
            pl.lit(False).alias("restructured"),
            pl.col("loans").cast(pl.Int64),
        )
        .select(LEDGER + MONEY)
        .sort(LEDGER)
    )


def _sum_or_null(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def read_back(tmp: Path, file: Path, mapping: Path):
    """A reader on a book made of the one file with the mapping saved in the one TOML file."""
    from data.mapping import load_mapping

    import_files(tmp / "book", [file], mapping=load_mapping(mapping), today=date(2026, 1, 15))
    return open_reader(tmp / "book")


# --- monthly status of card customers ------------------------------------------------------------


@pytest.fixture(scope="module")
def cards(shared_data) -> pl.DataFrame:
    """ID, number of the month, STATUS as the file says."""
    with zipfile.ZipFile(shared_data / "credit_record.zip") as archive:
        raw = pl.read_csv(io.BytesIO(archive.read("credit_record.csv")), infer_schema=False)
    number = pl.lit(2020 * 12 + 1) + pl.col("MONTHS_BALANCE").cast(pl.Int32)
    return raw.select(pl.col("ID").alias("loan_id"), number.alias("number"), "STATUS")


@pytest.fixture(scope="module")
def card_reader(shared_data, root, tmp_path_factory):
    mapping = root / "examples" / "credit_record.toml"
    reader = read_back(tmp_path_factory.mktemp("cards"), shared_data / "credit_record.zip", mapping)
    yield reader
    reader.close()


def test_the_card_file_is_what_its_description_says(cards):
    assert cards.height == 1_048_575
    assert cards["loan_id"].n_unique() == 45_985
    assert cards["number"].n_unique() == 61
    assert cards.select("loan_id", "number").is_duplicated().sum() == 0
    with_a_loan = cards.filter(pl.col("STATUS") != "X")["loan_id"].n_unique()
    assert 45_985 - with_a_loan == 4_536


def test_the_ledger_of_the_card_file_agrees_loan_by_loan(cards, card_reader):
    snapshots = cards.filter(pl.col("STATUS") != "X").with_columns(
        pl.col("STATUS").replace_strict(CARD_BUCKETS).str.slice(1).cast(pl.Int8).alias("bucket"),
        pl.lit(None, pl.Decimal(18, 2)).alias("balance"),
        pl.lit(None, pl.Decimal(18, 2)).alias("cash"),
    )
    answer = card_reader.ask("ledger").sort(LEDGER)
    assert answer.select(LEDGER).equals(independent_ledger(snapshots).select(LEDGER))
    assert answer.select(MONEY).null_count().row(0) == (answer.height,) * 3
    assert card_reader.has_balances is False
    assert card_reader.months == tuple(month_end(2020 * 12 + 1 - back) for back in range(60, -1, -1))


def test_the_levels_of_the_card_file_agree_loan_by_loan(cards, card_reader):
    wanted = (
        cards.filter(pl.col("STATUS") != "X")
        .group_by("number", pl.col("STATUS").replace_strict(CARD_BUCKETS).alias("bucket"))
        .agg(pl.len().cast(pl.Int64).alias("loans"))
        .with_columns(pl.col("number").map_elements(month_end, return_dtype=pl.Date).alias("month"))
        .select("month", "bucket", "loans")
        .sort("month", "bucket")
    )
    assert card_reader.ask("delinquency").select("month", "bucket", "loans").sort("month", "bucket").equals(wanted)
    bad = wanted.filter(pl.col("bucket").is_in(["M4", "M5", "M6"]))["loans"].sum()
    assert card_reader.ask("bad_debt")["bad_loans"].sum() == bad
    assert wanted["loans"].sum() == cards.filter(pl.col("STATUS") != "X").height


# --- card clients in Taiwan ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def uci(shared_data) -> pl.DataFrame:
    """The wide file, every cell as text."""
    return pl.read_csv(shared_data / "UCI_Credit_Card.csv", infer_schema=False)


@pytest.fixture(scope="module")
def uci_long(uci) -> pl.DataFrame:
    """A row a client and month: bucket of the months late, statement balance, amount paid."""

    def amount(name: str) -> pl.Expr:
        cents = pl.col(name).map_elements(lambda text: str(Decimal(text).quantize(Decimal("0.01"))), pl.String)
        return cents.cast(pl.Decimal(18, 2))

    months = []
    for month, (late, position) in UCI_MONTHS.items():
        months.append(
            uci.select(
                pl.col("ID").alias("loan_id"),
                pl.lit(2005 * 12 + month - 1).alias("number"),
                pl.col(late).cast(pl.Int64).clip(0, 7).alias("bucket"),
                amount(f"BILL_AMT{position}").alias("balance"),
                amount(f"PAY_AMT{position}").alias("cash"),
            )
        )
    return pl.concat(months)


@pytest.fixture(scope="module")
def uci_reader(shared_data, root, tmp_path_factory):
    mapping = root / "examples" / "uci_credit_card.toml"
    reader = read_back(tmp_path_factory.mktemp("uci"), shared_data / "UCI_Credit_Card.csv", mapping)
    yield reader
    reader.close()


def test_the_client_file_is_what_its_description_says(uci):
    assert uci.height == 30_000
    counts = dict(uci["PAY_0"].value_counts().rows())
    assert sorted(counts.values(), reverse=True) == [14737, 5686, 3688, 2759, 2667, 322, 76, 26, 19, 11, 9]
    assert (counts["0"], counts["-1"], counts["1"], counts["-2"], counts["2"]) == (
        14737,
        5686,
        3688,
        2759,
        2667,
    )
    assert (uci["default.payment.next.month"] == "1").sum() == 6_636


def test_the_ledger_of_the_client_file_agrees_by_loans_balance_and_cash(uci_long, uci_reader):
    answer = uci_reader.ask("ledger").sort(LEDGER)
    wanted = independent_ledger(uci_long)
    assert answer.select(LEDGER).equals(wanted.select(LEDGER))
    for name in MONEY:
        assert answer[name].to_list() == wanted[name].to_list(), name


def test_the_balances_of_the_client_file_are_those_of_its_columns(uci_long, uci_reader):
    wanted = (
        uci_long.group_by("number", "bucket")
        .agg(pl.len().alias("loans"), pl.col("balance").sum())
        .sort("number", "bucket")
        .rows()
    )
    answer = uci_reader.ask("delinquency").sort("month", "bucket")
    assert answer.select("month", "bucket", "loans", "balance").rows() == [
        (month_end(number), f"M{bucket}", loans, balance) for number, bucket, loans, balance in wanted
    ]
    assert uci_reader.has_balances is True


def test_september_of_the_client_file_has_the_known_counts(uci_reader):
    september = uci_reader.ask("delinquency", Filters(month=date(2005, 9, 30)))
    assert dict(september.select("bucket", "loans").rows()) == {
        "M0": 14_737 + 5_686 + 2_759,
        "M1": 3_688,
        "M2": 2_667,
        "M3": 322,
        "M4": 76,
        "M5": 26,
        "M6": 11,
        "M7": 9 + 19,
    }


def test_m0_to_m2_in_one_month_is_common_before_september_as_the_file_has_it(uci_reader):
    rolls = uci_reader.ask("roll_rates", Filters(month=date(2005, 8, 31), product=())).to_dicts()
    loans = {(row["from_bucket"], row["to_bucket"]): row["loans"] for row in rolls}
    assert loans["M0", "M2"] > 10 * loans.get(("M0", "M1"), 0)
