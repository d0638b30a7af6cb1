"""What the reference writes down: the sums of a run in the names of the engine's record."""

from collections import defaultdict

BUCKETS = (1, 31, 61, 91, 121, 151, 181)
"""First days past due of M1 … M7."""


class Tally:
    """Sums over the run. Money in cents."""

    def __init__(self) -> None:
        self.totals: dict[str, float] = defaultdict(float)
        self.rolls: dict[tuple[str, str], int] = defaultdict(int)
        self.open_days = 0
        """Cases open at the end of a day, summed over the days."""

    def add(self, name: str, value: float = 1) -> None:
        self.totals[name] += value

    def cost(self, kind: str, cents: float) -> None:
        self.totals[f"cost_{kind}"] += cents


def bucket(days_past_due: int) -> str:
    return f"M{sum(days_past_due >= start for start in BUCKETS)}"
