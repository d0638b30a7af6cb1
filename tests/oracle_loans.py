"""What happened to single loans, the slow and obvious way: cures that hold, shadow days, vintages, recovery after default.

Written from the definitions of the measures: each function follows every loan through the months of the book.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tests.movement import BUCKETS, LOWER_BOUNDS, bad, bucket, by_month, ending, month_after
from tests.snapshots import Row
from tests.sums import grouped, in_months, kept, ratio, slice_of, total

LINES = {"30+": "M2", "60+": "M3", "90+": "M4"}


def month_end(day: date) -> date:
    """The last day of the day's month."""
    year, month = month_after(day)
    return date.fromordinal(date(year, month, 1).toordinal() - 1)


def later(month: date, count: int) -> date:
    """The month-end so many months after."""
    for _ in range(count):
        month = month_end(date(*month_after(month), 1))
    return month


def _adjacent(before: date, after: date) -> bool:
    return month_after(before) == (after.year, after.month)


def _is_open(row: Row | None) -> bool:
    return row is not None and ending(row) is None


def _overdue(row: Row) -> bool:
    return bucket(row) != "M0"


def _zero_or(amounts: Sequence[Decimal | None], whole: Decimal | None) -> Decimal | None:
    """The sum of the known amounts; 0 of nobody, where the whole is known."""
    if not amounts and whole is not None:
        return Decimal(0)
    return total(amounts)


# --- re-ages and cures ---------------------------------------------------------------------------


def re_aged(before: Row, after: Row | None) -> bool:
    """Restructured in the month, still open, in a better bucket, and no cash received."""
    return (
        _is_open(after)
        and after.restructured_on is not None
        and before.as_of < after.restructured_on <= after.as_of
        and LOWER_BOUNDS[bucket(after)] < LOWER_BOUNDS[bucket(before)]
        and not after.paid_in_month
    )


def _cured(after: Row | None) -> bool:
    if after is None:
        return False
    return ending(after) == "paid_off" or (ending(after) is None and not _overdue(after))


def _held(loan: str, now: Row, months: dict[date, dict[str, Row]]) -> bool | None:
    """Whether a cure held for three months; None where a month-end is not there."""
    after = [later(now.as_of, count) for count in (1, 2, 3)]
    if not set(after) <= months.keys():
        return None
    for row in (now, *(months[month].get(loan) for month in after)):
        if row is not None and ending(row) == "paid_off":
            return True
        if not _cured(row):
            return False
    return True


def cure_held(rows: Sequence[Row], **filters) -> list[dict]:
    """Of each overdue bucket, who was cured in the month and whose cure held."""
    months = by_month(rows)
    answer = []
    for opening, closing in pairwise(months):
        if not (_adjacent(opening, closing) and in_months(closing, filters)):
            continue
        mature = all(later(closing, count) in months for count in (1, 2, 3))
        entered = [
            row for row in months[opening].values() if _is_open(row) and _overdue(row) and kept(closing, row, filters)
        ]
        for (was,), group in grouped(entered, lambda row: (bucket(row),)).items():
            now = {row.loan_id: months[closing].get(row.loan_id) for row in group}
            cured = [row for row in group if _cured(now[row.loan_id])]
            held = [row for row in cured if _held(row.loan_id, now[row.loan_id], months)]
            whole = total(row.balance for row in group)
            found = {"month": closing, "from_bucket": was, "loans": len(group), "opening_balance": whole}
            for name, part in (("cured", cured), ("held", held)):
                amount = _zero_or([row.balance for row in part], whole)
                truly = [row for row in part if not re_aged(row, now[row.loan_id])]
                truly_amount = _zero_or([row.balance for row in truly], whole)
                told = {
                    f"{name}_loans": len(part),
                    f"{name}_balance": amount,
                    f"{name}_share_loans": ratio(len(part), len(group)),
                    f"{name}_share_balance": ratio(amount, whole),
                    f"{name}_without_re_age_share_loans": ratio(len(truly), len(group)),
                    f"{name}_without_re_age_share_balance": ratio(truly_amount, whole),
                }
                found |= told if mature or name == "cured" else dict.fromkeys(told)
            answer.append(found)
    return answer


# --- shadow days ---------------------------------------------------------------------------------


def shadow_days(rows: Sequence[Row]) -> dict[tuple[str, date], int]:
    """Days that re-ages spared each loan, by loan and month-end; loans that were spared none are not in it."""
    months = by_month(rows)
    spared: dict[str, int] = {}
    answer = {}
    for opening, closing in pairwise(months):
        for loan, now in months[closing].items():
            if not _is_open(now):
                spared.pop(loan, None)
                continue
            before = months[opening].get(loan)
            known = _is_open(before) and None not in (before.days_past_due, now.days_past_due)
            if known and _adjacent(opening, closing) and re_aged(before, now):
                days = before.days_past_due + (closing - opening).days - now.days_past_due
                spared[loan] = spared.get(loan, 0) + days
            if loan in spared:
                answer[loan, closing] = spared[loan]
    return answer


def _as_if_not_reset(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Each open row, and the row it would be."""
    spared = shadow_days(rows)
    pairs = []
    for row in rows:
        if not _is_open(row):
            continue
        days = spared.get((row.loan_id, row.as_of), 0)
        shadow = row if row.days_past_due is None else replace(row, days_past_due=row.days_past_due + days)
        pairs.append((row, shadow))
    return pairs


def shadow_delinquency(rows: Sequence[Row], **filters) -> list[dict]:
    """Open loans by bucket, as reported and had no schedule been reset."""
    pairs = [pair for pair in _as_if_not_reset(rows) if kept(pair[0].as_of, pair[0], filters)]
    answer = []
    for (month,), everyone in grouped(pairs, lambda pair: (pair[0].as_of,)).items():
        whole = total(row.balance for row, _ in everyone)
        for name in BUCKETS:
            found = {"month": month, "bucket": name}
            for side, prefix in ((0, ""), (1, "shadow_")):
                group = [pair[0] for pair in everyone if bucket(pair[side]) == name]
                balance = total(row.balance for row in group) if group else Decimal(0)
                found[f"{prefix}loans"] = len(group)
                found[f"{prefix}balance"] = balance
                found[f"{prefix}share_loans"] = ratio(len(group), len(everyone))
                found[f"{prefix}share_balance"] = ratio(balance, whole)
            if found["loans"] or found["shadow_loans"]:
                answer.append(found)
    return answer


def shadow_bad_debt(rows: Sequence[Row], **filters) -> list[dict]:
    """What lies beyond the bad-debt line, as reported and had no schedule been reset."""
    pairs = [pair for pair in _as_if_not_reset(rows) if kept(pair[0].as_of, pair[0], filters)]
    answer = []
    for (month,), everyone in grouped(pairs, lambda pair: (pair[0].as_of,)).items():
        whole = total(row.balance for row, _ in everyone)
        found = {"month": month, "loans": len(everyone), "balance": whole}
        for side, prefix in ((0, ""), (1, "shadow_")):
            lost = [pair[0] for pair in everyone if bad(pair[side])]
            part = _zero_or([row.balance for row in lost], whole)
            found[f"{prefix}bad_loans"] = len(lost)
            found[f"{prefix}bad_balance"] = part
            found[f"{prefix}bad_debt_ratio"] = ratio(part, whole)
            found[f"{prefix}bad_debt_ratio_loans"] = ratio(len(lost), len(everyone))
        answer.append(found)
    return answer


# --- cohorts -------------------------------------------------------------------------------------


def _looked_from(months: Iterable[date], filters: dict) -> date | None:
    """The last month-end that is seen."""
    limits = [filters[name] for name in ("month", "to_month") if filters.get(name)]
    return max((month for month in months if all(month <= limit for limit in limits)), default=None)


def _charged_off(before: Row | None, now: Row | None) -> bool:
    return _is_open(before) and now is not None and ending(now) == "charged_off"


def _first_seen(rows: Iterable[Row]) -> Row | None:
    """The row with which a loan enters its cohort: the first that is open, or is of its month of origination."""
    for row in sorted(rows, key=lambda row: row.as_of):
        if row.originated_on is None:
            continue
        if month_end(row.originated_on) == row.as_of or _is_open(row):
            return row
    return None


def vintages(rows: Sequence[Row], **filters) -> list[dict]:
    """Of each cohort at each age, who ever reached a line and who stands beyond it."""
    months = by_month(rows)
    last = _looked_from(months, filters)
    if last is None:
        return []
    seen = {month: listed for month, listed in months.items() if month <= last}
    by_loan = grouped((row for listed in seen.values() for row in listed.values()), lambda row: row.loan_id)
    cohorts: dict[date, list[Row]] = {}
    for loan_rows in by_loan.values():
        row = _first_seen(loan_rows)
        if row is None or not kept(row.as_of, row, slice_of(filters)):
            continue
        cohort = month_end(row.originated_on)
        if cohort >= min(months) and not (filters.get("from_month") and cohort < filters["from_month"]):
            cohorts.setdefault(cohort, []).append(row)
    ages = _months_between(min(cohorts), last) if cohorts else 0
    return [
        _cell(cohort, members, age, line, seen, last)
        for cohort, members in cohorts.items()
        for age in range(ages + 1)
        for line in LINES
    ]


def _months_between(earlier: date, after: date) -> int:
    return 12 * (after.year - earlier.year) + after.month - earlier.month


def _cell(cohort: date, members: list[Row], age: int, line: str, seen: dict, last: date) -> dict:
    month = later(cohort, age)
    amount = total(row.principal for row in members)
    cell = {
        "cohort": cohort,
        "months_on_book": age,
        "month": month,
        "line": line,
        "lower_dpd": LOWER_BOUNDS[LINES[line]],
        "loans": len(members),
        "amount": amount,
    }
    if month not in seen:
        told = [f"{kind}_{what}" for kind in ("ever", "current") for what in ("loans", "amount")]
        shares = [f"{kind}_share_{what}" for kind in ("ever", "current") for what in ("loans", "amount")]
        return cell | dict.fromkeys([*told, *shares, "gap"])
    ever = [row for row in members if _ever(row.loan_id, line, month, seen)]
    now = [row for row in members if _beyond(seen[month].get(row.loan_id), line)]
    for kind, group in (("ever", ever), ("current", now)):
        part = _zero_or([row.principal for row in group], amount)
        cell |= {
            f"{kind}_loans": len(group),
            f"{kind}_amount": part,
            f"{kind}_share_loans": ratio(len(group), len(members)),
            f"{kind}_share_amount": ratio(part, amount),
        }
    return cell | {"gap": any(later(cohort, count) not in seen for count in range(age + 1))}


def _beyond(row: Row | None, line: str) -> bool:
    return _is_open(row) and LOWER_BOUNDS[bucket(row)] >= LOWER_BOUNDS[LINES[line]]


def _ever(loan: str, line: str, until: date, seen: dict) -> bool:
    listed = [seen[month].get(loan) for month in seen if month <= until]
    return any(_beyond(row, line) for row in listed) or any(_charged_off(*pair) for pair in pairwise(listed))


# --- recovery after default ----------------------------------------------------------------------


def _defaults(months: dict[date, dict[str, Row]]) -> dict[str, tuple[date, Row]]:
    """For each loan that went bad: when first, and the row whose balance and slice it then has."""
    found: dict[str, tuple[date, Row]] = {}
    before: dict[str, Row] = {}
    for month, listed in months.items():
        for loan, row in listed.items():
            if loan in found:
                continue
            if _is_open(row) and bad(row):
                found[loan] = (month, row)
            elif _charged_off(before.get(loan), row):
                found[loan] = (month, before[loan])
        before = listed
    return found


def recovery_after_default(rows: Sequence[Row], payments: Sequence = (), costs: Sequence = (), **filters) -> list[dict]:
    """Cash of each cohort since it went bad ÷ its balance then. `costs`: (day, loan, cost)."""
    months = by_month(rows)
    last = _looked_from(months, filters)
    if last is None:
        return []
    cohorts: dict[date, list[Row]] = {}
    for month, row in _defaults(months).values():
        late_enough = month > min(months) and not (filters.get("from_month") and month < filters["from_month"])
        if month <= last and late_enough and kept(row.as_of, row, slice_of(filters)):
            cohorts.setdefault(month, []).append(row)
    longest = _months_between(min(cohorts), last) if cohorts else 0
    answer = []
    for cohort, members in cohorts.items():
        balance = total(row.balance for row in members)
        rated = {row.loan_id for row in members if row.balance is not None}
        cash: Decimal | None = Decimal(0)
        cost: Decimal | None = Decimal(0)
        for since in range(1, longest + 1):
            month = later(cohort, since)
            listed = months[month] if month <= last and month in months else None
            cash = _plus(cash, _cash(rated, listed, month, payments))
            cost = _plus(cost, _cost(rated, listed, month, costs))
            net = None if cash is None or cost is None else cash - cost
            answer.append(
                {
                    "cohort": cohort,
                    "months_since": since,
                    "month": month,
                    "loans": len(members),
                    "balance": balance,
                    "cash": cash,
                    "cost": cost,
                    "recovery_rate": ratio(cash, balance),
                    "net_recovery_rate": ratio(net, balance),
                }
            )
    return answer


def _plus(so_far: Decimal | None, more: Decimal | None) -> Decimal | None:
    return None if so_far is None or more is None else so_far + more


def _cash(loans: set[str], listed: dict[str, Row] | None, month: date, payments: Sequence) -> Decimal | None:
    if listed is None or not loans:
        return None
    paid = [payment for payment in payments if month_end(payment.paid_on) == month]
    if not paid and all(row.paid_in_month is None for row in listed.values()):
        return None
    cash = Decimal(0)
    for loan in loans:
        said = listed[loan].paid_in_month if loan in listed else None
        cash += sum((p.amount for p in paid if p.loan_id == loan), Decimal(0)) if said is None else said
    return cash


def _cost(loans: set[str], listed: dict[str, Row] | None, month: date, costs: Sequence) -> Decimal | None:
    spent = [(loan, cost) for day, loan, cost in costs if month_end(day) == month]
    if listed is None or not spent or not loans:
        return None
    return sum((cost for loan, cost in spent if loan in loans), Decimal(0))


QUESTIONS: dict[str, Callable[..., list[dict]]] = {
    "cure_held": cure_held,
    "shadow_delinquency": shadow_delinquency,
    "shadow_bad_debt": shadow_bad_debt,
    "vintages": vintages,
    "recovery_after_default": recovery_after_default,
}
KEYS: dict[str, tuple[str, ...]] = {
    "cure_held": ("month", "from_bucket"),
    "shadow_delinquency": ("month", "bucket"),
    "shadow_bad_debt": ("month",),
    "vintages": ("cohort", "months_on_book", "month", "line"),
    "recovery_after_default": ("cohort", "months_since", "month"),
}
OF_COHORTS = frozenset({"vintages", "recovery_after_default"})
"""Rows are cohorts, of which the golden month has none."""

_PARTS = ("loans", "balance", "share_loans", "share_balance")
COLUMNS: dict[str, tuple[str, ...]] = {
    "cure_held": (
        *KEYS["cure_held"],
        "loans",
        "opening_balance",
        *(f"{kind}_{what}" for kind in ("cured", "held") for what in ("loans", "balance")),
        *(f"{kind}_share_{what}" for kind in ("cured", "held") for what in ("loans", "balance")),
        *(f"{kind}_without_re_age_share_{what}" for kind in ("cured", "held") for what in ("loans", "balance")),
    ),
    "shadow_delinquency": (*KEYS["shadow_delinquency"], *_PARTS, *(f"shadow_{name}" for name in _PARTS)),
    "shadow_bad_debt": (
        "month",
        "loans",
        "balance",
        *(f"{prefix}bad_{what}" for prefix in ("", "shadow_") for what in ("loans", "balance")),
        *(f"{prefix}bad_debt_ratio{what}" for prefix in ("", "shadow_") for what in ("", "_loans")),
    ),
    "vintages": (
        *KEYS["vintages"],
        "lower_dpd",
        "loans",
        "amount",
        *(f"{kind}_{what}" for kind in ("ever", "current") for what in ("loans", "amount")),
        *(f"{kind}_share_{what}" for kind in ("ever", "current") for what in ("loans", "amount")),
        "gap",
    ),
    "recovery_after_default": (
        *KEYS["recovery_after_default"],
        "loans",
        "balance",
        "cash",
        "cost",
        "recovery_rate",
        "net_recovery_rate",
    ),
}
