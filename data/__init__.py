"""The book: its schema, how files become one, the checks they pass, and its versions."""

from data.errors import Refused, UserError

__all__ = ["Refused", "UserError"]
