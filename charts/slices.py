"""The dimensions that the book is cut by, and what a person reads for a value of one."""

from wording import _

DIMENSIONS = ("segment", "product", "region", "acquisition_channel")


def dimension_name(code: str) -> str:
    return {
        "segment": _("Segment"),
        "product": _("Product"),
        "region": _("Region"),
        "acquisition_channel": _("Acquisition channel"),
    }.get(code, code)


def value_name(value: str) -> str:
    """A value of a dimension; empty where it is not known."""
    return value or _("Not known")
