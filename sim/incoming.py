"""Borrowers who call back after a message: answered by lines of their own, or lost when these are busy."""

import numpy as np

from sim.conversation import Conversation
from sim.draws import Purpose
from sim.lines import Lines
from sim.loans import CHARGED_OFF, LATE
from sim.world import FREE, World

LAST_HOUR = 20.0
"""By which they call."""
HELD_HOUR = 20.2
"""At which what was said during the day takes effect, before the promises of the day fall due."""


class Incoming:
    """The callers of a world. Without lines or callers nothing happens and nothing is drawn."""

    def __init__(self, world: World, conversation: Conversation) -> None:
        self.world, self.conversation = world, conversation
        people, behaviour = world.scenario.people, world.behaviour
        self.share = behaviour.calls_back if people.answer_lines else 0.0
        self.lines = [Lines(world.env, people.answer_lines) for _ in range(world.runs if self.share else 0)]
        self.talk_minutes = np.array(behaviour.talk_minutes)

    def after_message(self, i: np.ndarray, kind: np.ndarray) -> None:
        """Some of those who were sent a message now call in the hours to come."""
        if not self.share:
            return
        world, loans = self.world, self.world.loans
        calls = world.luck(i, Purpose.CALLS_BACK, kind) < self.share
        i, kind = i[calls], kind[calls]
        now = world.env.now - world.day
        times = world.day + now + world.luck(i, Purpose.CALLS_AT, kind) * max(LAST_HOUR / 24 - now, 0)
        minutes = self.talk_minutes[world.band(i)] * (0.5 + world.luck(i, Purpose.MINUTES_INCOMING, kind))
        for run, lines in enumerate(self.lines):
            theirs = loans.run[i] == run
            lines.expect(i[theirs], times[theirs], minutes[theirs], world.behaviour.patience_minutes)

    def hold(self) -> None:
        """The conversations of today's answered calls; a borrower who called twice is talked to once."""
        if not self.share:
            return
        world, loans, day = self.world, self.world.loans, self.world.day
        taken = [lines.taken() for lines in self.lines]
        answered = np.array([caller for calls in taken for caller in calls.answered], np.int64)
        lost = np.array([caller for calls in taken for caller in calls.lost], np.int64)
        world.record.tally("calls_answered", day, answered)
        world.record.tally("calls_lost", day, lost)
        for run, calls in enumerate(taken):
            world.record.put("minutes_waited", day, run, sum(calls.waited.values()))
        i = np.unique(answered)
        late = (loans.state[i] == LATE) | (loans.state[i] == CHARGED_OFF)
        i = i[late & (loans.held[i] == FREE) & (loans.promise_due[i] < day)]
        if len(i):
            self.conversation.talks(i, np.ones(len(i)), ai=True)
