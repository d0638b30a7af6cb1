"""What numbers are of, said beside them wherever they are taken: questions, filters, version of the book and dates."""

from collections.abc import Sequence
from datetime import date as day_type

from data.schema import DIMENSIONS
from queries import Filters, Reader, questions
from reports.exhibit import Scope
from wording import _, date, month

About = dict[str, object]


def about(scope: Scope, asked: Sequence[str]) -> About:
    """What the data is, in the reader's words: column → value. Said now, since a download runs out of the page."""
    known = questions()
    return {
        "about_question": ", ".join(asked),
        "about_definition": _("; ").join(
            _("{label}: {text}", label=_(known[name].title), text=_(known[name].formula)) for name in asked
        ),
        "about_filters": " · ".join([month(scope.filters.month), *slices_in_words(scope.filters)]),
        **_of_version(scope.reader),
    }


def of_the_book(reader: Reader, name: str) -> About:
    """What a table is that no filter cuts."""
    return {"about_table": name} | _of_version(reader)


def _of_version(reader: Reader) -> About:
    version = reader.version
    return {
        "about_book_version": version.number,
        "about_published": version.created_at.date(),
        **today_in_about(),
    }


def today_in_about() -> About:
    return {"about_taken_on": day_type.today()}


def stated(scope: Scope) -> str:
    """Filters, version and dates in one line, for the foot of a picture or a slide."""
    version = scope.reader.version
    return " · ".join(
        [
            month(scope.filters.month),
            *slices_in_words(scope.filters),
            _("by balance") if scope.weigh_by == "balance" else _("by loans"),
            _("version {number} of {day}", number=version.number, day=date(version.created_at.date())),
            _("Recoup, {day}", day=date(day_type.today())),
        ]
    )


def slices_in_words(filters: Filters) -> list[str]:
    """The values chosen of each dimension, in the order of the bar; empty when the whole book is shown."""
    chosen = (getattr(filters, name) for name in DIMENSIONS)
    return [_(", ").join(value or _("Not known") for value in values) for values in chosen if values]


def file_stem(scope: Scope, key: str) -> str:
    """What a file with these numbers is called, without its ending."""
    return f"recoup-{key}-{scope.filters.month:%Y-%m}-v{scope.reader.version.number}"
