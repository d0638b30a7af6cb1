"""Touches of seven days are counted one by one, also those of one day: fatigue and complaints go by their number."""

from math import sqrt

import numpy as np

from sim.policy import Channel
from sim.simulate import simulate
from sim.stages import mark_today, seven_days
from tests.sim.worlds import messaging, plain


def _counts(touches: list[int], until: int) -> list[int]:
    """What is counted on each day, before which there were touches on these days."""
    week, since, one = np.zeros(1, np.uint32), np.full(1, -10_000, np.int32), np.array([0])
    seen = []
    for day in range(until):
        for _touch in range(touches.count(day)):
            mark_today(week, since, one, day)
        seen.append(int(seven_days(week, since, day)[0]))
    return seen


def test_touches_count_for_the_day_and_the_six_after():
    assert _counts([0, 0, 0, 2, 9], 17) == [3, 3, 4, 4, 4, 4, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]


def test_more_touches_of_a_day_than_are_counted_leave_the_other_days_alone():
    assert _counts([0, *[1] * 40], 9) == [1, 16, 16, 16, 16, 16, 16, 15, 0]


def test_three_messages_of_one_day_are_a_first_a_second_and_a_third_touch():
    scenario = plain(
        cases=4000,
        policy=messaging(Channel("sms"), Channel("email"), Channel("social")),
        complaints=(20.0,) * 4,
        message_complaint=1.0,
        complaint_growth=4.0,
    )
    chances = [0.02, 0.02 * 4, 0.02 * 16]
    done = simulate(scenario, days=1)
    error = sqrt(4000 * sum(chance * (1 - chance) for chance in chances))
    assert abs(done.totals["complaints"] - 4000 * sum(chances)) < 4 * error
