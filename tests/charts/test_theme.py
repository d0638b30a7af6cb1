"""Colours: readable in both modes, apart for a colour-blind eye, the same as in the app around."""

import tomllib
from dataclasses import fields
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from charts.colour import along, as_seen_by_deuteranope, contrast, distance, legible, mix
from charts.theme import Palette, bucket_colours, mark, palette, template, text, text_on

MODES = ("light", "dark")
BUCKETS = [f"M{number}" for number in range(8)]
MARKS = [
    "primary",
    "baseline",
    "early",
    "mid",
    "final",
    "self_cure",
    "totals",
    "quiet",
    "missing",
    "paid_off",
    "charged_off",
    "sold",
]
TEXTS = ("ink", "muted", "primary", "missing")
LOOK = {
    "ink": "#1F2A30",
    "grid": "#E8E8E2",
    "ground": "#FAFAF8",
    "card_border": "#E2E2DA",
    "primary": "#0B6E75",
    "early": "#56A3C9",
    "mid": "#E0A030",
    "final": "#C4553B",
    "self_cure": "#7FA88B",
    "totals": "#3C4A52",
}
CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def test_contrast_agrees_with_published_examples():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert contrast("#FFFFFF", "#777777") == contrast("#777777", "#FFFFFF")


def test_a_colour_is_moved_toward_the_ink_only_as_far_as_it_must():
    assert legible("#0B6E75", "#FAFAF8", "#1F2A30", 4.5) == "#0B6E75"
    moved = legible("#E0A030", "#FAFAF8", "#1F2A30", 3)
    assert 3 <= contrast(moved, "#FAFAF8") < 3.1


def test_light_has_the_tokens_of_the_look():
    assert {name: getattr(palette("light"), name) for name in LOOK} == LOOK


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", TEXTS)
def test_text_tokens_read_on_the_ground(mode, name):
    assert contrast(getattr(palette(mode), name), palette(mode).ground) >= 4.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", MARKS)
def test_every_mark_stands_out_and_its_label_reads(mode, name):
    colours = palette(mode)
    assert contrast(mark(getattr(colours, name), mode), colours.ground) >= 3
    assert contrast(text(getattr(colours, name), mode), colours.ground) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_every_bucket_stands_out_and_its_label_reads(mode):
    for colour in bucket_colours(BUCKETS, mode).values():
        assert contrast(colour, palette(mode).ground) >= 3
        assert contrast(text(colour, mode), palette(mode).ground) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_buckets_are_told_apart_without_red_and_green(mode):
    seen = [as_seen_by_deuteranope(colour) for colour in bucket_colours(BUCKETS, mode).values()]
    assert min(distance(one, other) for one, other in combinations(seen, 2)) > 7


def test_a_deuteranope_confuses_red_and_green_but_not_blue_and_yellow():
    red, green = as_seen_by_deuteranope("#B05020"), as_seen_by_deuteranope("#707020")
    assert distance(red, green) < distance("#B05020", "#707020") / 2
    assert distance(as_seen_by_deuteranope("#0000FF"), as_seen_by_deuteranope("#FFFF00")) > 100


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 12])
def test_any_number_of_buckets_has_a_colour_each(count):
    buckets = [f"M{number}" for number in range(count)]
    colours = bucket_colours(buckets, "light")
    assert list(colours) == buckets
    assert len(set(colours.values())) == count


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("scale", "small"),
    [("matrix", False), ("matrix_missing", False), ("matrix_missing", True), ("matrix_small", True)],
)
def test_the_letters_in_a_cell_read_on_every_fill(mode, scale, small):
    for percent in range(101):
        fill = along(getattr(palette(mode), scale), percent / 100)
        assert contrast(text_on(fill, mode, small), fill) >= 4.5


@pytest.mark.parametrize("mode", MODES)
def test_the_matrix_scale_has_square_root_steps(mode):
    assert [position for position, _colour in palette(mode).matrix] == pytest.approx([0, 1 / 9, 4 / 9, 1])


@pytest.mark.parametrize("mode", MODES)
def test_the_matrix_scale_only_ever_moves_away_from_the_ground(mode):
    steps = [contrast(along(palette(mode).matrix, step / 50), palette(mode).ground) for step in range(51)]
    assert all(later > earlier for earlier, later in pairwise(steps))


def test_mixing_goes_from_one_to_the_other():
    assert [mix("#000000", "#FF8000", share) for share in (0, 0.5, 1)] == ["#000000", "#804000", "#FF8000"]


@pytest.mark.parametrize("mode", MODES)
def test_charts_and_the_app_around_them_share_their_colours(mode):
    theme = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][mode]
    colours = palette(mode)
    of_app = {
        "backgroundColor": colours.ground,
        "textColor": colours.ink,
        "primaryColor": colours.primary,
        "borderColor": colours.card_border,
        "redColor": colours.final,
        "greenColor": colours.self_cure,
    }
    assert {name: theme[name] for name in of_app} == of_app


def test_the_modes_differ_in_every_colour():
    light, dark = palette("light"), palette("dark")
    assert [field.name for field in fields(Palette) if getattr(light, field.name) == getattr(dark, field.name)] == []


@pytest.mark.parametrize("mode", MODES)
def test_the_template_has_no_frame_no_slanted_label_and_a_thin_grid(mode):
    layout = template(mode).layout
    assert (layout.xaxis.tickangle, layout.xaxis.showline, layout.yaxis.zeroline) == (0, False, False)
    assert (layout.yaxis.gridcolor, layout.yaxis.gridwidth) == (palette(mode).grid, 1)
    assert layout.paper_bgcolor.endswith(",0)")
