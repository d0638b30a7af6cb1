"""Movement, loan by loan in plain Python: migration of tiers, roll to loss, entry, cure, movement of balances.

Written from the definitions of the measures, never from the statements that the product runs.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from tests.movement import BUCKETS, LOWER_BOUNDS, bad, bucket, by_month, ending, month_after, tier
from tests.snapshots import Row
from tests.sums import grouped, in_months, kept, ratio, slice_of, total

TIERS = ("normal", "special_mention", "substandard", "doubtful", "loss")
LOWEST_TIER = {name: tier(Row("", date(2024, 1, 31), days)) for name, days in LOWER_BOUNDS.items()}
"""The best tier that a loan of which only the bucket is known can stand in."""


# --- what one loan did ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A loan open at one of two adjacent month-ends, or at both. `fate`: its bucket or exit at the close."""

    month: date
    before: Row | None
    """Its row at the opening, if it was open then."""
    after: Row | None
    """Its row at the close, whatever it says."""
    returned: bool
    restructured: bool

    @property
    def fate(self) -> str:
        return "missing" if self.after is None else ending(self.after) or bucket(self.after)

    @property
    def row(self) -> Row:
        """The row whose product, region, segment and channel the step is counted under."""
        return self.before or self.after

    @property
    def is_open(self) -> bool:
        return self.after is not None and ending(self.after) is None

    @property
    def owed(self) -> Decimal:
        return (self.before.balance if self.before else None) or Decimal(0)

    @property
    def owes(self) -> Decimal:
        return (self.after.balance if self.is_open else None) or Decimal(0)

    @property
    def cash(self) -> Decimal | None:
        return self.after.paid_in_month if self.after else None

    @property
    def re_aged(self) -> bool:
        """In a better bucket, restructured in the month, and nothing paid."""
        if self.before is None or not self.is_open or not self.restructured or self.cash:
            return False
        return LOWER_BOUNDS[self.fate] < LOWER_BOUNDS[bucket(self.before)]

    @property
    def was_bad(self) -> bool:
        return self.before is not None and bad(self.before)

    @property
    def is_bad(self) -> bool:
        return self.is_open and bad(self.after)


def pairs_of_months(rows: Iterable[Row]) -> list[tuple[date, date]]:
    """Adjacent calendar months that are both in the book."""
    return [(a, b) for a, b in pairwise(by_month(rows)) if month_after(a) == (b.year, b.month)]


def steps(rows: Sequence[Row]) -> list[Step]:
    """One for each loan open at the opening of a month, and one for each that entered in it."""
    months = by_month(rows)
    found = []
    for opening, closing in pairs_of_months(rows):
        for loan in sorted(months[opening].keys() | months[closing].keys()):
            before, after = months[opening].get(loan), months[closing].get(loan)
            if before is not None and ending(before) is not None:
                before = None
            if before is None and (after is None or ending(after) is not None):
                continue
            earlier = any(
                loan in held and ending(held[loan]) is None for month, held in months.items() if month < closing
            )
            day = after.restructured_on if after else None
            restructured = day is not None and opening < day <= closing
            found.append(Step(closing, before, after, before is None and earlier, restructured))
    return found


def kept_steps(rows: Sequence[Row], filters: dict) -> list[Step]:
    return [step for step in steps(rows) if kept(step.month, step.row, filters)]


def owed(some: Iterable[Step], whole: Iterable[Step]) -> Decimal | None:
    """What they owed at the opening: nothing for no loans, unknown when no balance of the whole or of them is known."""
    some = list(some)
    if total(step.before.balance for step in whole) is None:
        return None
    return total(step.before.balance for step in some) if some else Decimal(0)


# --- the questions -------------------------------------------------------------------------------


def regulatory_migration(rows: Sequence[Row], **filters) -> list[dict]:
    """Of each tier but the worst, what is now in a worse tier, over what did not leave."""
    old = [step for step in kept_steps(rows, filters) if step.before is not None and tier(step.before) in TIERS[:-1]]
    answer = []
    for (month, name), whole in grouped(old, lambda step: (step.month, tier(step.before))).items():
        gone = [step for step in whole if step.fate in ("paid_off", "charged_off", "sold")]
        written = [step for step in whole if step.fate == "charged_off"]
        vanished = [step for step in whole if step.fate == "missing"]
        worse = [step for step in whole if step.is_open and TIERS.index(_best_tier(step.after)) > TIERS.index(name)]
        answer.append(
            {
                "month": month,
                "tier": name,
                "loans": len(whole),
                "opening_balance": total(step.before.balance for step in whole),
                "left_loans": len(gone),
                "left_balance": owed(gone, whole),
                "charged_off_loans": len(written),
                "charged_off_balance": owed(written, whole),
                "missing_loans": len(vanished),
                "missing_balance": owed(vanished, whole),
                "worse_loans": len(worse),
                "worse_balance": owed(worse, whole),
                "migration_rate": ratio(owed(worse, whole), sum(s.owed for s in whole) - sum(s.owed for s in gone)),
                "migration_rate_loans": ratio(len(worse), len(whole) - len(gone)),
            }
        )
    return answer


def _best_tier(row: Row) -> str:
    return LOWEST_TIER[row.bucket] if tier(row) == "unclassified" else tier(row)


def _net_flows(rows: Sequence[Row], chosen: dict) -> dict[tuple[date, str], Fraction | None]:
    """Balance in the next bucket now ÷ balance in the bucket a month ago, by month and bucket."""
    months = by_month(rows)
    flows = {}
    for opening, closing in pairs_of_months(rows):
        before = [r for r in months[opening].values() if ending(r) is None and kept(opening, r, chosen)]
        after = [r for r in months[closing].values() if ending(r) is None and kept(closing, r, chosen)]
        for was, now in pairwise(BUCKETS):
            stood = total(row.balance for row in before if bucket(row) == was)
            came = [row.balance for row in after if bucket(row) == now]
            arrived = total(came) if came else Decimal(0)
            known = arrived is not None and stood
            flows[closing, was] = Fraction(arrived) / Fraction(stood) if known else None
    return flows


def roll_to_loss(rows: Sequence[Row], **filters) -> list[dict]:
    """Products of net flows from a bucket to the last: of one month, and with each earlier step a month earlier."""
    flows = _net_flows(rows, slice_of(filters))
    last = len(BUCKETS) - 2
    answer = []
    for month, was in flows:
        if not in_months(month, filters):
            continue
        chain = range(BUCKETS.index(was), last + 1)
        together = [flows[month, BUCKETS[at]] for at in chain]
        diagonal = [flows.get((months_before(month, last - at), BUCKETS[at])) for at in chain]
        answer.append(
            {"month": month, "from_bucket": was, "coincident": _product(together), "cohort": _product(diagonal)}
        )
    return answer


def months_before(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 - count
    after = date((number + 1) // 12, (number + 1) % 12 + 1, 1)
    return date.fromordinal(after.toordinal() - 1)


def _product(factors: Iterable[Fraction | None]) -> float | None:
    product = Fraction(1)
    for factor in factors:
        if factor is None:
            return None
        product *= factor
    return float(product)


def entry_rate(rows: Sequence[Row], **filters) -> list[dict]:
    """Current at the opening and overdue at the close, over current at the opening."""
    current = [step for step in kept_steps(rows, filters) if step.before is not None and bucket(step.before) == "M0"]
    answer = []
    for (month,), whole in grouped(current, lambda step: (step.month,)).items():
        entered = [step for step in whole if step.is_open and step.fate != "M0"]
        written = [step for step in whole if step.fate == "charged_off"]
        opening = total(step.before.balance for step in whole)
        answer.append(
            {
                "month": month,
                "loans": len(whole),
                "opening_balance": opening,
                "entered_loans": len(entered),
                "entered_balance": owed(entered, whole),
                "charged_off_loans": len(written),
                "charged_off_balance": owed(written, whole),
                "entry_rate": ratio(owed(entered, whole), opening),
                "entry_rate_loans": ratio(len(entered), len(whole)),
            }
        )
    return answer


def cure(rows: Sequence[Row], **filters) -> list[dict]:
    """Of each overdue bucket, what is current or paid off, with and without re-aged loans."""
    late = [step for step in kept_steps(rows, filters) if step.before is not None and bucket(step.before) != "M0"]
    answer = []
    for (month, was), whole in grouped(late, lambda step: (step.month, bucket(step.before))).items():
        cured = [step for step in whole if step.fate in ("M0", "paid_off")]
        kinds = {
            "cure_share": cured,
            "cure_without_re_age_share": [step for step in cured if not step.re_aged],
            "re_age_share": [step for step in whole if step.re_aged],
        }
        opening = total(step.before.balance for step in whole)
        answer.append(
            {"month": month, "from_bucket": was, "loans": len(whole), "opening_balance": opening}
            | {f"{name}_loans": ratio(len(some), len(whole)) for name, some in kinds.items()}
            | {
                f"{name}_balance": ratio(sum(s.owed for s in some) + Decimal(0), opening)
                for name, some in kinds.items()
            }
        )
    return answer


MOVEMENTS_OF_BALANCE = (
    "opening", "rolled_in", "rolled_out", "booked", "returned", "interest", "cash", "paid_off", "charged_off", "sold",
    "missing", "other", "reclassified", "closing",
)  # fmt: skip


def known_months(rows: Sequence[Row], filters: dict) -> dict[date, bool]:
    """The closing months of pairs in which the slice has an open loan, and whether balances are known at both ends."""
    months = by_month(rows)
    chosen = slice_of(filters)
    answer = {}
    for pair in pairs_of_months(rows):
        ends = [[r for r in months[day].values() if ending(r) is None and kept(day, r, chosen)] for day in pair]
        if any(ends) and in_months(pair[1], filters):
            answer[pair[1]] = all(not end or total(row.balance for row in end) is not None for end in ends)
    return answer


def balance_movement(rows: Sequence[Row], **filters) -> list[dict]:
    """Every loan's balances put under the name of what happened to it."""
    chosen = slice_of(filters)
    months = known_months(rows, filters)
    cells = {
        (month, name): {"interest": None, "cash": Decimal(0)}
        | {kind: Decimal(0) for kind in MOVEMENTS_OF_BALANCE if kind not in ("interest", "cash")}
        for month in months
        for name in BUCKETS
    }
    paid: dict[tuple, list] = {}
    for step in steps(rows):
        if step.month not in months:
            continue
        here = kept(step.month, step.row, chosen)
        there = step.is_open and kept(step.month, step.after, chosen)
        if there:
            cells[step.month, step.fate]["closing"] += step.owes
        if here:
            _book(cells, paid, step)
        if step.is_open and here != there:
            cells[step.month, step.fate]["reclassified"] += step.owes if there else -step.owes
    for key, amounts in paid.items():
        cells[key]["cash"] = total(amounts)
    return [
        {"month": month, "bucket": name} | (cell if months[month] else dict.fromkeys(MOVEMENTS_OF_BALANCE))
        for (month, name), cell in cells.items()
    ]


def _book(cells: dict, paid: dict, step: Step) -> None:
    if step.before is None:
        cells[step.month, step.fate]["returned" if step.returned else "booked"] += step.owes
        return
    was = bucket(step.before)
    cells[step.month, was]["opening"] += step.owed
    if not step.is_open:
        cells[step.month, was][step.fate] += step.owed
        return
    if step.fate != was:
        cells[step.month, was]["rolled_out"] += step.owed
        cells[step.month, step.fate]["rolled_in"] += step.owed
    cells[step.month, step.fate]["other"] += step.owes - step.owed + (step.cash or 0)
    paid.setdefault((step.month, step.fate), []).append(step.cash)


QUESTIONS: dict[str, Callable[..., list[dict]]] = {
    "regulatory_migration": regulatory_migration,
    "roll_to_loss": roll_to_loss,
    "entry_rate": entry_rate,
    "cure": cure,
    "balance_movement": balance_movement,
}
KEYS: dict[str, tuple[str, ...]] = {
    "regulatory_migration": ("month", "tier"),
    "roll_to_loss": ("month", "from_bucket"),
    "entry_rate": ("month",),
    "cure": ("month", "from_bucket"),
    "balance_movement": ("month", "bucket"),
}
KINDS_OF_CURE = ("cure_share", "cure_without_re_age_share", "re_age_share")
COLUMNS: dict[str, tuple[str, ...]] = {
    "regulatory_migration": (
        *KEYS["regulatory_migration"],
        "loans", "opening_balance",
        *(f"{part}_{unit}" for part in ("left", "charged_off", "missing", "worse") for unit in ("loans", "balance")),
        "migration_rate", "migration_rate_loans",
    ),
    "roll_to_loss": (*KEYS["roll_to_loss"], "coincident", "cohort"),
    "entry_rate": (
        "month", "loans", "opening_balance", "entered_loans", "entered_balance", "charged_off_loans",
        "charged_off_balance", "entry_rate", "entry_rate_loans",
    ),
    "cure": (
        *KEYS["cure"], "loans", "opening_balance",
        *(f"{kind}_loans" for kind in KINDS_OF_CURE), *(f"{kind}_balance" for kind in KINDS_OF_CURE),
    ),
    "balance_movement": (*KEYS["balance_movement"], *MOVEMENTS_OF_BALANCE),
}  # fmt: skip
