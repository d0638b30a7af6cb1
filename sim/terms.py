"""What the codes of a scenario are called: channels, worklist rules, reasons for being late, rules of conduct."""

from collections.abc import Sequence

from data.rules import presets
from data.said import Said, said

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

REASONS: dict[str, Said] = {
    "forgot": said("those who forgot"),
    "income": said("those short of income"),
    "overspending": said("those who overspent"),
    "hardship": said("those in hardship"),
    "dispute": said("those in dispute"),
    "avoiding": said("those who avoid contact"),
}


def reason_names(reasons: Sequence[str]) -> object:
    """Who has these reasons for being late; everybody where none is named."""
    return tuple(REASONS.get(name) or name for name in reasons) or said("everybody")


def rule_text(preset: str, rule: str) -> Said:
    """What a rule of conduct says."""
    return next((said(each.text) for each in presets()[preset] if each.id == rule), said("unknown"))
