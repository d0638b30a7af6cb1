"""What a person reads for the codes of a simulated comparison: scenarios, where cases stand, what brings cash, what costs."""

from collections.abc import Mapping, Sequence

from charts.stages import channel_name, stage_name
from charts.theme import Mode, palette
from wording import _

POLICY, TODAY, NO_CONTACT = "policy", "today", "no_contact"


def scenario_name(code: str) -> str:
    """The scenarios that every comparison may have; a saved one has a name of its own."""
    return {POLICY: _("This policy"), TODAY: _("As today"), NO_CONTACT: _("No contact")}.get(code, code)


def scenario_colours(codes: Sequence[str], mode: Mode) -> dict[str, str]:
    """Today grey, the policy in the primary colour, no contact quiet; others as they come."""
    colours = palette(mode)
    own = iter((colours.primary, colours.mid, colours.early, colours.final, colours.self_cure))
    fixed: Mapping[str, str] = {TODAY: colours.baseline, NO_CONTACT: colours.quiet}
    return {code: fixed.get(code) or next(own) for code in codes}


def place_name(code: str) -> str:
    """Where a case stands, or how it left."""
    return {
        "plan": _("On a plan"),
        "agency": _("With an agency"),
        "court": _("In court"),
        "cured": _("Cured so far"),
        "paid_off": _("Paid off so far"),
        "charged_off": _("Charged off so far"),
        "sold": _("Sold so far"),
    }.get(code) or stage_name(code.removeprefix("stage_"))


def item_name(code: str, split: str) -> str:
    """What a part of the difference in net is of."""
    if split == "cost":
        return {
            "wages": _("Wages"),
            "phone": _("Phone lines"),
            "ai_call": _("AI minutes"),
            "sms": _("Text messages"),
            "email": _("E-mails"),
            "social": _("Social messages"),
            "letter": _("Letters"),
            "commission": _("Commission"),
            "court_fee": _("Court fees"),
            "lawyer_fee": _("Lawyers"),
            "penalty": _("Penalties"),
        }.get(code, code)
    if split == "stage":
        return stage_name(code) if code else _("In no stage")
    if split == "way":
        return {"self": _("By itself"), "plan": _("Plan"), "sale": _("Sale")}.get(code) or channel_name(code)
    return code


def split_name(code: str) -> str:
    return {"way": _("Channel"), "stage": _("Stage"), "segment": _("Segment"), "product": _("Product")}[code]


def verdict_name(code: str) -> str:
    return {
        "better": _("better"),
        "worse": _("worse"),
        "same": _("no difference"),
        "unclear": _("cannot tell yet"),
        "neither": _("differs"),
    }[code]
