"""Keyed hashes in place of loan and customer ids, so that nobody's identity enters the book.

HMAC-SHA-256 (RFC 2104) of the trimmed id, of which the first 128 bits stand as 32 hexadecimal digits. Who has the key can find
a loan by hashing its id again; without it, ids cannot be tried one by one.
"""

import hashlib
import hmac
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from data.errors import UserError

KEY_VARIABLE = "RECOUP_PSEUDONYM_KEY"
SHORTEST_KEY = 16
DIGITS = 32
IDENTITY = ("loan_id", "customer_id")
_BLOCK = 64


class NoPseudonymKey(UserError):
    """Pseudonyms are asked for, or the book has them, and there is no key, or another one."""


@dataclass(frozen=True)
class Pseudonyms:
    """Makes pseudonyms with one key, which never appears in a message or a record."""

    key: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Tells whether two imports used the same key, and nothing of the key."""
        return self.of("recoup: the key of this book")

    def of(self, text: str) -> str:
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()[:DIGITS]

    def expression(self, text: str, bind: Callable[[object], str]) -> str:
        """SQL for the pseudonym of a text expression; `bind` gives a parameter's name for a value."""
        block = (hashlib.sha256(self.key).digest() if len(self.key) > _BLOCK else self.key).ljust(_BLOCK, b"\0")
        inner, outer = (bind(bytes(byte ^ pad for byte in block)) for pad in (0x36, 0x5C))
        return f"left(sha256({outer}::blob || unhex(sha256({inner}::blob || encode({text})))), {DIGITS})"


def from_environment() -> Pseudonyms:
    """The pseudonyms of the key in RECOUP_PSEUDONYM_KEY. Raises NoPseudonymKey when it is absent or too short."""
    key = os.environ.get(KEY_VARIABLE, "")
    if len(key) < SHORTEST_KEY:
        raise NoPseudonymKey(
            "Pseudonyms need a key of at least {length} characters in the environment variable {variable}. Keep it: the same ids "
            "get the same pseudonyms only with the same key.",
            length=SHORTEST_KEY,
            variable=KEY_VARIABLE,
        )
    return Pseudonyms(key.encode())


def require_same(book: str | None, used: Pseudonyms | None) -> None:
    """Refuse an import that would mix ids and pseudonyms, or pseudonyms of two keys.

    book: the fingerprint that the book's version records, "" where its ids are as given; None where there is no book yet.
    """
    given = used.fingerprint if used else ""
    if book is None or book == given:
        return
    if book and not given:
        raise NoPseudonymKey(
            "The ids in this book are pseudonyms. Import with --pseudonymise and the key they were made with."
        )
    if given and not book:
        raise NoPseudonymKey(
            "The ids in this book are as they were given. Pseudonyms would not match them: begin another book."
        )
    raise NoPseudonymKey("The pseudonyms in this book were made with another key. Use that one.")
