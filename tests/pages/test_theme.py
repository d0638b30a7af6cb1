"""The page and its charts are of one colour: the theme's tokens are the charts' tokens."""

import tomllib

import pytest

from charts.colour import contrast
from charts.theme import palette

PAIRS = {
    "backgroundColor": "ground",
    "textColor": "ink",
    "primaryColor": "primary",
    "borderColor": "card_border",
    "redColor": "final",
    "greenColor": "self_cure",
}


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_page_and_charts_share_their_colours(root, mode):
    theme = tomllib.loads((root / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][mode]
    colours = palette(mode)
    assert {name: theme[name] for name in PAIRS} == {name: getattr(colours, token) for name, token in PAIRS.items()}
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[ground]) >= 7
        assert contrast(theme["primaryColor"], theme[ground]) >= 4.5
