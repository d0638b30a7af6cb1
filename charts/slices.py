"""The dimensions that the book is cut by, and what a person reads for a value of one."""

from wording import _

DIMENSIONS = ("segment", "product", "region", "acquisition_channel")


def value_name(value: str) -> str:
    """A value of a dimension; empty where it is not known."""
    return value or _("Not known")
