"""The right side of the sandbox: the answer of an experiment, while it sharpens and when it is known."""

from dataclasses import dataclass, replace

import polars as pl
import streamlit as st

import charts
from pages.shared.options import option
from pages.shared.sandbox_card import what_if_card
from pages.shared.view import View
from queries import Reader
from reports.deck import Grid
from reports.exhibit import Exhibit
from reports.exhibits import what_if as exhibits
from reports.exhibits.what_if import WhatIf
from reports.slides_of_experiment import card_rows, card_words
from reports.what_if_tables import figures_grid, several_grid
from reports.what_if_words import MEANINGS, about_run, passport_line, shown
from sim import answers
from sim.experiments import Answer, Order
from sim.monthly import Series
from sim.scored import SCORED, months_since, scored, what_came, words_of
from wording import _, count, month, ngettext, told

COLOURS = {"better": "green", "worse": "red"}


@dataclass(frozen=True)
class Results(WhatIf):
    """What is shown, and on which screen."""

    view: View | None = None


def results_of(view: View, id: str, order: Order, answer: Answer) -> Results:
    return Results(id, order, answer, mode=view.mode, view=view)


def _card(of: Results, exhibit: Exhibit, key: str = "", hint: str = "") -> None:
    what_if_card(of.order, of.id, replace(exhibit, key=f"box_{exhibit.key}"), key, hint)


def key_figures(of: Results) -> None:
    """The differences that matter most, each with interval and verdict."""
    with st.container(horizontal=True, gap="small", key="box_figures"):
        for row in card_rows(of.figures):
            name, value, below = card_words(row)
            st.metric(
                name, value, below, delta_color=COLOURS.get(row["verdict"], "off"), delta_arrow="off",
                help=told(MEANINGS[row["measure"]]), border=True, height="stretch",
            )  # fmt: skip


def all_figures(of: Results) -> None:
    """Every measure: both values, the difference, its interval and verdict, beside nobody being contacted where that was run."""
    with st.expander(_("All figures"), icon=":material/table_rows:"):
        st.table(_rows(figures_grid(of)))
        st.caption(_("Means of paired replications; intervals of the differences, 95 %."))


def several(of: Results) -> None:
    """Several saved scenarios beside today: a row a measure, a column a scenario."""
    with st.container(border=True, key="card_several"):
        st.header(_("Each against today"), anchor=False)
        st.table(_rows(several_grid(of)))
        st.caption(_("Differences with their intervals, 95 %, on the same borrowers with the same luck."))


def _rows(grid: Grid) -> list[dict[str, str]]:
    return [dict(zip(grid.heads, row, strict=True)) for row in grid.rows]


def recovery(of: Results) -> None:
    _card(of, exhibits.recovered(of))


def waterfall(of: Results) -> None:
    split = option("split", _("Cash by"), {code: charts.split_name(code) for code in answers.SPLITS})
    _card(of, exhibits.waterfall(replace(of, split=split)))


def gains(of: Results) -> None:
    measure = option("gain", _("Gain in"), exhibits.gain_names())
    _card(of, exhibits.gains(replace(of, measure=measure)))


def rolls(of: Results) -> None:
    _card(of, exhibits.rolls(of))


def queues(of: Results) -> None:
    key = charts.key_of_lines(of.pair, of.mode)
    _card(of, exhibits.queues(of), key)
    _card(of, exhibits.work(of), key)


def replay(of: Results) -> None:
    what_if_card(
        of.order, of.id, exhibits.replay(of), charts.key_of_lines(of.pair, of.mode), _("move the slider, or play")
    )


def assumptions(of: Results, bars: list[dict]) -> None:
    _card(of, exhibits.tornado(replace(of, bars={"assumptions": bars})))


def sensitivity(of: Results, bars: list[dict]) -> None:
    _card(of, exhibits.sensitivity(replace(of, bars={"sensitivity": bars})))


def uncertainty(of: Results, bars: list[dict]) -> None:
    _card(of, exhibits.uncertainty(replace(of, bars={"uncertainty": bars})))


def since_then(of: Results) -> None:
    """An older what-if held against the months that the book has since, on demand: reading them takes some seconds."""
    since = months_since(of.order, of.view.reader.months)
    if not since or of.answer.done < 2:
        return
    with st.expander(_("What really happened since"), icon=":material/fact_check:"):
        if not st.toggle(_("Hold it against the book"), key=f"box_score_{of.id}"):
            st.caption(ngettext("The book has {n} month since.", "The book has {n} months since.", len(since)))
            return
        rows = scored(of.order, of.answer, _came(str(of.view.book_dir), of.view.reader.version.number, of.view.reader))
        if rows.is_empty():
            st.caption(_("The book tells nothing of these months that was foretold."))
            return
        for name in rows["scenario"].unique(maintain_order=True):
            st.markdown(
                _("**{scenario}**: {words}", scenario=charts.scenario_name(name), words=told(words_of(rows, name)))
            )
        titles = {name: told(SCORED[name][1]) for name in rows["measure"].unique(maintain_order=True)}
        measure = option("scored", _("Measure"), titles)
        st.table([_scored_row(row) for row in rows.filter(pl.col("measure") == measure).iter_rows(named=True)])
        st.caption(_("By month. What came is of the policy that was really in force; read the row of that one. The book's cost is that of contacts, agencies and the court, and so is the forecast's here; its rolls are by loans, its bad debt is more than 90 days past due."))  # fmt: skip


def _scored_row(row: dict) -> dict[str, str]:
    unit = SCORED[row["measure"]][0]
    return {
        _("Month"): month(row["month"]),
        _("Scenario"): charts.scenario_name(row["scenario"]),
        _("Foretold"): shown(unit, row["forecast"]),
        _("80 % interval"): f"{shown(unit, row['low'])} – {shown(unit, row['high'])}",
        _("What came"): shown(unit, row["actual"]),
        _("Inside"): _("yes") if row["inside"] else _("no"),
    }


@st.cache_data(show_spinner=False, max_entries=4)
def _came(book: str, version: int, _reader: Reader) -> Series:
    """What a version of a book says of its months."""
    return what_came(_reader)


def passport(of: Results) -> None:
    """What the numbers depend on."""
    with st.expander(_("Passport"), icon=":material/badge:"):
        st.caption(passport_line(of.order, of.id))
        st.json(of.order.passport)
        rows = [{_("Column"): name, _("Value"): str(value)} for name, value in about_run(of.order, of.id).items()]
        st.caption(_("{n} facts stand on every download of this run.", n=count(len(rows))))
