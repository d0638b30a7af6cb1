"""Collection stages, channels and owners: what a person reads for each, and the colour that a stage has everywhere."""

from collections.abc import Sequence

from charts.colour import mix
from charts.theme import Mode, mark, palette
from wording import _

NO_STAGE, WRITTEN_OFF, SELF_CURE = "none", "written_off", "self_cure"
STAGES = ("early", "mid", "final")
SPLITS = ("stage", "channel", "owner")


def stage_name(code: str) -> str:
    return {
        "early": _("Early"),
        "mid": _("Mid"),
        "final": _("Final"),
        "all": _("All stages"),
        NO_STAGE: _("In no stage"),
        WRITTEN_OFF: _("Written off"),
    }.get(code, code)


def channel_name(code: str) -> str:
    return {
        "phone": _("Phone"),
        "ai_call": _("AI call"),
        "sms": _("SMS"),
        "email": _("E-mail"),
        "social": _("Social message"),
        "letter": _("Letter"),
        "visit": _("Visit"),
        "agency": _("Agency"),
        "court": _("Court"),
        "all": _("All channels"),
        "none": _("No contact"),
        SELF_CURE: _("By itself"),
    }.get(code, code)


def unit_name(split: str, code: str) -> str:
    """The name of a stage, a channel, or a team or agency."""
    if split == "owner":
        return code or _("Not known")
    return stage_name(code) if split == "stage" else channel_name(code)


def stage_colours(stages: Sequence[str], mode: Mode) -> dict[str, str]:
    """A colour for each stage in order of the ladder: early, mid, final as everywhere, and what lies between them for more."""
    colours = palette(mode)
    ladder = (colours.early, colours.mid, colours.final)
    last = max(len(stages) - 1, 1)
    return {stage: mark(_along(ladder, 2 * place / last), mode) for place, stage in enumerate(stages)}


def unit_colour(split: str, code: str, stages: Sequence[str], mode: Mode) -> str:
    """A stage has its own colour; what came by itself is self-cure's; every other unit is drawn alike."""
    colours = palette(mode)
    if code == SELF_CURE:
        return colours.self_cure
    if split == "stage":
        return stage_colours(stages, mode).get(code, colours.quiet)
    return colours.primary if code not in ("", "none") else colours.quiet


def in_order(codes: Sequence[str], stages: Sequence[str]) -> list[str]:
    """Stages of the ladder in its order, then the others as they come."""
    return [*(stage for stage in stages if stage in codes), *(code for code in codes if code not in stages)]


def _along(ladder: Sequence[str], place: float) -> str:
    step = min(int(place), len(ladder) - 2)
    return mix(ladder[step], ladder[step + 1], place - step)
