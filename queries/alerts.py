"""Which rules of the book fire in a month: each measure held against a value, its target, or the month before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from data.errors import UserError
from data.notes import Kept, Rule, target_of
from queries.measure import series
from queries.reader import Reader


@dataclass(frozen=True)
class Alert:
    """A rule in a month. `value` and `held_against` are what was compared, None where not known.

    fires: whether the rule's condition holds; never where something is not known. unknown: then why, a message of an error or
    one of "no_value", "no_target", "no_month_before"; "" where it was told.
    """

    number: int
    rule: Rule
    month: date
    value: float | None
    held_against: float | None
    fires: bool
    unknown: str = ""

    @property
    def difference(self) -> float | None:
        known = self.value is not None and self.held_against is not None
        return self.value - self.held_against if known else None


def alerts(reader: Reader, rules: Sequence[Kept], targets: Sequence[Kept], month: date) -> list[Alert]:
    """Each rule held against the book in a month, those that fire first, else in their order."""
    told = [_alert(reader, kept, targets, month) for kept in rules]
    return sorted(told, key=lambda alert: not alert.fires)


def _alert(reader: Reader, kept: Kept, targets: Sequence[Kept], month: date) -> Alert:
    rule = kept.note
    try:
        values = series(reader, rule.measure)
    except UserError as error:  # a book that lacks what one rule watches still answers for the others
        return Alert(kept.number, rule, month, None, None, False, str(error))
    value, base, unknown = values.get(month), None, ""
    match rule.against:
        case "value":
            base = rule.value
        case "target":
            target = target_of(list(targets), rule.measure, month)
            base, unknown = (None, "no_target") if target is None else (target.value, "")
        case "previous_month":
            base = values.get(month.replace(day=1) - timedelta(days=1))
            unknown = "no_month_before" if base is None else ""
    if value is None:
        unknown = "no_value"
    fires = not unknown and holds(rule, value, base)
    return Alert(kept.number, rule, month, value, base, fires, unknown)


def holds(rule: Rule, value: float, base: float) -> bool:
    """Does the value differ from `base` as the rule says, by more than its margin? Exactly the margin is not more."""
    by = value - base
    beyond = {"above": by, "below": -by, "changed": abs(by)}[rule.condition]
    return beyond > rule.margin and not math.isclose(beyond, rule.margin, rel_tol=1e-9, abs_tol=1e-12)
