"""A small book in which loans are collected: the demo history, and attempts, promises, payments and placements that fit it."""

import datetime as dt
import random
from pathlib import Path

import polars as pl

from queries import import_tables
from sim.demo import history

TEAMS = {"early": ("ann", "bo"), "mid": ("cy", "di")}
AGENCIES = ("Harbour", "North Star")
MID_DPD, PLACED_DPD = 31, 91
PAY_A_PART = 0.4
EVENING_CALLS = 60


def write_collected_book(
    folder: Path, last_month: dt.date, imported_on: dt.date, loans: int = 2000, months: int = 8
) -> Path:
    """A book with most of the tables that pages ask about; groups A and champion are drawn by loan."""
    dice = random.Random(7)
    shown = history(loans=loans, months=months, last_month=last_month)["loan_snapshot"]
    snapshots = [_grouped(frame) for frame in shown.partition_by("as_of", maintain_order=True)]
    tables: dict[str, list[dict]] = {"loan": [], "payment": [], "action": [], "promise": [], "placement": []}
    due_days: dict[str, int] = {}
    placed: set[str] = set()
    for frame in snapshots:
        for row in frame.iter_rows(named=True):
            _live(dice, row, tables, placed)
            if row["days_past_due"]:
                due_days.setdefault(row["loan_id"], (row["as_of"] - dt.timedelta(days=row["days_past_due"])).day)
    tables["action"] += _evening(snapshots[-1])
    ids = sorted({loan for frame in snapshots for loan in frame["loan_id"]})
    tables["loan"] = [{"loan_id": loan, "due_day": due_days.get(loan, dice.randrange(1, 29))} for loan in ids]
    files = folder / "files"
    files.mkdir(parents=True)
    for frame in snapshots:
        frame.write_parquet(files / f"snapshot-{frame['as_of'][0]}.parquet")
    imported = {"loan_snapshot": sorted(files.glob("*.parquet"))}
    for name, rows in tables.items():
        imported[name] = [folder / f"{name}.parquet"]
        pl.DataFrame(rows).write_parquet(imported[name][0])
    import_tables(folder / "book", imported, today=imported_on)
    return folder / "book"


def _grouped(frame: pl.DataFrame) -> pl.DataFrame:
    """With a test group for each loan, and without segments, so that like loans are found in a small book."""
    number = pl.col("loan_id").str.extract(r"(\d+)$").cast(pl.Int64)
    return frame.drop("segment").with_columns(
        test_group=pl.when(number % 2 == 0).then(pl.lit("champion")).otherwise(pl.lit("A"))
    )


def _live(dice: random.Random, row: dict, tables: dict[str, list[dict]], placed: set[str]) -> None:
    """A month of a loan: what was paid in it, and where the loan was late at its end, how it had been worked."""
    day = row["as_of"] - dt.timedelta(days=dice.randrange(20))
    loan = row["loan_id"]
    if row["paid_in_month"]:
        tables["payment"].append({"paid_on": day, "loan_id": loan, "amount": row["paid_in_month"]})
    late = row["days_past_due"] or 0
    if not late or row["status"] != "open":
        return
    if dice.random() < PAY_A_PART:
        tables["payment"].append({"paid_on": row["as_of"], "loan_id": loan, "amount": round(row["balance"] / 20, 2)})
    owner = "early" if late < MID_DPD else "mid"
    if late >= PLACED_DPD:
        owner = AGENCIES[hash_of(loan) % len(AGENCIES)]
        if loan not in placed:
            placed.add(loan)
            tables["placement"].append(
                {"placed_on": day, "loan_id": loan, "agency": owner, "balance": row["balance"], "commission_rate": 0.3}
            )
    for _attempt in range(dice.randrange(1, 5)):
        _attempt_at(dice, loan, day, owner, tables)


def _attempt_at(dice: random.Random, loan: str, day: dt.date, owner: str, tables: dict[str, list[dict]]) -> None:
    connected = dice.random() < 0.5
    reached = connected and dice.random() < 0.6
    tables["action"].append(
        {
            "acted_at": dt.datetime.combine(day, dt.time(10)),
            "loan_id": loan,
            "channel": dice.choice(("phone", "phone", "sms")),
            "owner": owner,
            "collector_id": dice.choice(TEAMS.get(owner, (None,))),
            "connected": connected,
            "right_party": reached,
            "seconds": dice.randrange(20, 300),
            "cost": dice.choice((1, 2, 3)),
        }
    )
    if (
        reached
        and dice.random() < 0.3
        and not any((kept["loan_id"], kept["promised_on"]) == (loan, day) for kept in tables["promise"][-4:])
    ):
        due = day + dt.timedelta(days=5)
        tables["promise"].append(
            {"promised_on": day, "due_on": due, "loan_id": loan, "amount": dice.choice((100, 500))}
        )


def _evening(frame: pl.DataFrame) -> list[dict]:
    """Calls to the loan that is latest, on the last evening of the month: more than a page of breaches, where nobody may call after nine."""
    latest = frame.filter(pl.col("status") == "open").sort("days_past_due", "loan_id").row(-1, named=True)
    first = dt.datetime.combine(latest["as_of"], dt.time(21, 5))
    return [
        {
            "acted_at": first + dt.timedelta(seconds=30 * call),
            "loan_id": latest["loan_id"],
            "channel": "phone",
            "owner": AGENCIES[0],
            "connected": False,
            "right_party": False,
            "cost": 1,
        }
        for call in range(EVENING_CALLS)
    ]


def hash_of(text: str) -> int:
    """A number of a text that is the same in every run."""
    return sum(map(ord, text))
