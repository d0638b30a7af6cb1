"""What holds in every run: no cent and no borrower is lost, the caller's scenario stays as it is, luck is nobody's neighbour's."""

from copy import deepcopy
from dataclasses import replace

import numpy as np
import pytest

from sim.policy import CLASSIC, Channel, Discount, Litigation, Placement, Plan, Policy, Sale, Stage, StageException
from sim.population import Population
from sim.scenario import Change, Scenario
from sim.simulate import simulate, simulate_batch
from tests.sim.worlds import at_close_of

SMALL = replace(Scenario(), population=replace(Population(), cases=1200, entries_a_day=3.0))
BOOK = replace(
    Scenario(),
    population=replace(Population(), world="book", opening_loans=1500, booked_a_month=80.0, growth_a_month=0.02),
)
EVERYTHING = replace(
    CLASSIC,
    stages=(
        Stage(
            "early",
            1,
            (Channel("ai_call", 1, 2), Channel("phone", 2, 3), Channel("sms", 2, most_a_week=2)),
            team="early",
        ),
        Stage("late", 20, (Channel("phone", 3, 2), Channel("letter", 30), Channel("email", 5)), team="mid"),
    ),
    worklist="expected_recovery",
    plan=Plan(from_dpd=10, reasons=("hardship", "income"), instalments=4, forgiven_interest=0.5),
    discount=Discount(from_dpd=60, share_forgiven=0.4),
    litigation=Litigation(min_balance=2000.0, min_dpd=100, filings_a_month=30, simplified=False),
    placement=Placement(from_dpd=61, batch_day=5, agencies=CLASSIC.placement.agencies),
    charge_off_dpd=150,
    sale=Sale(from_dpd=200, share=0.5, price=0.08),
)
SCENARIOS = {
    "classic": SMALL,
    "nobody": replace(SMALL, policy=Policy()),
    "book": BOOK,
    "everything": replace(SMALL, policy=EVERYTHING, people=replace(SMALL.people, ai_lines=2)),
    "changed": replace(
        BOOK, changes=(Change(40, EVERYTHING), Change(85, CLASSIC)), people=replace(BOOK.people, ai_lines=1)
    ),
}


@pytest.fixture(scope="module", params=SCENARIOS)
def run(request):
    return simulate(SCENARIOS[request.param], seed=3, days=150)


def test_money_in_is_money_out_and_what_is_open_to_the_cent(run):
    t = run.totals
    came = t["money_in"] + t["interest"]
    cash = sum(t.get(f"cash_{source}", 0) for source in ("self", "collector", "agency", "court", "plan", "scheduled"))
    open_ = sum(run.standing[state]["owed"] for state in ("current", "cured", "late", "charged_off", "paid_off"))
    assert came == cash + t.get("forgiven", 0) + t.get("sold_owed", 0) + open_
    assert run.standing["paid_off"]["owed"] == 0


def test_every_borrower_is_somewhere(run):
    assert run.totals["loans_in"] == sum(each["loans"] for each in run.standing.values())


def test_no_cent_is_negative_at_the_close_of_any_day():
    def lowest(world):
        loans = world.loans
        return min(loans.not_due.min(), loans.principal_due.min(), loans.interest_due.min())

    assert min(at_close_of(SCENARIOS["everything"], 120, lowest)) == 0


def test_promises_made_are_kept_broken_void_or_open(run):
    t = run.totals
    assert t.get("promises_kept", 0) + t.get("promises_broken", 0) <= t.get("promises", 0)


def test_the_caller_s_scenario_is_never_changed():
    scenario = SCENARIOS["everything"]
    before = deepcopy(scenario)
    simulate(scenario, days=40)
    assert scenario == before


def test_the_same_passport_gives_the_same_numbers():
    first, second = (simulate(SCENARIOS["everything"], seed=5, replication=2, days=60, events=True) for _ in range(2))
    assert first.passport == second.passport
    assert first.daily.equals(second.daily)
    assert all(first.tables[name].equals(second.tables[name]) for name in first.tables)
    other = simulate(SCENARIOS["everything"], seed=5, replication=3, days=60)
    assert not other.daily.equals(first.daily)


@pytest.mark.parametrize("name", ["everything", "changed"])
def test_replications_side_by_side_are_what_each_is_alone(name):
    batch = simulate_batch(SCENARIOS[name], seed=7, replications=(0, 5), days=100)
    for run, replication in zip(batch, (0, 5), strict=True):
        alone = simulate(SCENARIOS[name], seed=7, replication=replication, days=100)
        assert run.passport == alone.passport
        minutes = [column for column in alone.daily.columns if column.startswith(("minutes", "cost"))]
        assert run.daily.drop(minutes).equals(alone.daily.drop(minutes))
        assert np.allclose(run.daily.select(minutes).to_numpy(), alone.daily.select(minutes).to_numpy(), rtol=1e-12)
        assert run.rolls.equals(alone.rolls)
        assert run.standing == alone.standing


def test_keeping_events_changes_nothing():
    plain, kept = (simulate(SMALL, days=60, events=events) for events in (False, True))
    assert plain.daily.equals(kept.daily)


def fates(world):
    loans = world.loans
    return tuple(
        column.copy()
        for column in (
            loans.state,
            loans.not_due,
            loans.principal_due,
            loans.interest_due,
            loans.oldest,
            loans.promise_due,
            loans.boost,
            loans.spells,
        )
    )


def test_a_change_for_one_segment_leaves_every_borrower_of_the_others_at_the_same_fate():
    ample = replace(
        SMALL,
        population=replace(SMALL.population, cases=1500),
        people=replace(SMALL.people, teams=tuple(replace(team, headcount=500) for team in SMALL.people.teams)),
        policy=replace(CLASSIC, litigation=None, sale=None),
    )
    later = (StageException("mid", 8, segment="Salaried"), StageException("final", 40, segment="Salaried"))
    changed = replace(ample, policy=replace(ample.policy, stage_exceptions=later))
    segment = at_close_of(ample, 1, lambda world: world.loans.segment.copy())[0]
    others = np.flatnonzero(segment != 0)
    base, other = (at_close_of(scenario, 110, fates) for scenario in (ample, changed))
    for was, now in zip(base, other, strict=True):
        for column_was, column_now in zip(was, now, strict=True):
            assert np.array_equal(column_was[others], column_now[others])
    assert not np.array_equal(base[-1][0], other[-1][0])  # the segment itself fares otherwise
