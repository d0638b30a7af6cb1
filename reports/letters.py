"""Letters that a file of an office program may hold: XML has no place for control characters, which names from old systems bring along."""

import math
import re
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from reports.deck import Deck, Slide

NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
BREAKS = re.compile("[ \t\n\r\x0b\x0c\x85\u2028\u2029]+")  # spaces that keep a number and its unit together stay
LONGEST_PROPERTY = 255  # characters of a title or subject of a file

Any = TypeVar("Any")


def legal(value: Any) -> Any:
    """A text, or plain data with texts in it, without them; a number that is none (NaN, infinite) is not known: None."""
    if isinstance(value, str):
        return NOT_IN_XML.sub("", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, tuple):
        return tuple(map(legal, value))
    if is_dataclass(value):
        return replace(value, **{each.name: legal(getattr(value, each.name)) for each in fields(value)})
    return value


def legal_deck(deck: Deck) -> Deck:
    """The same for a deck; its titles in one line. Figures and frames are left to who draws them."""
    return replace(
        deck,
        title=one_line(deck.title),
        subtitle=one_line(deck.subtitle),
        facts={legal(name): legal(value) for name, value in deck.facts.items()},
        slides=tuple(map(_legal_slide, deck.slides)),
    )


def _legal_slide(slide: Slide) -> Slide:
    kept = {"exhibit", "values"}
    said = {each.name: legal(getattr(slide, each.name)) for each in fields(slide) if each.name not in kept}
    exhibit = slide.exhibit
    if exhibit is not None:
        exhibit = replace(exhibit, words=legal(exhibit.words), caption=legal(exhibit.caption))
    return replace(slide, **(said | {"title": one_line(slide.title), "exhibit": exhibit}))


def one_line(text: str) -> str:
    return legal(BREAKS.sub(" ", text)).strip(" ")


def property_of(text: str) -> str:
    """A text as short as a property of a file must be."""
    return text if len(text) <= LONGEST_PROPERTY else text[: LONGEST_PROPERTY - 1] + "…"
