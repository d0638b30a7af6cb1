"""Breaches by rule and month, hours of contact, rates per thousand: figures hold what their frames say."""

import datetime as dt

import polars as pl
import pytest

import charts
from charts.colour import transparent
from charts.theme import mark, palette
from tests.charts.frames import months

JUNE, MAY = dt.date(2024, 6, 30), dt.date(2024, 5, 31)
RULES = {
    "cn.hours": ("hours", "hard", "08:00–22:00", dt.time(8), dt.time(22)),
    "cn.talks_day": ("talks_a_day", "hard", "≤ 3", None, None),
    "cn.dials_day": ("dials_a_day", "soft", "≤ 6", None, None),
    "cn.records": (None, "hard", "5 years", None, None),
}


def plain(text: str) -> str:
    return text.replace("\u202f", " ")


def rules(*names: str) -> pl.DataFrame:
    rows = [
        {
            "rule": name,
            "text": f"What {name} says",
            "number": number,
            "strength": strength,
            "counted": counts is not None,
            "counts": counts,
            "opens": opens,
            "closes": closes,
        }
        for name, (counts, strength, number, opens, closes) in RULES.items()
        if name in (names or RULES)
    ]
    kinds = {"counts": pl.String, "opens": pl.Time, "closes": pl.Time}
    return pl.DataFrame(rows, schema_overrides=kinds)


def conduct(breaches: dict[str, tuple[int, int]], month: dt.date = JUNE) -> pl.DataFrame:
    """Rule → (breaches, attempts judged)."""
    rows = [
        {
            "month": month,
            "rule": name,
            "strength": RULES[name][1],
            "number": RULES[name][2],
            "counts": RULES[name][0],
            "judged": judged,
            "breaches": broken,
            "debtors": broken,
            "rate": broken / judged if judged else None,
            "grade": "B",
            "source": "a source",
        }
        for name, (broken, judged) in breaches.items()
    ]
    return pl.DataFrame(rows, schema_overrides={"rate": pl.Float64}) if rows else pl.DataFrame()


def hours(cells: dict[tuple[int, int | None], tuple[int, int | None]]) -> pl.DataFrame:
    """(weekday, hour) → (attempts, outside)."""
    rows = [
        {"weekday": day, "hour": hour, "attempts": attempts, "outside": outside}
        for (day, hour), (attempts, outside) in cells.items()
    ]
    return pl.DataFrame(rows, schema={"weekday": pl.Int32, "hour": pl.Int32, "attempts": pl.Int64, "outside": pl.Int64})


def rates(of: dict[str, tuple[int, int | None]], events: str = "breaches", base: str = "attempts") -> pl.DataFrame:
    """Owner → (attempts or contacts, breaches or complaints); the interval is the rate ± 5."""
    rows = [
        {
            "month": JUNE,
            "channel": None,
            "owner": owner,
            "attempts": many,
            base: many,
            events: broken,
            "hard_breaches": broken,
            "per_thousand": None if broken is None or not many else 1000 * broken / many,
            "per_thousand_low": None if broken is None or not many else max(1000 * broken / many - 5, 0),
            "per_thousand_high": None if broken is None or not many else 1000 * broken / many + 5,
            "small": many < 30,
        }
        for owner, (many, broken) in of.items()
    ]
    return pl.DataFrame(rows, schema_overrides={events: pl.Int64, "per_thousand": pl.Float64})


def by_month(breaches: dict[dt.date, tuple[int, int] | None]) -> pl.DataFrame:
    """Month → (breaches, of them hard), None where nothing is counted; 1,000 attempts a month."""
    rows = [
        {
            "month": month,
            "attempts": 1000,
            "breaches": found and found[0],
            "hard_breaches": found and found[1],
            "per_thousand": found and float(found[0]),
        }
        for month, found in breaches.items()
    ]
    kinds = {
        "month": pl.Date,
        "attempts": pl.Int64,
        "breaches": pl.Int64,
        "hard_breaches": pl.Int64,
        "per_thousand": pl.Float64,
    }
    return pl.DataFrame(rows, schema=kinds)


# By rule


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_hard_rules_are_told_from_soft_ones_by_colour_and_word(mode):
    colours = palette(mode)
    now = conduct({"cn.hours": (4, 100), "cn.dials_day": (9, 300)})
    figure = charts.breaches_by_rule(
        now, rules(), conduct({"cn.hours": (0, 9), "cn.dials_day": (5, 9)}, MAY), mode=mode
    )
    bars, ticks = figure.data
    assert (list(bars.x), list(bars.marker.color)) == ([4, 9], [mark(colours.final, mode), mark(colours.mid, mode)])
    assert list(ticks.x) == [5], "another month without a breach is no tick"
    assert [note.text for note in figure.layout.annotations][:6] == ["hard", "4", "40.0", "soft", "9", "30.0"]
    assert "What cn.hours says" in bars.hovertext[0]
    assert "a source" in bars.hovertext[0]
    assert "08:00–22:00" in bars.hovertext[0]


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        ({"cn.hours": (0, 9), "cn.dials_day": (0, 9)}, "No attempt of Jun 2024 broke a rule that can be counted"),
        (
            {"cn.hours": (2, 9), "cn.talks_day": (3, 9), "cn.dials_day": (9, 9)},
            "5 breaches of hard rules in Jun 2024, most of “Conversations a day”",
        ),
        (
            {"cn.hours": (0, 9), "cn.dials_day": (1, 9)},
            "No hard rule was broken in Jun 2024; 1 breach of softer ones, most of “Unanswered dials a day”",
        ),
    ],
)
def test_the_finding_puts_hard_rules_first(broken, title):
    words = charts.breaches_by_rule_words(conduct(broken), rules(), month=JUNE)
    assert plain(words.title) == title
    assert words.under(words.title).title == words.beside != words.title


def test_rules_that_attempts_do_not_show_are_not_kept_and_not_broken():
    words = charts.breaches_by_rule_words(conduct({}), rules("cn.records"), month=JUNE)
    assert words.title == "No rule of these can be seen in the attempts"
    assert charts.breaches_by_rule(conduct({}), rules("cn.records"), mode="light") is None
    assert "No attempts in" in charts.breaches_by_rule_words(conduct({}), rules(), month=JUNE).title
    unknown = rates({"team": (90, None)})
    assert charts.breach_rates(unknown, mode="light", split="owner") is None
    assert charts.breach_rates_words(unknown, split="owner").title == "No rule of these can be seen in the attempts"
    never = by_month({MAY: None, JUNE: None})
    assert charts.breaches_by_month(never, mode="light") is None
    assert charts.breaches_by_month_words(never).title == "No rule of these can be seen in the attempts"


# By month


def test_months_stack_hard_breaches_below_the_others():
    first, second = months(2)
    figure = charts.breaches_by_month(by_month({first: (5, 2), second: (0, 0)}), mode="light")
    hard, others = figure.data
    assert (list(hard.x), list(hard.y), list(others.y)) == ([first, second], [2, 0], [3, 0])
    assert figure.layout.barmode == "stack"


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ((5, 7, 0), "No breaches since May 2024"),
        ((0, 0, 0), "No breaches, Apr 2024 to Jun 2024"),
        ((5, 9, 7), "7 breaches in Jun 2024, at most 9 in May 2024"),
        ((5, 7, 9), "9 breaches in Jun 2024: no month before had more"),
    ],
)
def test_the_finding_of_months_says_how_the_last_one_stands(counts, title):
    frame = by_month({month: (count, 0) for month, count in zip(months(3), counts, strict=True)})
    assert plain(charts.breaches_by_month_words(frame).title) == title


# Hours


def test_attempts_stand_in_their_hour_and_those_not_permitted_in_another_colour():
    frame = hours({(1, 9): (8, 0), (7, 22): (3, 3), (2, 7): (2, 1), (3, None): (50, None)})
    figure = charts.contact_hours(frame, rules(), mode="light")
    inside, outside = figure.data
    cells = {(day, hour): z for day, line in enumerate(inside.z, 1) for hour, z in enumerate(line) if z is not None}
    assert cells == {(1, 9): 8}
    assert {(d, h): z for d, line in enumerate(outside.z, 1) for h, z in enumerate(line) if z is not None} == {
        (7, 22): 3,
        (2, 7): 2,
    }
    greyed = [(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"]
    assert greyed == [(0, 8), (22, 24)]
    assert {shape.fillcolor for shape in figure.layout.shapes if shape.type == "rect"} == {
        transparent(palette("light").muted, 0.1)
    }
    words = charts.contact_hours_words(frame, rules())
    assert plain(words.title) == "4 attempts outside 08:00–22:00, most at 22:00"


def test_without_a_rule_of_hours_none_is_marked_and_without_hours_nothing_is_drawn():
    frame = hours({(1, 9): (8, None), (2, 9): (2, None)})
    assert charts.contact_hours(frame, rules("cn.talks_day"), mode="dark").layout.shapes == ()
    assert "these rules have no hours" in charts.contact_hours_words(frame, rules("cn.talks_day")).title
    letters = hours({(1, None): (8, None)})
    assert charts.contact_hours(letters, rules(), mode="dark") is None
    assert "not the hour" in charts.contact_hours_words(letters, rules()).title
    kept = charts.contact_hours_words(hours({(1, 9): (3, 0), (1, 10): (1, 0)}), rules()).title
    assert plain(kept) == "All within 08:00–22:00; 75.0 % begin at 09:00"


# Per thousand


def test_units_stand_by_their_rate_and_those_beyond_all_others_are_marked():
    frame = rates({"calm": (5000, 0), "wild": (1000, 40), "tiny": (20, 1)})
    figure = charts.breach_rates(frame, mode="light", split="owner")
    assert figure.layout.yaxis.ticktext == ("tiny", "wild", "calm")
    dots = figure.data[-1]
    assert list(dots.x) == [50, 40, 0]
    colours = palette("light")
    assert list(dots.marker.color) == [mark(c, "light") for c in (colours.quiet, colours.final, colours.self_cure)]
    overall = figure.layout.shapes[0].x0
    assert overall == pytest.approx(1000 * 41 / 6020)
    title = charts.breach_rates_words(frame, split="owner").title
    assert plain(title) == "tiny: 50.0 breaches per 1,000 attempts, 6.8 in all"


def test_an_interval_of_a_few_does_not_hide_the_others():
    frame = rates({"many": (50_000, 0), "few": (31, 0)}).with_columns(per_thousand_high=pl.Series([0.1, 120.0]))
    figure = charts.breach_rates(frame, mode="light", split="owner")
    assert figure.layout.xaxis.range[1] < 2


def test_complaints_that_nobody_writes_down_draw_nothing():
    unknown = rates({"team": (90, None)}, "complaints", "contacts")
    assert charts.complaint_rates(unknown, mode="light", split="owner") is None
    assert charts.complaints_by_month(unknown, mode="light") is None
    assert "not known" in charts.complaint_rates_words(unknown, split="owner").title
    assert "not known" in charts.complaints_by_month_words(unknown).title


def test_complaints_over_months_are_a_line_with_its_interval():
    known = rates({"team": (900, 9)}, "complaints", "contacts")
    band, line = charts.complaints_by_month(known, mode="light").data
    assert (list(line.x), list(line.y)) == ([JUNE], [10])
    assert list(band.y) == [15, 5]
    assert plain(charts.complaints_by_month_words(known).title) == "9 complaints in Jun 2024: 10.0 per 1,000 contacts"
    none = rates({"team": (900, 0)}, "complaints", "contacts")
    assert charts.complaints_by_month_words(none).title == "No complaint in Jun 2024"
    assert charts.complaint_rates_words(none, split="owner").title == "No complaint came in this month"
