"""What the checks of an import say: each finding has a severity, a count, examples, and what to do about it.

Texts are English message ids with braces, to be translated where they are shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

Severity = Literal["info", "warning", "error", "critical"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error", "critical")
_OF_ONE_MONTH = frozenset({"thin_month", "thin_last_day", "not_month_end"})


@dataclass(frozen=True)
class Finding:
    """One thing noticed. `count` is in rows, loans or months as the text says; `month` is None when it is of no month."""

    code: str
    count: int
    examples: tuple[str, ...] = ()
    month: date | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table whose rows it is about."""
        return self.values.get("table", "loan_snapshot")

    def of_table(self, table: str) -> "Finding":
        """The same finding, about rows of that table."""
        return self if table == self.table else replace(self, values={**self.values, "table": table})

    @property
    def severity(self) -> Severity:
        return CONTRACT[self.code].severity


@dataclass(frozen=True)
class Clause:
    """A clause of the data contract: how bad a breach is, what is said, and what to do."""

    severity: Severity
    says: str
    advice: str


def N_(message: str) -> str:
    return message


CONTRACT: dict[str, Clause] = {
    # Rows that are refused, one by one. They go to quarantine with this reason.
    "missing_loan_id": Clause(
        "error", N_("{count} rows have no loan id"), N_("Fill the loan id and import the month again.")
    ),
    "mangled_loan_id": Clause(
        "error",
        N_("{count} loan ids are rounded numbers such as 6.2E+18"),
        N_("A spreadsheet has cut them, and different loans may now look the same. Export the loan id as text."),
    ),
    "missing_as_of": Clause(
        "error", N_("{count} rows have no snapshot date"), N_("Fill the date and import the month again.")
    ),
    "unreadable": Clause(
        "error",
        N_("{count} rows have a {column} that cannot be read"),
        N_("Correct the values, or state in the mapping how dates and numbers are written."),
    ),
    "unknown_code": Clause(
        "error",
        N_("{count} rows have a code in {column} that the mapping does not know"),
        N_("Add the code to [values] in the mapping."),
    ),
    "missing_value": Clause("error", N_("{count} rows have no {column}"), N_("Fill it and import the month again.")),
    "other_currency": Clause(
        "error",
        N_("{count} rows are in another currency than the book"),
        N_("Amounts of one book are added up. State its currency in recoup.toml, and keep a book for each currency."),
    ),
    "dates_out_of_order": Clause(
        "error",
        N_("{count} rows have a {column} before the row itself began"),
        N_("Correct the dates, or their format in the mapping."),
    ),
    "unknown_loan": Clause(
        "error",
        N_("{count} rows are of loans that no snapshot and no list of loans in the book has"),
        N_("Import the snapshots of these loans first, or check that the loan id is written the same way."),
    ),
    "missing_days": Clause(
        "error",
        N_("{count} open loans have neither days past due nor a bucket"),
        N_('Fill them, or state in the mapping what blank means ("" = "0").'),
    ),
    "negative_days": Clause(
        "error",
        N_("{count} rows have negative days past due"),
        N_('Correct them, or if negative means not yet due, set negative_days = "zero" in the mapping.'),
    ),
    "future_date": Clause(
        "error", N_("{count} rows are dated in the future"), N_("Correct the snapshot date or its format.")
    ),
    "before_origination": Clause(
        "error",
        N_("{count} snapshots are older than the loan itself"),
        N_("Correct the snapshot date or the origination date."),
    ),
    "malformed_line": Clause(
        "error",
        N_("{count} lines do not have the columns of the header"),
        N_("Look for delimiters or quotation marks inside values; put such values in quotation marks."),
    ),
    "conflicting_duplicate": Clause(
        "error",
        N_("{count} rows give the same loan and date with different values"),
        N_("Nobody can know which is true: none was taken. Keep one row for each loan and date."),
    ),
    "duplicate_row": Clause(
        "warning", N_("{count} rows are exact copies of others"), N_("One of each was taken. Export each row once.")
    ),
    "earlier_day": Clause(
        "warning",
        N_("{count} rows show an earlier day of a month than its last one in the file"),
        N_(
            "Only the last day of each month is taken. If every day stands for its month-end, set month_end = true under [as_of]."
        ),
    ),
    # Rows that are kept.
    "equal_events": Clause(
        "warning",
        N_("{count} rows are equal to others in every column"),
        N_("They are kept, since the same can happen twice in a day. Check that nothing was exported twice."),
    ),
    "negative_amount": Clause(
        "warning",
        N_("{count} amounts are negative"),
        N_("They are kept and count as reversals. Check that the sign is right."),
    ),
    "negative_balance": Clause(
        "warning",
        N_("{count} balances are negative"),
        N_("They are kept: overpayment exists. Check that the sign is right."),
    ),
    "missing_balance": Clause(
        "warning",
        N_("{count} open loans have no balance"),
        N_("They count as loans and are left out of measures by balance. Fill the balance and import the month again."),
    ),
    "dpd_jump": Clause(
        "warning",
        N_("{count} loans grew older by more days than passed"),
        N_("Check how days past due are computed: against the snapshot date, from the oldest unpaid instalment."),
    ),
    "left_out": Clause(
        "info", N_("{count} rows are no loan in their month, as the mapping says"), N_("Nothing to do.")
    ),
    "not_month_end": Clause(
        "info",
        N_("The snapshot of this month was taken on day {day}"),
        N_("Rates compare best when every snapshot is of the month-end."),
    ),
    "unused_columns": Clause("info", N_("{count} columns are not used: {columns}"), N_("Map them if they are needed.")),
    # The book as a whole.
    "month_gap": Clause(
        "warning",
        N_("{count} months are missing between the first and the last: {months}"),
        N_("No movement is computed across a gap. Import the missing months."),
    ),
    "thin_month": Clause(
        "warning",
        N_("This month has {count} loans, far fewer than its neighbours"),
        N_("Check that the export was complete; loans that are not there show as missing."),
    ),
    # What stops publication.
    "thin_last_day": Clause(
        "critical",
        N_("On day {day}, its last in the file, this month has {count} rows, far fewer than on an earlier day"),
        N_(
            "Only the last day of each month is taken. Correct the dates, or if every day stands for its month-end, set month_end = true under [as_of]."
        ),
    ),
    "nothing_left": Clause("critical", N_("No row can be taken"), N_("Check the mapping and the findings above.")),
    "mostly_refused": Clause(
        "critical",
        N_("{count} rows, more than half of the file, are refused"),
        N_("Check the mapping and the findings above; most likely a column or a format is mapped wrongly."),
    ),
}


def worst_first(findings: list[Finding]) -> list[Finding]:
    """Findings by severity, then by count."""
    return sorted(findings, key=lambda f: (-SEVERITIES.index(f.severity), -f.count, f.code, str(f.month)))


def summarised(findings: Iterable[Finding]) -> list[tuple[Finding, list[date]]]:
    """Worst first, the same finding of several months as one with the total, some examples and its months."""
    grouped: dict[tuple[object, ...], list[Finding]] = {}
    for finding in worst_first(list(findings)):
        by = (
            finding.code,
            finding.table,
            finding.values.get("column"),
            finding.code in _OF_ONE_MONTH and finding.month,
        )
        grouped.setdefault(by, []).append(finding)
    return [
        (
            replace(same[0], count=sum(f.count for f in same), examples=tuple(e for f in same for e in f.examples)[:5]),
            sorted({f.month for f in same if f.month}),
        )
        for same in grouped.values()
    ]
