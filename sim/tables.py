"""A run's events as the book's own tables, with the same columns and codes, so that every question of the book answers on them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from data.schema import TABLES
from sim.loans import CHARGED_OFF, CURRENT, LATE, NEVER, PAID_OFF, SOLD
from sim.record import SOURCES, gathered
from sim.stages import challengers
from sim.world import World

SHOWN = {CURRENT: "open", LATE: "open", PAID_OFF: "paid_off", CHARGED_OFF: "charged_off", SOLD: "sold"}


class Snapshots:
    """Takes a snapshot of all loans at each month's end, as rows of the record."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.month_began = 0

    def take(self) -> None:
        """At a month's end: loans that are open or charged off, and those that left in the month."""
        world, loans, day = self.world, self.world.loans, self.world.day
        if not world.calendar.month_end[day]:
            return
        i = np.flatnonzero(
            ((loans.state >= CURRENT) & (loans.state != PAID_OFF) & (loans.state != SOLD))
            | (loans.left_on >= self.month_began)
        )
        state, dpd = loans.state[i], np.maximum(day - loans.oldest[i], 0)
        dpd[loans.oldest[i] == NEVER] = 0
        stage = world.stages.by_dpd(i, dpd)
        stage[(state != LATE) & (state != CHARGED_OFF)] = -1
        names = np.array([*(each.name for each in world.policy.stages), ""])
        world.record.event(
            "loan_snapshot", day=np.full(len(i), day), loan=i, dpd=dpd, balance=loans.balance(i), overdue=loans.overdue(i), interest_due=loans.interest_due[i],
            paid_in_month=world.paid_in_month[i], state=state, stage=names[stage], restructured_on=loans.restructured_on[i],
            charged_off_on=loans.charged_off_on[i], left_on=loans.left_on[i], group=self._groups(i),
        )  # fmt: skip
        world.paid_in_month[:] = 0
        self.month_began = day + 1

    def _groups(self, i: np.ndarray) -> np.ndarray:
        """What the group of each in the test that is on is called; "" without a test."""
        policy, loans = self.world.policy, self.world.loans
        if policy.trial is None:
            return np.full(len(i), "", "<U1")
        return np.array([policy.trial.champion, policy.trial.challenger])[challengers(loans, policy)[i].astype(np.int8)]


def tables(world: World) -> dict[str, pl.DataFrame]:
    """Each table of the book that this run has rows for, columns in the book's order."""
    build = {
        "loan_snapshot": _snapshot,  # a book imports it first
        "loan": _loan,
        "payment": _payment,
        "action": _action,
        "promise": _promise,
        "placement": _placement,
        "legal_case": _legal_case,
        "plan": _plan,
    }
    frames = {name: make(world) for name, make in build.items() if name == "loan" or world.record.events.get(name)}
    return {
        name: frame.select(c for c in TABLES[name].column_names if c in frame.columns) for name, frame in frames.items()
    }


def write_tables(frames: dict[str, pl.DataFrame], folder: Path | str) -> Iterator[tuple[str, Path]]:
    """Write each table as one Parquet file; yields its name and where it is, in the order in which a book imports them."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, frame in frames.items():
        path = Path(folder) / f"{name}.parquet"
        frame.write_parquet(path)
        yield name, path


def money(cents: np.ndarray) -> pl.Series:
    """Cents as exact decimals."""
    return pl.Series(np.asarray(cents, np.int64)).cast(pl.Int128).reinterpret(dtype=pl.Decimal(18, 2))


def _dates(world: World, day: np.ndarray) -> np.ndarray:
    dates = world.calendar.dates(np.asarray(day, np.int64))
    return np.where(np.asarray(day) == NEVER, np.datetime64("NaT", "D"), dates)


def _names(labels: list[str], position: np.ndarray) -> pl.Series:
    return pl.Series(labels).gather(np.asarray(position, np.uint32))


def _ids(prefix: str, number: np.ndarray) -> pl.Series:
    return pl.select(
        prefix + pl.lit(pl.Series(np.asarray(number, np.int64) + 1)).cast(pl.String).str.zfill(7)
    ).to_series()


def _rows(world: World, table: str) -> dict[str, np.ndarray]:
    return gathered(world.record.events.get(table, []))


def _dimensions(world: World, i: np.ndarray) -> dict[str, pl.Series]:
    loans, population = world.loans, world.scenario.population
    return {
        "product": _names([each.name for each in population.products], loans.product[i]),
        "region": _names([each.name for each in population.regions], loans.region[i]),
        "segment": _names([each.name for each in population.segments], loans.segment[i]),
        "acquisition_channel": _names([each.name for each in population.acquisition_channels], loans.acquisition[i]),
    }


def _loan(world: World) -> pl.DataFrame:
    loans = world.loans
    i = np.flatnonzero(loans.begins < world.days)
    rates = [each.annual_rate for each in world.scenario.population.products]
    return pl.DataFrame(
        {
            "loan_id": _ids("L", i),
            "customer_id": _ids("C", loans.customer[i]),
            **_dimensions(world, i),
            "originated_on": _dates(world, loans.originated[i]),
            "principal": money(loans.principal[i]),
            "annual_rate": np.array(rates)[loans.product[i]],
            "term_months": loans.term[i],
            "due_day": loans.due_day[i],
            "instalment": money(loans.instalment[i]),
        }
    )


def _snapshot(world: World) -> pl.DataFrame:
    rows, loans = _rows(world, "loan_snapshot"), world.loans
    i = rows["loan"]
    sold = rows["state"] == SOLD
    sales = _rows(world, "sale")
    price = np.zeros(loans.n, np.int64)
    if sales:
        price[sales["loan"]] = sales["price"]
    frame = pl.DataFrame(
        {
            "loan_id": _ids("L", i),
            "as_of": _dates(world, rows["day"]),
            "days_past_due": rows["dpd"].astype(np.int32),
            "balance": money(rows["balance"]),
            "overdue_amount": money(rows["overdue"]),
            "interest_due": money(rows["interest_due"]),
            "paid_in_month": money(rows["paid_in_month"]),
            "status": _names([SHOWN.get(state, "") for state in range(SOLD + 1)], rows["state"]),
            "stage": pl.Series(rows["stage"]),
            "test_group": pl.Series(rows["group"]),
            "restructured_on": _dates(world, rows["restructured_on"]),
            "charged_off_on": _dates(world, rows["charged_off_on"]),
            "sold_on": _dates(world, np.where(sold, rows["left_on"], NEVER)),
            "sale_price": money(price[i]),
            **_dimensions(world, i),
            "originated_on": _dates(world, loans.originated[i]),
            "principal": money(loans.principal[i]),
            "customer_id": _ids("C", loans.customer[i]),
        }
    )
    return frame.with_columns(
        sale_price=pl.when(pl.col("status") == "sold").then("sale_price"),
        stage=pl.when(pl.col("stage") != "").then("stage"),
        test_group=pl.when(pl.col("test_group") != "").then("test_group"),
    )


def _payment(world: World) -> pl.DataFrame:
    rows = _rows(world, "payment")
    return pl.DataFrame(
        {
            "paid_on": _dates(world, rows["day"]),
            "loan_id": _ids("L", rows["loan"]),
            "amount": money(rows["amount"]),
            "principal": money(rows["principal"]),
            "interest": money(rows["amount"] - rows["principal"]),
            "source": _names(list(SOURCES), rows["source"]),
        }
    )


def _action(world: World) -> pl.DataFrame:
    rows = _rows(world, "action")
    moment = _dates(world, rows["day"]).astype("datetime64[ms]") + rows["second"].astype("timedelta64[s]")
    collector = _ids("E", rows["collector"])
    return pl.DataFrame(
        {
            "acted_at": moment,
            "loan_id": _ids("L", rows["loan"]),
            "stage": pl.Series(rows["stage"]),
            "channel": pl.Series(rows["channel"]),
            "owner": pl.Series(rows["owner"]),
            "collector_id": pl.Series(rows["owner"]) + "-" + collector,
            "connected": rows["connected"],
            "right_party": rows["right_party"],
            "third_party": np.zeros(len(moment), bool),
            "outcome": pl.Series(rows["outcome"]),
            "seconds": rows["seconds"],
            "cost": money(np.floor(rows["cost"] + 0.5)),
            "complaint": rows["complaint"],
            "nobody": rows["collector"] < 0,
        }
    ).with_columns(
        stage=pl.when(pl.col("stage") != "").then("stage"),
        collector_id=pl.when(~pl.col("nobody")).then("collector_id"),
    )


def _promise(world: World) -> pl.DataFrame:
    rows = _rows(world, "promise")
    return pl.DataFrame(
        {
            "promised_on": _dates(world, rows["day"]),
            "due_on": _dates(world, rows["due"]),
            "loan_id": _ids("L", rows["loan"]),
            "amount": money(rows["amount"]),
        }
    )


def _later(world: World, table: str, since: str, columns: dict[str, str]) -> pl.DataFrame:
    """Events that belong to earlier rows, by loan and the day of those."""
    rows = _rows(world, table)
    if not rows:
        empty = {"loan": pl.Int64, since: pl.Int64} | dict.fromkeys(columns.values(), pl.Int64)
        return pl.DataFrame(schema=empty)
    return pl.DataFrame(
        {"loan": rows["loan"], since: rows[since].astype(np.int64)} | {new: rows[old] for old, new in columns.items()}
    )


def _days_as_dates(world: World, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    start = pl.lit(world.calendar.starts_on)
    return frame.with_columns((start + pl.duration(days=pl.col(name))).alias(name) for name in columns).with_columns(
        loan_id=_ids("L", frame["loan"].to_numpy())
    )


def _placement(world: World) -> pl.DataFrame:
    rows = _rows(world, "placement")
    frame = pl.DataFrame(
        {
            "loan": rows["loan"],
            "placed_on": rows["day"].astype(np.int64),
            "agency": pl.Series(rows["agency"]),
            "tier": rows["tier"].astype(np.int32),
            "balance": money(rows["balance"]),
            "commission_rate": rows["commission"] / 10_000,
        }
    )
    back = _later(world, "recall", "placed_on", {"day": "recalled_on"})
    return _days_as_dates(world, frame.join(back, on=["loan", "placed_on"], how="left", maintain_order="left"), "placed_on", "recalled_on")  # fmt: skip


def _legal_case(world: World) -> pl.DataFrame:
    rows = _rows(world, "legal_case")
    frame = pl.DataFrame(
        {
            "loan": rows["loan"],
            "filed_on": rows["day"].astype(np.int64),
            "claim": money(rows["claim"]),
            "court_fee": money(rows["court_fee"]),
            "lawyer_fee": money(rows["lawyer_fee"]),
        }
    )
    on = ["loan", "filed_on"]
    judged = _later(world, "judgment", "filed_on", {"day": "judged_on"})
    ended = _later(world, "case_end", "filed_on", {"result": "result", "recovered": "cents"})
    frame = frame.join(judged, on=on, how="left", maintain_order="left").join(
        ended, on=on, how="left", maintain_order="left"
    )
    enforced = pl.col("judged_on").is_not_null() & ~pl.col("result").cast(pl.String).is_in(["lost", "paid"]).fill_null(
        False
    )
    frame = frame.with_columns(
        recovered=money(frame["cents"].fill_null(0).to_numpy()),
        result=pl.col("result").cast(pl.String),
        enforced_on=pl.when(enforced).then("judged_on"),
    )
    return _days_as_dates(world, frame, "filed_on", "judged_on", "enforced_on")


def _plan(world: World) -> pl.DataFrame:
    rows = _rows(world, "plan")
    frame = pl.DataFrame(
        {
            "loan": rows["loan"],
            "agreed_on": rows["day"].astype(np.int64),
            "instalments": rows["instalments"].astype(np.int32),
            "forgiven": money(rows["forgiven"]),
        }
    )
    ended = _later(world, "plan_end", "agreed_on", {"day": "ended_on", "kept": "kept"})
    frame = frame.join(ended, on=["loan", "agreed_on"], how="left", maintain_order="left")
    kept = pl.col("kept").cast(pl.Boolean)
    frame = frame.with_columns(result=pl.when(kept).then(pl.lit("completed")).when(~kept).then(pl.lit("broken")))
    return _days_as_dates(world, frame, "agreed_on", "ended_on")
