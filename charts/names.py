"""What a person reads for the codes in the frames: exits, tiers, steps from one bucket to worse ones."""

from collections.abc import Sequence

from wording import _

BUCKETS = ("M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7")
EXITS = ("paid_off", "charged_off", "sold", "missing")
ENTRANTS = ("new", "returned")
TIERS = ("normal", "special_mention", "substandard", "doubtful", "loss", "unclassified")


def exit_name(code: str) -> str:
    return {
        "paid_off": _("Paid off"),
        "charged_off": _("Charged off"),
        "sold": _("Sold"),
        "missing": _("Missing"),
        "new": _("Newly booked"),
        "returned": _("Returned"),
    }.get(code, code)


def exit_short(code: str) -> str:
    """The same, short enough for the head of a narrow column."""
    return {
        "paid_off": _("Paid"),
        "charged_off": _("Charged"),
        "sold": _("Sold"),
        "missing": _("Missing"),
    }.get(code, code)


def tier_name(code: str) -> str:
    return {
        "normal": _("Normal"),
        "special_mention": _("Special mention"),
        "substandard": _("Substandard"),
        "doubtful": _("Doubtful"),
        "loss": _("Loss"),
        "unclassified": _("Unclassified"),
    }.get(code, code)


def dimension_name(code: str) -> str:
    return {
        "product": _("Product"),
        "region": _("Region"),
        "segment": _("Segment"),
        "acquisition_channel": _("Acquisition channel"),
    }[code]


def worse_than(bucket: str, buckets: Sequence[str]) -> str:
    """The step of a forward roll: M1→M2+ is from M1 to M2 or worse; from the worst bucket, to charge-off."""
    place = list(buckets).index(bucket) + 1
    return f"{bucket}→{buckets[place]}+" if place < len(buckets) else f"{bucket}→" + exit_short("charged_off")


def next_step(bucket: str, buckets: Sequence[str]) -> str:
    """The step of a net flow: M1→M2."""
    place = list(buckets).index(bucket) + 1
    return f"{bucket}→{buckets[place]}" if place < len(buckets) else bucket
