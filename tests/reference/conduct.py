"""Rules of conduct: what is counted of the calls to a debtor or about a loan, and how many dials the kept rules leave."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from data.rules import Rule

if TYPE_CHECKING:
    from tests.reference.borrower import Borrower

UNLIMITED = 1_000_000
LONG_AGO = -1_000_000


@dataclass(eq=False)
class Contacts:
    """Calls by day: dials, dials that nobody answered, talks."""

    dials: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    unanswered: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    talks: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    last_talk: int = LONG_AGO

    def dials_in(self, day: int, days: int) -> int:
        return sum(self.dials.get(each, 0) for each in range(day - days + 1, day + 1))


def counted(rule: Rule, borrower: "Borrower") -> Contacts:
    return borrower.customer.contacts if rule.per == "debtor" else borrower.contacts


def room(rule: Rule, contacts: Contacts, day: int) -> int:
    """Dials that the rule leaves that day."""
    match rule.counts:
        case "talks_a_day":
            return UNLIMITED if contacts.talks.get(day, 0) < rule.most else 0
        case "dials_a_day":
            return rule.most - contacts.unanswered.get(day, 0)
        case "calls_in_days":
            return rule.most - contacts.dials_in(day, rule.days)
        case "quiet_days":
            return 0 if day - contacts.last_talk < rule.days else UNLIMITED
    return UNLIMITED


class Conduct:
    """The rules of a run, kept or not. Breaches are counted by rule."""

    def __init__(self, rules: tuple[Rule, ...], off: tuple[str, ...]) -> None:
        counted_ones = [rule for rule in rules if rule.counts not in (None, "hours", "third_parties")]
        self.kept = [rule for rule in counted_ones if rule.id not in off]
        self.broken = [rule for rule in counted_ones if rule.id in off]

    def dials_left(self, borrower: "Borrower", day: int) -> int:
        return min((room(rule, counted(rule, borrower), day) for rule in self.kept), default=UNLIMITED)

    def dialled(self, borrower: "Borrower", day: int, reached: bool) -> list[str]:
        """Notes one dial; the ids of the rules that it broke."""
        breaches = []
        for rule in self.broken:
            contacts = counted(rule, borrower)
            over = room(rule, contacts, day) < 1
            if rule.counts == "talks_a_day":
                over = over and reached
            if rule.counts == "dials_a_day":
                over = over and not reached
            breaches += [rule.id] if over else []
        for contacts in (borrower.customer.contacts, borrower.contacts):
            contacts.dials[day] += 1
            if reached:
                contacts.talks[day] += 1
                contacts.last_talk = day
            else:
                contacts.unanswered[day] += 1
        return breaches
