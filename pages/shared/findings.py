"""What the checks found: one card a finding, worst first, and the rows that were refused."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

import polars as pl
import streamlit as st

from data.findings import CONTRACT, Finding, Severity, summarised
from pages.shared.download import table_buttons
from queries import Reader
from reports.column_names import column_name, table_name
from reports.provenance import of_the_book
from wording import _, count, month, ngettext

SHOWN_ROWS = 1_000
COLOUR: dict[Severity, Literal["red", "orange", "gray"]] = {
    "critical": "red", "error": "red", "warning": "orange", "info": "gray",
}  # fmt: skip


def finding_cards(findings: Iterable[Finding]) -> None:
    """Each finding with its severity, its months, examples and what to do."""
    for finding, months in summarised(findings):
        clause = CONTRACT[finding.code]
        with st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.badge(_severity(clause.severity), color=COLOUR[clause.severity])
                st.markdown(f"**{_escaped(_says(finding))}**", width="content")
                if months:
                    st.caption(_span(months), width="content")
            if finding.examples:
                st.code("\n".join(finding.examples), language=None, wrap_lines=True)
            if clause.severity != "info":
                st.markdown(":material/arrow_forward: " + _escaped(_(clause.advice)))


def quarantine_table(reader: Reader) -> None:
    """The rows that were refused, with the reason of each, to look at and to take away."""
    refused = reader.quarantine(limit=SHOWN_ROWS + 1)
    if refused.is_empty():
        return
    st.header(_("Quarantine"), anchor=False)
    st.caption(_("Rows that were refused, as they stood in the file. Nothing below is in any number."))
    if refused.height > SHOWN_ROWS:
        st.caption(_("The first {n} are shown.", n=count(SHOWN_ROWS)))
    table = _readable(refused.head(SHOWN_ROWS))
    st.dataframe(
        table,
        hide_index=True,
        height=min(38 * (table.height + 1), 420),
        column_config={column_name("as_of"): st.column_config.DateColumn(format="YYYY-MM-DD")},
    )
    stem = f"recoup-quarantine-v{reader.version.number}"
    with st.container(horizontal=True, gap="xsmall"):
        table_buttons(table, of_the_book(reader, _("Quarantine")), stem, "quarantine")


def _readable(refused: pl.DataFrame) -> pl.DataFrame:
    """File, line, loan, date, reasons in words, and the row as text."""
    reasons = {code: _reason(code) for code in sorted({code for codes in refused["reasons"] for code in codes})}
    tables = {name: table_name(name) for name in refused["table_name"].unique()}  # here: the language is this thread's
    return refused.select(
        pl.col("table_name").replace(tables).alias(_("Table")),
        pl.col("source").alias(_("File")),
        pl.col("line").alias(_("Line")),
        pl.col("loan_id").alias(column_name("loan_id")),
        pl.col("as_of").cast(pl.Date).alias(column_name("as_of")),
        pl.col("reasons").list.eval(pl.element().replace(reasons)).list.join(_(", ")).alias(_("Refused because")),
        pl.col("raw").list.eval(pl.element().fill_null("")).list.join(" | ").alias(_("Row")),
    )


def _reason(code: str) -> str:
    """The reason why one row was refused, where the finding speaks of all of them."""
    return {
        "missing_loan_id": _("no loan id"),
        "mangled_loan_id": _("rounded loan id"),
        "missing_as_of": _("no date"),
        "unreadable": _("unreadable value"),
        "unknown_code": _("unknown code"),
        "missing_value": _("a required value is missing"),
        "dates_out_of_order": _("dates out of order"),
        "unknown_loan": _("loan not in the book"),
        "other_currency": _("another currency"),
        "missing_days": _("neither days past due nor bucket"),
        "negative_days": _("negative days past due"),
        "future_date": _("date in the future"),
        "before_origination": _("older than the loan"),
        "malformed_line": _("not the columns of the header"),
        "conflicting_duplicate": _("twice with different values"),
        "duplicate_row": _("exact copy of another row"),
        "earlier_day": _("earlier day of its month"),
    }.get(code.partition(":")[0], code)


def _severity(severity: Severity) -> str:
    return {
        "info": _("Note"), "warning": _("Warning"), "error": _("Error"), "critical": _("Critical"),
    }[severity]  # fmt: skip


def _says(finding: Finding) -> str:
    return _(CONTRACT[finding.code].says, count=count(finding.count), **finding.values)


def _span(months: Sequence[date]) -> str:
    if len(months) == 1:
        return month(months[0])
    many = ngettext("{n} month", "{n} months", len(months))
    return _("{first} to {last}, {months}", first=month(months[0]), last=month(months[-1]), months=many)


def _escaped(text: str) -> str:
    """Text of a file's making as Markdown that shows it and does nothing else."""
    return "".join("\\" + letter if letter in "\\`*_{}[]()<>#+-.!|~:$" else letter for letter in text)
