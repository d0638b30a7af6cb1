"""A link to a slice on another page: which values are the link's, and which were shown before."""

import pytest

from pages.shared.arrival import _of_link


@pytest.mark.parametrize(
    ("given", "shown", "linked"),
    [
        (["Car"], [], ["Car"]),
        (["Car", "Card", "Car"], ["Car", "Card"], ["Car"]),
        (["Car", "Card"], ["Car", "Card"], []),
        (["Card"], ["Car"], ["Card"]),
        (["Not known", "Car"], [""], ["Car"]),
        ([], ["Car"], []),
    ],
)
def test_a_link_names_what_stands_behind_what_was_shown(given, shown, linked):
    assert _of_link(given, shown) == linked
