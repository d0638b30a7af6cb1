"""What the values of a scenario are called: channels, worklist rules, reasons for being late, rules of conduct, shares."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from data.rules import presets
from data.said import Said, counted, said
from sim.parameter import parameters
from sim.scenario import Scenario

CHANNELS: dict[str, Said] = {
    "phone": said("phone calls"),
    "ai_call": said("AI calls"),
    "sms": said("text messages"),
    "email": said("e-mails"),
    "social": said("social messages"),
    "letter": said("letters"),
}

WORKLISTS: dict[str, Said] = {
    "days_past_due": said("the longest overdue"),
    "balance": said("the largest balance"),
    "expected_recovery": said("the highest expected recovery"),
    "broken_promise_first": said("those who broke a promise"),
    "oldest_contact_first": said("those not spoken to for longest"),
}

STAGES: dict[str, Said] = {"early": said("early"), "mid": said("mid"), "final": said("final")}
"""The stages, and their teams, of the classic operation, inside a sentence; a lender's own have the names that he gave them."""

REASONS: dict[str, Said] = {
    "forgot": said("those who forgot"),
    "income": said("those short of income"),
    "overspending": said("those who overspent"),
    "hardship": said("those in hardship"),
    "dispute": said("those in dispute"),
    "avoiding": said("those who avoid contact"),
}


def stage_named(name: str) -> object:
    """A stage, or a team, inside a sentence: what it is called, in the reader's language where it is one of the classic ones."""
    return STAGES.get(name, name)


def reason_names(reasons: Sequence[str]) -> object:
    """Who has these reasons for being late; everybody where none is named."""
    return tuple(REASONS.get(name) or name for name in reasons) or said("everybody")


def rule_text(preset: str, rule: str) -> Said:
    """What a rule of conduct says."""
    return next((said(each.text) for each in presets()[preset] if each.id == rule), said("unknown"))


def shown(value: Any, unit: str = "") -> object:
    """A value as a person reads it: shares in per cent, choices in words."""
    if isinstance(value, bool):
        return said("yes") if value else said("no")
    if value is None or value == ():
        return said("none")
    if isinstance(value, tuple):
        if is_dataclass(value[0]):
            return counted("{n} entry", "{n} entries", len(value))
        return tuple(shown(item, unit) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return CHANNELS.get(value) or WORKLISTS.get(value) or value
    if unit.startswith("share"):
        return f"{100 * value:,.10g}\u202f%"
    return f"{value:,.10g}"


def plain(value: Any) -> Any:
    """A value for JSON: days as text, lists as lists, parts by their fields."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return value.isoformat() if isinstance(value, date) else value


def parameters_in_force(scenario: Scenario) -> dict[str, Any]:
    """The value of every parameter by its dotted path."""
    return {parameter.path: plain(parameter.default) for parameter in parameters(scenario)}
