"""Cash and what became of loans, split: by what brought the cash, by stage, by product and segment.

Cells are noted payment by payment and added up once, at the end of the run.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.record import AGENCY, COURT, PLAN, SOURCES, WAYS

if TYPE_CHECKING:
    from sim.world import World

CREDIT_DAYS = 7
"""A payment within so many days of a conversation, or of a message, is that one's."""
COUNTED = ("cured", "charged_off", "complaints")
NO_STAGE = ""
_HELD = {AGENCY: "agency", COURT: "court", PLAN: "plan"}
_WAY_OF_SOURCE = np.array([WAYS.index(_HELD.get(source, "self")) for source in range(len(SOURCES))])


@dataclass(frozen=True)
class Sliced:
    """Cash in cents by [way, stage, product, segment], and by [product, segment]: loans cured, balance charged off in cents,
    complaints. The axes are named by WAYS, `stages` (the last one, "", is before all stages), `products`, `segments`."""

    stages: tuple[str, ...]
    products: tuple[str, ...]
    segments: tuple[str, ...]
    cash: np.ndarray
    counted: dict[str, np.ndarray]


class Slices:
    """What a world notes of its payments."""

    def __init__(self, world: "World") -> None:
        self.world = world
        scenario = world.scenario
        policies = (scenario.policy, *(change.policy for change in scenario.changes))
        names = dict.fromkeys(stage.name for policy in policies for stage in policy.stages)
        self.stages = (*names, NO_STAGE)
        self.products = tuple(product.name for product in scenario.population.products)
        self.segments = tuple(segment.name for segment in scenario.population.segments)
        self.shape = (len(WAYS), len(self.stages), len(self.products), len(self.segments))
        loans = world.loans
        self.of_loan = loans.product * len(self.segments) + loans.segment
        self._here = len(self.products) * len(self.segments)

    def paid(self, i: np.ndarray, amount: np.ndarray, source: np.ndarray) -> None:
        """Cash of these loans; `source` are positions in SOURCES."""
        loans, since = self.world.loans, self.world.day - CREDIT_DAYS
        way = np.where(loans.note_week_day[i] > since, loans.note_way[i], WAYS.index("self"))
        way = np.where(loans.talked[i] > since, loans.talk_way[i], way)
        self._cash(i, amount, np.where(source >= AGENCY, _WAY_OF_SOURCE[source], way))

    def sold(self, i: np.ndarray, price: np.ndarray) -> None:
        self._cash(i, price, np.full(len(i), WAYS.index("sale")))

    def count(self, name: str, i: np.ndarray, amount: np.ndarray | None = None) -> None:
        """These loans, or amounts of theirs, by product and segment."""
        if len(i):
            self.world.record.split(
                name, self.world.loans.run[i].astype(np.int64) * self._here + self.of_loan[i], amount
            )

    def _cash(self, i: np.ndarray, amount: np.ndarray, way: np.ndarray) -> None:
        world = self.world
        if not len(i):
            return
        names = [self.stages.index(stage.name) for stage in world.policy.stages] + [len(self.stages) - 1]
        stage = np.array(names)[world.stages.by_dpd(i, world.dpd(i))]
        cell = (world.loans.run[i].astype(np.int64) * len(WAYS) + way) * len(self.stages) + stage
        world.record.split("cash", cell * self._here + self.of_loan[i], amount)

    def of_runs(self) -> list[Sliced]:
        """What was noted, of each run."""
        record, here = self.world.record, self.shape[2:]
        cash = record.table("cash", int(np.prod(self.shape)))
        counted = {name: record.table(name, self._here) for name in COUNTED}
        return [
            Sliced(
                self.stages,
                self.products,
                self.segments,
                cash[run].reshape(self.shape),
                {name: of_all[run].reshape(here) for name, of_all in counted.items()},
            )
            for run in range(record.runs)
        ]
