"""Rules of conduct: what a person reads for a rule, how strong it is, and the colour that its breaches have."""

from charts.theme import Palette
from wording import _

STRENGTHS = ("hard", "soft", "presumption")


def rule_name(counts: str | None, code: str = "") -> str:
    """The short name of a rule by what it counts, else by its code; the code where a rule is new and has no name here."""
    return {
        "hours": _("Permitted hours"),
        "talks_a_day": _("Conversations a day"),
        "dials_a_day": _("Unanswered dials a day"),
        "calls_in_days": _("Calls in seven days"),
        "quiet_days": _("After a conversation"),
        "third_parties": _("Third parties"),
        "cn.agency": _("Agencies"),
        "cn.records": _("Records"),
        "uk.conc": _("Forbearance"),
        "us.optout": _("Opting out"),
        "us.timebar": _("Time-barred debts"),
    }.get(counts or code, code)


def preset_name(code: str) -> str:
    return {
        "cn": _("China"),
        "us": _("United States"),
        "in": _("India"),
        "uk": _("United Kingdom"),
    }.get(code, code)


def strength_name(code: str) -> str:
    return {"hard": _("hard"), "soft": _("soft"), "presumption": _("presumption")}.get(code, code)


def strength_colour(code: str, colours: Palette) -> str:
    """Hard rules in the colour of what is worse; what only should not, or is presumed, in that of a warning."""
    return colours.final if code == "hard" else colours.mid
