"""The contact funnel, the slow and obvious way: sets of loans and of days, level by level."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import product as every

from tests import oracle
from tests.oracle import ratio
from tests.oracle_collections import NAMES, Collections, Pledge, attempts_of, in_months, known_sum, sliced
from tests.oracle_stages import month_number


def contact_funnel(book: Collections, **filters) -> list[dict]:
    """Every level of the funnel: each of stage, channel and owner split or not."""
    answer = []
    for month in book.months:
        if book.events.actions and in_months(month, filters):
            answer += _funnel_of(book, month, filters)
    return answer


def _funnel_of(book: Collections, month: date, filters: dict) -> list[dict]:
    attempts = sliced(attempts_of(book, month), filters)
    next_end = book.after(month) or month
    pledges = [p for p in book.pledges(next_end) if sliced([p.slice], filters)]
    days = _assigned_days(book, month, attempts, filters)
    known = book.known_until(month)
    answer = []
    for split in every((True, False), repeat=3):
        shown = [name for name, on in zip(NAMES, split, strict=True) if on]

        def key(line: dict, shown: Sequence[str] = shown) -> tuple:
            return tuple(line[name] if name in shown else "all" for name in NAMES)

        def of(pledge: Pledge, key=key) -> tuple:
            return key({"stage": pledge.stage, "channel": pledge.channel, "owner": pledge.owner})

        owned = "owner" in shown
        assigned: dict[tuple, dict[str, set]] = defaultdict(lambda: defaultdict(set))
        for loan, day, stage, owner, by_owner in days:
            if by_owner == owned:
                assigned[stage if "stage" in shown else "all", owner if owned else "all"][loan].add((day, stage))
        made = [p for p in pledges if month_number(p.promise.promised_on) == month_number(month)]
        due = [
            p
            for p in pledges
            if month_number(p.promise.due_on) == month_number(month) and p.promise.promised_on <= month
        ]
        keys = {key(a) for a in attempts} | {of(p) for p in made + due}
        if "channel" not in shown:
            keys |= {(stage, "all", owner) for stage, owner in assigned}
        for cell in keys:
            answer.append(
                {"month": month, "level": "_".join(shown) or "total"}
                | dict(zip(NAMES, cell, strict=True))
                | _funnel_cell(
                    book, month, known,
                    [a for a in attempts if key(a) == cell],
                    [p for p in made if of(p) == cell],
                    [p for p in due if of(p) == cell],
                    assigned.get((cell[0], cell[2]), {}),
                )
            )  # fmt: skip
    return answer


def _assigned_days(book: Collections, month: date, attempts: Sequence[dict], filters: dict) -> list[tuple]:
    """(loan, day, stage, owner, whether the owner is looked at): stood there, or was attempted there."""
    days = []
    loans = {loan for m, loan in book.runs if m == month}
    for loan in loans:
        if not sliced([book.slice_of(month, loan)], filters):
            continue
        for run in book.runs[month, loan]:
            for number in range((run.last - run.first).days + 1):
                day = run.first + timedelta(days=number)
                days.append((loan, day, run.stage, "", False))
                days.append((loan, day, run.stage, book.holder(day, loan)[0], True))
    for a in attempts:
        if a["outside"]:
            days.append((a["loan"], a["day"], a["stage"], "", False))
        if a["outside"] or a["owner"] != a["holder"]:
            days.append((a["loan"], a["day"], a["stage"], (a["owner"]), True))
    return days


def _funnel_cell(book, month, known, attempts, made, due, assigned) -> dict:
    by_loan: dict[str, list[dict]] = defaultdict(list)
    for a in attempts:
        by_loan[a["loan"]].append(a)
    connected = {loan for loan, lines in by_loan.items() if any(a["connected"] for a in lines)}
    reached = {loan for loan, lines in by_loan.items() if any(a["reached"] for a in lines)}
    promised = reached & {p.promise.loan_id for p in made}
    kept = reached & {p.promise.loan_id for p in made if p.owed <= 0}
    cured = {loan for loan in {*by_loan, *assigned} if _cured(book, month, loan)}
    connects, rpcs = known_sum(attempts, "connected"), known_sum(attempts, "reached")
    has_promises = bool(book.events.promises)
    judged = has_promises and known is not None
    over = [p for p in due if known is not None and p.deadline <= known]
    counts = {
        "assigned_accounts": len(assigned),
        "account_days": sum(len(held) for held in assigned.values()),
        "attempted_accounts": len(by_loan),
        "connected_accounts": len(connected) if connects is not None else None,
        "reached_accounts": len(reached) if rpcs is not None else None,
        "promised_accounts": len(promised) if rpcs is not None and has_promises else None,
        "kept_accounts": len(kept) if rpcs is not None and judged else None,
        "kept_cured_accounts": len(kept & cured) if rpcs is not None and judged else None,
        "cured_accounts": len(cured & set(assigned)),
        "attempts": len(attempts),
        "connected": connects,
        "right_party": rpcs,
        "promises": len(made) if has_promises else None,
        "promises_due": len(over) if judged else None,
        "promises_kept": len([p for p in over if p.owed <= 0]) if judged else None,
        "promises_not_due": len(due) - len(over) if judged else None,
    }
    return counts | {
        "penetration": ratio(len(by_loan), len(assigned)),
        "intensity": ratio(len(attempts), counts["account_days"]),
        "connect_rate": ratio(connects, len(attempts)),
        "rpc_rate": ratio(rpcs, len(attempts)),
        "rpc_of_connected": ratio(rpcs, connects),
        "ptp_rate": ratio(counts["promises"], rpcs),
        "kept_rate": ratio(counts["promises_kept"], counts["promises_due"]),
    }


def _cured(book: Collections, month: date, loan: str) -> bool:
    row = book.rows.get((month, loan))
    if row is None:
        return False
    gone = oracle.ending(row)
    return gone == "paid_off" or (gone is None and oracle.bucket(row) == "M0")
