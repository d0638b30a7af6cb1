"""Conduct, the slow and obvious way: for each attempt, a look back over all that came before it.

Written from the definitions of the rules, never from the statements that the product runs.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from tests.movement import by_month
from tests.oracle_placements import month_end
from tests.snapshots import Row

VOICE = ("phone", "ai_call")
WITH_AN_HOUR = (*VOICE, "sms", "email", "social", "visit")


def debtor_of(rows: Sequence[Row], loan: str, when: datetime) -> str:
    """The customer whom the snapshot of the month of an attempt names, or the last one before; else the loan itself."""
    months = by_month(rows)
    now, before = month_end(when.date()), [m for m in months if m < when.date().replace(day=1)]
    for month in (now, *([max(before)] if before else [])):
        row = months.get(month, {}).get(loan)
        if row and row.customer_id:
            return f"customer {row.customer_id}"
    return f"loan {loan}"


def is_talk(act: dict) -> bool:
    return act["channel"] in VOICE and act.get("connected") is True and act.get("right_party") is not False


def is_unanswered(act: dict) -> bool:
    return act["channel"] in VOICE and act.get("connected") is False


class Judge:
    """The attempts of a month against one country's rules."""

    def __init__(self, rows: Sequence[Row], actions: Sequence[dict], month) -> None:
        self.of_month = [act for act in actions if month_end(act["acted_at"].date()) == month]
        self.has_hours = any(act["acted_at"].time() != time(0) for act in self.of_month)
        # Whom a loan belongs to is what is known in the month that is judged.
        self.when = datetime.combine(month, time(12))
        self.rows, self.actions = rows, sorted(actions, key=lambda act: act["acted_at"])

    def debtor(self, act: dict) -> str:
        return debtor_of(self.rows, act["loan_id"], self.when)

    def before(self, act: dict) -> list[dict]:
        """Everything that came before an attempt, in order."""
        return self.actions[: next(at for at, other in enumerate(self.actions) if other is act)]

    def outside(self, opens: time, closes: time, closing: bool) -> tuple[list, list]:
        judged = [act for act in self.of_month if self.has_hours and act["channel"] in WITH_AN_HOUR]
        return judged, [a for a in judged if not _permitted(a["acted_at"].time(), opens, closes, closing)]

    def beyond_a_day(self, kind: Callable, most: int) -> tuple[list, list]:
        judged = [act for act in self.of_month if kind(act)]
        return judged, [act for act in judged if len(self._same_day(act, kind)) >= most]

    def _same_day(self, act: dict, kind: Callable) -> list[dict]:
        return [
            b
            for b in self.before(act)
            if kind(b) and self.debtor(b) == self.debtor(act) and b["acted_at"].date() == act["acted_at"].date()
        ]

    def beyond_a_week(self, most: int) -> tuple[list, list]:
        judged = [act for act in self.of_month if act["channel"] in VOICE]
        return judged, [act for act in judged if len(self._week_before(act)) >= most]

    def _week_before(self, act: dict) -> list[dict]:
        first = act["acted_at"].date() - timedelta(days=6)
        calls = [b for b in self.before(act) if b["channel"] in VOICE and b["loan_id"] == act["loan_id"]]
        return [call for call in calls if call["acted_at"].date() >= first]

    def after_talks(self) -> tuple[list, list]:
        judged = [act for act in self.of_month if act["channel"] in VOICE]
        return judged, [act for act in judged if any(is_talk(b) for b in self._week_before(act))]

    def found(self, rule: str, act: dict) -> int | None:
        """Which conversation or dial of the day it was, which call of seven days, or how many days after the conversation."""
        kind = rule.partition(".")[2]
        if kind in ("talks_day", "dials_day"):
            return len(self._same_day(act, is_talk if kind == "talks_day" else is_unanswered)) + 1
        if kind == "calls":
            return len(self._week_before(act)) + 1
        if kind == "after_talk":
            last = max(b["acted_at"].date() for b in self._week_before(act) if is_talk(b))
            return (act["acted_at"].date() - last).days
        return None

    def third_parties(self) -> tuple[list, list]:
        judged = [act for act in self.of_month if act.get("third_party") is not None]
        return judged, [act for act in judged if act["third_party"]]


def _permitted(clock: time, opens: time, closes: time, closing: bool) -> bool:
    return opens <= clock < closes or (closing and clock == closes)


RULES: dict[str, dict[str, Callable[[Judge], tuple[list, list]]]] = {
    "cn": {
        "cn.hours": lambda judge: judge.outside(time(8), time(22), False),
        "cn.talks_day": lambda judge: judge.beyond_a_day(is_talk, 3),
        "cn.dials_day": lambda judge: judge.beyond_a_day(is_unanswered, 6),
        "cn.third": lambda judge: judge.third_parties(),
    },
    "us": {
        "us.hours": lambda judge: judge.outside(time(8), time(21), True),
        "us.calls": lambda judge: judge.beyond_a_week(7),
        "us.after_talk": lambda judge: judge.after_talks(),
    },
}


def conduct(rows: Sequence[Row], actions: Sequence[dict], country: str, by: str = "rule") -> list[dict]:
    """A row for each month and rule, or for each of its channels or owners."""
    answer = []
    for month in sorted({month_end(act["acted_at"].date()) for act in actions}):
        judge = Judge(rows, actions, month)
        for rule, find in RULES[country].items():
            judged, breaches = find(judge)
            first: dict[str, dict] = {}
            for act in sorted(breaches, key=lambda act: act["acted_at"]):
                first.setdefault(judge.debtor(act), act)
            cells: dict[str | None, dict] = defaultdict(lambda: {"judged": 0, "breaches": 0, "debtors": 0})
            if by == "rule":
                cells[None]["judged"] = 0
            for name, found in (("judged", judged), ("breaches", breaches), ("debtors", first.values())):
                for act in found:
                    cells[None if by == "rule" else act.get(by) or ""][name] += 1
            for value, counts in cells.items():
                key = {"month": month, "rule": rule, "channel": None, "owner": None}
                if by != "rule":
                    key[by] = value
                rate = counts["breaches"] / counts["judged"] if counts["judged"] else None
                answer.append(key | counts | {"rate": rate})
    return answer


def breaches(rows: Sequence[Row], actions: Sequence[dict], country: str) -> list[dict]:
    """A row for each attempt and rule that it broke: when, which loan, whose, and what was counted."""
    answer = []
    for month in sorted({month_end(act["acted_at"].date()) for act in actions}):
        judge = Judge(rows, actions, month)
        for rule, find in RULES[country].items():
            for act in find(judge)[1]:
                debtor = judge.debtor(act)
                answer.append(
                    {
                        "month": month,
                        "rule": rule,
                        "acted_at": act["acted_at"],
                        "loan_id": act["loan_id"],
                        "customer_id": debtor.removeprefix("customer ") if debtor.startswith("customer ") else None,
                        "channel": act["channel"],
                        "owner": act.get("owner") or "",
                        "found": judge.found(rule, act),
                    }
                )
    return answer


def random_actions(rows: Sequence[Row], seed: int) -> list[dict]:
    """Attempts in bursts, so that limits are reached: many on one day, some every day of a fortnight. No two at one moment."""
    chance = random.Random(seed)
    actions, taken = [], set()
    for loan in sorted({row.loan_id for row in rows}):
        if chance.random() < 0.5:
            continue
        day = chance.choice(rows).as_of - timedelta(days=chance.randrange(-3, 20))
        for _ in range(chance.randrange(1, 16)):
            moment = datetime.combine(day, time(0)) + timedelta(minutes=chance.randrange(1440))
            while moment in taken:
                moment += timedelta(seconds=1)
            taken.add(moment)
            actions.append(_random_attempt(chance, loan, moment))
            day += timedelta(days=chance.choice((0, 0, 0, 1, 2)))
    return actions


def _random_attempt(chance: random.Random, loan: str, moment: datetime) -> dict:
    connected = chance.choice((True, False, False, None))
    return {
        "loan_id": loan,
        "acted_at": moment,
        "channel": chance.choice(("phone", "phone", "phone", "ai_call", "sms", "letter")),
        "owner": chance.choice(("in-house", "O'Neil & Co", None)),
        "connected": connected,
        "right_party": chance.choice((True, True, None, False)) if connected else None,
        "third_party": chance.choice((None, False, False, True)),
        "complaint": chance.choice((None, False, False, True)),
    }
