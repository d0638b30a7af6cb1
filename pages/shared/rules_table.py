"""The rules of a preset: what each says, its number and strength, and where it stands."""

import streamlit as st

import charts
from reports.exhibits.conduct import Conduct
from wording import _


def rules_table(of: Conduct, preset: str) -> None:
    """A card with a row a rule, those too that attempts do not show."""
    with st.container(border=True, key="card_rules"):
        st.header(_("The rules of {preset}", preset=preset), anchor=False)
        st.caption(
            _(
                "This is no legal advice: check the source before you rely on a rule. Grade A: official text, B: good secondary "
                "source."
            )
        )
        st.table([_row(rule) for rule in of.rules.iter_rows(named=True)])


def _row(rule: dict[str, object]) -> dict[str, str]:
    text, number = rule["text"], rule["number"]
    return {
        _("Rule"): charts.rule_name(rule["counts"], rule["rule"]),
        _("What it says"): _(text),
        _("Number"): _(number) if number else "",
        _("Strength"): charts.strength_name(rule["strength"]),
        _("Counted here"): _("yes") if rule["counted"] else _("no: attempts do not show it"),
        _("Grade"): rule["grade"],
        _("Source"): rule["source"],
    }
