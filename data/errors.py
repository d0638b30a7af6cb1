"""What can go wrong with what a user gave us, said so that the user can mend it.

A message is a template and its values, kept apart so that a screen can say it in its own language.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.findings import Finding
    from data.said import Said


class UserError(Exception):
    """Something the user can mend. `template` is an English message id, `values` fill its braces."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values


class UnreadableFile(UserError):
    """A file that cannot be read as a table."""


class InvalidMapping(UserError):
    """A mapping that does not fit its file or is not a mapping."""


class InvalidSettings(UserError):
    """Settings of a book that contradict themselves."""


class BookMissing(UserError):
    """There is no book, or not that version of it."""


class BookBusy(UserError):
    """Another import holds the book."""


class BookUnwritable(UserError):
    """A file of an import could not be written or read: no room, no permission, a failing disk."""


class NoRun(UserError):
    """A folder that holds no run of the simulation."""


class UncalibratedBook(UserError):
    """A book that holds too little to fit a simulation to."""


class NoExperiment(UserError):
    """An experiment of the sandbox that the book does not have."""


class OutdatedVersion(UserError):
    """A version built by an earlier Recoup, which did not keep what is asked for now."""


class InvalidSearch(UserError):
    """A goal, a limit or a part of a policy that a search does not know."""


class UnknownQuestion(UserError):
    """A question that there is no SQL file for."""


class UnknownOption(UserError):
    """An option that a question does not have."""


class InvalidOption(UserError):
    """A value that an option of a question cannot have."""


class InvalidNote(UserError):
    """A target, annotation, view or rule that says nothing or contradicts another."""


class UnknownNote(UserError):
    """A number that no target, annotation, view or rule has."""


class UnknownMeasure(UserError):
    """A column that a question does not have, or a part of its answer that is not one number a month."""


class InvalidTemplate(UserError):
    """A template for slides that is no presentation, or has no layout to put a slide on."""


class NoBrowser(UserError):
    """There is no Chromium to print a page with, or it did not print."""


class NeedsData(UserError):
    """A question about tables that the book has nothing of; `tables` names them."""

    def __init__(self, template: str, tables: Sequence[str]) -> None:
        super().__init__(template, tables=", ".join(tables))
        self.tables = tuple(tables)


class Refused(UserError):
    """An import that must not be published; `findings` say why."""

    def __init__(self, template: str, findings: Sequence["Finding"] = (), **values: object) -> None:
        super().__init__(template, **values)
        self.findings = tuple(findings)


class Several(UserError):
    """A file with all that is wrong with it: `problems`, each a text of its own."""

    def __init__(self, problems: Sequence["Said"]) -> None:
        super().__init__("{problems}", problems="\n".join(map(str, problems)))
        self.problems = tuple(problems)


class InvalidScenario(Several):
    """A scenario that cannot be run."""


class InvalidStory(Several):
    """A story of slides that cannot be told."""


class UnwritableReport(UserError):
    """A report that cannot be written to the file that was named."""
