"""Collection stages: at how many days past due a loan enters each, in general and for single products and segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.errors import InvalidSettings

WRITTEN_OFF = "written_off"
NO_STAGE = "none"
RESERVED = frozenset({"all", "by_product", "by_segment", NO_STAGE, WRITTEN_OFF})
"""What no stage can be called: it means something else where stages stand."""


@dataclass(frozen=True)
class Band:
    """A range of days past due that begins, inclusively, at `lower_dpd` and ends where the next begins."""

    name: str
    lower_dpd: int


@dataclass(frozen=True)
class StageLadder:
    """The days of entry for loans of a product, a segment, or both (None: whichever). `bands` may leave stages out."""

    product: str | None
    segment: str | None
    bands: tuple[Band, ...]


def bands(lower_by_name: Mapping[str, int]) -> tuple[Band, ...]:
    return tuple(Band(name, lower) for name, lower in lower_by_name.items())


def most_particular_first(exceptions: Sequence[StageLadder]) -> list[StageLadder]:
    """The ladders in the order in which they are tried: product and segment, then product, then segment."""
    return sorted(exceptions, key=lambda ladder: (ladder.product is None, ladder.segment is None))


def read_stages(stated: object) -> tuple[tuple[Band, ...], tuple[StageLadder, ...]]:
    """The general ladder and the exceptions from a section [stages] and what stands below it. Raises InvalidSettings."""
    general, by_product, by_segment = _taken_apart("stages", stated)
    exceptions: list[StageLadder] = []
    for product, section in by_product.items():
        own, below, of_segments = _taken_apart(f"stages.by_product.{product}", section)
        if below:
            raise InvalidSettings("{section} cannot hold by_product again.", section=f"stages.by_product.{product}")
        if own:
            exceptions.append(StageLadder(product, None, own))
        exceptions += _of_segments(product, of_segments)
    exceptions += _of_segments(None, by_segment)
    return general, tuple(most_particular_first(exceptions))


def _of_segments(product: str | None, sections: Mapping[str, object]) -> list[StageLadder]:
    ladders = []
    for segment, section in sections.items():
        own, by_product, by_segment = _taken_apart(f"by_segment.{segment}", section)
        if by_product or by_segment:
            raise InvalidSettings("{section} can only hold stages.", section=f"by_segment.{segment}")
        ladders.append(StageLadder(product, segment, own))
    return ladders


def _taken_apart(section: str, stated: object) -> tuple[tuple[Band, ...], Mapping[str, object], Mapping[str, object]]:
    if not isinstance(stated, dict):
        raise InvalidSettings("{section} must be a section of stages, such as early = 1.", section=section)
    below = {name: stated[name] for name in ("by_product", "by_segment") if name in stated}
    if not all(isinstance(value, dict) for value in below.values()):
        raise InvalidSettings("{section}: by_product and by_segment must be sections.", section=section)
    days = {name: lower for name, lower in stated.items() if name not in below}
    for name, lower in days.items():
        if not isinstance(lower, int) or isinstance(lower, bool) or lower < 1:
            raise InvalidSettings(
                "{section}: “{name}” begins at {days}; it must be a whole number of days past due, 1 or more.",
                section=section,
                name=name,
                days=lower,
            )
    return bands(days), below.get("by_product", {}), below.get("by_segment", {})


def check_stages(general: Sequence[Band], exceptions: Sequence[StageLadder]) -> None:
    """Raises InvalidSettings unless every ladder rises, and exceptions keep the general one's names and order."""
    if not general:
        raise InvalidSettings("There must be at least one stage, such as early = 1 under [stages].")
    names = [stage.name for stage in general]
    for name in names:
        if not name.strip() or name != name.strip() or len(name) > 24 or name.lower() in RESERVED:
            raise InvalidSettings("stages: “{name}” cannot be the name of a stage.", name=name)
    for ladder in (StageLadder(None, None, tuple(general)), *exceptions):
        of = " ".join(text for text in (ladder.product, ladder.segment) if text) or "stages"
        if not ladder.bands:
            raise InvalidSettings("stages of “{of}”: none is given.", of=of)
        for stage in ladder.bands:
            if stage.name not in names:
                raise InvalidSettings(
                    "stages of “{of}”: “{name}” is none of the stages under [stages], which are {known}.",
                    of=of,
                    name=stage.name,
                    known=", ".join(names),
                )
        for before, after in pairwise(ladder.bands):
            if after.lower_dpd <= before.lower_dpd or names.index(after.name) <= names.index(before.name):
                raise InvalidSettings(
                    "stages of “{of}”: “{after}” at {days} days does not come after “{before}”.",
                    of=of,
                    after=after.name,
                    days=after.lower_dpd,
                    before=before.name,
                )


def write_stages(general: Sequence[Band], exceptions: Sequence[StageLadder]) -> dict[str, object]:
    """The section [stages] that `read_stages` gives these back from."""
    section: dict[str, object] = {stage.name: stage.lower_dpd for stage in general}
    for ladder in exceptions:
        at = section
        for name, value in (("by_product", ladder.product), ("by_segment", ladder.segment)):
            if value is not None:
                at = at.setdefault(name, {}).setdefault(value, {})
        at |= {stage.name: stage.lower_dpd for stage in ladder.bands}
    return section
