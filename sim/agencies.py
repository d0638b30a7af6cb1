"""Agencies: batches handed over on a day of the month, touched by the agency, taken back after some time, placed again."""

from collections import defaultdict

import numpy as np

from sim.calls import Calls
from sim.conduct import Conduct
from sim.draws import Purpose
from sim.loans import NEVER
from sim.policy import Agency
from sim.stages import by_day, once_each
from sim.touch import Touch
from sim.worklist import first_of_each
from sim.world import BY_AGENCY, FREE, World

RECALL_HOUR, PLACE_HOUR, TOUCH_HOUR = 21.6, 21.8, 14.0
MONTH = 30
"""Days of a month since placement."""
OPENS, CLOSES = 10, 18


class Agencies:
    """The placements of a world."""

    def __init__(self, world: World, touch: Touch, conduct: Conduct, calls: Calls) -> None:
        self.world, self.touch, self.conduct, self.calls = world, touch, conduct, calls
        self.eager = np.array([reason.agency for reason in world.behaviour.reasons])
        self.agencies: list[Agency] = []
        self.next = np.full(world.loans.n, NEVER, np.int32)
        self._room = np.zeros(world.loans.n, np.int32)
        self._diary: dict[int, list[np.ndarray]] = defaultdict(list)
        self.switch()

    def switch(self) -> None:
        """The agencies of the policy in force; what is placed stays where it is until it is recalled."""
        placement = self.world.policy.placement
        for agency in placement.agencies if placement else ():
            if agency not in self.agencies:
                self.agencies.append(agency)

    def been_through(self) -> None:
        """On the first day of a book: where the late who are old enough stand in their course through the tiers. Each placement
        began half a month after it could, and has lasted a whole number of months of the curve."""
        world, placement = self.world, self.world.policy.placement
        i = world.active()
        i = i[world.loans.held[i] == FREE]
        if placement is None or not len(i):
            return
        since = world.dpd(i) - placement.from_dpd - MONTH // 2
        for tier in sorted({agency.tier for agency in placement.agencies}):
            agencies = [agency for agency in placement.agencies if agency.tier == tier]
            longest = max(agency.recall_days for agency in agencies)
            with_it = (since > 0) & (since <= longest)
            self._share_out(i[with_it], agencies, since[with_it] // MONTH * MONTH)
            i, since = i[since > longest], since[since > longest] - longest - MONTH // 2
            world.loans.tier[i] = tier

    def place(self) -> None:
        """Hand over the batch of today, if it is the day: everything late enough that nobody holds."""
        world, loans, day = self.world, self.world.loans, self.world.day
        placement = world.policy.placement
        if placement is None or world.calendar.day_of_month[day] != placement.batch_day:
            return
        i = world.active()
        i = i[(loans.held[i] == FREE) & (world.dpd(i) >= placement.from_dpd)]
        for tier in sorted({agency.tier for agency in placement.agencies}, reverse=True):
            agencies = [agency for agency in placement.agencies if agency.tier == tier]
            batch = i[loans.tier[i] == tier - 1]
            self._share_out(batch, agencies, np.zeros(len(batch), np.int64))

    def _share_out(self, batch: np.ndarray, agencies: list[Agency], held: np.ndarray) -> None:
        """To the agencies by their shares; `held` are the days that each has been with its one already."""
        weights = np.cumsum([agency.share for agency in agencies])
        luck = self.world.luck(batch, Purpose.AGENCY) * weights[-1]
        whose = np.searchsorted(weights, luck, side="right").clip(0, len(agencies) - 1)
        for position, agency in enumerate(agencies):
            for days in np.unique(held[whose == position]).tolist():
                self._hand_over(batch[(whose == position) & (held == days)], agency, days)

    def _hand_over(self, i: np.ndarray, agency: Agency, held: int) -> None:
        world, loans, day = self.world, self.world.loans, self.world.day
        if not len(i):
            return
        world.hold(i, BY_AGENCY)
        age = np.searchsorted(agency.commission_age[1:], world.dpd(i) - held, side="right")
        loans.commission[i] = np.rint(np.array(agency.commission) * 10_000).astype(np.int32)[age]
        loans.agency[i] = self.agencies.index(agency)
        since = day - held
        loans.placed_on[i], loans.tier[i] = since, agency.tier
        if not held:
            world.record.tally("placed", day, i)
            world.record.tally("placed_balance", day, i, loans.balance(i))
        world.record.event(
            "placement", day=np.full(len(i), day), loan=i, agency=np.full(len(i), agency.name), tier=loans.tier[i], balance=loans.balance(i), commission=loans.commission[i]
        )  # fmt: skip
        self._pull(i, agency, held // MONTH)
        for month in range(held // MONTH + 1, min(len(world.behaviour.agency_curve), agency.recall_days // MONTH + 1)):
            pull = lambda these, m=month: self._pull(self._still(these, since), agency, m)  # noqa: E731
            world.at(since + month * MONTH, 0.2, pull, i)
        world.at(
            max(since + agency.recall_days, day), RECALL_HOUR, lambda these: self.recall(self._still(these, since)), i
        )
        spread = (world.luck(i, Purpose.FIRST_TOUCH) * agency.every_days).astype(np.int64)
        self._note(i, day + 1 + spread)

    def _note(self, i: np.ndarray, days: np.ndarray) -> None:
        """Write into the diary on which day each is touched next."""
        for day, these in by_day(days):
            self._put(i[these], day)

    def _put(self, i: np.ndarray, day: int) -> None:
        self.next[i] = day
        self._diary[day].append(i)

    def _still(self, i: np.ndarray, placed_on: int) -> np.ndarray:
        """Those of a batch that are still placed."""
        loans = self.world.loans
        return i[(loans.held[i] == BY_AGENCY) & (loans.placed_on[i] == placed_on)]

    def _pull(self, i: np.ndarray, agency: Agency, month: int) -> None:
        """The odds of paying while placed: what the agency adds falls with the months and with the tier."""
        world, loans = self.world, self.world.loans
        behaviour = world.behaviour
        curve, tier = behaviour.agency_curve, behaviour.agency_tier
        adds = (
            (behaviour.agency_odds_ratio - 1)
            * curve[min(month, len(curve) - 1)]
            * tier[min(agency.tier, len(tier)) - 1]
        )
        base = loans.slice_pull[i] * world.reason_pays[loans.reason[i]]
        loans.pull[i] = base * (1 + adds * self.eager[loans.reason[i]])

    def work(self) -> None:
        """Agencies dial the loans due today once each. Their effect on paying is in the odds already."""
        world, loans, day = self.world, self.world.loans, self.world.day
        pages = self._diary.pop(day, None)
        if pages is None:
            return
        i = np.concatenate(pages)
        i = once_each(
            i[(loans.held[i] == BY_AGENCY) & (self.next[i] == day)], self._room
        )  # placed anew, it may stand twice
        if not len(i):
            return
        every = np.array([agency.every_days for agency in self.agencies])[loans.agency[i]]
        for days in np.unique(every).tolist():
            self._put(i[every == days], day + days)
        i = self._one_a_customer(i)
        one = np.ones(len(i), np.int64)
        i = i[self.conduct.tries(i, one, day) > 0]
        one = one[: len(i)]
        hour = OPENS + world.luck(i, Purpose.HOUR_AGENCY) * (CLOSES - OPENS)
        dials, reached = self.calls.dial(i, one, hour, Purpose.DIAL_AGENCY, ai=False)
        self.conduct.count(i, dials, reached, day, world.scenario.prices.penalty)
        world.record.tally("attempts_agency", day, i)
        world.record.tally("reached_agency", day, i[reached])
        complained = np.zeros(len(i), bool)
        complained[reached] = self.touch.complaints(i[reached], one[reached] * 0, 1.0, Purpose.COMPLAINT_AGENCY)
        if world.record.keeps("action", day):
            self._write(i, hour, reached, complained)

    def _one_a_customer(self, i: np.ndarray) -> np.ndarray:
        """A borrower is dialled about one of his loans a day; the others wait until tomorrow."""
        loans = self.world.loans
        several = loans.several[i]
        if not several.any():
            return i
        theirs = np.sort(i[several])
        first = first_of_each(loans, theirs)
        if not first.all():
            self._put(theirs[~first], self.world.day + 1)
        return np.concatenate([i[~several], theirs[first]])

    def _write(self, i: np.ndarray, hour: np.ndarray, reached: np.ndarray, complained: np.ndarray) -> None:
        world = self.world
        world.record.event(
            "action",
            day=np.full(len(i), world.day),
            second=(hour * 3600).astype(np.int32),
            loan=i,
            stage=np.array([*(each.name for each in world.policy.stages), ""])[world.stages.by_dpd(i, world.dpd(i))],
            channel=np.full(len(i), "agency"),
            owner=np.array([agency.name for agency in self.agencies])[world.loans.agency[i]],
            collector=np.full(len(i), -1),
            connected=reached,
            right_party=reached,
            outcome=np.where(reached, "talked", "no answer"),
            seconds=np.where(reached, 240, 30).astype(np.int32),
            cost=np.zeros(len(i)),
            complaint=complained,
        )

    def recall(self, i: np.ndarray) -> None:
        """Take these back; the tier they were placed in is done."""
        world, day = self.world, self.world.day
        if not len(i):
            return
        world.record.tally("recalled", day, i)
        world.record.event(
            "recall", day=np.full(len(i), day), loan=i, placed_on=np.maximum(self.world.loans.placed_on[i], 0)
        )
        world.free(i)
