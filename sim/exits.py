"""The month's end: charge-off of what is too old, sale of what was charged off, and the record of rolls."""

import numpy as np

from sim.loans import CHARGED_OFF, CURRENT, LATE, PAID_OFF, SOLD
from sim.record import BUCKETS, ROLL_STATES
from sim.world import BY_PLAN, FREE, World

_NOWHERE = -1


class Exits:
    """Month-ends of a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.before = np.full(world.loans.n, _NOWHERE, np.int64)
        self.balance = np.zeros(world.loans.n)

    def long_gone(self) -> None:
        """On the first day of a book: what was old enough at the month-end before was charged off then."""
        world, loans = self.world, self.world.loans
        i = np.flatnonzero(loans.state == LATE)
        since = world.dpd(i) - world.calendar.day_of_month[0] - world.policy.charge_off_dpd
        i, since = i[since >= 0], since[since >= 0]
        loans.charged_off_on[i] = -world.calendar.day_of_month[0] - since
        self._write_off(i)

    def opened(self) -> None:
        """The month-end before the first day of a book, which begins on the 1st of a month with loans that are late: rolls count from it."""
        loans, world = self.world.loans, self.world
        self.before[loans.state == CURRENT] = 0
        late = np.flatnonzero(loans.state == LATE)
        self.before[late] = np.searchsorted(BUCKETS[1:], world.dpd(late) - 1, side="right")
        self.balance = (loans.not_due + loans.principal_due).astype(float)

    def month_end(self) -> None:
        day, calendar = self.world.day, self.world.calendar
        if calendar.month_end[day]:
            self._charge_off()
            if calendar.quarter_end[day]:
                self._sell()
            self._roll()

    def _charge_off(self) -> None:
        """The whole debt falls due; the loan leaves the book, and collecting goes on."""
        world, loans, day = self.world, self.world.loans, self.world.day
        i = world.active()
        i = i[(loans.state[i] == LATE) & (loans.held[i] != BY_PLAN) & (world.dpd(i) >= world.policy.charge_off_dpd)]
        if not len(i):
            return
        loans.charged_off_on[i] = day
        self._write_off(i)
        world.record.tally("charged_off", day, i)
        world.record.tally("charged_off_balance", day, i, loans.balance(i))
        world.slices.count("charged_off", i, loans.balance(i))

    def _write_off(self, i: np.ndarray) -> None:
        """All of the debt falls due."""
        loans = self.world.loans
        loans.state[i] = CHARGED_OFF
        loans.principal_due[i] += loans.not_due[i]
        loans.not_due[i], loans.left[i] = 0, 0

    def _sell(self) -> None:
        world, loans, day = self.world, self.world.loans, self.world.day
        sale = world.policy.sale
        if sale is None:
            return
        i = world.active()
        i = i[(loans.state[i] == CHARGED_OFF) & (loans.held[i] == FREE) & (world.dpd(i) >= sale.from_dpd)]
        i = np.concatenate([self._largest(i[loans.run[i] == run], sale.share) for run in range(world.runs)])
        price = np.floor(loans.balance(i) * sale.price + 0.5).astype(np.int64)
        world.record.tally("sold_owed", day, i, loans.owed(i))
        world.record.tally("sale_proceeds", day, i, price)
        world.slices.sold(i, price)
        world.record.event("sale", day=np.full(len(i), day), loan=i, price=price, balance=loans.balance(i))
        world.leave(i, SOLD)

    def _largest(self, i: np.ndarray, share: float) -> np.ndarray:
        """So large a part of the loans of a run, those with the largest balances."""
        largest = np.argsort(-self.world.loans.balance(i), kind="stable")
        return np.sort(i[largest][: int(share * len(i) + 1e-9)])

    def _roll(self) -> None:
        """Where each loan that was open a month ago is now, with the balance it had."""
        loans, world = self.world.loans, self.world
        now = np.full(loans.n, _NOWHERE, np.int64)
        now[loans.state == CURRENT] = 0
        late = np.flatnonzero(loans.state == LATE)
        now[late] = np.searchsorted(BUCKETS[1:], world.dpd(late), side="right")
        for state, name in ((PAID_OFF, "paid_off"), (CHARGED_OFF, "charged_off"), (SOLD, "sold")):
            now[loans.state == state] = ROLL_STATES.index(name)
        known = np.flatnonzero((self.before >= 0) & (self.before < len(BUCKETS)))
        world.record.roll(world.day, known, self.before[known], now[known], self.balance[known])
        self.before = now
        self.balance = (loans.not_due + loans.principal_due).astype(float)
