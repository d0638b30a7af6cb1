"""A what-if held against what came: the months that are inside the run, the sums of their days, and the band."""

from dataclasses import replace
from datetime import date

import numpy as np

from sim.experiments import POLICY, TODAY, Answer, Order
from sim.outcome import Kept
from sim.scenario import Scenario
from sim.scored import months_since, scored

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 31), date(2026, 11, 30), date(2026, 12, 31)
FROM_NOVEMBER = replace(Scenario(), starts_on=date(2026, 11, 1))
ORDER = Order({POLICY: FROM_NOVEMBER, TODAY: FROM_NOVEMBER}, replications=3, days=45)


def kept(*a_day: float) -> Kept:
    """Replications that bring in so much each day."""
    return Kept([{} for _ in a_day], {"cash": [np.full(45, each) for each in a_day]})


def test_only_whole_months_inside_the_run_count():
    assert months_since(ORDER, [OCTOBER, NOVEMBER, DECEMBER]) == [NOVEMBER]
    assert months_since(replace(ORDER, days=61), [OCTOBER, NOVEMBER, DECEMBER]) == [NOVEMBER, DECEMBER]
    assert months_since(replace(ORDER, days=29), [NOVEMBER]) == []


def test_a_months_days_are_summed_and_held_against_what_came():
    answer = Answer({POLICY: kept(10.0, 20.0, 30.0), TODAY: kept(1.0, 2.0, 3.0)}, {}, [])
    rows = scored(ORDER, answer, {OCTOBER: 5.0, NOVEMBER: 590.0, DECEMBER: 1.0}).to_dicts()
    assert [(row["scenario"], row["month"], row["forecast"], row["actual"], row["inside"]) for row in rows] == [
        (POLICY, NOVEMBER, 600.0, 590.0, True),
        (TODAY, NOVEMBER, 60.0, 590.0, False),
    ]
    assert (rows[0]["low"], rows[0]["high"]) == (
        360.0,
        840.0,
    )  # a tenth of the way between the outer and the middle one


def test_one_replication_has_no_band():
    assert scored(ORDER, Answer({POLICY: kept(1.0)}, {}, []), {NOVEMBER: 3.0}).is_empty()
