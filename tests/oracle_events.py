"""Due dates and payments, the slow and obvious way, from lives of which every day is known."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from tests.events_loans import Life
from tests.oracle_loans import later, month_end
from tests.sums import ratio

DAYS = (1, 3, 7, 15, 30, 60, 90)


def _falls_due(lives: Sequence[Life], month: date) -> list[tuple[Life, int]]:
    """Lives and numbers of the instalments due in the month, of loans open at the month-end before and then not overdue."""
    opening = month.replace(day=1) - timedelta(days=1)
    found = []
    for life in lives:
        whole = life.loan.instalment * life.loan.term_months
        for number, due_on in enumerate(life.due_dates):
            if month_end(due_on) != month or life.paid_by(opening) >= whole or life.days_past_due(opening):
                continue
            if number == 0 or life.unpaid(number - 1, due_on - timedelta(days=1)) == 0:
                found.append((life, number))
    return found


def _unpaid(due: tuple[Life, int], days: int) -> Decimal:
    """What is unpaid of an instalment so many days after its due date."""
    life, number = due
    return life.unpaid(number, life.due_dates[number] + timedelta(days=days))


def entry_by_event(lives: Sequence[Life], months: Sequence[date]) -> list[dict]:
    """What fell due in each month but the first, and what was unpaid the day after."""
    answer = []
    for month in months[1:]:
        due = _falls_due(lives, month)
        amount = sum((life.loan.instalment for life, _ in due), Decimal(0))
        unpaid = [left for one in due if (left := _unpaid(one, 0))]
        if due:
            answer.append(
                {
                    "month": month,
                    "loans": len(due),
                    "due_amount": amount,
                    "unpaid_loans": len(unpaid),
                    "unpaid_amount": sum(unpaid, Decimal(0)),
                    "entry_rate": ratio(sum(unpaid, Decimal(0)), amount),
                    "entry_rate_loans": ratio(len(unpaid), len(due)),
                }
            )
    return answer


def recovery_by_day(lives: Sequence[Life], months: Sequence[date]) -> list[dict]:
    """What of the newly overdue was paid within n days, known while the months reach so far."""
    answer = []
    for month in months[1:]:
        due = _falls_due(lives, month)
        newly = [one for one in due if _unpaid(one, 0)]
        whole = sum((life.loan.instalment for life, _ in due), Decimal(0))
        overdue = sum((_unpaid(one, 0) for one in newly), Decimal(0))
        for days in DAYS if newly else ():
            left = [_unpaid(one, days) for one in newly]
            known = month + timedelta(days=days) <= months[-1]
            paid, paid_loans = overdue - sum(left, Decimal(0)), sum(not amount for amount in left)
            told = {
                "recovered_loans": paid_loans,
                "recovered_amount": paid,
                "recovery_rate": ratio(paid, overdue),
                "recovery_rate_loans": ratio(paid_loans, len(newly)),
                "still_unpaid_share": ratio(overdue - paid, whole),
                "still_unpaid_share_loans": ratio(len(newly) - paid_loans, len(due)),
            }
            found = {"month": month, "days": days, "loans": len(newly), "overdue_amount": overdue}
            answer.append(found | (told if known else dict.fromkeys(told)))
    return answer


def first_payment_default(lives: Sequence[Life], months: Sequence[date], lines: Sequence[int] = (7, 30)) -> list[dict]:
    """Who did not pay the first instalment within so many days: by payments, and as the month-ends show it."""
    answer = []
    by_cohort: dict[date, list[Life]] = {}
    for life in lives:
        by_cohort.setdefault(month_end(life.loan.originated_on), []).append(life)
    for cohort, members in by_cohort.items():
        for days in lines:
            known_at = month_end(later(cohort, 1) + timedelta(days=days + 1))
            found = {"cohort": cohort, "days": days}
            if known_at > months[-1]:
                told = ("loans", "unseen_loans", "overdue_loans", "overdue_share")
                answer.append(found | dict.fromkeys((*told, "known_loans", "unpaid_loans", "unpaid_share")))
                continue
            unpaid = [life for life in members if life.unpaid(0, life.due_dates[0] + timedelta(days=days))]
            seen_late = [life for life in members if _seen_late(life, days)]
            answer.append(
                found
                | {
                    "loans": len(members),
                    "unseen_loans": sum(_paid_off_before(life, days) for life in members),
                    "overdue_loans": len(seen_late),
                    "overdue_share": ratio(len(seen_late), len(members)),
                    "known_loans": len(members),
                    "unpaid_loans": len(unpaid),
                    "unpaid_share": ratio(len(unpaid), len(members)),
                }
            )
    return answer


def _looked_at(life: Life, days: int) -> date:
    """The first month-end more than so many days after the first due date."""
    return month_end(life.due_dates[0] + timedelta(days=days + 1))


def _seen_late(life: Life, days: int) -> bool:
    return life.unpaid(0, _looked_at(life, days)) > 0


def _paid_off_before(life: Life, days: int) -> bool:
    """Whether the loan is no longer listed at that month-end: it was so, paid off, for the last time at an earlier one."""
    whole = life.loan.instalment * life.loan.term_months
    opening = _looked_at(life, days).replace(day=1) - timedelta(days=1)
    return life.paid_by(opening) >= whole


KEYS = {
    "entry_by_event": ("month",),
    "recovery_by_day": ("month", "days"),
    "first_payment_default": ("cohort", "days"),
}
COLUMNS = {
    "entry_by_event": (
        "month",
        "loans",
        "due_amount",
        "unpaid_loans",
        "unpaid_amount",
        "entry_rate",
        "entry_rate_loans",
    ),
    "recovery_by_day": (
        "month",
        "days",
        "loans",
        "overdue_amount",
        "recovered_loans",
        "recovered_amount",
        "recovery_rate",
        "recovery_rate_loans",
        "still_unpaid_share",
        "still_unpaid_share_loans",
    ),
    "first_payment_default": (
        "cohort",
        "days",
        "loans",
        "unseen_loans",
        "overdue_loans",
        "overdue_share",
        "known_loans",
        "unpaid_loans",
        "unpaid_share",
    ),
}
