"""The canonical tables of the book: their columns, what each one means, and what a row cannot do without."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "code", "date", "time", "days", "count", "money", "rate", "flag"]

SQL_TYPE: dict[Kind, str] = {
    "text": "varchar",
    "code": "varchar",
    "date": "date",
    "time": "timestamp",
    "days": "integer",
    "count": "integer",
    "money": "decimal(18, 2)",
    "rate": "double",
    "flag": "boolean",
}


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    meaning: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One kind of row.

    dated_by: the column whose month a row belongs to; importing a month again replaces the rows of that month. None: the table is
    one whole, in which a row replaces the earlier one of the same key.
    key: what identifies a row within its month; empty where equal rows are different events.
    needs: what each row must have; of a group of names, one.
    order: pairs of dates of which the second cannot be before the first.
    """

    name: str
    grain: str
    columns: tuple[Column, ...]
    dated_by: str | None
    key: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    order: tuple[tuple[str, str], ...] = ()

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError when the table has none."""
        for candidate in self.columns:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


LOAN_STATUS = ("open", "paid_off", "charged_off", "sold")
CHANNELS = ("phone", "ai_call", "sms", "email", "social", "letter", "visit", "agency", "court")
PAYMENT_SOURCES = ("self", "collector", "agency", "court", "plan")
DIMENSIONS = ("product", "region", "segment", "acquisition_channel")

_LOAN_ID = Column("loan_id", "text", "Identifies the loan; the same in every month and table")
_CUSTOMER_ID = Column("customer_id", "text", "Identifies the borrower")
_CURRENCY = Column("currency", "text", "Currency of the amounts (ISO 4217); a book has one, which the settings state")
_DIMENSIONS = (
    Column("product", "text", "Loan product"),
    Column("region", "text", "Region of the borrower or branch"),
    Column("segment", "text", "Customer segment"),
    Column("acquisition_channel", "text", "Where the customer came from"),
)
_ORIGIN = (
    Column("originated_on", "date", "Day the loan was paid out"),
    Column("principal", "money", "Amount paid out"),
)

LOAN_SNAPSHOT = Table(
    "loan_snapshot",
    "loan × month-end",
    (
        _LOAN_ID,
        Column("as_of", "date", "The day the snapshot shows, as a rule the month-end"),
        Column("days_past_due", "days", "Days since the due date of the oldest unpaid instalment"),
        Column("bucket", "code", "Delinquency bucket, where the days past due are not known"),
        Column("balance", "money", "Outstanding principal"),
        Column("overdue_amount", "money", "Part of the debt that is past due"),
        Column("interest_due", "money", "Interest due and unpaid"),
        Column("paid_in_month", "money", "Cash received during the month up to the snapshot"),
        Column("status", "code", "Open, paid off, charged off or sold", codes=LOAN_STATUS),
        Column("stage", "text", "Collection stage the loan is in"),
        Column(
            "test_group",
            "text",
            "Group of a collection test that chance put the loan in, such as champion or challenger",
        ),
        Column("restructured_on", "date", "Day of the latest restructuring"),
        Column("charged_off_on", "date", "Day of the charge-off"),
        Column("sold_on", "date", "Day of the sale"),
        Column("sale_price", "money", "Price of the sale"),
        _CURRENCY,
        *_DIMENSIONS,
        *_ORIGIN,
        _CUSTOMER_ID,
    ),
    dated_by="as_of",
    key=("loan_id",),
    needs=(("loan_id",), ("as_of",), ("days_past_due", "bucket")),
)
LOAN = Table(
    "loan",
    "loan",
    (
        _LOAN_ID,
        _CUSTOMER_ID,
        *_DIMENSIONS,
        *_ORIGIN,
        Column("annual_rate", "rate", "Interest rate a year, as a fraction or in percent"),
        Column("term_months", "count", "Number of monthly instalments"),
        Column("due_day", "count", "Day of the month on which instalments fall due"),
        Column("instalment", "money", "Monthly instalment"),
        _CURRENCY,
    ),
    dated_by=None,
    key=("loan_id",),
    needs=(("loan_id",),),
)
PAYMENT = Table(
    "payment",
    "payment",
    (
        Column("paid_on", "date", "Day the money was received"),
        _LOAN_ID,
        Column("amount", "money", "Amount received"),
        Column("principal", "money", "Part of it that repaid principal"),
        Column("interest", "money", "Part of it that paid interest and fees"),
        Column(
            "source",
            "code",
            "Who brought it in: the borrower unasked, a collector, an agency, the court, a plan",
            codes=PAYMENT_SOURCES,
        ),
        _CURRENCY,
    ),
    dated_by="paid_on",
    key=(),
    needs=(("paid_on",), ("loan_id",), ("amount",)),
)
ACTION = Table(
    "action",
    "attempt to reach a borrower",
    (
        Column("acted_at", "time", "When it was made, in the borrower's local time"),
        _LOAN_ID,
        Column("stage", "text", "Collection stage it was made in"),
        Column(
            "channel",
            "code",
            "Phone, AI call, SMS, e-mail, social message, letter, visit, agency or court",
            codes=CHANNELS,
        ),
        Column("owner", "text", "Who is responsible: a team, or an agency"),
        Column("collector_id", "text", "Identifies the collector"),
        Column("connected", "flag", "Somebody answered, or the message was read"),
        Column("right_party", "flag", "The borrower was reached"),
        Column("third_party", "flag", "Somebody else was contacted"),
        Column("outcome", "text", "What came of it"),
        Column("seconds", "count", "How long it took, wrap-up included"),
        Column("cost", "money", "What it cost"),
        Column("complaint", "flag", "The borrower complained about it"),
    ),
    dated_by="acted_at",
    key=(),
    needs=(("acted_at",), ("loan_id",), ("channel",)),
)
PROMISE = Table(
    "promise",
    "promise to pay",
    (
        Column("promised_on", "date", "Day the promise was made"),
        Column("due_on", "date", "Day by which it is to be paid"),
        _LOAN_ID,
        Column("amount", "money", "Amount promised"),
    ),
    dated_by="promised_on",
    key=("loan_id", "promised_on"),
    needs=(("promised_on",), ("due_on",), ("loan_id",)),
    order=(("promised_on", "due_on"),),
)
PLACEMENT = Table(
    "placement",
    "placement of a loan with an agency",
    (
        Column("placed_on", "date", "Day the loan was handed over"),
        _LOAN_ID,
        Column("agency", "text", "Who it was placed with"),
        Column("tier", "count", "1 for the first placement of a loan, 2 for the second …"),
        Column("balance", "money", "Balance handed over"),
        Column("commission_rate", "rate", "Commission on cash, as a fraction or in percent"),
        Column("recalled_on", "date", "Day it was taken back"),
    ),
    dated_by="placed_on",
    key=("loan_id", "placed_on"),
    needs=(("placed_on",), ("loan_id",), ("agency",)),
    order=(("placed_on", "recalled_on"),),
)
LEGAL_CASE = Table(
    "legal_case",
    "case in court",
    (
        Column("filed_on", "date", "Day the suit was filed"),
        _LOAN_ID,
        Column("claim", "money", "Amount sued for"),
        Column("court_fee", "money", "Court fee"),
        Column("lawyer_fee", "money", "Lawyer's fee"),
        Column("judged_on", "date", "Day of the judgment"),
        Column("enforced_on", "date", "Day enforcement began"),
        Column("recovered", "money", "Cash received so far"),
        Column("result", "text", "How it ended"),
    ),
    dated_by="filed_on",
    key=("loan_id", "filed_on"),
    needs=(("filed_on",), ("loan_id",)),
    order=(("filed_on", "judged_on"), ("filed_on", "enforced_on")),
)
PLAN = Table(
    "plan",
    "instalment plan agreed with a borrower in arrears",
    (
        Column("agreed_on", "date", "Day it was agreed"),
        _LOAN_ID,
        Column("instalments", "count", "Number of instalments"),
        Column("forgiven", "money", "Amount forgiven"),
        Column("ended_on", "date", "Day it ended"),
        Column("result", "text", "How it ended"),
    ),
    dated_by="agreed_on",
    key=("loan_id", "agreed_on"),
    needs=(("agreed_on",), ("loan_id",)),
    order=(("agreed_on", "ended_on"),),
)

TABLES: dict[str, Table] = {
    table.name: table for table in (LOAN_SNAPSHOT, LOAN, PAYMENT, ACTION, PROMISE, PLACEMENT, LEGAL_CASE, PLAN)
}
"""By name; a book must have `loan_snapshot`, and each of the others lets it answer more questions."""


def column(table: str, name: str) -> Column:
    """The column of that name. Raises KeyError when the table has none."""
    return TABLES[table].column(name)


def column_names(table: str) -> tuple[str, ...]:
    return TABLES[table].column_names
