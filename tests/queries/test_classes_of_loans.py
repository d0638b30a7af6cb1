"""One number, the class, stands for a loan's bucket, tier and side of the bad-debt line while the book is joined and grouped."""

import duckdb
import pytest

from data.settings import Settings, read_settings
from queries.build.definitions import statements

OTHER = """
bad_above_dpd = 64
[buckets]
current = 0
late = 5
lost = 70
[tiers]
good = 0
poor = 61
"""
# days past due or, where the lender does not say, the bucket: bucket, tier, beyond the bad-debt line
SAID = {
    (0, None): ("current", "good", False),
    (4, None): ("current", "good", False),
    (5, None): ("late", "good", False),
    (60, None): ("late", "good", False),
    (61, None): ("late", "poor", False),
    (64, None): ("late", "poor", False),
    (65, None): ("late", "poor", True),
    (69, None): ("late", "poor", True),
    (70, None): ("lost", "poor", True),
    (9999, None): ("lost", "poor", True),
    (None, "current"): ("current", "good", False),
    (None, "late"): ("late", "unclassified", False),
    (None, "lost"): ("lost", "poor", True),
}


@pytest.fixture
def numbered():
    """The class of each of these days or buckets under settings, with the names of what it stands for."""

    def numbered(settings: Settings, loans):
        with duckdb.connect() as con:
            con.execute(statements(settings))
            return {
                (days, bucket): con.execute(
                    """
                    select class.number, state.name, tier_state.name, bad, state_of_class(class.number) = state.number from class
                    join state on state.number = class.state
                    join tier_state on tier_state.number = class.tier
                    where class.number = class_of($days::integer, $bucket::varchar)
                    """,
                    {"days": days, "bucket": bucket},
                ).fetchall()
                for days, bucket in loans
            }

    return numbered


def test_a_class_says_bucket_tier_and_side_of_the_bad_debt_line(numbered):
    found = numbered(read_settings(OTHER), SAID)
    assert {loan: rows[0][1:4] for loan, rows in found.items()} == SAID
    assert all(len(rows) == 1 and rows[0][4] for rows in found.values())


def test_loans_of_one_bucket_tier_and_side_are_of_one_class_however_the_lender_says_it(numbered):
    found = {loan: rows[0][0] for loan, rows in numbered(read_settings(OTHER), SAID).items()}
    alike = [{found[loan] for loan in SAID if SAID[loan] == said} for said in set(SAID.values())]
    assert all(len(numbers) == 1 for numbers in alike)
    assert len(set(found.values())) == len(set(SAID.values())) == 6


@pytest.mark.parametrize(("days", "said"), [
    (0, ("M0", "normal", False)), (1, ("M1", "special_mention", False)), (30, ("M1", "special_mention", False)),
    (31, ("M2", "special_mention", False)), (90, ("M3", "special_mention", False)), (91, ("M4", "substandard", True)),
    (270, ("M7", "substandard", True)), (271, ("M7", "doubtful", True)), (360, ("M7", "doubtful", True)), (361, ("M7", "loss", True)),
])  # fmt: skip
def test_on_the_edges_of_the_chinese_classification(numbered, days, said):
    assert numbered(Settings(), [(days, None)])[days, None][0][1:4] == said
