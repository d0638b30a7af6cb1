"""The deck of a story as the page and its downloads have it: composed once for all sessions, with the words of whoever presents."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import streamlit as st

from pages.shared.view import View
from reports.compose import compose
from reports.deck import Deck, Slide
from reports.exhibit import Mode, Scope
from reports.experiment import Experiment, read_experiment
from reports.story import Shown, Story
from wording import language, set_currency, set_language


def deck_of(view: View, story: Story, spoken: str, experiment: str, mode: Mode) -> Deck:
    """The deck in a language, its figures for a mode. Raises NoExperiment."""
    found = read_experiment(view.reader, experiment, view.notes) if experiment else None
    scope = replace(view.scope, mode=mode)
    bare = replace(story, title="", slides=tuple(replace(slide, title="", comment="") for slide in story.slides))
    notes = view.notes.path.stat().st_mtime if view.notes.path.exists() else 0.0
    asked = (
        str(view.book_dir), view.reader.version.number, repr(view.filters), view.compare_month, view.weigh_by, mode, spoken, notes,
        experiment, found.answer.done if found else 0, repr(bare.slides),
    )  # fmt: skip
    return _in_own_words(_composed(asked, bare, scope, found, spoken), story)


@st.cache_resource(max_entries=24, show_spinner=False)
def _composed(asked: tuple, _story: Story, _scope: Scope, _experiment: Experiment | None, _spoken: str) -> Deck:
    with speaking(_spoken, _scope.reader.version.settings.currency):
        return compose(_story, _scope, _experiment)


@contextmanager
def speaking(spoken: str, currency: str | None) -> Iterator[None]:
    """Another language for a while, in this context alone, which may be one that has none yet."""
    before = language()
    set_language(spoken)
    set_currency(currency)
    try:
        yield
    finally:
        set_language(before)


def _in_own_words(deck: Deck, story: Story) -> Deck:
    """The deck with the titles and comments that the story has of its own."""
    places = places_of(deck, story)
    slides = tuple(
        _said(slide, story.slides[at]) if (at := places.get(n)) is not None else slide
        for n, slide in enumerate(deck.slides)
    )
    return replace(deck, title=story.title or deck.title, slides=slides)


def _said(slide: Slide, own: Shown) -> Slide:
    return replace(slide, title=own.title or slide.title, comment=own.comment or slide.comment)


def places_of(deck: Deck, story: Story) -> dict[int, int]:
    """Which slide of the deck is which of the story. Some of the story are left out, and some the deck has by itself."""
    found, begin = {}, 0
    shows = [slide.show for slide in story.slides]
    for n, slide in enumerate(deck.slides):
        show = slide.key.partition("-")[0]
        if show in shows[begin:]:
            found[n] = shows.index(show, begin)
            begin = found[n] + 1
    return found
