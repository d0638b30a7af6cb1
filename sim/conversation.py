"""What comes of the calls made: contacts are counted, and a conversation ends in a plan, a promise, a settlement or in nothing
but a raised hazard."""

import numpy as np

from sim.draws import Purpose
from sim.plans import Plans, chosen
from sim.promises import Promises
from sim.record import COLLECTOR, WAYS
from sim.touch import Touch
from sim.world import World


class Conversation:
    """Holds the conversations of a shift."""

    def __init__(self, world: World, touch: Touch, conduct, promises: Promises, plans: Plans) -> None:
        self.world, self.touch, self.conduct, self.promises, self.plans = world, touch, conduct, promises, plans

    def hold(self, sheet, crew, kind: str) -> None:
        """The calls of `sheet` were made, by the people of `crew` or by AI."""
        world, loans, day = self.world, self.world.loans, self.world.day
        ai = kind == "ai_call"
        record, prices = world.record, world.scenario.prices
        record.tally(f"attempts_{kind}", day, sheet.loan, sheet.dials)
        record.cost(kind, day, sheet.loan, sheet.minutes * ((prices.ai_minute if ai else prices.phone_minute) * 100))
        loans.dialled[sheet.loan] = day
        self.conduct.count(sheet.loan, sheet.dials, sheet.reached, day, prices.penalty)
        talk = np.flatnonzero(sheet.reached)
        i = sheet.loan[talk]
        record.tally(f"reached_{kind}", day, i)
        if ai:
            complained, outcome = self.talks(i, np.ones(len(i)), ai)
        else:
            person = crew.who(sheet.team[talk], world.luck(i, Purpose.COLLECTOR))
            complained, outcome = self.talks(i, crew.skill[person], ai)
        if record.keeps("action", day):
            self._write(sheet, crew, kind, complained, outcome)

    def talks(self, i: np.ndarray, skill: np.ndarray, ai: bool) -> tuple[np.ndarray, np.ndarray]:
        """Hold these conversations, made by people of this skill or by AI; who complained, and how each ended."""
        if not len(i):
            return np.zeros(0, bool), np.empty(0, "<U8")
        loans, day = self.world.loans, self.world.day
        earlier = self.touch.earlier(i, voice=True)
        tired = self.touch.tired(earlier)
        self.touch.mark(i, voice=True)
        loans.talked[i], loans.talk_way[i] = day, WAYS.index("ai_call" if ai else "phone")
        purpose = Purpose.COMPLAINT_AI if ai else Purpose.COMPLAINT_PHONE
        complained = self.touch.complaints(i, earlier, 1.0, purpose)
        outcome = np.full(len(i), "nothing", "<U8")
        rest = np.arange(len(i))
        for name, agrees in (
            ("plan", lambda these: self.plans.offer(i[these])),
            ("promise", lambda these: self.promises.ask(i[these], skill[these], tired[these], ai)),
            ("settled", lambda these: self.settle(i[these])),
        ):
            agreed = agrees(rest)
            outcome[rest[agreed]] = name
            rest = rest[~agreed]
        behaviour = self.world.behaviour
        self.touch.raise_hazard(
            i[rest], behaviour.talk_odds_ratio, 0.5 ** (1 / behaviour.talk_half_life_days), tired[rest]
        )
        return complained, outcome

    def settle(self, i: np.ndarray) -> np.ndarray:
        """Offer a settlement to those for whom the policy has one; which accept, and pay at once."""
        world, loans, offer = self.world, self.world.loans, self.world.policy.discount
        if offer is None:
            return np.zeros(len(i), bool)
        names = [reason.name for reason in world.behaviour.reasons]
        eligible = (world.dpd(i) >= offer.from_dpd) & chosen(names, offer.reasons or tuple(names))[loans.reason[i]]
        agreed = np.zeros(len(i), bool)
        agreed[eligible] = world.luck(i[eligible], Purpose.DISCOUNT_ACCEPTED) < world.behaviour.discount_accepted
        these = i[agreed]
        if not len(these):
            return agreed
        owed = loans.owed(these)
        cash = np.maximum(np.floor(owed * (1 - offer.share_forgiven)).astype(np.int64), np.minimum(owed, 1))
        left = owed - cash
        interest = np.minimum(left, loans.interest_due[these])
        due = np.minimum(left - interest, loans.principal_due[these])
        world.forgive(these, interest, due, left - interest - due)
        world.record.tally("settlements", world.day, these)
        world.pay(these, cash, COLLECTOR)
        return agreed

    def _write(self, sheet, crew, kind, complained, outcome) -> None:
        """One row a dial; the last one of a call that reached the borrower is the conversation."""
        world = self.world
        n = len(sheet.loan)
        row = np.repeat(np.arange(n), sheet.dials)
        last = np.cumsum(sheet.dials) - 1
        which = np.arange(len(row)) - np.repeat(last + 1 - sheet.dials, sheet.dials)
        talk = np.zeros(len(row), bool)
        talk[last] = sheet.reached
        ended = np.full(len(row), "no answer", "<U12")
        someone = world.luck(sheet.loan[row], Purpose.SOMEONE_ELSE, which)
        elsewhere = ~talk & (someone < world.behaviour.someone_else)
        ended[elsewhere] = "wrong person"
        ended[talk] = outcome
        complaint = np.zeros(len(row), bool)
        complaint[talk] = complained
        behaviour, prices = world.behaviour, world.scenario.prices
        failed = behaviour.ai_failed_dial_minutes if kind == "ai_call" else behaviour.failed_dial_minutes
        minutes = np.full(len(row), failed)
        minutes[talk] = (sheet.minutes - (sheet.dials - 1) * failed)[sheet.reached]
        opens, closes = self._hours(sheet, row)
        second = np.minimum(sheet.hour[row] * 3600 + which * 900, closes * 3600 - 60 + which)
        world.record.event(
            "action",
            day=np.full(len(row), world.day),
            second=np.maximum(second, opens * 3600).astype(np.int32),
            loan=sheet.loan[row],
            stage=np.array([world.policy.stages[slot.stage].name for slot in world.stages.slots])[sheet.slot[row]],
            channel=np.full(len(row), kind),
            owner=crew.names[sheet.team[row]],
            collector=self._collectors(sheet, crew, kind)[row],
            connected=talk | elsewhere,
            right_party=talk,
            outcome=ended,
            seconds=np.rint(minutes * 60).astype(np.int32),
            cost=minutes * (prices.ai_minute if kind == "ai_call" else prices.phone_minute) * 100,
            complaint=complaint,
        )

    def _collectors(self, sheet, crew, kind: str) -> np.ndarray:
        """The number of the collector in the team, −1 for AI."""
        if kind == "ai_call":
            return np.full(len(sheet.loan), -1)
        return crew.number[crew.who(sheet.team, self.world.luck(sheet.loan, Purpose.COLLECTOR))]

    def _hours(self, sheet, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        slots = self.world.stages.slots
        opens = np.array([slot.channel.opens for slot in slots])[sheet.slot[row]]
        closes = np.array([slot.channel.closes for slot in slots])[sheet.slot[row]]
        return opens, closes
