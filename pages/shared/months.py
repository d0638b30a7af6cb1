"""What a page says about months that the book lacks."""

import streamlit as st

from charts.months import month_before
from pages.shared.view import View
from wording import _, month


def without_movement(view: View) -> bool:
    """Say so where the month before the chosen one is not in the book: then nothing moved that could be known."""
    now = view.filters.month
    before = month_before(now)
    if before in view.reader.months:
        return False
    text = _(
        "Roll rates of {month} need the month before it, and the book has no {before}.",
        month=month(now),
        before=month(before),
    )
    if now == view.reader.months[0]:
        text = _("{month} is the first month of the book: roll rates begin with the second.", month=month(now))
    st.info(text, icon=":material/calendar_month:")
    return True
