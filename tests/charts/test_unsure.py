"""The chart of what is not known of the borrowers, apart from luck: bars of the reach that each has, and a dot a world."""

import pytest

import charts

KNOWN = {"differences": [[10.0, 30.0], [-50.0, -10.0]], "mean": -5.0, "by_borrowers": 40.0, "by_luck": 15.0, "better": 1, "worlds": 2}  # fmt: skip


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_bars_reach_as_far_as_either_moves_the_difference_and_each_world_has_a_dot(mode):
    worlds, borrowers, luck = charts.unsure(KNOWN, mode=mode).data
    assert list(worlds.x) == [20.0, -30.0]
    assert worlds.marker.color[0] != worlds.marker.color[1]  # better and worse
    assert (borrowers.base[0], borrowers.base[0] + borrowers.x[0]) == (-45.0, 35.0)
    assert (luck.base[0], luck.base[0] + luck.x[0]) == (-20.0, 10.0)


def test_the_words_set_one_beside_the_other():
    words = charts.unsure_words(KNOWN)
    assert "± ¥40" in words.title.replace("\u202f", "").replace("\xa0", "") or "± 40" in words.title, words.title
    assert words.title.index("40") < words.title.index("15")
    assert "Nets more in 1 of 2 worlds" in words.alt


def test_nothing_known_draws_nothing():
    assert charts.unsure(None, mode="light") is None
    assert charts.unsure_words(None).title == "No world has been tried yet"
