"""What follows cases for longer than a month is the same whatever the order in which months and tables came."""

import math
import random
from dataclasses import replace
from datetime import date

from tests.events_placements import import_tables
from tests.oracle_conduct import random_actions
from tests.oracle_placements import month_end, random_events
from tests.snapshots import random_book

ASKED = (
    ("time_in_stage", {}),
    ("time_in_stage", {"by": "entered_month", "observed": "from_entry"}),
    ("stage_survival", {}),
    ("liquidation", {"horizon": 8}),
    ("litigation", {"horizon": 8}),
    ("litigation_results", {}),
    ("days_to_judgment", {}),
    ("plans", {}),
    ("agency_comparison", {}),
    ("collector_comparison", {}),
    ("conduct", {"by": "owner"}),
    ("conduct_hours", {"by": "channel"}),
    ("complaints", {}),
)
DATED = {
    "payment": "paid_on",
    "placement": "placed_on",
    "legal_case": "filed_on",
    "plan": "agreed_on",
    "action": "acted_at",
}


def answers(reader) -> dict[int, list[tuple]]:
    """The rows of every answer, shares rounded to what does not depend on the order of a sum."""
    return {
        at: [tuple(map(_rounded, row)) for row in reader.ask(name, **options).rows()]
        for at, (name, options) in enumerate(ASKED)
    }


def _rounded(value: object) -> object:
    return float(f"{value:.9g}") if isinstance(value, float) and math.isfinite(value) else value


def test_months_and_tables_may_come_in_any_order_and_be_restated(tmp_path, open_book):
    """Each snapshot by itself, each other table in two lots of months; what came first is restated in passing."""
    chance = random.Random(3)
    rows = [replace(row, customer_id=f"C{int(row.loan_id) // 2}") for row in random_book(1, loans=60, months=5)]
    tables = random_events(rows, 1) | {"action": random_actions(rows, 1)}
    for act in tables["action"]:
        act["collector_id"] = "Li" if act["acted_at"].minute % 2 else "Wu"
    loans = [{"loan_id": loan, "customer_id": f"C{int(loan) // 2}"} for loan in sorted({row.loan_id for row in rows})]
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    whole = open_book(import_tables(tmp_path / "whole" / "book", rows, loan=loans, **tables))

    ends = sorted({row.as_of for row in rows})
    lots = [("loan_snapshot", [row for row in rows if row.as_of == end]) for end in ends]
    for table, day in DATED.items():
        months = sorted({_month(event[day]) for event in tables[table]})
        early = set(chance.sample(months, len(months) // 2))
        for lot in (early, set(months) - early):
            lots.append((table, [event for event in tables[table] if _month(event[day]) in lot]))
    chance.shuffle(lots)
    book = import_tables(tmp_path / "parts" / "book", [row for row in rows if row.as_of == ends[2]][:5], loan=loans)
    for table, events in lots:
        import_tables(
            book, events if table == "loan_snapshot" else [], **({} if table == "loan_snapshot" else {table: events})
        )
    assert answers(open_book(book)) == answers(whole)


def _month(day) -> date:
    return month_end(day.date() if hasattr(day, "date") else day)
