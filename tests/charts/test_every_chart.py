"""What holds for each chart: nothing to draw, one month, no balances, what a person did to it."""

import datetime as dt

import plotly.graph_objects as go
import pytest

import charts
from tests.charts.frames import bad_debt, ledger, levels, months, net_flow, roll_rates, sliced, trend

JUNE, MAY = dt.date(2024, 6, 30), dt.date(2024, 5, 31)
WAYS = ("balance", "loans")


def all_charts(weigh: str, month_list: list[dt.date]) -> dict[str, go.Figure | None]:
    """Each chart on the given months; without months, on an empty frame."""
    ways = {"mode": "dark", "weigh": weigh}
    shares = dict.fromkeys(month_list, 0.4)
    rolls = trend({"M1": shares} if month_list else {})
    cells = {("M1", "M2"): (40, 40.0)} if month_list else {}
    return {
        "roll_matrix": charts.roll_matrix(roll_rates(cells), **ways),
        "roll_trend": charts.roll_trend(rolls, **ways),
        "roll_beside_net_flow": charts.roll_beside_net_flow(rolls, net_flow(shares), **ways),
        "bad_debt_ratio": charts.bad_debt_ratio(bad_debt(shares), **ways),
        "bucket_area": charts.bucket_area(levels("bucket", {month: {"M1": 0.4} for month in month_list}), **ways),
        "tiers": charts.tiers(levels("tier", {month: {"loss": 0.4} for month in month_list}), **ways),
        "exits_trend": charts.exits_trend(
            ledger([(month, "M0", "sold", 4, 4.0, None) for month in month_list]), **ways
        ),
        "worse": charts.worse(
            charts.slice_changes(sliced({("region", ""): rolls}), month=JUNE, against=MAY, weigh=weigh), **ways
        ),
    }


@pytest.mark.parametrize("weigh", WAYS)
def test_an_empty_frame_draws_nothing(weigh):
    assert {name for name, figure in all_charts(weigh, []).items() if figure is not None} == set()


@pytest.mark.parametrize("weigh", WAYS)
def test_one_month_draws_all_but_a_comparison(weigh):
    assert {name for name, figure in all_charts(weigh, [JUNE]).items() if figure is None} == {"worse"}


def test_a_lone_month_is_a_dot_in_the_middle():
    figure = all_charts("balance", [JUNE])["bad_debt_ratio"]
    assert figure.data[0].marker.size[0] > 0
    first, last = figure.layout.xaxis.range
    assert first < JUNE < last


def test_charts_keep_what_a_person_did_to_them_when_the_numbers_change():
    one, other = (all_charts("balance", months(count)) for count in (2, 3))
    assert {name: figure.layout.uirevision for name, figure in one.items()} == {name: name for name in one}
    assert all(other[name].layout.uirevision == figure.layout.uirevision for name, figure in one.items())


@pytest.mark.parametrize("column", ["share_balance", "opening_balance"])
def test_by_balance_without_balances_draws_nothing(column):
    frame = roll_rates({("M1", "M1"): (40, None)})
    assert frame[column].null_count() == 1
    assert charts.roll_matrix(frame, mode="light", weigh="balance") is None
    assert charts.roll_matrix(frame, mode="light", weigh="loans") is not None
    flows = ledger([(JUNE, "M0", "sold", 4, None, None)])
    assert charts.exits_trend(flows, mode="light", weigh="balance") is None
    assert charts.exits_trend(flows, mode="light", weigh="loans") is not None
