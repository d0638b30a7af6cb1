"""The demo book's history: month-end snapshots of a consumer lender's loans, drawn from one seed.

The book is NumPy columns, a month is one pass over them, money is whole cents. Instalment q of a loan falls
due q months after its schedule began. A current loan misses it with its D1, and what was missed is still
unpaid after n days with chance S(n), the curve UNPAID: so a late loan stays unpaid over a month with chance
S(D + days) / S(D). D1, the curve and the level of 90+ agree with published figures, the other rates are
assumed. The book starts empty, WARM_UP months early, so that its arrears then have their usual age.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

WARM_UP = 66  # months, more than the longest term
# Share of what was newly overdue that is still unpaid after so many days, log-linear between.
UNPAID_DAYS = (0, 1, 3, 7, 15, 30, 60, 90, 180, 720)
UNPAID = (1, 0.72, 0.50, 0.32, 0.20, 0.12, 0.104, 0.098, 0.089, 0.077)
# Of the late who pay, by days past due: all that is due; the others pay one or two instalments.
PAYS_ALL_DPD, PAYS_ALL = (30, 180), (0.96, 0.50)
# Charged off in a month, by days past due at its end.
CHARGE_OFF_DPD, CHARGE_OFF = (180, 181, 270, 360, 480), (0, 0.03, 0.10, 0.33, 0.80)
SOLD, PRICE = 0.12, (500, 901)  # of 181+ at the end of a quarter; for so many basis points of the balance
# Of 91 to 150 days past due, a month; and how much more often they miss later.
RESTRUCTURED, MISS_AGAIN = 0.011, 4
PREPAID = 0.010  # of the current, a month
# Lose their rows without a reason, a month; and of those, back in a month or two.
VANISHED, COME_BACK = 0.00015, 0.3
# Due dates missed, and loans booked, by calendar month: at Chinese New Year money is short, and few borrow.
SEASON_MISSED = (1.04, 1.12, 1.05, 0.98, 0.97, 0.98, 0.99, 0.98, 0.97, 0.98, 0.97, 0.97)
SEASON_BOOKED = (0.88, 0.72, 1.02, 1.02, 1.02, 1.04, 1.00, 1.00, 1.05, 1.00, 1.12, 1.13)
GROWTH = 1.006  # bookings, month on month
# The story to find: in the last months these are missed ever more often, and paid ever later.
WORSE, WORSE_MONTHS, WORSE_MISSED, WORSE_PAYS = {"product": "Car", "region": "East"}, 6, 0.22, -0.06

SHARE: dict[str, dict[str, float]] = {
    "product": {"Personal": 0.50, "Car": 0.18, "Card": 0.32},
    "region": {"North": 0.22, "East": 0.27, "South": 0.21, "Central": 0.17, "West": 0.13},
    "segment": {"Salaried": 0.55, "Self-employed": 0.28, "New to credit": 0.17},
    "acquisition_channel": {"App": 0.53, "Branch": 0.20, "Partner": 0.27, "Dealer": 0.0},
}
DEALER_OF_CARS = 0.6
# In the order of SHARE: D1 of a product and what multiplies it; the exponent of S in the first 30 days.
MISSED = ((0.055, 0.047, 0.061), (1, 0.94, 0.98, 1.05, 1.10), (0.88, 1.10, 1.28), (1, 0.90, 1.10, 1))
PAYS = ((1.06, 1.09, 1.04), (1, 1, 1, 1, 0.97), (1.03, 0.98, 0.96), (1, 1.02, 0.99, 1))
# By product: terms in months, basis points a year, median principal and the spread of its logarithm.
TERMS = ((12, 24, 36), (36, 48, 60), (12, 24, 36))
RATE, MEDIAN, SPREAD = (1440, 780, 1680), (24_000, 60_000, 9_000), (0.45, 0.30, 0.45)

STATUS = ("open", "paid_off", "charged_off", "sold")
OPEN, PAID_OFF, CHARGED_OFF, SOLD_OFF = range(4)
NEVER = np.datetime64("NaT", "D")


@dataclass
class Book:
    """The lender's loans as columns, sorted by product, region and segment. Months count from 1970-01."""

    at: dict[str, np.ndarray]  # dimension -> position in its SHARE
    number: np.ndarray  # in order of booking, from 1
    booked: np.ndarray  # month
    due_day: np.ndarray  # 1–28
    term: np.ndarray  # instalments
    owed: np.ndarray  # [k, loan]: principal left after k instalments
    due: np.ndarray  # [k, loan]: sum of the first k instalments
    missed: np.ndarray  # D1
    pays: np.ndarray
    # What moves:
    start: np.ndarray  # month from which the schedule counts; a restructuring moves it
    paid: np.ndarray  # instalments
    days: np.ndarray  # past due at the last month-end
    cash: np.ndarray  # received in the last month
    status: np.ndarray  # position in STATUS
    left: np.ndarray  # month in which the status stopped being open
    price: np.ndarray  # of the sale
    restructured_on: np.ndarray
    hidden_until: np.ndarray  # month before which a vanished loan has no rows

    def fallen_due(self, i: np.ndarray, month: int) -> np.ndarray:
        """Instalments with a due date up to the end of the month."""
        return np.clip(month - self.start[i], 0, self.term[i])

    def days_past_due(self, i: np.ndarray, month: int, paid: np.ndarray) -> np.ndarray:
        """Days since the oldest unpaid due date at the end of the month, if so many instalments are paid."""
        oldest = _first_day(self.start[i] + paid + 1) + self.due_day[i] - 1
        days = (_last_day(month) - oldest).astype(np.int64)
        return np.where(self.fallen_due(i, month) > paid, days, 0)


def last_complete_month(today: date) -> date:
    """The last month-end before the month of `today`."""
    return today.replace(day=1) - timedelta(days=1)


def history(
    seed: int = 20, months: int = 30, loans: int = 50_000, last_month: date | None = None
) -> Iterator[pl.DataFrame]:
    """One canonical loan_snapshot frame a month-end, oldest first, about `loans` different loans in all.

    `last_month` is any day of the last month (default: the last complete one). Same arguments, same frames,
    to the last digit. A loan that leaves has one last row with the reason; one that vanishes has none.
    Raises ValueError when there is no month or no loan to show.
    """
    if months < 1 or loans < 1:
        raise ValueError("A demo history needs at least one month and one loan.")
    rng = np.random.default_rng(seed)
    day = last_month or last_complete_month(date.today())
    last = (day.year - 1970) * 12 + day.month - 1
    first = last - months + 1
    book = _book(rng, first, last, loans)
    for month in range(first - WARM_UP, last + 1):
        _live(book, rng, month, worse=max(0, month - last + WORSE_MONTHS))
        if month > first:
            _vanish(book, rng, month)
        if month >= first:
            yield _frame(book, month)


def write_history(
    folder: Path | str,
    seed: int = 20,
    months: int = 30,
    loans: int = 50_000,
    last_month: date | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Path]:
    """Write `history` to `folder`, one Parquet file a month; `on_progress` hears months done and in all."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for frame in history(seed, months, loans, last_month):
        paths.append(Path(folder) / f"loan_snapshot_{frame['as_of'][0]:%Y-%m}.parquet")
        frame.write_parquet(paths[-1])
        on_progress(len(paths), months)
    return paths


def _first_day(month: np.ndarray | int) -> np.ndarray:
    return np.asarray(month).astype("datetime64[M]").astype("datetime64[D]")


def _last_day(month: int) -> np.ndarray:
    return _first_day(month + 1) - 1


def _interest(owed: np.ndarray, rate: np.ndarray) -> np.ndarray:
    """A month's interest, half a cent up."""
    return (owed * rate + 60_000) // 120_000


def _bookings(first: int, last: int, loans: int) -> np.ndarray:
    """Month of each booking, so many that about `loans` of them are seen from `first` to `last`."""
    months = np.arange(first - WARM_UP, last + 1)
    weight = GROWTH ** (months - first) * np.take(SEASON_BOOKED, months % 12)
    age = np.maximum(first - months, 0)
    running = [[np.mean(np.array(terms) >= a) for a in age] for terms in TERMS]
    still = np.array(list(SHARE["product"].values())) @ running * (1 - PREPAID) ** age
    return np.repeat(months, np.rint(weight * loans / np.sum(weight * still)).astype(int))


def _schedule(principal: np.ndarray, rate: np.ndarray, term: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`owed` and `due` of a Book: level instalments, the last one takes what rounding left."""
    level = np.rint(principal * rate / 120_000 / (1 - (1 + rate / 120_000) ** -term)).astype(np.int64)
    owed, due = np.zeros((2, term.max() + 1, len(term)), np.int64)
    owed[0] = principal
    for k in range(term.max()):
        interest = _interest(owed[k], rate)
        owed[k + 1] = np.where(k + 1 < term, owed[k] + interest - level, 0)
        due[k + 1] = due[k] + interest + owed[k] - owed[k + 1]
    return owed, due


def _book(rng: np.random.Generator, first: int, last: int, loans: int) -> Book:
    booked = _bookings(first, last, loans)
    n = len(booked)
    at = {name: rng.choice(len(share), n, p=list(share.values())) for name, share in SHARE.items()}
    at["acquisition_channel"][(at["product"] == 1) & (rng.random(n) < DEALER_OF_CARS)] = 3
    order = np.lexsort((at["segment"], at["region"], at["product"]))
    at = {name: values[order] for name, values in at.items()}
    product, booked = at["product"], booked[order]
    size = np.exp(np.take(SPREAD, product) * rng.standard_normal(n).clip(-2.5, 2.5))
    principal = np.rint(np.take(MEDIAN, product) / 100 * size).astype(np.int64) * 10_000
    term = np.choose(product, [rng.choice(terms, n) for terms in TERMS])
    owed, due = _schedule(principal, np.take(RATE, product), term)
    moving = ("paid", "days", "cash", "status", "left", "price", "hidden_until")
    return Book(
        at=at,
        number=order + 1,
        booked=booked,
        due_day=rng.integers(1, 29, n),
        term=term,
        owed=owed,
        due=due,
        missed=np.prod([np.take(f, a) for f, a in zip(MISSED, at.values(), strict=True)], axis=0),
        pays=np.prod([np.take(f, a) for f, a in zip(PAYS, at.values(), strict=True)], axis=0),
        start=booked.copy(),
        restructured_on=np.full(n, NEVER),
        **{name: np.zeros(n, np.int64) for name in moving},
    )


def _spread(rng: np.random.Generator, chance: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Draw with these chances, evenly along the order (systematic sampling): smooth as a far larger book."""
    drawn = np.empty(len(order), bool)
    drawn[order] = np.diff(np.floor(np.cumsum(chance[order]) + rng.random()), prepend=0) > 0
    return drawn


def _unpaid(book: Book, rng: np.random.Generator, i: np.ndarray, month: int, worse: int) -> np.ndarray:
    """Which of the loans `i` pay nothing this month; `worse` counts the months of the story so far."""
    before, after = book.days[i], book.days_past_due(i, month, book.paid[i])
    story = [book.at[name][i] == list(SHARE[name]).index(value) for name, value in WORSE.items()]
    worse = worse * np.all(story, axis=0)
    missed = book.missed[i] * SEASON_MISSED[month % 12] * (1 + WORSE_MISSED * worse)
    missed = np.where(np.isnat(book.restructured_on[i]), missed, missed * MISS_AGAIN)
    pays = np.where(before <= 30, book.pays[i] * (1 + WORSE_PAYS * worse), 1)
    curve = np.interp(after, UNPAID_DAYS, np.log(UNPAID)) - np.interp(before, UNPAID_DAYS, np.log(UNPAID))
    chance = np.where(after > 0, np.where(before == 0, missed, 1) * np.exp(pays * curve), 0).clip(0, 1)
    balance = np.where(before == 0, 0, book.owed[book.paid[i], i])  # the current stay sorted by slice
    return _spread(rng, chance, np.lexsort((balance, (before + 29) // 30)))


def _live(book: Book, rng: np.random.Generator, month: int, worse: int) -> None:
    """One month of every open loan: pay, miss, settle early, be restructured, charged off or sold."""
    i = np.flatnonzero((book.status == OPEN) & (book.booked < month))
    before, paid, due = book.days[i], book.paid[i], book.fallen_due(i, month)
    after, unpaid = book.days_past_due(i, month, paid), _unpaid(book, rng, i, month, worse)
    luck = rng.random((5, len(i)))
    part = np.minimum(paid + 1 + (luck[0] < 0.5), due)
    in_part = (before > 0) & (luck[1] > np.interp(before, PAYS_ALL_DPD, PAYS_ALL))
    in_part &= book.days_past_due(i, month, part) > 0
    early = (before == 0) & ~unpaid & (luck[2] < PREPAID)
    now = np.select([unpaid, early, in_part], [paid, book.term[i], part], due)
    owed, rate = book.owed[paid, i], np.take(RATE, book.at["product"][i])
    book.cash[i] = np.where(early, owed + _interest(owed, rate), book.due[now, i] - book.due[paid, i])
    book.paid[i] = now

    relief = unpaid & (before > 0) & (after > 90) & (after <= 150)
    relief = _spread(rng, np.where(relief, RESTRUCTURED, 0), np.argsort(before, kind="stable"))
    book.start[i[relief]] = month - paid[relief]
    book.restructured_on[i[relief]] = _first_day(month) + rng.integers(0, 28, relief.sum())
    lost = unpaid & (luck[3] < np.interp(after, CHARGE_OFF_DPD, CHARGE_OFF))
    sold = unpaid & (after > 180) & (month % 3 == 2) & (luck[4] < SOLD)
    book.price[i[sold]] = owed[sold] * rng.integers(*PRICE, sold.sum()) // 10_000
    book.days[i] = book.days_past_due(i, month, now)
    book.status[i] = np.select([now == book.term[i], lost, sold], [PAID_OFF, CHARGED_OFF, SOLD_OFF], OPEN)
    book.left[i[book.status[i] != OPEN]] = month


def _vanish(book: Book, rng: np.random.Generator, month: int) -> None:
    """A few loans lose their rows without a reason; some come back."""
    i = np.flatnonzero((book.status == OPEN) & (book.booked < month) & (book.hidden_until <= month))
    i = i[rng.random(len(i)) < VANISHED]
    back = rng.random(len(i)) < COME_BACK
    book.hidden_until[i] = np.where(back, month + rng.integers(1, 3, len(i)), np.iinfo(np.int64).max)


def _frame(book: Book, month: int) -> pl.DataFrame:
    """The loan_snapshot of the month-end, by loan_id."""
    end = _last_day(month)
    shown = (book.booked <= month) & (book.hidden_until <= month)
    i = np.flatnonzero(shown & ((book.status == OPEN) | (book.left == month)))
    i = i[np.argsort(book.number[i])]
    paid, status = book.paid[i], book.status[i]
    due = np.maximum(paid, book.fallen_due(i, month))
    balance, overdue = book.owed[paid, i], book.due[due, i] - book.due[paid, i]
    slices = {name: pl.Series(list(share)).gather(book.at[name][i]) for name, share in SHARE.items()}
    frame = pl.DataFrame(
        {
            "loan_id": pl.Series(book.number[i]).cast(pl.String).str.zfill(7),
            "as_of": np.full(len(i), end),
            "days_past_due": book.days[i].astype(np.int32),
            "balance": _money(balance),
            "overdue_amount": _money(overdue),
            "interest_due": _money(overdue - (balance - book.owed[due, i])),
            "paid_in_month": _money(book.cash[i]),
            "status": pl.Series(STATUS).gather(status),
            "restructured_on": book.restructured_on[i],
            "charged_off_on": np.where(status == CHARGED_OFF, end, NEVER),
            "sold_on": np.where(status == SOLD_OFF, end, NEVER),
            "sale_price": _money(book.price[i]),
            **slices,
            "originated_on": _first_day(book.booked[i]) + book.number[i] % 28,
            "principal": _money(book.owed[0, i]),
        }
    )
    return frame.with_columns(
        loan_id="L" + pl.col("loan_id"),
        sale_price=pl.when(pl.col("status") == "sold").then("sale_price"),
    )


def _money(cents: np.ndarray) -> pl.Series:
    return pl.Series(cents).cast(pl.Int128).reinterpret(dtype=pl.Decimal(18, 2))
