"""Who is late, what came of attempts, what works for whom, and customers with several loans: the slow and obvious way."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tests import oracle
from tests.oracle import ratio
from tests.oracle_collections import Collections, attempts_of, credits_of
from tests.oracle_funnel import _cured, contact_funnel
from tests.snapshots import Row

DIMENSIONS = ("segment", "product", "region", "acquisition_channel")
BUCKETS = ("M1", "M2", "M3", "M4", "M5", "M6", "M7")


def _open(rows: Sequence[Row], month: date) -> list[Row]:
    return [row for row in rows if row.as_of == month and oracle.ending(row) is None]


def late_by(rows: Sequence[Row], by: str) -> list[dict]:
    """A row for each month, value and overdue bucket, and for all buckets together."""
    answer = []
    for month in sorted({row.as_of for row in rows}):
        groups = defaultdict(list)
        for row in _open(rows, month):
            groups[getattr(row, by) or ""].append(row)
        for value, group in groups.items():
            balances = [row.balance for row in group if row.balance is not None]
            for bucket in (*BUCKETS, "all"):
                late = [row for row in group if oracle.bucket(row) in (BUCKETS if bucket == "all" else (bucket,))]
                known = [row.balance for row in late if row.balance is not None]
                answer.append(
                    {
                        "month": month,
                        "value": value,
                        "bucket": bucket,
                        "loans": len(late),
                        "of_loans": len(group),
                        "of_balance": sum(balances, Decimal(0)) if balances else None,
                        "share_loans": len(late) / len(group),
                    }
                    | _amounts(balances, late, known)
                )
    return answer


def _amounts(balances: list[Decimal], late: list[Row], known: list[Decimal]) -> dict:
    """Balance and share of the late loans: nothing is late of none, unknown where no balance is known."""
    balance = sum(known, Decimal(0)) if balances and (known or not late) else None
    whole = sum(balances, Decimal(0))
    return {
        "balance": balance,
        "share_balance": None if balance is None or not whole else float(balance) / float(whole),
    }


def customers(rows: Sequence[Row]) -> list[dict]:
    """A row for each month and number of loans held, four and more as one."""
    answer = []
    for month in sorted({row.as_of for row in rows}):
        held = defaultdict(list)
        for row in _open(rows, month):
            if row.customer_id:
                held[row.customer_id].append(row)
        groups = defaultdict(list)
        for loans in held.values():
            groups[min(len(loans), 4)].append(loans)
        late = {number: [[r for r in c if oracle.bucket(r) != "M0"] for c in group] for number, group in groups.items()}
        for number, group in groups.items():
            some = [loans for loans in late[number] if loans]
            all_late = [mine for mine, whole in zip(late[number], group, strict=True) if len(mine) == len(whole)]
            answer.append(
                {
                    "month": month,
                    "loans_held": number,
                    "customers": len(group),
                    "loans": sum(map(len, group)),
                    "late_customers": len(some),
                    "all_late_customers": len(all_late),
                    "late_loans": sum(map(len, some)),
                    "share_customers": len(group) / len(held),
                    "share_late": len(some) / len(group),
                    "share_all_late": ratio(len(all_late), len(some)),
                }
            )
    return answer


def outcomes(book: Collections, said: dict[date, list[str | None]], by: str = "all") -> list[dict]:
    """A row for each month, value and outcome. said: the outcomes of each month's attempts, in their order."""
    answer = []
    for month in book.months:
        groups: dict[tuple[str, str], list[dict]] = defaultdict(list)
        lines = attempts_of(book, month)
        for line, outcome in zip(lines, said[month], strict=True):
            groups["all" if by == "all" else line[by], outcome or ""].append(line)
        whole = Counter()
        for (value, _outcome), group in groups.items():
            whole[value] += len(group)
        for (value, outcome), group in groups.items():
            answer.append(
                {
                    "month": month,
                    "value": value,
                    "outcome": outcome,
                    "attempts": len(group),
                    "accounts": len({line["loan"] for line in group}),
                    "share": len(group) / whole[value],
                }
            )
    return answer


def what_works(book: Collections, by: str) -> list[dict]:
    """A row for each month, value and channel in which something was tried, promised or paid, for all channels, and for nobody reached."""
    answer = []
    for month in book.months:
        lines, credits = attempts_of(book, month), credits_of(book, month)
        known = any(line["reached"] is not None for line in lines)
        values = {"", *(getattr(row, by) or "" for row in book.rows.values())}
        for value in values:
            funnel = {
                row["channel"]: row
                for row in contact_funnel(book, month=month, **{by: (value,)})
                if row["level"] in ("channel", "total") and row["channel"] != "none"
            }
            for channel in {*funnel, *(line["channel"] for line in credits if line[by] == value)} - {"self_cure"}:
                mine = [line for line in lines if line[by] == value and channel in ("all", line["channel"])]
                answer.append(
                    {"month": month, "value": value, "channel": channel}
                    | _worked(book, month, mine, funnel.get(channel), _cash(credits, value, by, channel))
                )
            if known and "all" in funnel:
                answer.append(
                    {"month": month, "value": value, "channel": "not_reached"}
                    | _rest(book, month, lines, value, by, funnel["all"])
                )
    return answer


def _cash(credits: Sequence[dict], value: str, by: str, channel: str) -> Decimal | None:
    if not credits:
        return None
    of = [
        line["amount"]
        for line in credits
        if line[by] == value and line["channel"] != "self_cure" and channel in ("all", line["channel"])
    ]
    return sum(of, Decimal(0))


def _reached_and_cured(book: Collections, month: date, lines: Sequence[dict]) -> int:
    return len({line["loan"] for line in lines if line["reached"] and _cured(book, month, line["loan"])})


def _worked(book: Collections, month: date, lines: Sequence[dict], row: dict | None, cash: Decimal | None) -> dict:
    row = row or {}
    cured = None if row.get("reached_accounts") is None else _reached_and_cured(book, month, lines)
    attempted = row.get("attempted_accounts", 0)
    return {
        "attempts": row.get("attempts", 0),
        "right_party": row.get("right_party"),
        "attempted_accounts": attempted,
        "reached_accounts": row.get("reached_accounts"),
        "cured_accounts": cured,
        "promises_due": row["promises_due"] if row else 0,
        "promises_kept": row["promises_kept"] if row else 0,
        "cash": cash,
        "rpc_rate": row.get("rpc_rate"),
        "kept_rate": row.get("kept_rate"),
        "cured_rate": ratio(cured, row.get("reached_accounts")),
        "cash_per_account": None if cash is None or not attempted else float(cash) / attempted,
    }


def _rest(book: Collections, month: date, lines: Sequence[dict], value: str, by: str, whole: dict) -> dict:
    cured = whole["cured_accounts"] - _reached_and_cured(book, month, [line for line in lines if line[by] == value])
    left = whole["assigned_accounts"] - (whole["reached_accounts"] or 0)
    return {
        "attempts": 0,
        "reached_accounts": left,
        "cured_accounts": cured,
        "cured_rate": ratio(cured, left),
        "cash": None,
    }
