"""Rolling a book forward: the months it has moved through, as arrays, and where more such months would lead.

A month is a matrix: of what stood in each bucket, which part stands in each bucket a month later (repayment, and with balances
interest, are in it: the parts need not sum to 1), which part was charged off, and what came in anew. Several months are
taken together as the ratio of their sums, never as the mean of their ratios.

The interval is a bootstrap of months, in two draws. A future first draws which months it learns from, since the last k are
a sample of what the book does; then for each month to come one of these, with its inflow. The second draw
alone would take the mean of the last months for sure, and its intervals would hold too seldom.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

FUTURES = 1000
SEED = 20_240_229  # the same book gives the same interval


@dataclass(frozen=True)
class Months:
    """What T months did to B buckets, in loans or in balance.

    opening (T, B): what stood in each bucket. staying (T, B, B): of that, what stands in each bucket at the close.
    lost (T, B): of that, what was charged off. entered (T, B): what came in.
    """

    opening: np.ndarray
    staying: np.ndarray
    lost: np.ndarray
    entered: np.ndarray

    def __len__(self) -> int:
        return len(self.opening)

    def __getitem__(self, chosen: slice) -> "Months":
        return Months(self.opening[chosen], self.staying[chosen], self.lost[chosen], self.entered[chosen])


@dataclass(frozen=True)
class History:
    """A slice of the book: T months of ledger, and what stood in its B buckets at each month-end (there may be more of these).

    bad (B,): whether a bucket is bad debt. standing: for each month-end, (B,).
    """

    buckets: tuple[str, ...]
    bad: np.ndarray
    ledger_months: tuple[date, ...]
    months: Months
    standing: dict[date, np.ndarray]

    @property
    def measures(self) -> tuple[str, ...]:
        return (*self.buckets, "bad_debt_ratio", "charged_off")

    def until(self, month: date, last: int) -> Months:
        """The last months of ledger up to this one."""
        known = sum(held <= month for held in self.ledger_months)
        return self.months[max(known - last, 0) : known]

    def actual(self, month: date) -> np.ndarray:
        """The measures (B + 2,) of a month-end of the book; what was charged off is NaN where the month has no ledger."""
        lost = np.nan
        if month in self.ledger_months:
            lost = self.months.lost[self.ledger_months.index(month)].sum()
        return measured(self.standing[month], np.asarray(lost), self.bad)


def read_history(frame: pl.DataFrame, by: str) -> History:
    """A history from rows of the macro forecast_ground. by: balance or loans. Without balances every amount is NaN."""
    opened, closed = ("opening_balance", "closing_balance") if by == "balance" else ("loans", "loans")
    stood = frame.filter(pl.col("from_bucket").is_null())
    scheme = stood.select("to_bucket", "ordinal", "bad").unique().sort("ordinal")
    buckets = tuple(scheme["to_bucket"])
    moved = frame.filter(pl.col("from_bucket").is_not_null())
    ledger_months = tuple(moved["month"].unique().sort())
    position = dict(zip(buckets, range(len(buckets)), strict=True))
    months = _months(moved, {month: at for at, month in enumerate(ledger_months)}, position, opened, closed)
    unknown = np.nan if by == "balance" and stood[closed].null_count() == stood.height else 0.0
    standing = {month: np.full(len(buckets), unknown) for month in stood["month"].unique().sort()}
    for month, bucket, amount in stood.select("month", "to_bucket", closed).drop_nulls().iter_rows():
        standing[month][position[bucket]] = amount
    return History(buckets, scheme["bad"].to_numpy(), ledger_months, months, standing)


def _months(moved: pl.DataFrame, at: dict[date, int], position: dict[str, int], opened: str, closed: str) -> Months:
    t, b = len(at), len(position)
    found = Months(np.zeros((t, b)), np.zeros((t, b, b)), np.zeros((t, b)), np.zeros((t, b)))
    cells = moved.select("month", "from_bucket", "to_bucket", pl.col(opened).alias("o"), pl.col(closed).alias("c"))
    for month, origin, target, opening, closing in cells.iter_rows():
        row, source, sink = at[month], position.get(origin), position.get(target)
        if source is None:
            found.entered[row, sink] += closing or 0
            continue
        found.opening[row, source] += opening or 0
        if sink is not None:
            found.staying[row, source, sink] += closing or 0
        elif target == "charged_off":
            found.lost[row, source] += opening or 0
    return found


def measured(standing: np.ndarray, lost: np.ndarray, bad: np.ndarray) -> np.ndarray:
    """The measures (…, B + 2) of what stands in the buckets (…, B) and was charged off (…): buckets, ratio, charged off."""
    whole = standing.sum(axis=-1)
    with np.errstate(all="ignore"):
        ratio = np.where(whole > 0, standing[..., bad].sum(axis=-1) / whole, np.nan)
    return np.concatenate([standing, ratio[..., None], lost[..., None]], axis=-1)


def together(months: Months) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The matrix (B, B), the part charged off (B,) and the inflow of a month (B,) of months taken together.

    A bucket that nothing stood in is taken to stay as it is.
    """
    opening = months.opening.sum(axis=0)
    stood = opening > 0
    base = np.where(stood, opening, 1)
    matrix = np.where(stood[:, None], months.staying.sum(axis=0) / base[:, None], np.eye(len(opening)))
    return matrix, np.where(stood, months.lost.sum(axis=0) / base, 0), months.entered.mean(axis=0)


def expected(start: np.ndarray, months: Months, horizon: int, bad: np.ndarray) -> np.ndarray:
    """The measures (horizon, B + 2) of the months after `start` (B,), if each is like these months taken together."""
    matrix, lost, entered = together(months)
    standing, found = start, []
    for _ in range(horizon):
        found.append(measured(standing @ matrix + entered, standing @ lost, bad))
        standing = found[-1][: len(start)]
    return np.array(found)


def interval(
    start: np.ndarray, months: Months, horizon: int, bad: np.ndarray, level: float, first: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """The bounds between which `level` of the possible futures lie, from the month `first` to `horizon` months ahead:
    two arrays (horizon − first + 1, B + 2), NaN where there is but one month to learn from.

    In a month in which nothing stood in a bucket, that bucket moves as in all of these months together.
    """
    if len(months) < 2:
        nothing = np.full((horizon - first + 1, len(start) + 2), np.nan)
        return nothing, nothing
    chance = np.random.default_rng(SEED)
    learnt = chance.integers(0, len(months), (FUTURES, len(months)))
    drawn = np.take_along_axis(learnt, chance.integers(0, len(months), (FUTURES, horizon)), axis=1)
    matrix, lost, _ = together(months)
    stood = months.opening > 0
    base = np.where(stood, months.opening, 1)
    matrices = np.where(stood[..., None], months.staying / base[..., None], matrix)
    losses = np.where(stood, months.lost / base, lost)
    standing, found = np.broadcast_to(start, (FUTURES, len(start))), []
    for step in range(1, horizon + 1):
        month = drawn[:, step - 1]
        gone = np.einsum("fb,fb->f", standing, losses[month])
        standing = np.einsum("fa,fab->fb", standing, matrices[month]) + months.entered[month]
        if step >= first:
            found.append(measured(standing, gone, bad))
    low, high = np.quantile(np.array(found), [(1 - level) / 2, (1 + level) / 2], axis=1)
    return low, high


def forecast(
    start: np.ndarray, months: Months, horizon: int, bad: np.ndarray, level: float, first: int = 1
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What is expected, and the interval round it, from `first` to `horizon` months ahead: three arrays, see `interval`."""
    value = expected(start, months, horizon, bad)[first - 1 :]
    low, high = interval(start, months, horizon, bad, level, first)
    # Skewed futures, such as one month of many charge-offs, may all but a few lie on one side of what is expected.
    return value, np.minimum(low, value), np.maximum(high, value)


def month_end(month: date, later: int) -> date:
    """The month-end so many months later, or earlier when negative."""
    year, of_year = divmod(month.year * 12 + month.month + later, 12)
    return date(year, of_year + 1, 1) - timedelta(days=1)


def columns(names: Sequence[str], values: np.ndarray) -> list[pl.Series]:
    """Arrays as columns of doubles; what is not known, NULL."""
    return [
        pl.Series(name, column, dtype=pl.Float64).fill_nan(None) for name, column in zip(names, values, strict=True)
    ]
