"""What is presented: a story or any slides, their order and own words, kept for the visit, in the address, and as drafts by a name.

The slides stand in the address by their codes, the language of the deck and the experiment too; titles, comments and choices of one's own in
a draft, and its name in the address.
"""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from data.errors import InvalidStory, UserError
from data.notes import LONGEST_NAME, Kept, SavedStory
from data.said import said
from pages.shared.view import View
from pages.shared.who import who
from reports.catalogue import catalogue
from reports.slides_made import MADE
from reports.story import Shown, Story, load_story, needs_experiment, read_story, stories, write_story
from reports.what_if_words import listed_subject
from sim.experiments import Listed, experiments
from wording import _, date, own_name, set_language, told, whole_languages

DEFAULT = "monthly_review"
DRAFT = "draft:"
STORY, SLIDES, LANGUAGE, EXPERIMENT = "story", "slides", "deck_language", "run"  # of the address


def picked(view: View) -> Story:
    """The story of this visit; on its first run that of the address, which says on each run what is not as Recoup has it."""
    if "present_story" not in st.session_state:
        _begin_as_linked(view)
    story: Story = st.session_state["present_story"]
    base, shows = st.session_state["present_base"], [slide.show for slide in story.slides]
    _in_address(STORY, base if base != DEFAULT else "")
    _in_address(SLIDES, ".".join(shows) if shows != st.session_state["present_shows"] else "")
    return story


def _in_address(name: str, value: str) -> None:
    if value:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def change(story: Story) -> None:
    st.session_state["present_story"] = story


def _begin_as_linked(view: View) -> None:
    base = st.query_params.get(STORY, DEFAULT)
    begin(view, base if base in _bases(view) else DEFAULT)
    if base.startswith(DRAFT) and base not in _bases(view):
        name = base.removeprefix(DRAFT)
        st.session_state["present_error"] = _("The draft “{name}” that the link leads to is not there: it was deleted, or has another name.", name=name)  # fmt: skip
    linked = [show for show in st.query_params.get(SLIDES, "").split(".") if show in known_slides()]
    story: Story = st.session_state["present_story"]
    if linked and linked != [slide.show for slide in story.slides]:
        own = {slide.show: slide for slide in story.slides}
        change(replace(story, slides=tuple(own.get(show, Shown(show)) for show in linked)))


def begin(view: View, base: str) -> None:
    """Let the story of this name, or a draft, be what is presented."""
    set_language(view.language)  # at the press of a button no page has said yet whose language it is
    st.session_state["present_base"] = base
    if base.startswith(DRAFT):
        try:
            change(read_story(_drafts(view)[base].note.toml, base.removeprefix(DRAFT)))
        except InvalidStory as error:  # written by another Recoup, which had slides that this one has not
            st.session_state["present_error"] = "\n\n".join(map(told, error.problems))
            begin(view, DEFAULT)
            return
    else:
        story = load_story(base)
        change(replace(story, title=_(story.title)))
    _note_begun(st.session_state["present_story"])


def _note_begun(story: Story) -> None:
    """What a link to the story or to the draft brings back."""
    st.session_state["present_begun"] = story
    st.session_state["present_shows"] = [slide.show for slide in story.slides]


def in_no_link(story: Story) -> bool:
    """Whether words or choices of one's own stand in it that a link to this page would lose: it has the slides and their order alone."""
    begun: Story = st.session_state["present_begun"]
    return story.title != begun.title or any(slide not in begun.slides for slide in story.slides if slide != Shown(slide.show))  # fmt: skip


def _drafts(view: View) -> dict[str, Kept]:
    return {f"{DRAFT}{kept.note.name}": kept for kept in view.notes.all(SavedStory)}


def _bases(view: View) -> dict[str, str]:
    """What one can begin with, by codes: the stories that come with Recoup, then drafts."""
    ours = {name: _(load_story(name).title) for name in sorted(stories(), key=lambda name: (name != DEFAULT, name))}
    return ours | {code: _("Draft: {name}", name=kept.note.name) for code, kept in _drafts(view).items()}


def known_slides() -> dict[str, str]:
    """All that a slide can show, by codes, with the page that it stands on."""
    made = {key: told(each.name) for key, each in MADE.items()}
    drawn = {
        key: _("{page}: {what}", page=told(entry.page.name), what=told(entry.name))
        for key, entry in catalogue().items()
    }
    return made | drawn


# The panel


def pick_panel(view: View, story: Story) -> None:
    """What to begin with, the title, slides to add, and drafts."""
    if error := st.session_state.pop("present_error", None):
        st.error(told(error), icon=":material/error:")
    with st.container(border=True, key="card_story"):
        st.header(_("The deck"), anchor=False)
        bases = _bases(view)
        base = st.session_state["present_base"]
        st.selectbox(
            _("Begin with"), list(bases), index=list(bases).index(base) if base in bases else 0, format_func=bases.__getitem__,
            key=f"present_begin_{base}", on_change=_begin_chosen, args=(view, f"present_begin_{base}"),
        )  # fmt: skip
        st.text_input(
            _("Title of the deck"), value=story.title, max_chars=LONGEST_NAME, key=f"present_title_{base}_{story.title}",
            on_change=_retitle, args=(f"present_title_{base}_{story.title}",),
        )  # fmt: skip
        names = known_slides()
        st.selectbox(
            _("Add a slide"), list(names), index=None, format_func=names.__getitem__, placeholder=_("a chart, a table, figures"),
            key="present_add", on_change=_add,
        )  # fmt: skip
    with st.container(border=True, key="card_drafts"):
        _save(view, story)


def _begin_chosen(view: View, key: str) -> None:
    begin(view, st.session_state[key])


def _retitle(key: str) -> None:
    if title := st.session_state[key].strip():
        change(replace(st.session_state["present_story"], title=title))


def _add() -> None:
    show = st.session_state["present_add"]
    story: Story = st.session_state["present_story"]
    if show:
        change(replace(story, slides=(*story.slides, Shown(show))))
    st.session_state["present_add"] = None


def _save(view: View, story: Story) -> None:
    """Keep the deck by a name, with its order and words; it can be opened by everyone who works with the book."""
    st.header(_("Drafts"), anchor=False)
    if in_no_link(story):
        st.caption(_("A link to this page has the slides and their order. Titles, comments and choices of your own are in no link until they are saved as a draft, to which it then leads."))  # fmt: skip
    me = who("stories")
    base = st.session_state["present_base"]
    name = st.text_input(
        _("Name of the draft"), value=base.removeprefix(DRAFT) if base.startswith(DRAFT) else "", max_chars=LONGEST_NAME,
        key=f"present_draft_{base}",
    ).strip()  # fmt: skip
    with st.container(horizontal=True):
        st.button(
            _("Save"), icon=":material/save:", disabled=not (me and name), key="present_save",
            on_click=_write, args=(lambda: _keep(view, name, story, me),),
        )  # fmt: skip
        st.button(
            _("Delete"), icon=":material/delete:", disabled=not (me and base.startswith(DRAFT)), key="present_delete",
            on_click=_write, args=(lambda: _remove(view, base, me),),
        )  # fmt: skip
        st.download_button(
            _("As a file"), data=lambda: write_story(story).encode(), file_name=f"{story.name}.toml", mime="application/toml",
            icon=":material/code:", on_click="ignore", key="present_toml",
            help=_("For a schedule: recoup.py report makes the same deck from it without a screen"),
        )  # fmt: skip


def _keep(view: View, name: str, story: Story, me: str) -> None:
    note = SavedStory(name, write_story(replace(story, name=name)))
    same = next((kept for kept in _drafts(view).values() if kept.note.name.casefold() == name.casefold()), None)
    if same:
        view.notes.change(same.number, note, me)
    else:
        view.notes.add(note, me)
    st.session_state["present_base"] = f"{DRAFT}{name}"
    _note_begun(story)


def _remove(view: View, base: str, me: str) -> None:
    kept = _drafts(view).get(base)
    if kept:
        view.notes.remove(SavedStory, kept.number, me)
    begin(view, DEFAULT)


def _write(do: Callable[[], None]) -> None:
    try:
        do()
    except UserError as error:
        st.session_state["present_error"] = said(error.template, **error.values)


# Whose words, and of which experiment


def language_of_deck(view: View) -> str:
    offered = whole_languages()
    linked = st.query_params.get(LANGUAGE)
    st.session_state.setdefault("present_language", linked if linked in offered else view.language)
    chosen = st.segmented_control(
        _("Language of the deck"), offered, format_func=own_name, required=True, key="present_language", persist_state="session"
    ) or view.language  # fmt: skip
    _in_address(LANGUAGE, chosen if chosen != view.language else "")
    return chosen


def experiment_of(view: View, story: Story) -> str:
    """The number of the experiment that is told of; "" where there is none, or none is asked for."""
    if not story.of_experiment:
        return ""
    listed = experiments(view.book_dir)
    if not listed:
        st.info(_("This story tells of an experiment, and the book has none yet. Run one on the Sandbox."))
        st.page_link("pages/sandbox.py", label=_("Try a policy"), icon=":material/science:")
        return ""
    ids = [each.id for each in listed]
    linked = st.query_params.get(EXPERIMENT)
    if st.session_state.get("present_experiment") not in ids:  # it may have been cleared away
        st.session_state.pop("present_experiment", None)
    if "present_experiment" not in st.session_state and linked in ids:
        st.session_state["present_experiment"] = linked
    names = {each.id: _experiment_name(each) for each in listed}
    chosen = st.selectbox(
        _("Experiment"), ids, format_func=names.__getitem__, key="present_experiment", persist_state="session"
    )
    _in_address(EXPERIMENT, chosen)  # the newest too: tomorrow another will be
    return chosen


def _experiment_name(listed: Listed) -> str:
    return " · ".join([listed.id, listed_subject(listed.subject, listed.start), date(listed.ordered_at.date())])


# Changing a slide


def without_experiments(story: Story) -> Story:
    return replace(story, slides=tuple(slide for slide in story.slides if not needs_experiment(slide.show)))


def move(at: int, by: int) -> None:
    story: Story = st.session_state["present_story"]
    slides = list(story.slides)
    if 0 <= at + by < len(slides):
        slides[at], slides[at + by] = slides[at + by], slides[at]
        change(replace(story, slides=tuple(slides)))


def drop(at: int) -> None:
    story: Story = st.session_state["present_story"]
    change(replace(story, slides=story.slides[:at] + story.slides[at + 1 :]))


def choose(at: int, options: dict[str, object]) -> None:
    """What is chosen of the chart of a slide."""
    story: Story = st.session_state["present_story"]
    slide = replace(story.slides[at], options=options)
    change(replace(story, slides=(*story.slides[:at], slide, *story.slides[at + 1 :])))


def reword(at: int, title_key: str, comment_key: str) -> None:
    story: Story = st.session_state["present_story"]
    words = {"title": st.session_state[title_key].strip(), "comment": st.session_state[comment_key].strip()}
    slide = replace(story.slides[at], **words)
    change(replace(story, slides=(*story.slides[:at], slide, *story.slides[at + 1 :])))
