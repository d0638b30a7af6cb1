"""What every axis of months marks: the days on which the policy of a book that the model wrote changed."""

import logging
from collections.abc import Sequence
from datetime import date as day_type

from charts import Mark, Marks
from data.errors import InvalidScenario
from queries import Reader
from sim.truth import PolicyChange, policy_changes
from wording import _, date, told

log = logging.getLogger(__name__)


def changes_of(reader: Reader) -> tuple[PolicyChange, ...]:
    """The changes of policy of the book; none in a book of a lender's own. Its file is long: who asks often keeps them."""
    try:
        return policy_changes(reader.folder)
    except InvalidScenario:
        log.exception("the scenario beside the book %s cannot be read", reader.folder)
        return ()


def marks_of(changes: Sequence[PolicyChange], until: day_type) -> Marks:
    """A mark for each change up to a day."""
    return tuple(_mark(change) for change in changes if change.on <= until)


def _mark(change: PolicyChange) -> Mark:
    lines = [f"<b>{date(change.on)}</b>", *(told(words) for words in change.words)]
    return Mark(change.on, _("Policy"), "<br>".join(lines))
