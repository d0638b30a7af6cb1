"""What a snapshot leaves empty, collections take from the table of loans, as the ledger does."""

from datetime import date

import pytest

from queries import Filters
from tests.events_placements import import_tables
from tests.small_books import FEB, JAN, MAR, loan

ASKED = {
    "resolution": ("entered", {}),
    "contact_funnel": ("attempts", {"split": "total"}),
    "cash_by_source": ("payments", {"split": "total"}),
    "cost_to_collect": ("attempts", {"split": "total"}),
    "productivity": ("attempts", {"split": "total"}),
    "challenger": ("loans", {}),
    "time_in_stage": ("cases", {}),
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A car loan of the north and a card of the south: only the table of loans says so. The third snapshot is of a car."""
    from queries import open_reader

    rows = [
        loan(name, month, days, test_group="champion")
        for name in ("car", "card")
        for month, days in ((JAN, 0), (FEB, 20), (MAR, 51))
    ]
    rows += [loan("told", month, days, product="car", test_group="champion") for month, days in ((JAN, 0), (FEB, 20))]
    traits = {"car": ("car", "north"), "card": ("card", "south"), "told": ("card", "south")}
    loans = [
        {"loan_id": name, "product": product, "region": region, "segment": "s", "acquisition_channel": "app"}
        for name, (product, region) in traits.items()
    ]
    events = {
        "payment": [{"loan_id": name, "paid_on": date(2024, 3, 5), "amount": 1} for name in ("car", "card")],
        "action": [
            {"loan_id": name, "acted_at": f"2024-03-0{day} 10:00:00", "channel": "phone", "connected": True,
             "right_party": True, "cost": 1, "collector_id": "Li"}
            for day, name in enumerate(("car", "card"), 2)
        ],
    }  # fmt: skip
    book = import_tables(tmp_path_factory.mktemp("slices") / "book", rows, loan=loans, **events)
    reader = open_reader(book)
    yield reader
    reader.close()


@pytest.mark.parametrize("question", list(ASKED))
def test_a_slice_that_only_the_table_of_loans_tells_is_found(reader, question):
    column, options = ASKED[question]

    def counted(**chosen) -> int:
        return reader.ask(question, Filters(**chosen), **options)[column].sum() or 0

    north, south, all_of_them = counted(region=("north",)), counted(region=("south",)), counted()
    assert north > 0
    assert south > 0
    assert north + south == all_of_them, "nothing is left in no region"


def test_what_the_snapshot_says_itself_comes_before_the_table_of_loans(reader):
    """The loan that the snapshots call a car counts as one, whatever the table says; its region is not told by them."""
    entered = {}
    for product in ("car", "card"):
        for region in ("north", "south"):
            answer = reader.ask("resolution", Filters(month=FEB, product=(product,), region=(region,)))
            entered[product, region] = answer.filter(stage="early")["entered"].sum()
    assert entered == {("car", "north"): 1, ("car", "south"): 1, ("card", "north"): 0, ("card", "south"): 1}
