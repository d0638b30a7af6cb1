"""From a mark of a chart to its loans: a click opens the list of the loans behind it, and the address says which.

    loans=from_bucket:M1,to_bucket:M2          of the month that is shown
    loans=to_bucket:M3,month:2026-08

Nothing in an address is trusted: a bucket or a month that the book does not have gives way to all.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from math import ceil

import polars as pl
import streamlit as st

import charts
from charts.names import EXITS, TIERS, exit_name, tier_name
from data.settings import UNCLASSIFIED
from pages.shared.download import table_buttons
from pages.shared.view import View
from queries import Filters
from reports.column_names import column_name
from reports.provenance import about, file_stem
from wording import _, count, month, ngettext

PARAMETER = "loans"
PAGE_ROWS = 100
ALL_ROWS = 1_000_000
ANY, ENTRY = "any", "entry"
SHOWN = (
    "loan_id", "customer_id", "from_bucket", "to_bucket", "days_past_due", "opening_balance", "balance", "overdue_amount", "stage",
    "tier", "product", "region", "segment", "acquisition_channel", "originated_on",
)  # fmt: skip

Click = Mapping[str, object]
Places = dict[str, str]
"""from_bucket, to_bucket, tier, as the question `loans` names them; and month, where it is not the one shown."""

# A chart draws its marks without selecting them, so that nothing fades and nothing is lost when it is drawn anew. What is
# told of a click: the row and column of a cell, a bar's own name, and in stacked areas the layer under the pointer.
_LISTEN = """
export default function ({ data, setTriggerValue }) {
  let plot;
  const layer = (event, points) => {
    const axis = plot._fullLayout.yaxis;
    const value = axis.p2d(event.clientY - plot.getBoundingClientRect().top - axis._offset);
    let below = 0;
    for (const point of points) {
      below += point.y;
      if (value <= below) return value < 0 ? null : point.data.name;
    }
    return null;
  };
  const stacked = points => points.filter(point => point.data.stackgroup).sort((a, b) => a.curveNumber - b.curveNumber);
  const tell = ({ points, event }) => {
    const point = points[0];
    const cell = Array.isArray(point.pointIndex) ? point.pointIndex : null;
    setTriggerValue("clicked", {
      row: cell?.[0] ?? null, column: cell?.[1] ?? null, x: String(point.x), custom: point.customdata ?? null,
      layer: point.data.stackgroup ? layer(event, stacked(points)) : point.data.name ?? null,
    });
  };
  const look = () => {
    const found = document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`);
    if (found === plot || !found?.on) return;
    plot = found;
    plot.on("plotly_click", tell);
    plot.closest("[data-testid=stPlotlyChart]")?.classList.add("leads_to_loans");
  };
  look();
  const looking = setInterval(look, 300);
  return () => { clearInterval(looking); plot?.removeListener?.("plotly_click", tell); };
}
"""
_listener = st.components.v2.component("drill", js=_LISTEN)


def listen(view: View, chart: str, places_of: Callable[[View, Click], Places | None]) -> None:
    """Let clicks on the chart of the key `chart` open the loans that `places_of` finds behind them; a button opens all of them."""
    clicked = clicked_on(chart)
    places = places_of(view, clicked) if clicked else None
    if places:
        st.query_params[PARAMETER] = _written(places)
    st.button(
        _("Loans"), type="tertiary", icon=":material/list:", key=f"loans_{chart}",
        help=_("List the loans; a click on the chart lists those of a mark"),
        on_click=_open, args=({},),
    )  # fmt: skip


def clicked_on(chart: str) -> Click | None:
    """The mark of the chart of this key that was clicked just now; None where this run has another cause."""
    with st.container(key=f"drill_{chart}_unseen"):
        return _listener(key=f"drill_{chart}", data={"chart": chart}, on_clicked_change=lambda: None).clicked


def _open(places: Places) -> None:
    st.query_params[PARAMETER] = _written(places)


# What a click on each chart means


def matrix_cell(view: View, click: Click) -> Places | None:
    """A cell of the roll matrix."""
    place = charts.cell_of_matrix(click["row"], click["column"], view.reader.buckets)
    return place and {"from_bucket": place[0], "to_bucket": place[1]}


def bucket_layer(view: View, click: Click) -> Places | None:
    """A bucket's layer in a month."""
    if click["layer"] not in view.reader.buckets:
        return None
    return {"to_bucket": str(click["layer"]), "month": str(click["x"])[:7]}


def tier_bar(view: View, click: Click) -> Places | None:
    """A tier's bar."""
    tiers = {tier_name(tier): tier for tier in (*TIERS, UNCLASSIFIED)}
    return {"tier": tiers[click["custom"]]} if click["custom"] in tiers else None


# The list


def loans_dialog(view: View) -> None:
    """The list of loans that the address asks for; nothing where it asks for none."""
    if PARAMETER not in st.query_params or view.reader is None:
        return
    shown = st.dialog(_("Loans"), width="large", on_dismiss=_close)(_list)
    shown(view)


def _close() -> None:
    st.query_params.pop(PARAMETER, None)


def _list(view: View) -> None:
    places = _read(st.query_params.get(PARAMETER, ""), view)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        months = sorted(view.reader.months, reverse=True)
        when = _month_of(places, view)
        when = st.selectbox(_("Month"), months, months.index(when), format_func=month, key="loans_month", width=140)
        opening, closing, tiers = _choices(view)
        chosen = {
            "from_bucket": _choose(_("Stood in"), opening, places, "from_bucket"),
            "to_bucket": _choose(_("Went to"), closing, places, "to_bucket"),
            "tier": _choose(_("Tier"), tiers, places, "tier"),
        }
    said = chosen | ({"month": f"{when:%Y-%m}"} if when != view.filters.month else {})
    st.query_params[PARAMETER] = _written(said)
    _table(view, replace(view.filters, month=when), chosen)


def _table(view: View, filters: Filters, chosen: Places) -> None:
    """One page of the loans, and all of them to take away."""
    first = view.reader.ask("loans", filters, rows=1, **chosen)
    many = first["of_loans"][0] if first.height else 0
    if not many:
        st.info(_("No loan is there with these filters."))
        return
    pages = ceil(many / PAGE_ROWS)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(ngettext("**{n}** loan", "**{n}** loans", many), width="content")
        at = 1
        if pages > 1:
            label = _("Page, of {pages}", pages=count(pages))
            at = st.number_input(label, 1, pages, key=f"loans_page_{_written(chosen)}_{filters.month}", width=150)
        shown_view = replace(view, filters=filters)
        what = about(shown_view.scope, ["loans"])
        what["about_filters"] = " · ".join([str(what["about_filters"]), _written(chosen)]).rstrip(" ·")
        table_buttons(
            lambda: view.reader.ask("loans", filters, rows=ALL_ROWS, **chosen).drop("of_loans"),
            what, file_stem(shown_view.scope, "loans"), "loans",
        )  # fmt: skip
    page = view.reader.ask("loans", filters, rows=PAGE_ROWS, after=(at - 1) * PAGE_ROWS, **chosen)
    columns = {
        name: st.column_config.DateColumn(format="YYYY-MM-DD")
        if kind == pl.Date
        else st.column_config.NumberColumn(format="%.2f")
        for name, kind in page.schema.items()
        if kind == pl.Date or kind.is_decimal()
    }
    names = _names()
    known = [name for name in SHOWN if page[name].null_count() < page.height]
    st.dataframe(
        page.select(known).with_columns(pl.col("^tier|to_bucket$").replace(_state_names())).rename(names, strict=False),
        hide_index=True, height=420, key="loans_table",
        column_config={names[name]: column for name, column in columns.items() if name in names},
    )  # fmt: skip


def _names() -> dict[str, str]:
    return {name: column_name(name) for name in SHOWN} | {
        "from_bucket": _("Stood in"),
        "to_bucket": _("Went to"),
        "tier": _("Tier"),
        "opening_balance": _("Balance before"),
    }


def _state_names() -> dict[str, str]:
    return {name: exit_name(name) for name in EXITS} | {name: tier_name(name) for name in TIERS}


def _choices(view: View) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    buckets = {name: name for name in view.reader.buckets}
    exits = {name: exit_name(name) for name in EXITS}
    tiers = {band.name: tier_name(band.name) for band in view.reader.version.settings.tiers}
    anywhere = {ANY: _("Anywhere")}
    return anywhere | buckets | {ENTRY: _("Newly entered")}, anywhere | buckets | exits, {ANY: _("Any")} | tiers


def _choose(label: str, words: dict[str, str], places: Places, name: str) -> str:
    codes = list(words)
    start = codes.index(places.get(name, ANY)) if places.get(name, ANY) in codes else 0
    return st.selectbox(label, codes, start, format_func=words.__getitem__, key=f"loans_{name}_{start}", width=150)


def _month_of(places: Places, view: View) -> date:
    named = [end for end in view.reader.months if f"{end:%Y-%m}" == places.get("month")]
    return named[0] if named else view.filters.month


def _written(places: Places) -> str:
    """from_bucket:M1,to_bucket:M2; "all" where nothing is chosen."""
    return ",".join(f"{name}:{value}" for name, value in places.items() if value != ANY) or "all"


def _read(text: str, view: View) -> Places:
    """What an address names, as far as the book has it."""
    opening, closing, tiers = _choices(view)
    allowed = {"from_bucket": opening, "to_bucket": closing, "tier": tiers}
    pairs = (part.partition(":")[::2] for part in text.split(",")[:4])
    return {name: value for name, value in pairs if name == "month" or value in allowed.get(name, ())}
