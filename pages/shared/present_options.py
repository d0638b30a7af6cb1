"""What can be chosen of a slide's chart: intervals, what it is split by, which rules, in the words of the page that the chart stands on."""

from collections.abc import Callable, Mapping

import streamlit as st

import charts
from data.errors import InvalidOption, NeedsData
from pages.shared.view import View
from reports.catalogue import SANDBOX, Entry, catalogue
from reports.exhibit import Scope
from reports.exhibits import stages, vintages, what_if
from reports.story import Shown
from wording import _, ngettext


def option_widgets(
    view: View, slide: Shown, stamp: str, on_change: Callable[..., None], *args: object
) -> dict[str, str]:
    """A field an option; the keys of the fields by the names of the options."""
    entry = catalogue().get(slide.show)
    keys = {}
    for name, default in (entry.options if entry else {}).items():
        chosen, key = slide.options.get(name, default), f"slide_option_{name}_{stamp}"
        words = _words(entry, name) or _words_of_book(view, slide, name)
        again = {"key": key, "on_change": on_change, "args": args}
        if isinstance(default, bool):
            st.toggle(_("Intervals"), value=bool(chosen), **again)
        elif words:
            codes = list(words)
            st.selectbox(
                _label(name),
                codes,
                index=codes.index(chosen) if chosen in codes else 0,
                format_func=words.__getitem__,
                **again,
            )
        else:
            continue
        keys[name] = key
    return keys


def chosen_options(slide: Shown, keys: Mapping[str, str]) -> dict[str, object]:
    """The options as the fields have them, those alone that are not as they are where nobody chose."""
    entry = catalogue().get(slide.show)
    found = dict(slide.options) | {name: st.session_state[key] for name, key in keys.items()}
    return {name: value for name, value in found.items() if entry is None or value != entry.options.get(name)}


def _label(name: str) -> str:
    return {
        "line": _("Days past due"),
        "age": _("At the age of"),
        "champion": _("Champion"),
        "kind": _("Counted"),
        "unit": _("League of"),
        "days": _("Days to pay"),
        "preset": _("Rules of"),
        "who": _("By"),
        "measure": _("Measure"),
    }.get(name, _("Split by"))


def _words(entry: Entry, name: str) -> dict[str, str]:
    """The values of an option by their codes; "" is what the book settles. Empty where there is no list."""
    choices = entry.page.choices.get(name, ())
    if not choices:
        return {}
    default = entry.options[name]
    word = _word(entry, name)
    as_settled = {"": _("as the page has it")} if default == "" else {}
    return as_settled | {code: word(code) for code in choices}


def _words_of_book(view: View, slide: Shown, name: str) -> dict[object, str]:
    """The same of an option whose values are those that the book has; empty where it has none."""
    asked = str(view.book_dir), view.reader.version.number, repr(view.filters), view.weigh_by
    chosen = {key: slide.options[key] for key in ("line", "kind") if key in slide.options}
    try:
        match name:
            case "line":
                found = {"": _("as the page has it")} | {line: line for line in _lines(asked, view.scope)}
            case "age":
                ages = _ages(asked, tuple(sorted(chosen.items())), view.scope)
                found = {0: _("as the page has it")} | {age: ngettext("{n} month", "{n} months", age) for age in ages}
            case "champion":
                found = {group: group for group in _groups(asked, view.scope)}
            case _:
                return {}
    except (NeedsData, InvalidOption):
        return {}
    return found if len(found) > 1 else {}


@st.cache_data(max_entries=50, show_spinner=False)
def _lines(asked: tuple, _scope: Scope) -> list[str]:
    """The lines of days past due that loans were counted on."""
    asked = _scope.reader.ask("vintages", vintages.looked_at(_scope), intervals=True)
    return asked["line"].unique(maintain_order=True).to_list()


@st.cache_data(max_entries=50, show_spinner=False)
def _ages(asked: tuple, chosen: tuple, _scope: Scope) -> list[int]:
    """The ages at which cohorts can be compared."""
    of = vintages.asked_of(_scope, **dict(chosen))
    return list(charts.ages_to_compare(of.vintages, **of.by))


@st.cache_data(max_entries=50, show_spinner=False)
def _groups(asked: tuple, _scope: Scope) -> list[str]:
    """The test groups that loans of the month are in."""
    return charts.groups_of(_scope.reader.ask("challenger", _scope.filters))


def _word(entry: Entry, name: str) -> Callable[[str], str]:
    of_sandbox = entry.page is SANDBOX
    match name:
        case "split" if of_sandbox:
            return charts.split_name
        case "split" if entry.options[name] == "stage":
            return stages.split_names().__getitem__
        case "split" | "group":
            return charts.dimension_name
        case "measure":
            return what_if.gain_names().__getitem__ if of_sandbox else charts.measure_name
        case "preset":
            return charts.preset_name
        case "kind":
            return {"ever": _("Ever so late"), "current": _("So late at the month-end")}.__getitem__
        case "unit":
            return {"agency": _("Agencies"), "collector": _("Collectors")}.__getitem__
        case "who":
            return {"owner": _("Team or agency"), "channel": _("Channel")}.__getitem__
    return str
