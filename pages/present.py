"""Present: a deck, a workbook, a page to hand out, in our words and our template."""

from pages.shared.view import current_view  # isort: skip - first: it leads a page served alone to the app

import streamlit as st

from data.errors import UserError
from pages.shared.card import nothing_here, page_head
from pages.shared.present_deck import deck_of
from pages.shared.present_pick import experiment_of, language_of_deck, pick_panel, picked, without_experiments
from pages.shared.present_slides import show_slides
from pages.shared.present_take import present_screen, presenting, take_panel
from wording import _

view = current_view()
if view.reader is None or not view.reader.months:
    nothing_here(view, _("Present"))

story = picked(view)
page_head(view, story.title, _("Present"))
if presenting():
    left, right = None, st.container()
else:
    left, right = st.columns([1, 2.4], gap="medium")
if left:
    with left:
        pick_panel(view, story)
        spoken = language_of_deck(view)
        experiment = experiment_of(view, story)
else:
    spoken, experiment = (
        st.session_state.get("present_language", view.language),
        st.session_state.get("present_experiment", ""),
    )
if story.of_experiment and not experiment:
    story = without_experiments(story)
try:
    with right:
        if not story.slides:
            st.info(_("There is no slide to show yet: add one at the left."))
        elif left is None:
            present_screen(view, story, spoken, experiment)
        else:
            show_slides(view, deck_of(view, story, spoken, experiment, view.mode), story)
    if left and story.slides:
        with left:
            take_panel(view, story, spoken, experiment)
except UserError as error:  # an experiment that is gone, or what this book has not
    st.error(_(error.template, **error.values))
