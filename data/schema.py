"""The canonical columns of the book's tables: name, type, and what each one means."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "code", "date", "days", "money", "rate"]

SQL_TYPE: dict[Kind, str] = {
    "text": "varchar",
    "code": "varchar",
    "date": "date",
    "days": "integer",
    "money": "decimal(18, 2)",
    "rate": "double",
}


def N_(message: str) -> str:
    return message


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    meaning: str
    codes: tuple[str, ...] = ()


LOAN_STATUS = ("open", "paid_off", "charged_off", "sold")

LOAN_SNAPSHOT: tuple[Column, ...] = (
    Column("loan_id", "text", N_("Identifies the loan; the same in every month")),
    Column("as_of", "date", N_("The day the snapshot shows, as a rule the month-end")),
    Column("days_past_due", "days", N_("Days since the due date of the oldest unpaid instalment")),
    Column("bucket", "code", N_("Delinquency bucket, where the days past due are not known")),
    Column("balance", "money", N_("Outstanding principal")),
    Column("overdue_amount", "money", N_("Part of the debt that is past due")),
    Column("interest_due", "money", N_("Interest due and unpaid")),
    Column("paid_in_month", "money", N_("Cash received during the month up to the snapshot")),
    Column("status", "code", N_("Open, paid off, charged off or sold"), codes=LOAN_STATUS),
    Column("stage", "text", N_("Collection stage the loan is in")),
    Column("restructured_on", "date", N_("Day of the latest restructuring")),
    Column("charged_off_on", "date", N_("Day of the charge-off")),
    Column("sold_on", "date", N_("Day of the sale")),
    Column("sale_price", "money", N_("Price of the sale")),
    Column("product", "text", N_("Loan product")),
    Column("region", "text", N_("Region of the borrower or branch")),
    Column("segment", "text", N_("Customer segment")),
    Column("acquisition_channel", "text", N_("Where the customer came from")),
    Column("originated_on", "date", N_("Day the loan was paid out")),
    Column("principal", "money", N_("Amount paid out")),
    Column("customer_id", "text", N_("Identifies the borrower")),
)

TABLES: dict[str, tuple[Column, ...]] = {"loan_snapshot": LOAN_SNAPSHOT}
REQUIRED = ("loan_id", "as_of")
DIMENSIONS = ("product", "region", "segment", "acquisition_channel")


def column(table: str, name: str) -> Column:
    """The column of that name. Raises KeyError when the table has none."""
    for candidate in TABLES[table]:
        if candidate.name == name:
            return candidate
    raise KeyError(name)


def column_names(table: str) -> tuple[str, ...]:
    return tuple(candidate.name for candidate in TABLES[table])
