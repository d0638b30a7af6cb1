"""The attempts that broke a rule: a page of the list at a time, and all of it to take away."""

from functools import partial

import polars as pl
import streamlit as st

import charts
from charts.contact_hours import day_name
from charts.stages import channel_name
from pages.shared.card import definitions
from pages.shared.download import table_buttons
from pages.shared.options import option_of_many
from reports.column_names import column_name
from reports.exhibits.conduct import Conduct
from reports.provenance import about, file_stem
from wording import _, count, month, ngettext

ROWS = 50
MOST_TAKEN = 1_000_000
ROW_HEIGHT, MOST_HEIGHT = 35, 480
EVERY = "all"


def breach_list(of: Conduct) -> None:
    """A card: what to list, the attempts fifty at a time, the latest first, and the whole list to take away."""
    named = dict(of.rules.filter(pl.col("counted")).select("rule", "counts").iter_rows())
    rules = {EVERY: _("All rules")} | {code: charts.rule_name(counts, code) for code, counts in named.items()}
    units = of.ask("breach_rates", by=of.who, preset=of.rules_of).filter(pl.col("breaches") > 0)[of.who]
    hours = charts.hour_names(of.ask("conduct_hours", preset=of.rules_of))
    with st.container(border=True, key="card_breaches"):
        st.header(_("The attempts that broke a rule"), anchor=False)
        with st.container(horizontal=True, vertical_alignment="bottom", key="breach_options"):
            rule = option_of_many("rule", _("Rule"), rules)
            unit = option_of_many(
                "unit_of_list", _who(of.who), {EVERY: _("All")} | {u: _unit(of.who, u) for u in units}
            )
            hour = option_of_many("hour_of_list", _("Hour"), {EVERY: _("Every hour")} | hours)
            place = st.container(width=110)
        chosen = {"preset": of.rules_of, "rule": rule, of.who: unit} | _hour(hour)
        first = _first_row(place, of, chosen)
        rows = of.ask("breaches", **chosen, first=first, rows=ROWS)
        if rows.is_empty():
            st.caption(_("No attempt of {month} is to be listed.", month=month(of.scope.filters.month)))
            return
        st.dataframe(
            _readable(rows, rules, named),
            hide_index=True,
            height=min(ROW_HEIGHT * (rows.height + 1) + 2, MOST_HEIGHT),
            key="breaches",
        )
        _foot(of, rows, chosen)


def _hour(code: str) -> dict[str, str]:
    """The options of the question for one hour of the week; none for every hour."""
    if code == EVERY:
        return {}
    weekday, _dash, hour = code.partition("-")
    return {"weekday": weekday, "hour": hour}


def _first_row(place, of: Conduct, chosen: dict[str, str]) -> int:
    """The place in the list of the first row of the page chosen; a page that the list no longer has gives way to the last."""
    head = of.ask("breaches", **chosen, rows=1)
    pages = max(1, -(-(head["in_all"][0] if head.height else 0) // ROWS))
    if "page_of_list" in st.session_state:
        st.session_state["page_of_list"] = min(max(int(st.session_state["page_of_list"] or 1), 1), pages)
    with place:
        page = st.number_input(
            _("Page of {pages}", pages=count(pages)), 1, pages, step=1, key="page_of_list", bind="query-params"
        )
    return 1 + ROWS * ((page or 1) - 1)


def _foot(of: Conduct, rows: pl.DataFrame, chosen: dict[str, str]) -> None:
    """Which of how many are shown, what they mean, and all of them as a file: asked for when it is taken."""
    in_all, what = rows["in_all"][0], about(of.scope, ["breaches"])
    shown = _("{first} to {last}", first=count(rows["place"][0]), last=count(rows["place"][-1]))
    with st.container(horizontal=True, wrap=False, gap="xsmall", key="card_foot_breaches"):
        st.caption(f"{shown} {_of(in_all)}")
        definitions(["breaches", "conduct"])
        everything = partial(of.ask, "breaches", **chosen, rows=MOST_TAKEN)
        table_buttons(everything, what, file_stem(of.scope, "breaches"), "breaches")


def _of(in_all: int) -> str:
    return ngettext("of {n} breach, the latest first", "of {n} breaches, the latest first", in_all)


def _who(who: str) -> str:
    return _("Channel") if who == "channel" else _("Team or agency")


def _unit(who: str, code: str) -> str:
    return channel_name(code) if who == "channel" else code or _("Not known")


def _readable(rows: pl.DataFrame, rules: dict[str, str], counts: dict[str, str]) -> pl.DataFrame:
    """The page of the list in the reader's words; counts: what each rule counts."""
    said = [_said(row, counts[row["rule"]]) for row in rows.iter_rows(named=True)]
    return pl.DataFrame(
        {
            _("Time of the attempt"): [f"{day_name(at.isoweekday())} {at:%Y-%m-%d %H:%M}" for at in rows["acted_at"]],
            _("Rule"): [rules[code] for code in rows["rule"]],
            _("What broke it"): said,
            column_name("loan_id"): rows["loan_id"],
            column_name("customer_id"): rows["customer_id"],
            column_name("channel"): [channel_name(code) for code in rows["channel"]],
            column_name("owner"): rows["owner"],
            column_name("collector_id"): rows["collector_id"],
            column_name("outcome"): rows["outcome"],
        }
    )


def _said(row: dict[str, object], counts: str) -> str:
    """What was beyond the rule: the time of day, the days since a conversation, or the place among those counted."""
    if counts == "hours":
        return f"{row['acted_at']:%H:%M}"
    if counts == "third_parties":
        return _("somebody else was reached")
    if counts == "quiet_days":
        return ngettext("{n} day after a conversation", "{n} days after a conversation", row["found"])
    return _("number {n}, allowed {number}", n=count(row["found"]), number=row["number"])
