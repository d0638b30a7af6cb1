"""What a policy says of a loan on a day: its stage, and the touches of the stage in the order of their hours."""

from sim.policy import VOICE, Channel, Policy, StageException
from tests.reference.borrower import Borrower

Slot = tuple[str, int]
"""Name of the stage and position of the channel in it."""

PEOPLE_AFTER, AI_AFTER = 0.1, 0.15
"""Hours after opening at which teams and AI lines work their lists."""
AI = "ai"


class Rulebook:
    """A policy laid out by stage."""

    def __init__(self, policy: Policy) -> None:
        self.stages = policy.stages
        self.exceptions = policy.stage_exceptions
        self.entries: dict[tuple[str, str], dict[str, int]] = {}
        self._slots = {
            stage.name: [((stage.name, place), channel) for place, channel in enumerate(stage.channels)]
            for stage in policy.stages
        } | {None: []}
        self._lines = {
            (stage.name, place): AI if channel.kind == "ai_call" else stage.team
            for stage in policy.stages
            for place, channel in enumerate(stage.channels)
        }
        self.order = {slot: number for number, slot in enumerate(self._lines)}
        self.opens: dict[str, int] = {}
        self.closes: dict[str, int] = {}
        for stage in policy.stages:
            for slot, channel in self._slots[stage.name]:
                if channel.kind in VOICE:
                    line = self._lines[slot]
                    self.opens[line] = min(self.opens.get(line, 24), channel.opens)
                    self.closes[line] = max(self.closes.get(line, 0), channel.closes)
        self._agendas = {name: self._agenda(slots) for name, slots in self._slots.items()}

    def line(self, slot: Slot) -> str:
        """Who makes the slot's calls: a team's name, or the AI lines."""
        return self._lines[slot]

    def slots(self, stage: str | None) -> list[tuple[Slot, Channel]]:
        return self._slots[stage]

    def agenda(self, stage: str | None) -> list[tuple[float, Slot, Channel]]:
        return self._agendas[stage]

    def list_hour(self, line: str) -> float:
        return self.opens[line] + (AI_AFTER if line == AI else PEOPLE_AFTER)

    def _agenda(self, slots: list[tuple[Slot, Channel]]) -> list[tuple[float, Slot, Channel]]:
        rows = []
        for slot, channel in slots:
            voice = channel.kind in VOICE
            rows.append((self.list_hour(self._lines[slot]) if voice else float(channel.opens), slot, channel))
        return sorted(rows, key=lambda row: row[0])

    def stage(self, borrower: Borrower, days_past_due: int) -> str | None:
        """The last stage whose entry has been reached, by the days of entry for its product and segment."""
        found = None
        for name, entry in self._of(borrower).items():
            if entry <= days_past_due:
                found = name
        return found

    def entry(self, borrower: Borrower, stage: str) -> int:
        return self._of(borrower)[stage]

    def _of(self, borrower: Borrower) -> dict[str, int]:
        key = (borrower.product.name, borrower.customer.segment.name)
        if key not in self.entries:
            self.entries[key] = {stage.name: self._entry(stage.name, stage.entry_dpd, *key) for stage in self.stages}
        return self.entries[key]

    def _entry(self, stage: str, otherwise: int, product: str, segment: str) -> int:
        def fits(exception: StageException, of_product: str, of_segment: str) -> bool:
            return (exception.stage, exception.product, exception.segment) == (stage, of_product, of_segment)

        for particular in ((product, segment), (product, ""), ("", segment)):
            for exception in self.exceptions:
                if fits(exception, *particular):
                    return exception.entry_dpd
        return otherwise
