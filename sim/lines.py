"""Lines that answer borrowers who call: a SimPy Resource where callers queue, and hang up when their patience is over.

The only queue of single persons: what a team or AI dials waits on worklists, which are worked whole.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import simpy

MINUTE = 1 / 1440
"""Of a day."""


@dataclass
class Calls:
    """What became of the callers so far: those answered, those who hung up, and the minutes each waited, all calls of one
    caller together."""

    answered: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    waited: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))


class Lines:
    """So many lines; times are SimPy's, in days."""

    def __init__(self, env: simpy.Environment, lines: int) -> None:
        self.env = env
        self.resource = simpy.Resource(env, lines)
        self.calls = Calls()

    def expect(self, callers: np.ndarray, times: np.ndarray, minutes: np.ndarray, patience: float) -> None:
        """These will call at these times, talk for so many minutes once answered, and wait for so many at most."""
        for caller, time, talk in zip(callers.tolist(), times.tolist(), minutes.tolist(), strict=True):
            self.env.process(self._call(caller, time, talk, patience))

    def _call(self, caller: int, time: float, talk: float, patience: float) -> Iterator[simpy.Event]:
        yield self.env.timeout(max(time - self.env.now, 0))
        with self.resource.request() as request:
            if not request.triggered:
                yield request | self.env.timeout(patience * MINUTE)
            self.calls.waited[caller] += (self.env.now - time) / MINUTE
            if not request.triggered:
                self.calls.lost.append(caller)
                return
            self.calls.answered.append(caller)
            yield self.env.timeout(talk * MINUTE)

    def taken(self) -> Calls:
        """What became of the callers since this was last asked."""
        calls, self.calls = self.calls, Calls()
        return calls
