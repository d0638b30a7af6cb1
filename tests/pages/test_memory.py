"""What a page has loaded is held for good, once."""

import gc

import pytest

from pages.shared.memory import keep_loaded


@pytest.fixture(autouse=True)
def _thawed():
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_a_page_has_loaded_is_not_looked_through_again():
    held = [[number] for number in range(1000)]
    keep_loaded("a page")
    assert gc.get_freeze_count() >= len(held)
    assert not any(each is held[0] for each in gc.get_objects())


def test_a_page_that_was_seen_keeps_nothing_more():
    keep_loaded("another page")
    later = [[number] for number in range(1000)]
    keep_loaded("another page")
    assert any(each is later[0] for each in gc.get_objects())
