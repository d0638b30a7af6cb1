"""A story told of a book, or of an experiment on it: the deck that slides, workbooks and pages are written from.

    deck = compose(load_story("monthly_review"), scope)

What the book has not the tables for, or nothing of in the month, is left out, and the first page says so. A deck with a slide of an
experiment has the slides of its verdict and of what was assumed, whether the story names them or not.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date as day_type

from data.errors import NeedsData
from queries import questions
from reports.catalogue import Entry, catalogue
from reports.column_names import table_name
from reports.deck import Deck, Slide
from reports.definition import method
from reports.exhibit import Exhibit, Scope
from reports.experiment import Experiment
from reports.provenance import slices_in_words
from reports.slides_made import MADE
from reports.slides_of_experiment import method_of_experiments
from reports.story import Shown, Story, needs_experiment
from reports.what_if_words import subject
from sim.experiments import POLICY
from wording import _, count, date, language, month, told

CLAUSE = re.compile(r"(?<=[.;。；])(?=\s|[^\x00-\x7f])")
LINE = 200  # characters of a definition at the foot of a slide
WITH_AN_EXPERIMENT = ("verdict", "assumptions")
"""Slides without which nothing is shown of an experiment: the first one comes before all else of it, the other at the end."""


def compose(story: Story, scope: Scope, experiment: Experiment | None = None) -> Deck:
    """The deck in the language of this context. experiment: of the slides that are of one. Raises ValueError where it is wanting."""
    if story.of_experiment and experiment is None:
        raise ValueError(f"the story {story.name} is of an experiment")
    wanted = _complete(story.slides) if story.of_experiment else story.slides
    empty = _is_empty(scope)
    slides, left_out = [], []
    for each in wanted:
        if empty and not needs_experiment(each.show):
            continue
        slide = _made(each, scope, experiment) if each.show in MADE else _drawn(each, scope, experiment)
        if isinstance(slide, str):
            left_out.append(slide)
        else:
            slides.append(slide)
    if empty and any(not needs_experiment(each.show) for each in wanted):
        slides.insert(0, _nothing(scope))
    missing = tuple(dict.fromkeys(left_out))
    facts = _facts(scope, experiment) | ({_("Left out"): _("; ").join(missing)} if missing else {})
    return Deck(_(story.title), _subtitle(scope, experiment), _numbered(slides), language(), facts, missing)


def _complete(slides: Sequence[Shown]) -> tuple[Shown, ...]:
    """The slides with those that no experiment is shown without."""
    shown = [slide.show for slide in slides]
    found = list(slides)
    first = next(at for at, show in enumerate(shown) if needs_experiment(show))
    verdict, assumptions = WITH_AN_EXPERIMENT
    if verdict not in shown:
        found.insert(first, Shown(verdict))
    if assumptions not in shown:
        found.append(Shown(assumptions))
    return tuple(found)


def _is_empty(scope: Scope) -> bool:
    return scope.reader.ask("delinquency", scope.filters).is_empty()


def _nothing(scope: Scope) -> Slide:
    title = _("No loan matches the filters in {month}", month=month(scope.filters.month))
    first, last = month(scope.reader.months[0]), month(scope.reader.months[-1])
    points = (_("The book has months from {first} to {last}.", first=first, last=last), _("Choose another month, or take filters away."))  # fmt: skip
    return Slide("nothing", title, points=points, footnotes=(stated_at_foot(scope),))


def _numbered(slides: Sequence[Slide]) -> tuple[Slide, ...]:
    """A key of its own for each slide: one that is shown twice has its number of it behind."""
    seen: dict[str, int] = {}
    found = []
    for slide in slides:
        seen[slide.key] = seen.get(slide.key, 0) + 1
        found.append(slide if seen[slide.key] == 1 else replace(slide, key=f"{slide.key}-{seen[slide.key]}"))
    return tuple(found)


# One slide


def _made(shown: Shown, scope: Scope, experiment: Experiment | None) -> Slide | str:
    """A slide of figures and words; its own words go before the story's title."""
    made = MADE[shown.show]
    if made.of_answer and not experiment.answer.done:
        return _("{what} (no replication is known yet)", what=told(made.name))
    slide = made.make(experiment if made.of_experiment else scope)
    footnotes = slide.footnotes if made.of_experiment else (*slide.footnotes, stated_at_foot(scope))
    return replace(slide, title=_said(shown.title) or slide.title, comment=_said(shown.comment), footnotes=footnotes)


def _drawn(shown: Shown, scope: Scope, experiment: Experiment | None) -> Slide | str:
    """A slide of an exhibit; why there is none where the book has nothing to draw."""
    entry = catalogue()[shown.show]
    if entry.of_experiment and experiment and not experiment.answer.done:
        return _("{what} (no replication is known yet)", what=told(entry.name))
    try:
        exhibit = entry.of(scope, experiment, **shown.options)
    except NeedsData as lacking:
        tables = _(", ").join(map(table_name, lacking.tables))
        return _("{what} (the book has no file of: {tables})", what=told(entry.name), tables=tables)
    if exhibit.figure is None:
        return _("{what} ({why})", what=told(entry.name), why=exhibit.words.title)
    return slide_of(exhibit, scope, entry, _said(shown.title), _said(shown.comment))


def slide_of(exhibit: Exhibit, scope: Scope, entry: Entry, title: str = "", comment: str = "") -> Slide:
    """The slide of one exhibit: its finding as the title, the definition, filters and version at the foot, the method as notes."""
    footnotes = tuple(exhibit.about.values()) or (
        *_defined(exhibit),
        stated_at_foot(scope, exhibit.asked, entry.weighed),
    )
    return Slide(
        entry.key, title or exhibit.words.title, exhibit, comment=comment, footnotes=footnotes, notes=_notes(exhibit)
    )


def _said(text: str) -> str:
    """A story's own words; those of the stories that come with Recoup are translated."""
    return _(text) if text else ""


def _defined(exhibit: Exhibit) -> Iterator[str]:
    """The definition of what the exhibit answers first, in one line: as many of its clauses as fit, all of it is in the notes."""
    if exhibit.asked:
        question = questions()[exhibit.asked[0]]
        yield _("{label}: {text}", label=_(question.title), text=_in_one_line(_(question.formula)))


def _in_one_line(text: str) -> str:
    clauses = CLAUSE.split(text)
    line = clauses[0]
    for clause in clauses[1:]:
        if len(line) + len(clause) > LINE:
            return line.rstrip(" .;。；") + " …"
        line += clause
    return line


def _notes(exhibit: Exhibit) -> str:
    """What the exhibit shows, in words, and the method of each question behind it."""
    parts = [exhibit.caption, exhibit.words.alt]
    for name in exhibit.asked:
        question = questions()[name]
        lines = [_("{label}: {text}", label=_(question.title), text=_(question.answers))]
        lines += [_("{label}: {text}", label=label, text=text) for label, text in method(name).items()]
        parts.append("\n".join(lines))
    if not exhibit.asked:
        parts.append(method_of_experiments())
    return "\n\n".join(filter(None, parts))


# What it is of


def stated_at_foot(scope: Scope, asked: Sequence[str] = (), weighed: bool = True) -> str:
    """Month, filters that the questions heed, version and date of the data, in one line."""
    version = scope.reader.version
    heeded = replace(scope.filters, **{name: () for name in scope.splits if not _heeds(asked, name)})
    by = [_("by balance") if scope.weigh_by == "balance" else _("by loans")] if weighed else []
    parts = [
        month(scope.filters.month), *slices_in_words(heeded), *by,
        _("version {number} of {day}", number=version.number, day=date(version.created_at.date())),
        _("Data to {day}", day=date(scope.reader.months[-1])),
    ]  # fmt: skip
    return " · ".join(parts)


def _heeds(asked: Sequence[str], filter: str) -> bool:
    return not asked or any(filter in questions()[name].filters for name in asked)


def _subtitle(scope: Scope, experiment: Experiment | None) -> str:
    if experiment is not None:
        return subject(experiment.order) if POLICY in experiment.order.scenarios else _("Saved scenarios")
    return _(", ").join([month(scope.filters.month, long=True), *slices_in_words(scope.filters)])


def _facts(scope: Scope, experiment: Experiment | None) -> Mapping[str, str]:
    """What the deck is of, for its first page."""
    version = scope.reader.version
    weighed = _("by balance") if scope.weigh_by == "balance" else _("by loans")
    facts = {}
    if experiment is None:
        facts[_("Month")] = month(scope.filters.month)
        facts[_("Month held against")] = (
            month(scope.compare_month) if scope.compare_month else _("nothing: the book has no such month")
        )
        facts[_("Filters")] = _(", ").join(slices_in_words(scope.filters)) or _("none: the whole book")
        facts[_("Weighed")] = weighed
    else:
        facts[_("Experiment")] = experiment.id
        facts[_("Replications")] = count(experiment.answer.done)
    facts[_("Version of the book")] = _("{number} of {day}", number=version.number, day=date(version.created_at.date()))
    facts[_("Open loans")] = count(version.loans)
    facts[_("Data up to")] = date(scope.reader.months[-1])
    facts[_("Made on")] = date(day_type.today())
    return facts
