"""The model of docs/background/model.md written the easy way: a SimPy process for each borrower's loan.

It is what the fast simulation of the room `sim` must agree with, so it is written from the document and the scenario's dataclasses
and shares no code with the engine. `run` gives a run's outcome in the names that `sim.simulate.Run` uses.
"""

from tests.reference.replication import Outcome, run

__all__ = ["Outcome", "run"]
