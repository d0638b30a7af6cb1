"""What can be chosen of a slide's chart: intervals, what it is split by, which rules, in the words of the page that the chart stands on."""

from collections.abc import Callable, Mapping

import streamlit as st

import charts
from reports.catalogue import SANDBOX, Entry, catalogue
from reports.exhibits import stages, what_if
from reports.story import Shown
from wording import _


def option_widgets(slide: Shown, stamp: str, on_change: Callable[..., None], *args: object) -> dict[str, str]:
    """A field an option; the keys of the fields by the names of the options. Options without a list of values stand in a story's file."""
    entry = catalogue().get(slide.show)
    keys = {}
    for name, default in (entry.options if entry else {}).items():
        words, chosen, key = _words(entry, name), slide.options.get(name, default), f"slide_option_{name}_{stamp}"
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
