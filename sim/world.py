"""The simulated world: loans, calendar, SimPy's clock and what happens to a debt: it enters arrears, is paid, is cured, leaves."""

from collections.abc import Sequence

import numpy as np
import simpy

from sim.behaviour import BANDS
from sim.calendar import Calendar
from sim.draws import Draws, Purpose
from sim.loans import CHARGED_OFF, CURRENT, LATE, NEVER, PAID_OFF, Loans, draw_loans
from sim.people import AI
from sim.record import AGENCY, COLLECTOR, HOLDERS, SELF, SOURCES, Record, flows, measured
from sim.scenario import Scenario
from sim.slices import CREDIT_DAYS, Slices
from sim.stages import Stages

LONGEST_DPD = 4000
BAND_OF = np.searchsorted(BANDS[1:], np.arange(BANDS[-1] + 1), side="right")
FREE, BY_PLAN, BY_AGENCY, BY_COURT = range(4)
"""Who holds a loan, so that the lender's channels rest."""


def odds_by_dpd(dpd: tuple[int, ...], odds: tuple[float, ...]) -> np.ndarray:
    """Daily odds of paying unasked for 0, 1, 2 … days past due: none at 0, linear in the logarithm between the given ages."""
    with np.errstate(divide="ignore", invalid="ignore"):
        table = np.exp(np.interp(np.arange(LONGEST_DPD + 1), dpd, np.log(np.array(odds, float))))
    table = np.where(np.isnan(table), 0, table)
    table[0] = 0
    return table.astype(np.float32)


def _columns(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns of the record: of all policies, teams and rules."""
    teams = (*(team.name for team in scenario.people.teams), AI)
    policies = (scenario.policy, *(change.policy for change in scenario.changes))
    stages = dict.fromkeys(stage.name for policy in policies for stage in policy.stages)
    rules = tuple(rule.id for rule in scenario.rules.all() if rule.counts)
    return flows(teams, tuple(stages), rules), measured(teams)


class World:
    """One or more replications of a seed, side by side. `day` is the day that SimPy's clock is in. All lists of loans are positions in `loans`."""

    def __init__(self, scenario: Scenario, seed: int, replications: Sequence[int], days: int, events: bool) -> None:
        self.scenario, self.policy, self.days = scenario, scenario.policy, days
        self.day = 0
        self._agenda: dict[tuple, list[np.ndarray]] = {}
        self.behaviour, people = scenario.behaviour, scenario.people
        self.calendar = Calendar(scenario.starts_on, days, people.rest_days, people.holidays)
        self.draws, self.replications, self.runs = Draws(seed), replications, len(replications)
        self.odds = odds_by_dpd(self.behaviour.cure_dpd, self.behaviour.cure_odds)
        self.loans = Loans.joined(
            [
                draw_loans(scenario.population, self.behaviour, self.calendar, self.draws, self.odds, each)
                for each in replications
            ]
        )
        self.key, self.whose = self.loans.key, self.loans.whose
        self.loans.lot[:] = self.draws.uniform(self.whose, 0, Purpose.LOT)
        self.record = Record(days, self.loans.run, self.runs, *_columns(scenario), events)
        self.env = simpy.Environment()
        self.stages = Stages(self.loans, self.policy, scenario.population)
        self.slices = Slices(self)
        self.holding = np.zeros((self.runs, len(HOLDERS) + 1), np.int64)
        reasons = self.behaviour.reasons
        self.reason_pays = np.array([reason.pays for reason in reasons], np.float32)
        self.reason_edges = np.cumsum([reason.share for reason in reasons])
        self.reason_edges /= self.reason_edges[-1]
        self.paid_in_month = np.zeros(self.loans.n if events else 0, np.int64)

    def at(self, day: int, hour: float, then, loans: np.ndarray) -> None:
        """Call `then(loans)` at an hour of a day, unless the run ends before; loans for the same are called together."""
        if day >= self.days or not len(loans):
            return
        agenda = self._agenda.get((day, hour, then))
        if agenda is not None:
            agenda.append(loans)
            return
        self._agenda[day, hour, then] = [loans]
        event = self.env.timeout(max(day + hour / 24 - self.env.now, 0))
        event.callbacks.append(lambda _: then(np.concatenate(self._agenda.pop((day, hour, then)))))

    def luck(self, i: np.ndarray, purpose: Purpose, which: np.ndarray | None = None) -> np.ndarray:
        """Draws of today for these loans; `which` tells several of a loan on one day apart."""
        key = self.key[i]
        if which is not None:
            key += which.astype(np.uint64)
        return self.draws.uniform(key, self.day, purpose)

    def dpd(self, i: np.ndarray) -> np.ndarray:
        return self.day - self.loans.oldest[i]

    def band(self, i: np.ndarray) -> np.ndarray:
        """Position of their days past due in BANDS."""
        return BAND_OF.take(self.dpd(i), mode="clip")

    def active(self) -> np.ndarray:
        """All late and charged-off loans, in order."""
        state = self.loans.state
        return np.flatnonzero((state == LATE) | (state == CHARGED_OFF))

    def enter_arrears(self, i: np.ndarray, oldest: np.ndarray, reason: np.ndarray | None = None) -> None:
        """Loans become late; `oldest` is the day of the oldest unpaid due date. The reason is drawn unless it is given."""
        loans, day = self.loans, self.day
        if not len(i):
            return
        if reason is None:
            luck = self.draws.uniform(self.whose[i], day, Purpose.REASON)
            reason = np.searchsorted(self.reason_edges, luck, side="right").clip(0, len(self.reason_edges) - 1)
        loans.state[i], loans.oldest[i], loans.reason[i] = LATE, oldest, reason
        loans.spells[i] += 1
        loans.boost[i], loans.promise_broken[i] = 0, False
        loans.tier[i], loans.sued[i] = 0, False
        loans.promise_due[i] = NEVER
        self.free(i)
        self.record.tally("entered", day, i)
        self.record.tally("overdue_entered", day, i, loans.overdue(i))

    def renew(self, i: np.ndarray) -> None:
        """The hazard begins anew: nothing cumulated, a new exponential threshold."""
        if not len(i):
            return
        self.loans.pressure[i] = 0
        self.loans.threshold[i] = -np.log(self.luck(i, Purpose.THRESHOLD))

    def free(self, i: np.ndarray) -> None:
        """Nobody holds these loans (any more): they pay by themselves again and the lender's channels may be used."""
        loans = self.loans
        self._held(i, FREE)
        loans.agency[i] = -1
        loans.pull[i] = loans.slice_pull[i] * self.reason_pays[loans.reason[i]]
        self.renew(i)
        self.stages.note(i)

    def hold(self, i: np.ndarray, holder: int) -> None:
        """The lender's channels rest; held by a plan or a court, a borrower pays nothing of his own accord either."""
        self._held(i, holder)
        self.loans.stage[i] = -1
        if holder != BY_AGENCY:
            self.loans.pull[i] = 0
        self.void_promises(i)

    def _held(self, i: np.ndarray, holder: int) -> None:
        """Another holder, and how many each now has."""
        loans, holders = self.loans, self.holding.shape[1]
        before = loans.held[i]
        if holder != FREE or before.any():
            cell = loans.run[i].astype(np.int64) * holders
            came, went = (np.bincount(cell + who, minlength=self.holding.size) for who in (holder, before))
            self.holding += (came - went).reshape(self.holding.shape)
            loans.held[i] = holder

    def void_promises(self, i: np.ndarray) -> None:
        self.loans.promise_due[i] = NEVER

    def unasked_source(self, i: np.ndarray) -> np.ndarray:
        """Whose a payment of their own accord is: the collector's after a conversation, else the borrower's."""
        return np.where(self.loans.talked[i] > self.day - CREDIT_DAYS, COLLECTOR, SELF)

    def pay(self, i: np.ndarray, amount: np.ndarray, source: np.ndarray | int) -> None:
        """Late or charged-off loans pay: interest first, then what fell due, then the rest; then they are cured, leave or stay."""
        loans = self.loans
        if not len(i):
            return
        source = np.where(loans.agency[i] >= 0, AGENCY, source)
        interest = np.minimum(amount, loans.interest_due[i])
        due = np.minimum(amount - interest, loans.principal_due[i])
        ahead = amount - interest - due
        loans.interest_due[i] -= interest
        loans.principal_due[i] -= due
        loans.not_due[i] -= ahead
        self._write_payment(i, amount, due + ahead, source)
        overdue, rest = loans.overdue(i), loans.not_due[i]
        gone = (overdue == 0) & (rest == 0)
        cured = (overdue == 0) & ~gone
        self.leave(i[gone], PAID_OFF)
        self.cure(i[cured])
        self._paid_in_part(i[~gone & ~cured])

    def _write_payment(self, i: np.ndarray, amount: np.ndarray, principal: np.ndarray, source: np.ndarray) -> None:
        record, day, loans = self.record, self.day, self.loans
        for position in np.flatnonzero(np.bincount(source, minlength=len(SOURCES))).tolist():
            theirs = source == position
            record.tally(f"cash_{SOURCES[position]}", day, i[theirs], amount[theirs])
        self.slices.paid(i, amount, source)
        placed = i[source == AGENCY]
        if len(placed):
            commission = (amount[source == AGENCY] * loans.commission[placed] + 5_000) // 10_000
            record.cost("commission", day, placed, commission)
        recovered = loans.state[i] == CHARGED_OFF
        if recovered.any():
            record.tally("cash_after_charge_off", day, i[recovered], amount[recovered])
        if record.events is not None:
            self.paid_in_month[i] += amount
        record.event(
            "payment",
            day=np.full(len(i), day),
            loan=i,
            amount=amount,
            principal=principal,
            source=source.astype(np.int8),
        )

    def _paid_in_part(self, i: np.ndarray) -> None:
        """What is still overdue is as many instalments as it holds; the days past due follow, but for charged-off loans."""
        loans = self.loans
        if not len(i):
            return
        late = i[loans.state[i] == LATE]
        unpaid = -(-loans.overdue(late) // loans.instalment[late])
        oldest = self.calendar.due_date(loans.last_due_month[late] - unpaid + 1, loans.due_day[late])
        loans.oldest[late] = np.maximum(loans.oldest[late], oldest)
        self.renew(i)
        self.stages.note(late[loans.held[late] == FREE])

    def cure(self, i: np.ndarray) -> None:
        if not len(i):
            return
        self._end(i)
        self.loans.state[i] = CURRENT
        self.record.tally("cured", self.day, i)
        self.slices.count("cured", i)

    def leave(self, i: np.ndarray, state: int) -> None:
        """Paid off, or sold: out of the run."""
        if len(i):
            self._end(i)
            self.record.tally("paid_off" if state == PAID_OFF else "sold", self.day, i)
            self.loans.state[i], self.loans.left_on[i] = state, self.day

    def _end(self, i: np.ndarray) -> None:
        loans, day = self.loans, self.day
        kept = i[loans.promise_due[i] >= day]
        self.record.tally("promises_kept", day, kept)
        self.void_promises(i)
        planned = i[loans.held[i] == BY_PLAN]
        if len(planned):
            self.record.tally("plans_completed", day, planned)
            self.record.event(
                "plan_end",
                day=np.full(len(planned), day),
                loan=planned,
                agreed_on=loans.restructured_on[planned],
                kept=np.ones(len(planned), bool),
            )
            loans.plan_left[planned] = 0
        self._held(i, FREE)
        loans.agency[i], loans.stage[i] = -1, -1
        loans.pull[i], loans.boost[i], loans.oldest[i] = 0, 0, NEVER

    def forgive(self, i: np.ndarray, interest: np.ndarray, principal_due: np.ndarray, not_due: np.ndarray) -> None:
        loans = self.loans
        loans.interest_due[i] -= interest
        loans.principal_due[i] -= principal_due
        loans.not_due[i] -= not_due
        self.record.tally("forgiven", self.day, i, interest + principal_due + not_due)
