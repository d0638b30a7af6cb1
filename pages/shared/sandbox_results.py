"""The right side of the sandbox: the answer of an experiment, while it sharpens and when it is known."""

from dataclasses import dataclass
from datetime import date as day_type
from functools import cached_property

import polars as pl
import streamlit as st

import charts
from pages.shared.options import option
from pages.shared.sandbox_card import about, passport_line, what_if_card
from pages.shared.sandbox_words import MEANINGS, TITLES, shown, span
from pages.shared.view import View
from sim import answers
from sim.calibration.observed import CASH, observed
from sim.calibration.records import read_records
from sim.experiments import NO_CONTACT, POLICY, TODAY, Answer, Order
from sim.scored import months_since, scored
from sim.tornado import ASSUMPTIONS
from wording import _, count, money, month, ngettext, told

CARDS = ("net", "recovered", "cost", "bad_debt_12m", "roll_m1", "complaints")
INSTEAD = {"bad_debt_12m": "charged_off_balance"}
"""What has a card where the first cannot be measured."""
COLOURS = {"better": "green", "worse": "red"}
GAINS = ("cash", "charged_off", "cured", "complaints")


@dataclass(frozen=True)
class Results:
    """What is shown: an experiment's order and its answer. chosen: of several saved scenarios the one that is looked into."""

    view: View
    id: str
    order: Order
    answer: Answer
    chosen: str = ""

    @property
    def of(self) -> str:
        """The scenario that figures are of; of several saved ones the one chosen, else the first."""
        return POLICY if POLICY in self.order.scenarios else self.chosen or self.saved[0]

    @property
    def saved(self) -> list[str]:
        """The scenarios beside today that have names of their own."""
        return [name for name in self.order.scenarios if name not in (POLICY, TODAY, NO_CONTACT)]

    @property
    def names(self) -> list[str]:
        return list(self.order.scenarios)

    @cached_property
    def figures(self) -> pl.DataFrame:
        return answers.figures(self.answer, self.of, TODAY)


def key_figures(of: Results) -> None:
    """The differences that matter most, each with interval and verdict."""
    rows = {row["measure"]: row for row in of.figures.to_dicts()}
    names = [name if rows[name]["difference"] is not None else INSTEAD.get(name, name) for name in CARDS]
    with st.container(horizontal=True, gap="small", key="box_figures"):
        for name in names:
            row = rows[name]
            how = charts.verdict_name(row["verdict"]) if row["difference"] is not None else _("not measured")
            interval = span(row["unit"], row["low"], row["high"])
            st.metric(
                told(TITLES[name]), shown(row["unit"], row["difference"], signed=True), f"{how} · {interval}" if interval else how,
                delta_color=COLOURS.get(row["verdict"], "off"), delta_arrow="off", help=told(MEANINGS[name]), border=True, height="stretch",
            )  # fmt: skip


def all_figures(of: Results) -> None:
    """Every measure: both values, the difference, its interval and verdict, beside nobody being contacted where that was run."""
    beside = answers.figures(of.answer, of.of, NO_CONTACT) if NO_CONTACT in of.order.scenarios else None
    rows = []
    for at, row in enumerate(of.figures.to_dicts()):
        if row["value"] is None and row["base"] is None:
            continue
        unit = row["unit"]
        shown_row = {
            _("Measure"): told(TITLES[row["measure"]]),
            charts.scenario_name(of.of): shown(unit, row["value"]),
            _("As today"): shown(unit, row["base"]),
            _("Difference"): shown(unit, row["difference"], signed=True),
            _("Interval"): span(unit, row["low"], row["high"]),
            _("Verdict"): charts.verdict_name(row["verdict"]),
        }
        if beside is not None:
            other = beside.row(at, named=True)
            shown_row[_("Against no contact")] = shown(unit, other["difference"], signed=True)
            shown_row[_("Its interval")] = span(unit, other["low"], other["high"])
        rows.append(shown_row)
    with st.expander(_("All figures"), icon=":material/table_rows:"):
        st.table(rows)
        st.caption(_("Means of paired replications; intervals of the differences, 95 %."))


def several(of: Results) -> None:
    """Several saved scenarios beside today: a row a measure, a column a scenario."""
    frames = {name: answers.figures(of.answer, name, TODAY).to_dicts() for name in of.names if name != TODAY}
    rows = []
    for at, measure in enumerate(next(iter(frames.values()))):
        if measure["base"] is None:
            continue
        row = {_("Measure"): told(TITLES[measure["measure"]]), _("As today"): shown(measure["unit"], measure["base"])}
        for name, figures in frames.items():
            one = figures[at]
            interval = span(one["unit"], one["low"], one["high"])
            value = shown(one["unit"], one["difference"], signed=True)
            row[name] = f"{value} ({interval}) {charts.verdict_name(one['verdict'])}" if interval else value
        rows.append(row)
    with st.container(border=True, key="card_several"):
        st.header(_("Each against today"), anchor=False)
        st.table(rows)
        st.caption(_("Differences with their intervals, 95 %, on the same borrowers with the same luck."))


def recovery(of: Results) -> None:
    frame = answers.recovered_by_day(of.answer, of.names)
    apart = answers.apart_by_day(of.answer, of.of, TODAY)
    figure = charts.recovered_by_day(frame, mode=of.view.mode, apart=apart)
    caption = _("Cash from the late so far, by day of the run; in the bands lie four in five replications. The same luck moves both lines together, so their difference is known better than either")  # fmt: skip
    what_if_card(of.order, of.id, charts.recovered_by_day_words(frame), figure, frame, caption, "box_recovery")


def waterfall(of: Results) -> None:
    split = option("split", _("Cash by"), {code: charts.split_name(code) for code in answers.SPLITS})
    frame = answers.net_by(of.answer, of.of, TODAY, split)
    figure = charts.net_waterfall(frame, split=split, mode=of.view.mode)
    caption = _("Where the difference in net comes from: cash by what brought it, then cost; the bars sum to the net. A payment is of the last conversation, else the last message, within seven days")  # fmt: skip
    what_if_card(of.order, of.id, charts.net_waterfall_words(frame, split=split), figure, frame, caption, "box_waterfall")  # fmt: skip


def gains(of: Results) -> None:
    names = {"cash": _("Cash"), "charged_off": _("Charged off"), "cured": _("Cured"), "complaints": _("Complaints")}
    measure = option("gain", _("Gain in"), {code: names[code] for code in GAINS})
    frame = answers.groups(of.answer, of.of, TODAY, measure)
    figure = charts.gains(frame, measure=measure, mode=of.view.mode)
    caption = _("{measure}, difference of each product and segment with its interval, 95 %; green gains, red loses, grey cannot be told", measure=names[measure])  # fmt: skip
    what_if_card(of.order, of.id, charts.gains_words(frame, measure=measure), figure, frame, caption, "box_gains")


def rolls(of: Results) -> None:
    """The exit ledger under the policy, each cell with its change against today."""
    after, before = (answers.rolls(of.answer, name) for name in (of.of, TODAY))
    caption = _("Month-end to month-end, by balance, all months of the run; below each share its change against today in points, red where it is worse. In a run of cases M0 holds those that were cured")  # fmt: skip
    figure = charts.roll_change(after, before, mode=of.view.mode)
    what_if_card(of.order, of.id, charts.roll_change_words(after, before), figure, after, caption, "box_rolls")


def queues(of: Results) -> None:
    pair = [of.of, TODAY]
    key = charts.key_of_lines(pair, of.view.mode)
    frame = answers.queues(of.answer, pair)
    caption = key + " · " + _("cases at the day's end")
    what_if_card(of.order, of.id, charts.queues_words(frame), charts.queues(frame, mode=of.view.mode), frame, caption, "box_queues")  # fmt: skip
    frame = answers.work(of.answer, pair)
    caption = key + " · " + _("of their minutes worked, mean of seven days")
    what_if_card(of.order, of.id, charts.work_words(frame), charts.work(frame, mode=of.view.mode), frame, caption, "box_work")  # fmt: skip


def replay(of: Results) -> None:
    pair = [of.of, TODAY]
    frame = answers.replay(of.answer, pair)
    caption = charts.key_of_lines(pair, of.view.mode) + " · " + _("mean of the replications; move the slider, or play")
    what_if_card(of.order, of.id, charts.replay_words(frame), charts.replay(frame, mode=of.view.mode), frame, caption, "box_replay")  # fmt: skip


def assumptions(of: Results, bars: list[dict]) -> None:
    """The tornado of an experiment on assumptions."""
    titles = {assumption.code: told(assumption.title) for assumption in ASSUMPTIONS}
    named = [bar | {"title": titles[bar["code"]]} for bar in bars if bar["code"] in titles]
    figure = charts.tornado(named, mode=of.view.mode)
    caption = _("Difference in net with one assumption at its low and its high end, as a factor of what it is; dotted: as assumed. Break-even: the factor at which the difference is nought, between the ends")  # fmt: skip
    rows = pl.DataFrame(named) if named else pl.DataFrame()
    what_if_card(of.order, of.id, charts.tornado_words(named), figure, rows, caption, "box_tornado")


def sensitivity(of: Results, bars: list[dict]) -> None:
    """All assumptions at once: in how many worlds the policy is better, and what moves the difference most."""
    titles = {assumption.code: told(assumption.title) for assumption in ASSUMPTIONS}
    known = bars[0] if bars else {"differences": [], "influences": []}
    rows = [row | {"title": titles[row["code"]]} for row in known["influences"] if row["code"] in titles]
    figure = charts.influences(rows, mode=of.view.mode)
    caption = _("How far each assumption moves the difference in net over its whole range, the mean over many places of the others, with its interval; hollow: how much that depends on the others")  # fmt: skip
    words = charts.influences_words(rows, known["differences"])
    what_if_card(of.order, of.id, words, figure, pl.DataFrame(rows) if rows else pl.DataFrame(), caption, "box_sensitivity")  # fmt: skip


def uncertainty(of: Results, bars: list[dict]) -> None:
    """What is not known of the borrowers, apart from luck."""
    known = bars[0] if bars else None
    figure = charts.unsure(known, mode=of.view.mode)
    caption = _("Difference in net: dots are worlds, each with other borrowers within what this book tells of them; the bars hold 95 % of what either does alone")  # fmt: skip
    rows = pl.DataFrame({"world": range(1, len(known["differences"]) + 1), "differences": known["differences"]}) if known else pl.DataFrame()  # fmt: skip
    what_if_card(of.order, of.id, charts.unsure_words(known), figure, rows.explode("differences") if known else rows, caption, "box_uncertainty")  # fmt: skip


def what_came(of: Results) -> None:
    """An older what-if held against the months that the book has since, on demand: reading them takes some seconds."""
    since = months_since(of.order, of.view.reader.months)
    if not since or of.answer.done < 2:
        return
    with st.expander(_("What really happened since"), icon=":material/fact_check:"):
        if not st.toggle(_("Hold it against the book"), key=f"box_score_{of.id}"):
            st.caption(ngettext("The book has {n} month since.", "The book has {n} months since.", len(since)))
            return
        rows = scored(of.order, of.answer, _recovered(str(of.view.book_dir), of.view.reader.version.number))
        if rows.is_empty():
            st.caption(_("The book does not tell what was recovered: it has no due dates or no payments."))
            return
        shown_rows = [
            {
                _("Month"): month(row["month"]),
                _("Scenario"): charts.scenario_name(row["scenario"]),
                _("Foretold"): money(row["forecast"]),
                _("80 % interval"): f"{money(row['low'])} – {money(row['high'])}",
                _("What came"): money(row["actual"]),
                _("Inside"): _("yes") if row["inside"] else _("no"),
            }
            for row in rows.iter_rows(named=True)
        ]
        st.table(shown_rows)
        st.caption(_("Cash from the late, by month. What came is of the policy that was really in force; read the row of that one."))  # fmt: skip


@st.cache_data(show_spinner=False, max_entries=4)
def _recovered(book: str, version: int) -> dict[day_type, float]:
    """Cash from the late by month, of a version of the book."""
    records, _version = read_records(book, version)
    return observed(records)[CASH]


def passport(of: Results) -> None:
    """What the numbers depend on."""
    with st.expander(_("Passport"), icon=":material/badge:"):
        st.caption(passport_line(of.order, of.id))
        st.json(of.order.passport)
        rows = [{_("Column"): name, _("Value"): str(value)} for name, value in about(of.order, of.id).items()]
        st.caption(_("{n} facts stand on every download of this run.", n=count(len(rows))))
