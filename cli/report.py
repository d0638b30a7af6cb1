"""`recoup.py report`: a story as slides, a workbook, a page or a PDF, without a screen."""

import argparse
import os
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from cli.filters import add_slices, mention_unknown, month, slices_of
from cli.terminal import out, say
from data.errors import UnwritableReport, UserError
from queries import Filters, Reader, open_reader
from wording import _, languages, ngettext, set_currency, set_language, told

WRITERS = {".pptx": "slides", ".xlsx": "workbook", ".html": "web_page", ".pdf": "pdf"}
"""The module of reports that writes each ending."""


def add_to(command: Callable[..., argparse.ArgumentParser]) -> None:
    added = command("report", _report, "write a story as slides, a workbook, a page or a PDF")
    added.add_argument(
        "story", nargs="?", metavar="STORY",
        help="a story that comes with Recoup, or a TOML file of one's own; without it, list the stories and what slides can show",
    )  # fmt: skip
    added.add_argument("--out", type=Path, metavar="FILE", help=f"the file to write: {', '.join(WRITERS)}")
    added.add_argument("--lang", choices=languages(), help="the language of the deck (or RECOUP_LANG)")
    added.add_argument("--month", type=month, metavar="YYYY-MM", help="the month told of; the newest by default")
    added.add_argument(
        "--compare", choices=("previous_month", "year_ago"), default="previous_month", help="the month held against"
    )
    added.add_argument("--weigh-by", choices=("balance", "loans"), help="by balance where the book has balances")
    add_slices(added)
    added.add_argument("--version", type=int, metavar="N", help="an earlier version of the book")
    added.add_argument(
        "--experiment", metavar="X",
        help="of a story about one: its number, or the name of a saved scenario; the newest by default",
    )  # fmt: skip
    added.add_argument("--template", type=Path, metavar="FILE.pptx", help="of slides: the lender's own, .pptx or .potx")


def _report(chosen: argparse.Namespace) -> None:
    """Raises InvalidStory, NoExperiment, UnwritableReport, and what reading a book raises."""
    if chosen.lang:
        set_language(chosen.lang)
    if chosen.story is None:
        _list()
        return
    write = _writer(chosen.out, chosen.template)
    from reports.compose import compose  # seconds of imports that no other command needs
    from reports.experiment import newest, read_experiment
    from reports.story import load_story

    story = load_story(chosen.story)
    reader = open_reader(chosen.book, chosen.version)
    set_currency(reader.version.settings.currency)
    scope = _scope(reader, chosen)
    mention_unknown(reader, scope.filters)
    experiment = None
    if story.of_experiment:
        experiment = read_experiment(reader, chosen.experiment or newest(reader), scope.notes)
    deck = compose(story, scope, experiment)
    if chosen.out.suffix.lower() == ".html":  # a page follows its reader's screen, which may be dark
        dark = compose(story, replace(scope, mode="dark"), experiment)
        _whole(chosen.out, lambda path: write(deck, path, dark))
    else:
        _whole(chosen.out, lambda path: write(deck, path))
    slides = ngettext("{n} slide", "{n} slides", len(deck.slides))
    say.print(_("{file} is written: {title}, {slides}", file=chosen.out, title=deck.title, slides=slides), markup=False)
    for line in deck.left_out:
        say.print(_("Left out: {what}", what=line), style="yellow", markup=False)


def _scope(reader: Reader, chosen: argparse.Namespace):
    from data.notes import Notes
    from reports.exhibit import Scope, compare_month
    from reports.marks import changes_of, marks_of

    filters = Filters(month=chosen.month or reader.months[-1], **slices_of(chosen))
    at = next((end for end in reader.months if (end.year, end.month) == (filters.month.year, filters.month.month)), filters.month)  # fmt: skip
    weigh = "loans" if not reader.has_balances else chosen.weigh_by or "balance"
    before = compare_month(at, chosen.compare, reader.months)
    marks = marks_of(changes_of(reader), at)
    return Scope(reader, Filters(month=at, **slices_of(chosen)), before, weigh, notes=Notes(reader.folder), marks=marks)


def _writer(path: Path | None, template: Path | None) -> Callable[..., None]:
    """What writes files of this ending. Raises UnwritableReport."""
    known = {ending: module for ending, module in WRITERS.items() if find_spec(f"reports.{module}")}
    names = ", ".join(known)
    if path is None:
        raise UnwritableReport("Say where to write: --out FILE, with the ending {known}.", known=names)
    if path.suffix.lower() not in known:
        raise UnwritableReport("{file} has no ending that can be written; there are {known}.", file=path, known=names)
    if path.is_dir() or not path.parent.is_dir():
        raise UnwritableReport("{file} is not a file in a folder that exists.", file=path)
    ending = path.suffix.lower()
    if template and ending != ".pptx":
        raise UnwritableReport("A template is for slides: --template goes with --out FILE.pptx.")
    if template and template.exists() and path.exists() and template.samefile(path):
        raise UnwritableReport("{file} is the template: write the slides to another file.", file=path)
    if ending == ".pptx":
        from reports.slides import write_slides

        return lambda deck, to: write_slides(deck, to, template)
    if ending == ".xlsx":
        from reports.workbook import write_workbook

        return write_workbook
    if ending == ".html":
        from reports.web_page import write_web_page

        return write_web_page
    from reports.pdf import write_pdf

    return write_pdf


def _whole(path: Path, write: Callable[[Path], None]) -> None:
    """Whole or not at all: written beside, then renamed. Raises UserError where the system does not let it."""
    aside = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        write(aside)
        aside.replace(path)
    except OSError as error:
        raise UserError("{file} cannot be written: {error}", file=path, error=error.strerror or str(error)) from error
    finally:
        aside.unlink(missing_ok=True)


def _list() -> None:
    """The stories, then all that a slide can show, page by page."""
    from reports.catalogue import PAGES, catalogue
    from reports.slides_made import MADE
    from reports.story import load_story, stories

    out.print(_("Stories"), style="bold", markup=False)
    for name in stories():
        out.print(f"  {name}  {_(load_story(name).title)}", markup=False)
    out.print(_("Figures and words"), style="bold", markup=False)
    for key, made in MADE.items():
        out.print(f"  {key}  {told(made.name)}", markup=False)
    for page in PAGES:
        out.print(told(page.name), style="bold", markup=False)
        for entry in catalogue().values():
            if entry.page is page:
                options = ", ".join(f"{name} = {default!r}" for name, default in entry.options.items())
                out.print(f"  {entry.key}  {told(entry.name)}" + (f" ({options})" if options else ""), markup=False)
