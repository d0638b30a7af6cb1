"""The frame of every screen: theme, language, navigation, filter bar; it runs the page asked for."""

from pathlib import Path

import streamlit as st

from pages.shared.arrival import take_slices_of_link
from pages.shared.book import book_dir, current_reader
from pages.shared.drill import loans_dialog
from pages.shared.filters import Choice, filter_bar
from pages.shared.language import choose_language
from pages.shared.memory import keep_loaded
from pages.shared.mode import page_mode
from pages.shared.saved_views import views_menu
from pages.shared.sign_in import require_reader
from pages.shared.spoken import speak_plainly
from pages.shared.targets import has_targets, notes_of
from pages.shared.view import View, showing
from wording import _, set_currency

STATIC = Path(__file__).parent / "static"

# Before the navigation: else a page's icon is the favicon, which the browser would fetch from a public host.
st.set_page_config(page_icon=STATIC / "favicon.svg", layout="wide", initial_sidebar_state=232)
st.html(STATIC / "style.css")
st.logo(STATIC / "logo.svg", size="large")

language = choose_language()
require_reader()
overview = st.Page("pages/overview.py", title=_("Overview"), icon=":material/dashboard:", url_path="home", default=True)
overview_by_name = st.Page("pages/overview.py", title=_("Overview"), url_path="overview", visibility="hidden")
roll_rates = st.Page("pages/roll_rates.py", title=_("Roll rates"), icon=":material/grid_on:")
bad_debt = st.Page("pages/bad_debt.py", title=_("Bad debt"), icon=":material/trending_down:")
vintages = st.Page("pages/vintages.py", title=_("Vintages"), icon=":material/stacked_line_chart:")
stages = st.Page("pages/stages.py", title=_("Stages"), icon=":material/stairs:")
conduct = st.Page("pages/conduct.py", title=_("Conduct"), icon=":material/gavel:")
borrowers = st.Page("pages/borrowers.py", title=_("Borrowers"), icon=":material/groups:")
sandbox = st.Page("pages/sandbox.py", title=_("Sandbox"), icon=":material/science:")
optimise = st.Page("pages/optimise.py", title=_("Optimise"), icon=":material/tune:")
present = st.Page("pages/present.py", title=_("Present"), icon=":material/slideshow:")
data = st.Page("pages/data.py", title=_("Data"), icon=":material/database:")
page = st.navigation(
    {
        _("Managers"): [overview, overview_by_name, roll_rates, bad_debt, vintages, stages, conduct],
        _("Strategists"): [borrowers, sandbox, optimise],
        _("Presenters"): [present],
        _("Everyone"): [data],
    }
)
st.set_page_config(page_title=f"{page.title} · Recoup")

book = book_dir()
reader = current_reader(book)
set_currency(reader.version.settings.currency if reader else None)

head = st.container()
if reader:
    take_slices_of_link(page.url_path, reader)
notes = notes_of(book)
choice = Choice()
if reader and reader.months:
    choice = filter_bar(
        reader,
        shown=page not in (data, sandbox, optimise),
        compares=page is not vintages,
        weighs=page is not conduct,
        targets=page in (overview, overview_by_name) and has_targets(notes),
        menu=lambda: views_menu(notes, page),
    )
mode = page_mode()
speak_plainly(language)
view = View(
    head,
    book,
    reader,
    choice.filters,
    choice.compare_month,
    choice.weigh_by,
    language,
    mode,
    notes,
    choice.against_target,
)
with showing(view):
    page.run()
    loans_dialog(view)
keep_loaded(page.url_path)
