"""The key figures of the Overview, a card each."""

import streamlit as st

from pages.shared.view import View
from reports.key_figures import KeyFigure, standing

ARROWS = {1: "up", 0: "off", -1: "down"}


def figure_card(figure: KeyFigure, view: View) -> None:
    """A figure with its change since the month compared with, or its difference to its target, its months as a line, and what it means.

    Red is worse and green better, a change only where it is larger than usual; else it is grey.
    """
    how = standing(figure, view.scope, view.against_target)
    st.metric(
        figure.name,
        how.value,
        how.by or how.beside,
        delta_arrow=ARROWS[how.way],
        delta_description=how.by and how.beside,
        delta_color={1: "red", 0: "off", -1: "green"}[how.news],
        help="\n\n".join([figure.means, how.judged]),
        border=True,
        height="stretch",
        chart_data=_line(figure),
    )


def _line(figure: KeyFigure) -> list[float] | None:
    known = [100 * value for value in figure.series.values() if value is not None]
    return known if len(known) > 1 else None
