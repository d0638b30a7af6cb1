"""The filter bar: one row above the page, bound to the address, so that a link shows others the same.

Nothing in an address is trusted: a month or a product that the book does not have gives way to the default.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date

import streamlit as st

from queries import Filters, Reader
from reports.exhibit import Compare, Weigh, compare_month
from wording import _, month

MORE_DIMENSIONS = ("region", "segment", "acquisition_channel")

Slices = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Choice:
    """What the bar says. `compare_month` is None when the book does not have that month.

    against_target: key figures are held against their targets; all else then against the month before.
    """

    filters: Filters = Filters()
    compare_month: date | None = None
    weigh_by: Weigh = "loans"
    against_target: bool = False


def filter_bar(
    reader: Reader,
    shown: bool = True,
    compares: bool = True,
    weighs: bool = True,
    targets: bool = False,
    menu: Callable[[], None] = lambda: None,
) -> Choice:
    """Draw the bar for a book that has at least one month; the newest is the default.

    A page that has no use for it still carries it, not `shown`: a parameter whose widget is not on the page
    leaves the address, and coming back would fill the browser's history with half-set addresses. So does one that
    does not hold a month against another, `compares`, or weighs nothing, `weighs`.
    targets: whether the page has figures with targets to compare with. menu: draws what stands last in the bar.
    """
    key = "filter_bar" if shown else "filter_bar_unseen"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key=key):
        chosen = _month(reader.months)
        with nullcontext() if compares else st.container(key="compare_unseen"):
            compare = _compare(targets)
        slices = _bound_slices(("product",), reader, width=160)
        with nullcontext() if weighs else st.container(key="weigh_by_unseen"):
            weigh_by = _weigh_by(reader.has_balances)
        slices |= _more_filters(reader)
        if shown:
            menu()
    before = compare_month(chosen, compare, reader.months)
    return Choice(Filters(month=chosen, **slices), before, weigh_by, compare == "target")


def _compare(targets: bool) -> Compare:
    words = {"previous_month": _("Previous month"), "year_ago": _("A year ago")}
    if targets:
        words["target"] = _("Target")
    elif st.session_state.get("compare") == "target":
        del st.session_state["compare"]  # gives way to the default where nothing has a target
    return _one_of("compare", _("Compare with"), words)


def _month(months: Sequence[date]) -> date:
    newest_first = sorted(months, reverse=True)
    newest = newest_first[0]
    if "month" in st.session_state and st.session_state["month"] == st.session_state.get("newest_month"):
        st.session_state["month"] = newest  # nobody chose it: an import has brought a newer one
    st.session_state["newest_month"] = newest
    _say_again("month")
    return st.selectbox(_("Month"), newest_first, format_func=month, key="month", bind="query-params", width=130)


def _weigh_by(has_balances: bool) -> Weigh:
    words = {"balance": _("Balance"), "loans": _("Loans")}
    if has_balances:
        return _one_of("weigh_by", _("Weigh by"), words)
    st.segmented_control(
        _("Weigh by"),
        list(words),
        default="loans",
        format_func=words.__getitem__,
        key="weigh_by_loans_only",
        disabled=True,
    )
    return "loans"


def _one_of(key: str, label: str, words: dict[str, str]) -> str:
    """A choice between a few words; the first is the default, also for an empty parameter (`?compare=`)."""
    default = next(iter(words))
    _say_again(key)
    picked = st.segmented_control(
        label,
        list(words),
        default=default,
        required=True,
        format_func=words.__getitem__,
        key=key,
        bind="query-params",
    )
    return picked or default


def _more_filters(reader: Reader) -> Slices:
    """The dimensions of less use, in a popover.

    What a closed popover holds is not on the page, so widgets bound to the address stand beside it, unseen.
    """
    with st.container(key="more_filters_unseen"):
        slices = _bound_slices(MORE_DIMENSIONS, reader)
    if slices:
        with st.popover(_("More filters"), icon=":material/tune:", key="more_filters"):
            for dimension, picked in slices.items():
                mirror = f"{dimension}_picked"
                st.session_state[mirror] = list(picked)
                _slice(dimension, reader, key=mirror, on_change=_copy, args=(mirror, dimension))
    return slices


def _bound_slices(dimensions: Sequence[str], reader: Reader, **layout: int) -> Slices:
    """What is chosen of each dimension of which the book has more than one value; empty means all of it."""
    slices = {}
    for dimension in dimensions:
        if len(reader.dimensions[dimension]) > 1:
            _say_again(dimension)
            slices[dimension] = _slice(dimension, reader, key=dimension, bind="query-params", **layout)
    return slices


def _slice(dimension: str, reader: Reader, **widget: object) -> tuple[str, ...]:
    label, everything = {
        "product": (_("Product"), _("All products")),
        "region": (_("Region"), _("All regions")),
        "segment": (_("Segment"), _("All segments")),
        "acquisition_channel": (_("Acquisition channel"), _("All channels")),
    }[dimension]
    values = reader.dimensions[dimension]
    return tuple(st.multiselect(label, values, format_func=_value, placeholder=everything, **widget))


def _value(value: str) -> str:
    return value or _("Not known")


def _copy(source: str, target: str) -> None:
    st.session_state[target] = st.session_state[source]


def _say_again(key: str) -> None:
    """Put a choice into this run's words, in the address too: another language names it otherwise."""
    if key in st.session_state:
        st.session_state[key] = st.session_state[key]
