"""Funnel, cash, cost, resolution, time, placements, league and tests of the stages: figures hold what their frames say."""

import datetime as dt

import pytest

import charts
from charts.liquidation import batches_together, seen_at
from charts.stages import stage_colours
from charts.theme import mark, palette
from tests.charts import frames_of_cohorts as frames
from tests.charts.frames_of_cohorts import cohort

LADDER = ("early", "mid", "final")
JUNE, MAY = dt.date(2024, 6, 30), dt.date(2024, 5, 31)


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def notes(figure) -> list[str]:
    return [plain(note.text) for note in figure.layout.annotations]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_stage_has_one_colour_everywhere(mode):
    colours = palette(mode)
    expected = {name: mark(getattr(colours, name), mode) for name in LADDER}
    assert stage_colours(LADDER, mode) == expected
    lines = charts.resolution(
        frames.resolved({(s, 1): (9, 3, 0) for s in LADDER}), mode=mode, weigh="loans", stages=LADDER
    )
    assert {line.name.lower(): line.line.color for line in lines.data} == expected
    curves = frames.survival({stage: [(5, 0.5)] for stage in LADDER})
    half = frames.medians(dict.fromkeys(LADDER, 5))
    steps = charts.stage_survival(curves, half, mode=mode, stages=LADDER)
    assert {line.name.lower(): line.line.color for line in steps.data if line.name} == expected
    cost = charts.cost_to_collect(
        frames.costs(dict.fromkeys(LADDER, (1, 10, False))), mode=mode, split="stage", stages=LADDER
    )
    assert list(cost.data[0].marker.color) == list(expected.values())


def test_more_stages_lie_between_the_first_and_the_last():
    colours = stage_colours(["a", "b", "c", "d", "e"], "light")
    assert len(set(colours.values())) == 5
    assert (colours["a"], colours["e"]) == (
        stage_colours(LADDER, "light")["early"],
        stage_colours(LADDER, "light")["final"],
    )


# Funnel


def test_the_funnel_goes_from_the_accounts_assigned_to_those_cured_with_the_month_compared_as_ticks():
    now = frames.funnel({"all": (200, 100, 80, 40, 20, 10, 5)})
    before = frames.funnel({"all": (180, 90, 70, 30, 10, 9, 9)}, month=MAY)
    figure = charts.contact_funnel(now, before, mode="light")
    bars, ticks = figure.data
    assert (list(bars.x), list(ticks.x)) == ([200, 100, 80, 40, 20, 10, 5], [180, 90, 70, 30, 10, 9, 9])
    assert notes(figure)[:6] == ["200", "", "100", "50.0 %", "80", "80.0 %"]
    assert (
        plain(charts.contact_funnel_words(now).title) == "Of 200 accounts, 20.0 % were reached and 5.0 % kept a promise"
    )


def test_a_step_that_the_actions_do_not_say_is_a_dash_and_not_zero():
    figure = charts.contact_funnel(frames.funnel({"all": (200, 100, None, None, None, None, None)}), mode="light")
    assert notes(figure)[4:6] == ["–", "–"]
    cells = charts.funnel_matrix(
        frames.funnel({"early": (200, 100, None, 40, 0, 0, 0)}, "stage"), mode="light", split="stage"
    )
    assert plain(" ".join(cells.data[-1].text)) == "200 50.0 % – 20.0 % 0.0 % 0.0 % 0.0 %"
    assert tuple(cells.data[0].z[0]) == (1.0, 0.5, None, 0.2, 0.0, 0.0, 0.0)


def test_units_are_rows_stages_in_order_and_few_accounts_are_grey():
    frame = frames.funnel(
        {"final": (29, 9, 9, 9, 0, 0, 0), "early": (90, 80, 70, 60, 5, 4, 3), "mid": (50, 40, 30, 10, 5, 4, 3)}, "stage"
    )
    figure = charts.funnel_matrix(frame, mode="light", split="stage", stages=LADDER)
    assert figure.layout.yaxis.ticktext == ("Early", "Mid", "Final")
    plain_rows, grey = figure.data[:2]
    assert [row for row, line in enumerate(plain_rows.z) if line[0] is not None] == [0, 1]
    assert [row for row, line in enumerate(grey.z) if line[0] is not None] == [2]
    words = charts.funnel_matrix_words(frame, split="stage", stages=LADDER)
    assert plain(words.title) == "Reached: Early 66.7 % of its accounts, Mid 20.0 %"


def test_a_unit_to_which_nothing_was_assigned_is_no_row():
    frame = frames.funnel({"early": (90, 80, 70, 60, 5, 4, 3), "none": (0, 0, None, None, 4, None, None)}, "stage")
    assert charts.funnel_matrix(frame, mode="light", split="stage", stages=LADDER).layout.yaxis.ticktext == ("Early",)
    assert charts.contact_funnel(frames.funnel({"all": (0,) * 7}), mode="light") is None


# Cash and cost


def test_cash_is_told_from_what_came_by_itself():
    frame = frames.cash(
        {("final", "phone"): 10, ("final", "self_cure"): 30, ("early", "self_cure"): 50, ("early", "sms"): 10}
    )
    figure = charts.cash_by_source(frame, mode="light", split="stage", stages=LADDER)
    bars, parts = figure.data
    assert (list(bars.customdata), list(bars.x), list(parts.x)) == (["Early", "Final"], [60, 40], [50, 30])
    assert figure.layout.barmode == "overlay"
    assert notes(figure)[:2] == ["¥ 60", "60.0 %"]
    title = charts.cash_by_source_words(frame, split="stage", stages=LADDER).title
    assert plain(title) == "¥ 100 came in, 80.0 % of it by itself"


def test_many_owners_are_drawn_up_to_nine_and_the_others_together():
    frame = frames.cash({(f"team {number}", "phone"): 100 - number for number in range(12)}, "owner")
    bars = charts.cash_by_source(frame, mode="light", split="owner").data[0]
    assert (len(bars.x), bars.customdata[-1], bars.x[-1]) == (9, "All others", 92 + 91 + 90 + 89)
    assert sum(bars.x) == sum(100 - number for number in range(12))


def test_a_cost_above_the_cash_ends_at_all_of_it_and_its_figure_tells_the_truth():
    now = frames.costs({"letter": (300, 100, False), "phone": (5, 100, False), "sms": (1, 0, True)}, "channel")
    figure = charts.cost_to_collect(now, mode="light", split="channel")
    assert list(figure.data[0].x) == [1.0, 0.05, 0.0]
    assert notes(figure)[:6] == ["¥ 300", "300.0 %", "¥ 5", "5.0 %", "¥ 1", "–"]


def test_the_cost_of_another_month_is_a_tick_and_a_change():
    now, before = frames.costs({"early": (8, 100, False)}), frames.costs({"early": (5, 100, False)}, month=MAY)
    figure = charts.cost_to_collect(now, before, mode="light", split="stage", stages=LADDER)
    assert list(figure.data[-1].x) == [0.05]
    assert notes(figure)[:3] == ["¥ 8", "8.0 %", "+3.0 pp"]


def test_the_title_of_costs_speaks_of_those_who_collect_and_not_of_a_few_payments():
    rows = {"none": (1, 1000, False), "early": (1, 100, False), "mid": (20, 100, False), "final": (90, 100, True)}
    words = charts.cost_to_collect_words(frames.costs(rows), split="stage", stages=LADDER)
    assert plain(words.title) == "Mid costs 20.0 % of its cash, Early 1.0 %"
    unknown = frames.costs({"early": (None, 100, False)})
    assert charts.cost_to_collect(unknown, mode="light", split="stage") is None
    assert "No cost" in charts.cost_to_collect_words(unknown, split="stage").title


# Resolution and time


def test_months_with_many_still_in_are_dotted_and_the_youngest_are_left_out():
    rows = {("early", month): (100, 60, 0) for month in (1, 2, 3)} | {
        ("early", 4): (100, 50, 20),
        ("early", 5): (100, 10, 60),
        ("early", 6): (100, 0, 100),
    }
    figure = charts.resolution(frames.resolved(rows), mode="light", weigh="loans", stages=LADDER)
    by_dash = {trace.line.dash or trace.mode: list(trace.y) for trace in figure.data}
    assert by_dash == {
        "lines+markers": [0.6, 0.6, 0.6, None],
        "dot": [None, None, 0.6, 0.5],
        "markers": [None, None, None, 0.5],
    }
    words = charts.resolution_words(frames.resolved(rows), weigh="loans", stages=LADDER)
    assert plain(words.title) == "Resolved in Early held at 60.0 %"


def test_a_stage_that_nobody_leaves_is_drawn_once_it_is_old():
    rows = {("final", month): (100, 2, 95) for month in (1, 2, 3, 4, 5)}
    figure = charts.resolution(frames.resolved(rows), mode="light", weigh="loans", stages=LADDER)
    assert {trace.mode for trace in figure.data} == {"lines", "markers"}
    assert [value for value in figure.data[-1].y if value is not None] == [0.02, 0.02]
    assert plain(charts.resolution_words(frames.resolved(rows), weigh="loans").title) == "Final: 2.0 % resolved so far"


def test_the_title_of_resolution_speaks_of_the_stage_that_resolved_most():
    rows = {("early", 1): (900, 0, 0), ("mid", 1): (100, 60, 0), ("mid", 6): (100, 0, 100)}
    words = charts.resolution_words(frames.resolved(rows), weigh="loans", stages=LADDER)
    assert plain(words.title) == "Resolved in Mid is 60.0 %"


def test_resolution_is_by_loans_or_by_balance():
    frame = frames.resolved({("early", 1): (100, 60, 0), ("early", 6): (100, 60, 0)})
    by_balance = charts.resolution(frame, mode="light", weigh="balance", stages=LADDER)
    assert [value for value in by_balance.data[0].y if value is not None] == [0.3, 0.3]


def test_curves_of_time_are_stairs_from_all_with_a_dot_where_half_have_left():
    curves = frames.survival({"early": [(3, 0.8), (7, 0.4)], "mid": [(20, 0.6)]})
    figure = charts.stage_survival(curves, frames.medians({"early": 7, "mid": None}), mode="light", stages=LADDER)
    early = next(trace for trace in figure.data if trace.name == "Early")
    assert (list(early.x), list(early.y), early.line.shape) == ([0, 3, 7], [1.0, 0.8, 0.4], "hv")
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert [(dot.x[0], dot.y[0]) for dot in dots] == [(7, 0.5)]
    words = charts.stage_survival_words(curves, frames.medians({"early": 7, "mid": None}), stages=LADDER)
    assert words.title == "Half have left: Early after 7 days, Mid not yet"
    assert "7 days (6 to 8), 200 cases" in words.alt


def test_a_curve_that_goes_on_beyond_the_axis_ends_at_its_edge():
    curves = frames.survival({"early": [(3, 0.4)], "final": [(10, 0.9), (500, 0.1)]})
    figure = charts.stage_survival(curves, frames.medians({"early": 3, "final": None}), mode="light", stages=LADDER)
    final = next(trace for trace in figure.data if trace.name == "Final")
    assert figure.layout.xaxis.range == (0, 60)
    assert (list(final.x), list(final.y)) == ([0, 10, 60], [1.0, 0.9, 0.9])


# Placements


def test_placements_are_seen_as_of_the_month_shown():
    frame = frames.batches({(1, "A", 1): (50, 100.0, [0.1, 0.2, 0.3, 0.4])})
    assert seen_at(frame, cohort(3))["months_since"].to_list() == [0, 1, 2]


def test_batches_of_an_agency_are_one_and_none_makes_the_curve_fall_by_being_young():
    frame = frames.batches({(1, "A", 1): (50, 100.0, [0.1, 0.2]), (2, "A", 1): (50, 300.0, [0.5, None])})
    together = batches_together(seen_at(frame, cohort(2)))
    first = (0.1 * 100 + 0.5 * 300) / 400
    assert together["share"].to_list() == pytest.approx([first])  # the second month is of one batch alone
    three = frames.batches(
        {(month, "A", 1): (50, 100.0, [0.2, 0.3] if month < 4 else [0.6, None]) for month in (1, 2, 3, 4)}
    )
    shares = batches_together(seen_at(three, cohort(4)))["share"].to_list()
    assert shares == pytest.approx([0.3, 0.4])  # 0.3 of all four, and 0.1 more of those that are so old


def test_each_batch_of_enough_accounts_is_drawn_and_later_placements_are_dashed():
    frame = frames.batches(
        {(1, "A", 1): (50, 90.0, [0.1]), (2, "A", 1): (29, 9.0, [0.9]), (1, "B", 2): (50, 50.0, [0.2])}
    )
    figure = charts.liquidation(frame, mode="light", month=cohort(6))
    crowd, first, second = figure.data
    assert [share for share in crowd.y if share is not None] == [0.1, 0.2]
    assert (first.name, first.line.dash, first.y[0]) == ("A", "solid", pytest.approx((9 + 8.1) / 99))
    assert (second.name, second.line.dash) == ("B (2)", "dash")
    title = charts.liquidation_words(frame, month=cohort(6)).title
    assert plain(title) == "A brought in 17.3 % of what was placed with it after 0 months"


# League and tests


def test_units_are_drawn_with_what_they_made_their_interval_and_what_to_believe():
    frame = frames.compared(
        {"A": (1.5, 1.2, 1.8, 1.3, False), "B": (1.0, 0.8, 1.2, 1.0, False), "C": (0.5, 0.3, 0.7, 0.6, False)}
    )
    figure = charts.league(frame, mode="light")
    interval, ring, dot = figure.data
    assert list(interval.x) == [1.2, 1.8, None, 0.8, 1.2, None, 0.3, 0.7, None]
    assert (list(ring.x), list(dot.x)) == ([1.5, 1.0, 0.5], [1.3, 1.0, 0.6])
    assert [text for text in notes(figure) if text in {"more", "less", "as others"}] == ["more", "as others", "less"]
    assert charts.league_words(frame).title == "2 of 3 stand out: C makes 0.60× what others would"


def test_a_small_unit_never_stands_out_and_one_without_like_loans_has_no_dot():
    frame = frames.compared(
        {"A": (2.5, 2.0, 3.0, 1.1, True), "B": (1.0, 0.8, 1.2, 1.0, False), "C": (None,) * 4 + (False,)}
    )
    figure = charts.league(frame, mode="light")
    assert [text for text in notes(figure) if "loans" in text and "-" not in text] == ["too few loans", "no like loans"]
    assert len(figure.data[-1].x) == 2
    assert charts.league_words(frame).title == "None stands out from the others on like loans"


def test_of_many_units_the_best_and_the_worst_are_drawn():
    frame = frames.compared({f"c{n:02}": (1.5 - n / 40, 0.5, 2.5, 1.5 - n / 40, False) for n in range(40)})
    names = charts.league(frame, mode="light").layout.yaxis.ticktext
    assert (len(names), names[0], names[7], names[8], names[-1]) == (16, "c00", "c07", "c32", "c39")


def test_an_interval_beyond_the_axis_is_cut_at_its_edge():
    figure = charts.league(frames.compared({"A": (2.0, -1.0, 9.0, 1.2, False)}), mode="light")
    low, high, _gap = figure.data[0].x
    assert (low, high) == (0.0, 3.0)


def test_groups_are_held_against_the_champion_with_a_verdict_each():
    frame = frames.tests(
        {
            ("early", "champion"): (None, None, None, 500, False),
            ("early", "B"): (0.04, 0.01, 0.07, 500, True),
            ("all", "B"): (0.01, -0.02, 0.04, 900, True),
            ("mid", "B"): (-0.01, -0.05, 0.03, 200, False),
            ("final", "B"): (-0.3, -0.4, -0.2, 29, False),
        }
    )
    figure = charts.challengers(frame, mode="light", weigh="loans", stages=LADDER)
    assert figure.layout.yaxis.ticktext == ("B · All stages", "B · Early", "B · Mid", "B · Final")
    assert list(figure.data[-1].x) == [0.01, 0.04, -0.01, -0.3]
    shown = notes(figure)
    assert shown[2:4] == ["900 / 400", "no difference"]
    assert [shown[place] for place in (7, 11, 15)] == ["better", "cannot tell yet", "too few loans"]
    words = charts.challengers_words(frame, weigh="loans", stages=LADDER)
    assert plain(words.title) == "B · Early recovered 4.0 pp more than the champion"
    assert list(charts.challengers(frame, mode="light", weigh="balance", stages=LADDER).data[-1].x)[:2] == [0.02, 0.08]


def test_without_a_group_or_before_the_days_are_over_nothing_is_drawn_and_it_is_said():
    nobody = frames.tests({("all", "B"): (None, None, None, 10, False)}).clear()
    young = frames.tests({("all", "B"): (None, None, None, 10, False)})
    for frame, said in ((nobody, "in a test group"), (young, "not over yet")):
        assert charts.challengers(frame, mode="light", weigh="loans") is None
        assert said in charts.challengers_words(frame, weigh="loans").title


def test_an_empty_frame_draws_nothing():
    empty = frames.costs({"early": (1, 1, False)}).clear()
    assert charts.cost_to_collect(empty, mode="light", split="stage") is None
    assert charts.cash_by_source(frames.cash({("early", "sms"): 1}).clear(), mode="light", split="stage") is None
    assert charts.resolution(frames.resolved({("early", 1): (1, 1, 0)}).clear(), mode="light", weigh="loans") is None
    curves = frames.survival({"early": [(1, 0.5)]}).clear()
    assert charts.stage_survival(curves, frames.medians({"early": 1}).clear(), mode="light") is None
    assert charts.liquidation(frames.batches({(1, "A", 1): (1, 1.0, [0.1])}).clear(), mode="light", month=JUNE) is None
    assert charts.league(frames.compared({"A": (1.0, 1.0, 1.0, 1.0, False)}).clear(), mode="light") is None
