"""A test on a part of the customers, and slices that change during a run."""

from dataclasses import replace

import numpy as np
import pytest

from data.errors import InvalidScenario
from sim.engine import Engine
from sim.policy import Channel, Policy, Stage, StageException, Trial
from sim.population import Drift, Group, Product
from sim.scenario import Change, check
from sim.simulate import simulate
from tests.sim.worlds import at_close_of, plain

TWO_STAGES = (Stage("early", 1, (Channel("sms"),)), Stage("mid", 10, (Channel("email"),)))
TESTED = Policy(stages=TWO_STAGES, trial=Trial("mid", 5, share=0.3))


def stages_on(policy: Policy, age: int) -> np.ndarray:
    """The stage of each case on the evening of the day on which it is so many days past due."""
    return at_close_of(plain(3000, policy), age, lambda world: world.loans.stage.copy())[-1]


def test_challengers_and_only_they_enter_the_stage_on_their_own_day():
    assert (stages_on(TESTED, 4) == 0).all()
    assert (stages_on(TESTED, 5) == 1).mean() == pytest.approx(0.3, abs=0.03)
    assert (stages_on(TESTED, 9) == 1).mean() == pytest.approx(0.3, abs=0.03)
    assert (stages_on(TESTED, 10) == 1).all()


def test_the_test_goes_before_exceptions():
    policy = replace(TESTED, stage_exceptions=(StageException("mid", 20, product="loan"),))
    assert (stages_on(policy, 12) == 1).mean() == pytest.approx(0.3, abs=0.03)
    assert (stages_on(policy, 20) == 1).all()


def test_all_loans_of_a_customer_are_in_one_group_and_a_later_test_has_the_same_challengers():
    scenario = plain(3000, TESTED, population={"another_loan": 0.5})
    loans = Engine(scenario, 1, 0, 1).world.loans
    assert len(np.unique(loans.lot)) == len(np.unique(loans.customer)) < 2000
    later = replace(scenario, policy=Policy(stages=TWO_STAGES), changes=(Change(3, TESTED),))
    groups = [
        set(np.flatnonzero(at_close_of(each, 6, lambda world: world.loans.stage.copy())[-1] == 1))
        for each in (scenario, later)
    ]
    assert groups[0] == groups[1] != set()


def test_the_others_of_a_test_fare_exactly_as_without_one():
    with_test, without = (
        at_close_of(
            plain(2000, policy, odds=0.05), 40, lambda world: (world.loans.lot < 0.3, world.loans.state.copy())
        )[-1]
        for policy in (TESTED, replace(TESTED, trial=None))
    )
    others = ~with_test[0]
    assert (with_test[1][others] == without[1][others]).all()
    assert (with_test[1] != without[1]).any()


def test_snapshots_show_the_groups_only_while_the_test_is_on():
    scenario = replace(plain(500, TESTED), changes=(Change(40, replace(TESTED, trial=None)),))
    snapshots = simulate(scenario, days=90, events=True).tables["loan_snapshot"]
    groups = {
        as_of.month: set(frame["test_group"])
        for (as_of,), frame in snapshots.partition_by("as_of", as_dict=True).items()
    }
    assert groups == {1: {"champion", "challenger"}, 2: {None}, 3: {None}}


BOOK = {
    "world": "book",
    "cases": 0,
    "opening_loans": 20_000,
    "products": (Product("Car", 0.5, missed=0.05), Product("Card", 0.5, missed=0.05)),
    "regions": (Group("East", 0.5), Group("West", 0.5)),
}


def entered(drifts: tuple[Drift, ...]) -> dict[tuple[int, int], float]:
    """Share of the loans that missed their due date in days 1 to 27, by product and region."""
    engine = Engine(plain(0, population=BOOK | {"drifts": drifts}), 1, 0, 28).run()
    loans = engine.world.loans
    after = loans.due_day > 1  # the due date of the others came before the drifts
    return {
        (p, r): float((loans.spells[after & (loans.product == p) & (loans.region == r)] > 0).mean())
        for p in (0, 1)
        for r in (0, 1)
    }


def test_a_drift_multiplies_the_odds_of_missing_of_its_slice_alone_and_several_multiply():
    base = entered(())
    drifted = entered((Drift(1, product="Car", region="East", missed=2.0), Drift(1, product="Car", region="East", missed=1.5)))  # fmt: skip
    odds = 3 * 0.05 / 0.95
    assert drifted[0, 0] / base[0, 0] == pytest.approx(odds / (1 + odds) / 0.05, rel=0.12)
    assert {key: value for key, value in drifted.items() if key != (0, 0)} == {
        key: value for key, value in base.items() if key != (0, 0)
    }


def test_a_drift_of_paying_slows_the_late_of_its_day_and_all_that_come_later():
    scenario = plain(20_000, odds=0.05, population={"drifts": (Drift(10, pays=0.2),)})
    late = at_close_of(scenario, 20, lambda world: int((world.loans.state == 2).sum()))
    assert (late[9] / late[4]) ** (1 / 5) == pytest.approx(1 / 1.05, abs=0.004)
    assert (late[19] / late[9]) ** (1 / 10) == pytest.approx(1 / 1.01, abs=0.002)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"trial": Trial("later", 5)}, "policy.trial: there is no “later”; there are early, mid."),
        ({"trial": Trial("early", 10)}, "policy.trial: for challenger, “mid” begins at 10 days past due, not after “early” at 10."),
        ({"trial": Trial("mid", 5, champion="a", challenger="a")}, "policy.trial: both groups are called “a”."),
        (
            {"trial": Trial("mid", 5), "stage_exceptions": (StageException("early", 7, product="loan"),)},
            "policy.trial: for challenger loan, “mid” begins at 5 days past due, not after “early” at 7.",
        ),
    ],
)  # fmt: skip
def test_a_test_that_contradicts_itself_is_refused(change, says):
    with pytest.raises(InvalidScenario) as refused:
        check(plain(10, replace(TESTED, **change)))
    assert says in str(refused.value)


def test_a_drift_of_a_slice_that_is_not_there_is_refused():
    with pytest.raises(InvalidScenario, match=r"population\.drifts\.0: there is no “Boat”; there are loan"):
        check(plain(10, population={"drifts": (Drift(3, product="Boat"),)}))
