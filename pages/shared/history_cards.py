"""What the cards of a page of months have in common: the history that they draw, and what their words and charts are told."""

from dataclasses import dataclass, replace

import polars as pl

from pages.shared.marks import marks_of
from pages.shared.view import View
from queries import Filters


@dataclass(frozen=True)
class HistoryCards:
    """What a page was asked to show; pages add what is chosen on them."""

    view: View

    @property
    def history(self) -> Filters:
        """All months up to the one shown."""
        return replace(self.view.filters, month=None, to_month=self.view.filters.month)

    @property
    def told(self) -> dict[str, object]:
        """What words are told."""
        return {"month": self.view.filters.month, "against": self.view.compare_month}

    @property
    def drawn(self) -> dict[str, object]:
        """What charts are told."""
        return {"mode": self.view.mode, "marks": marks_of(self.view)}

    def ask(self, question: str, filters: Filters | None = None, **options: object) -> pl.DataFrame:
        return self.view.reader.ask(question, filters or self.history, **options)
