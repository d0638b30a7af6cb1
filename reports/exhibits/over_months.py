"""What exhibits that go over months have in common: the history that they draw, and what their words and charts are told."""

from dataclasses import dataclass

import polars as pl

from queries import Filters
from reports.exhibit import Scope


@dataclass(frozen=True)
class OverMonths:
    """What is asked about; rooms of exhibits add what can be chosen of them."""

    scope: Scope

    @property
    def history(self) -> Filters:
        """All months up to the one shown."""
        return self.scope.history

    @property
    def told(self) -> dict[str, object]:
        """What words are told."""
        return {"month": self.scope.filters.month, "against": self.scope.compare_month}

    @property
    def drawn(self) -> dict[str, object]:
        """What charts are told."""
        return {"mode": self.scope.mode, "marks": self.scope.marks}

    def ask(self, question: str, filters: Filters | None = None, **options: object) -> pl.DataFrame:
        return self.scope.reader.ask(question, filters or self.history, **options)
