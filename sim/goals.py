"""What a search may aim at, and what limits it: measures, the headcount, the days on which stages begin."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from data.errors import InvalidSearch
from data.findings import N_
from sim.comparison import Values
from sim.measures import MEASURES

GOALS: dict[str, Literal["maximize", "minimize"]] = {
    measure.name: "maximize" if measure.better > 0 else "minimize" for measure in MEASURES if measure.better
}
HEADCOUNT, BOUNDARY = "headcount", "boundary"
"""Limits that are no measure: collectors of all teams, and the latest day on which a stage begins or loans are handed over."""


LIMITED = (*(measure.name for measure in MEASURES), HEADCOUNT, BOUNDARY)
_LIMIT = re.compile(r"(\w+)\s*(<=|>=)\s*(today|-?\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Limit:
    """A measure, or the headcount, at most (or at least) so much; `value` None: as much as today. A boundary: at most."""

    name: str
    value: float | None = None
    at_least: bool = False


_UNKNOWN = {
    "goal": (
        N_("There is no goal “{name}”; there are {known}."),
        N_("There is no goal “{name}”; there are {known}. Did you mean {nearest}?"),
    ),
    "group": (
        N_("There is nothing called “{name}” in a policy; there are {known}."),
        N_("There is nothing called “{name}” in a policy; there are {known}. Did you mean {nearest}?"),
    ),
    "limit": (
        N_("There is no limit on “{name}”; there are {known}."),
        N_("There is no limit on “{name}”; there are {known}. Did you mean {nearest}?"),
    ),
}


def require_known(what: str, name: str, known: Sequence[str]) -> None:
    """Raises InvalidSearch, with the nearest word, for one that is not known."""
    if name in known:
        return
    listed, nearest = ", ".join(known), get_close_matches(name, known, n=1)
    if nearest:
        raise InvalidSearch(_UNKNOWN[what][1], name=name, known=listed, nearest=nearest[0])
    raise InvalidSearch(_UNKNOWN[what][0], name=name, known=listed)


def limit_of(text: str) -> Limit:
    """A limit as a person writes it: “cost<=2000000”, “recovered>=today”. Raises InvalidSearch."""
    found = _LIMIT.fullmatch(text.strip())
    if not found:
        raise InvalidSearch("“{text}” is not a limit; write one as cost<=2000000, complaints<=today, recovered>=today, headcount<=14 or boundary<=120.", text=text)  # fmt: skip
    name, sign, value = found.groups()
    require_known("limit", name, LIMITED)
    if name == BOUNDARY and (sign != "<=" or value == "today"):
        raise InvalidSearch("“{text}”: a boundary is limited to a day, as boundary<=120.", text=text)
    return Limit(name, None if value == "today" else float(value), at_least=sign == ">=")


def over(limit: Limit, results: Values, today: Values) -> float:
    """By how much a limit is broken; 0 or less where it is kept, or where there is nothing to measure."""
    found = results[limit.name]
    bound = today[limit.name] if limit.value is None else limit.value
    if found is None or bound is None:
        return 0.0
    return bound - found if limit.at_least else found - bound
