"""A card of the sandbox: a chart of an experiment, with what it is and what it can be taken away as."""

import json
from collections.abc import Callable
from datetime import date as day_type

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from charts import Words
from pages.shared.card import CHART
from pages.shared.download import table_buttons
from pages.shared.picture import picture_buttons
from sim.experiments import Order
from wording import _, count


def what_if_card(order: Order, id: str, words: Words, figure: go.Figure | None, rows: pl.DataFrame, caption: str, key: str) -> None:  # fmt: skip
    """Title, chart, caption and download; without a figure the title says what is lacking."""
    with st.container(border=True, key=f"card_{key}"):
        st.header(words.title, anchor=False)
        if figure is not None:
            st.plotly_chart(figure, theme=None, alt=words.alt, config=CHART, key=key)
        with st.container(horizontal=True, wrap=False, gap="xsmall", key=f"card_foot_{key}"):
            st.caption(caption, unsafe_allow_html=True)
            if figure is not None:
                take_away(order, id, lambda: rows, key, words.title, caption)


def take_away(order: Order, id: str, rows: Callable[[], pl.DataFrame], key: str, title: str, caption: str, chart: bool = True) -> None:  # fmt: skip
    """The data as CSV and Excel, and the chart as a picture; each says by itself what run it is of."""
    with st.popover(
        _("Download"), type="tertiary", icon=":material/download:", help=_("Download this card as data or as a picture"),
        key=f"download_menu_{key}",
    ):  # fmt: skip
        with st.container(horizontal=True, gap="xsmall"):
            table_buttons(rows, about(order, id), f"recoup-{key}-{id}", key)
        if chart:
            picture_buttons(key, f"recoup-{key}-{id}", title, [_plain(caption), passport_line(order, id)])


def about(order: Order, id: str) -> dict[str, object]:
    """What the numbers are of, in columns of their own: the passport, and what the backtest said of the model."""
    return {
        "about_experiment": id,
        "about_passport": json.dumps(order.passport),
        "about_backtest": order.backtest or "none",
        "about_taken_on": day_type.today(),
    }


def passport_line(order: Order, id: str) -> str:
    """Experiment, replications, seed and model in one line; a model that did badly, or was never tested, says so."""
    passport = order.passport
    line = _(
        "Simulated, experiment {id}: {replications} replications of {days} days, seed {seed}, model {code}",
        id=id, replications=count(order.replications), days=count(order.days), seed=str(order.seed), code=passport["code"],
    )  # fmt: skip
    if order.backtest == "poor":
        return line + ". " + _("The backtest of the model on this book is poor")
    return line if order.backtest else line + ". " + _("The model was not tested on this book")


def _plain(caption: str) -> str:
    """The caption without its marks of colour."""
    text = caption.replace("</span>", "")
    while "<span" in text:
        before, _open, rest = text.partition("<span")
        text = before + rest.partition(">")[2]
    return text
