"""Each question answered the slow and obvious way: loops over loans, dicts, Decimals and Fractions.

Written from the definitions of the measures, never from the statements that the product runs, so
that the two can only agree by both being right. `differences` holds
a frame of the product against it: counts and balances to the cent, shares to twelve digits, NULL
exactly where NULL.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

import polars as pl

from tests import oracle_events, oracle_levels, oracle_loans, oracle_movement
from tests.movement import BUCKETS, Line, bad, bucket, by_month, ending, ledger_lines, month_after, tier
from tests.snapshots import Row
from tests.sums import DIMENSIONS, grouped, kept, ratio, total

MOVEMENTS = ("forward", "stay", "improve", "cure", "exit")


# --- whom a question is about -----------------------------------------------------------------------


def _open_rows(rows: Iterable[Row], filters: dict) -> list[Row]:
    return [row for row in rows if ending(row) is None and kept(row.as_of, row, filters)]


def _lines(rows: Iterable[Row], filters: dict) -> list[Line]:
    return [line for line in ledger_lines(rows) if kept(line.month, line.row, filters)]


# --- the questions -------------------------------------------------------------------------------


def ledger(rows: Sequence[Row], **filters) -> list[dict]:
    """Every cell of the exit ledger, entrants included."""
    names = ("month", "from_bucket", "to_bucket", "movement", "restructured")
    cells = grouped(_lines(rows, filters), lambda line: tuple(getattr(line, name) for name in names))
    return [
        dict(zip(names, cell, strict=True))
        | {
            "loans": len(lines),
            "opening_balance": total(line.opening_balance for line in lines),
            "closing_balance": total(line.closing_balance for line in lines),
            "cash": total(line.cash for line in lines),
        }
        for cell, lines in cells.items()
    ]


def roll_rates(rows: Sequence[Row], **filters) -> list[dict]:
    """From each bucket, the share of its opening loans and balance in each bucket or exit."""
    lines = [line for line in _lines(rows, filters) if line.movement != "entry"]
    origins = grouped(lines, lambda line: (line.month, line.from_bucket))
    answer = []
    for (month, was), origin in origins.items():
        whole = total(line.opening_balance for line in origin)
        for (now,), cell in grouped(origin, lambda line: (line.to_bucket,)).items():
            part = total(line.opening_balance for line in cell)
            answer.append(
                {
                    "month": month,
                    "from_bucket": was,
                    "to_bucket": now,
                    "loans": len(cell),
                    "opening_balance": part,
                    "share_loans": ratio(len(cell), len(origin)),
                    "share_balance": ratio(part, whole),
                }
            )
    return answer


def roll_trend(rows: Sequence[Row], **filters) -> list[dict]:
    """From each bucket, the shares that went forward, stayed, improved, were cured, left."""
    lines = [line for line in _lines(rows, filters) if line.movement != "entry"]
    answer = []
    for (month, was), origin in grouped(lines, lambda line: (line.month, line.from_bucket)).items():
        whole = total(line.opening_balance for line in origin)
        found = {"month": month, "from_bucket": was, "loans": len(origin), "opening_balance": whole}
        for movement in MOVEMENTS:
            moved = [line for line in origin if line.movement == movement]
            part = total(line.opening_balance for line in moved) or Decimal(0)
            found[f"{movement}_share_loans"] = ratio(len(moved), len(origin))
            found[f"{movement}_share_balance"] = ratio(part, whole)
        answer.append(found)
    return answer


def roll_slices(rows: Sequence[Row], **filters) -> list[dict]:
    """From each bucket, the shares that went forward: of each value of each dimension, as if the book were it alone."""
    lines = [line for line in _lines(rows, filters) if line.movement != "entry"]
    answer = []
    for dimension in DIMENSIONS:
        of_value = grouped(lines, lambda line, name=dimension: (getattr(line.row, name) or "",))
        for (value,), its in of_value.items():
            for (month, was), origin in grouped(its, lambda line: (line.month, line.from_bucket)).items():
                whole = total(line.opening_balance for line in origin)
                moved = [line for line in origin if line.movement == "forward"]
                part = total(line.opening_balance for line in moved) or Decimal(0)
                answer.append(
                    {
                        "month": month,
                        "dimension": dimension,
                        "value": value,
                        "from_bucket": was,
                        "loans": len(origin),
                        "opening_balance": whole,
                        "forward_share_loans": ratio(len(moved), len(origin)),
                        "forward_share_balance": ratio(part, whole),
                    }
                )
    return answer


def net_flow(rows: Sequence[Row], **filters) -> list[dict]:
    """Balance in the next bucket now ÷ balance in the bucket a month ago, for each bucket but the last."""
    slice_only = {name: filters[name] for name in DIMENSIONS if filters.get(name)}
    months = by_month(rows)
    answer = []
    for opening_day, closing_day in pairwise(months):
        adjacent = month_after(opening_day) == (closing_day.year, closing_day.month)
        if not adjacent or not kept(closing_day, Row("", closing_day), filters | dict.fromkeys(DIMENSIONS)):
            continue
        before = _open_rows(months[opening_day].values(), slice_only)
        after = _open_rows(months[closing_day].values(), slice_only)
        for was, now in pairwise(BUCKETS):
            whole = total(row.balance for row in before if bucket(row) == was)
            arrived = [row.balance for row in after if bucket(row) == now]
            part = total(arrived) if arrived else Decimal(0)
            answer.append({"month": closing_day, "from_bucket": was, "rate": ratio(part, whole)})
    return answer


def _level(rows: Sequence[Row], name: str, kind: Callable[[Row], str], filters: dict) -> list[dict]:
    answer = []
    for (month,), everyone in grouped(_open_rows(rows, filters), lambda row: (row.as_of,)).items():
        whole = total(row.balance for row in everyone)
        for (value,), group in grouped(everyone, lambda row: (kind(row),)).items():
            part = total(row.balance for row in group)
            answer.append(
                {
                    "month": month,
                    name: value,
                    "loans": len(group),
                    "balance": part,
                    "share_loans": ratio(len(group), len(everyone)),
                    "share_balance": ratio(part, whole),
                }
            )
    return answer


def delinquency(rows: Sequence[Row], **filters) -> list[dict]:
    """The open loans of each month-end by bucket."""
    return _level(rows, "bucket", bucket, filters)


def tiers(rows: Sequence[Row], **filters) -> list[dict]:
    """The open loans of each month-end by five-tier class."""
    return _level(rows, "tier", tier, filters)


def bad_debt(rows: Sequence[Row], **filters) -> list[dict]:
    """What lies beyond the bad-debt line ÷ everything open, at each month-end."""
    answer = []
    for (month,), everyone in grouped(_open_rows(rows, filters), lambda row: (row.as_of,)).items():
        lost = [row for row in everyone if bad(row)]
        whole = total(row.balance for row in everyone)
        part = total(row.balance for row in lost) if lost else (None if whole is None else Decimal(0))
        answer.append(
            {
                "month": month,
                "loans": len(everyone),
                "balance": whole,
                "bad_loans": len(lost),
                "bad_balance": part,
                "bad_debt_ratio": ratio(part, whole),
                "bad_debt_ratio_loans": ratio(len(lost), len(everyone)),
            }
        )
    return answer


QUESTIONS: dict[str, Callable[..., list[dict]]] = {
    "roll_rates": roll_rates,
    "roll_trend": roll_trend,
    "roll_slices": roll_slices,
    "net_flow": net_flow,
    "delinquency": delinquency,
    "bad_debt": bad_debt,
    "tiers": tiers,
    "ledger": ledger,
    **oracle_movement.QUESTIONS,
    **oracle_levels.QUESTIONS,
    **oracle_loans.QUESTIONS,
}
KEYS: dict[str, tuple[str, ...]] = {
    "roll_rates": ("month", "from_bucket", "to_bucket"),
    "roll_trend": ("month", "from_bucket"),
    "roll_slices": ("month", "dimension", "value", "from_bucket"),
    "net_flow": ("month", "from_bucket"),
    "delinquency": ("month", "bucket"),
    "bad_debt": ("month",),
    "tiers": ("month", "tier"),
    "ledger": ("month", "from_bucket", "to_bucket", "movement", "restructured"),
    **oracle_movement.KEYS,
    **oracle_levels.KEYS,
    **oracle_loans.KEYS,
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "roll_rates": (*KEYS["roll_rates"], "loans", "opening_balance", "share_loans", "share_balance"),
    "roll_trend": (
        *KEYS["roll_trend"],
        "loans",
        "opening_balance",
        *(f"{movement}_share_loans" for movement in MOVEMENTS),
        *(f"{movement}_share_balance" for movement in MOVEMENTS),
    ),
    "roll_slices": (
        *KEYS["roll_slices"],
        "loans",
        "opening_balance",
        "forward_share_loans",
        "forward_share_balance",
    ),
    "net_flow": (*KEYS["net_flow"], "rate"),
    "delinquency": (*KEYS["delinquency"], "loans", "balance", "share_loans", "share_balance"),
    "bad_debt": (
        "month",
        "loans",
        "balance",
        "bad_loans",
        "bad_balance",
        "bad_debt_ratio",
        "bad_debt_ratio_loans",
    ),
    "tiers": (*KEYS["tiers"], "loans", "balance", "share_loans", "share_balance"),
    "ledger": (*KEYS["ledger"], "loans", "opening_balance", "closing_balance", "cash"),
    **oracle_movement.COLUMNS,
    **oracle_levels.COLUMNS,
    **oracle_loans.COLUMNS,
}


# --- holding a frame against an answer -----------------------------------------------------------


def differences(question: str, frame: pl.DataFrame, expected: list[dict]) -> list[str]:
    """What is wrong with the frame, a sentence each; an empty list when it agrees."""
    columns = COLUMNS.get(question) or oracle_events.COLUMNS[question]
    if tuple(frame.columns) != columns:
        return [f"{question} has columns {frame.columns}, not {list(columns)}"]
    keys = KEYS.get(question) or oracle_events.KEYS[question]
    wanted = {tuple(row[name] for name in keys): row for row in expected}
    given: dict[tuple, dict] = {}
    found = []
    for row in frame.to_dicts():
        key = tuple(row[name] for name in keys)
        if key in given:
            found.append(f"{question} {key} comes twice")
        given[key] = row
    found += [f"{question} {key} is not answered: {wanted[key]}" for key in wanted if key not in given]
    found += [f"{question} {key} should not be there: {given[key]}" for key in given if key not in wanted]
    for key in wanted.keys() & given.keys():
        found += [
            f"{question} {key} {name} is {given[key][name]!r}, not {wanted[key][name]!r}"
            for name in columns
            if not _same(given[key][name], wanted[key][name])
        ]
    return found


def _same(given: object, wanted: object) -> bool:
    if given is None or wanted is None:
        return given is None and wanted is None
    if isinstance(wanted, float):
        return isinstance(given, float) and math.isclose(given, wanted, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(wanted, Decimal):
        return isinstance(given, Decimal) and given == wanted
    return type(given) is type(wanted) and given == wanted


def assert_answers(reader, rows: Sequence[Row], filters=None, **plain) -> None:
    """Every question of the reader, with these filters, agrees with the oracle on these rows.

    `filters` is the product's own filter value and `plain` the same as keywords; both or neither.
    """
    found = []
    for question, answer in QUESTIONS.items():
        frame = reader.ask(question, filters) if filters is not None else reader.ask(question)
        found += differences(question, frame, answer(rows, **plain))
    assert not found, f"{len(found)} differences, the first: " + "\n".join(found[:8])
