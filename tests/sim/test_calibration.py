"""Calibration against known truth: the history read back exactly, true parameters in their intervals, what thin books and bad ones get."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from data.errors import BookMissing, UncalibratedBook
from data.settings import Settings
from queries import import_tables
from sim.calibration import Calibration, calibrate, fit, keep, levelled, read_calibration
from sim.calibration.assumed import assumed
from sim.calibration.fitted import share
from sim.calibration.ledger import ledger
from sim.calibration.likelihood import Likelihood
from sim.calibration.matched import rolls_of
from sim.calibration.placing import placed
from sim.calibration.records import epoch, of_epoch, read_records
from sim.calibration.replay import replay
from sim.calibration.unknowns import unknowns
from sim.parameter import parameters
from sim.policy import Channel, Stage, Trial
from sim.runs import settings_of
from sim.scenario import Scenario
from sim.simulate import simulate, simulate_batch
from tests.sim.lenders import LAST, lived, of_tables, records_of, steady_lender

SEEDS = (1, 2, 3, 4)
BETWEEN = (0.86, 0.97)
"""Parts of the parameters in their 90 % intervals that chance allows: about 600 of them, those of a history not independent."""

OF_THE_DAY = (
    "opening_share",
    "opening_loans",
    "opening_late_share",
    "opening_late_before",
    "booked_a_month",
    "growth_a_month",
    "another_loan",
    "opening_on_plan",
)
"""What stands on the last day or follows the calendar: not a parameter of the world that wrote the history."""


@pytest.fixture(scope="module")
def lender() -> Scenario:
    return steady_lender()


@pytest.fixture(scope="module")
def small():
    """A short history, its run beside its records."""
    scenario = steady_lender(8, 1500)
    run = lived(scenario, 1)
    return scenario, run, of_tables(run.tables, settings_of(scenario))


def displaced(scenario: Scenario) -> Scenario:
    """Assumptions as far from the truth as a careful guess may be; of the reasons their shares, since no book tells what each does."""
    behaviour = scenario.behaviour

    def scaled(values: tuple[float, ...], factor: float) -> tuple[float, ...]:
        return tuple(min(value * factor, 1.0) for value in values)

    return replace(
        scenario,
        behaviour=replace(
            behaviour, reasons=Scenario().behaviour.reasons, cure_odds=scaled(behaviour.cure_odds, 1.3), reached=scaled(behaviour.reached, 0.75), promise=scaled(behaviour.promise, 1.25),
            kept=scaled(behaviour.kept, 0.8), full_payment=scaled(behaviour.full_payment, 0.95), promise_full=scaled(behaviour.promise_full, 0.9),
            ai_promise=1.1, ai_kept=0.95, agency_odds_ratio=2.6, plan_accepted=0.4, plan_kept=0.8, back_again=2.2,
            talk_minutes=tuple(1.2 * minutes for minutes in behaviour.talk_minutes), complaints=tuple(2 * each for each in behaviour.complaints),
            court=replace(behaviour.court, won=0.8, pays_on_judgment=0.18, enforced=0.3),
        ),
    )  # fmt: skip


def inside(found: Calibration, truth: Scenario) -> list[bool]:
    """Of each fitted number with an interval, whether the truth lies in it."""
    true = {each.path: each.default for each in parameters(levelled(truth))}
    answers = []
    for each in found.parameters:
        known = each.origin == "measured" and each.low is not None and each.path in true
        if not known or not each.path.startswith(("behaviour", "population")) or each.path.endswith(OF_THE_DAY):
            continue
        lows, highs, values = (x if isinstance(x, tuple) else (x,) for x in (each.low, each.high, true[each.path]))
        answers += [low - 1e-4 * abs(v) <= v <= high + 1e-4 * abs(v) for low, high, v in zip(lows, highs, values, strict=True) if low is not None]  # fmt: skip
    return answers


# The history, read back


def test_the_ledger_finds_every_missed_due_date_and_every_cent_paid_late(small):
    _, run, records = small
    debts = ledger(records)
    shown = run.daily.filter(pl.col("day") > records.first)
    assert debts.due["missed"].sum() == shown["entered"].sum()
    by_source = dict(debts.payments.group_by("source").agg(pl.col("amount").sum()).iter_rows())
    assert by_source == {
        source: shown[f"cash_{source}"].sum() for source in ("self", "collector", "agency", "court", "plan")
    }


def test_the_ledger_knows_the_days_past_due_of_every_snapshot(small):
    _, _, records = small
    days = ledger(records).days.select("i", "late", "oldest", as_of="day").sort("as_of")
    shown = records.loan_snapshot.filter(
        (pl.col("as_of") > epoch(records.first)) & pl.col("status").is_in(["open", "charged_off"])
    )
    beside = shown.sort("as_of").join_asof(days, on="as_of", by="i", strategy="backward", check_sortedness=False)
    told = beside.select(
        pl.when(pl.col("late").fill_null(False)).then(pl.col("as_of") - pl.col("oldest")).otherwise(0)
    ).to_series()
    assert (told == beside["days_past_due"]).all()
    assert beside.height > 5_000


def test_a_due_date_is_missed_when_nothing_was_paid_on_it_counted_loan_by_loan(small):
    """Independent: each loan followed in plain Python from its own rows."""
    _, _, records = small
    debts = ledger(records)
    found = {(i, day) for i, day in debts.due.filter("missed").select("i", "day").iter_rows()}
    paid = {(i, day) for i, day in records.payment.select("i", "paid_on").iter_rows()}
    late = {(i, day): dpd for i, day, dpd in records.loan_snapshot.select("i", "as_of", "days_past_due").iter_rows()}
    due_day = dict(records.loan.select("i", "due_day").iter_rows())
    month_ends = sorted({day for _, day in late})
    missed = 0
    for before, after in pairwise(month_ends):
        for (i, day), dpd in late.items():
            if day != after or late.get((i, before), 1) != 0:
                continue
            due = epoch(of_epoch(after).replace(day=due_day[i]))
            if dpd == after - due and dpd > 0:  # late since this month's due date, and still
                missed += 1
                assert (i, due) in found
                assert (i, due) not in paid
    assert missed > 30


def test_scores_are_the_slopes_of_the_likelihood(small):
    scenario, _, records = small
    given = assumed(scenario, scenario.policy.plan)
    vector = unknowns(records, given)
    likelihood = Likelihood(replay(records, ledger(records), given, epoch(records.first) + 60), given, vector)
    theta = vector.start + np.random.default_rng(1).normal(0, 0.1, len(vector.start))
    slopes = likelihood.seen(theta).scores.sum(axis=0)
    for at in range(0, len(theta), 3):
        step = np.zeros(len(theta))
        step[at] = 1e-4
        slope = (likelihood.seen(theta + step, False).value - likelihood.seen(theta - step, False).value) / 2e-4
        assert slope == pytest.approx(slopes[at], rel=2e-3, abs=0.05), vector.names[at]


# The truth


def test_true_parameters_lie_inside_their_intervals_nine_times_in_ten(lender):
    assuming = displaced(lender)
    answers = [yes for seed in SEEDS for yes in inside(fit(records_of(lender, seed), 1, 12, assuming), lender)]
    assert len(answers) > 500
    assert BETWEEN[0] <= np.mean(answers) <= BETWEEN[1]


def test_a_levelled_scenario_is_the_same_world(lender):
    """Only what nobody could see has moved: with the same luck, all but what is rounded comes out alike."""
    before, after = (simulate(each, 3, 0, 400).totals for each in (lender, levelled(lender)))
    for name in ("entered", "reached_phone", "promises", "cash_self"):
        assert after[name] == pytest.approx(before[name], rel=0.005)


@pytest.fixture(scope="module")
def found(lender) -> Calibration:
    return fit(records_of(lender, 9), 1, 12, Scenario())


def test_the_policy_in_force_is_read_from_what_was_done(found, lender):
    policy, true = found.scenario.policy, lender.policy
    assert [(stage.name, stage.entry_dpd, stage.team) for stage in policy.stages] == [(stage.name, stage.entry_dpd, stage.team) for stage in true.stages]  # fmt: skip
    for stage, wanted in zip(policy.stages[1:], true.stages[1:], strict=True):
        assert {(c.kind, c.every_days, c.tries, c.opens, c.closes) for c in stage.channels} == {(c.kind, c.every_days, c.tries, c.opens, c.closes) for c in wanted.channels}  # fmt: skip
    assert {(a.name, a.tier, a.recall_days, a.every_days) for a in policy.placement.agencies} == {(a.name, a.tier, a.recall_days, a.every_days) for a in true.placement.agencies}  # fmt: skip
    assert (policy.placement.from_dpd, policy.charge_off_dpd, policy.plan.instalments) == (91, 391, 6)
    assert {team.name: team.headcount for team in found.scenario.people.teams} == {"early": 4, "mid": 3}
    assert found.scenario.prices.sms == pytest.approx(0.04)


def test_every_parameter_is_told_with_its_origin(found):
    whole = {each.path: each for each in found.parameters}
    assert list(whole) == [each.path for each in parameters(found.scenario)]
    assert whole["behaviour.promise"].origin == "measured"
    assert whole["behaviour.promise"].n > 500
    assert whole["behaviour.reasons.forgot.pays"].origin == "assumed"
    assert whole["behaviour.talk_odds_ratio"].origin == "published"
    for each in found.parameters:
        lows, values, highs = ((x if isinstance(x, tuple) else (x,)) for x in (each.low, each.value, each.high))
        if each.low is not None and each.path != "population.opening_share":
            assert all(low is None or low <= value <= high for low, value, high in zip(lows, values, highs, strict=True)), each.path  # fmt: skip


def test_a_calibrated_scenario_runs_on_from_the_book_as_it_stands(found, lender):
    records = records_of(lender, 9)
    run = simulate(found.scenario, 1, 0, 31)
    last = records.loan_snapshot.filter(pl.col("as_of") == epoch(records.last))
    late = last.filter((pl.col("days_past_due") > 0) & (pl.col("status") == "open")).height
    off = last.filter(pl.col("status") == "charged_off").height
    assert (
        found.scenario.population.opening_loans == last.filter(pl.col("status").is_in(["open", "charged_off"])).height
    )
    first = run.daily["open_cases"][0]
    assert first == pytest.approx(late + off, rel=0.15)
    assert run.totals["charged_off"] < 0.15 * off  # what was charged off before is not charged off again


def test_thin_groups_are_pooled_to_the_mean(lender):
    """A region of a few loans whose payments say nothing stays near 1; its interval is no narrower than that of a large one."""
    rare = replace(lender.population.regions[-1], name="Isle", share=0.004, pays=3.0)
    scenario = replace(lender, population=replace(lender.population, regions=(*lender.population.regions, rare)))
    found = {each.path: each for each in fit(records_of(scenario, 2), 1, 12, scenario).parameters}
    isle, east = found["population.regions.Isle.pays"], found["population.regions.East.pays"]
    assert isle.n < 1_500
    assert 0.7 < isle.value < 1.6
    assert isle.high / isle.low > east.high / east.low


def test_a_test_by_chance_measures_what_a_conversation_adds():
    """Challengers are called daily for a month, the others never; a conversation multiplies the odds by four, not by 1.8."""
    lender = steady_lender(14, 6_000)
    calls, texts = Channel("phone", every_days=1, tries=2), Channel("sms", every_days=3)
    stages = (Stage("early", 1, (texts,)), Stage("called", 2, (calls,), team="early"), Stage("late", 31, (texts,)))
    policy = replace(
        lender.policy,
        stages=(stages[0], replace(stages[1], entry_dpd=30), stages[2]),
        plan=None,
        trial=Trial("called", 2, 0.5),
    )
    behaviour = replace(lender.behaviour, talk_odds_ratio=4.0, promise=(0.05, 0.05, 0.05, 0.05))
    teams = tuple(replace(team, headcount=30, holidays=True) for team in lender.people.teams)
    truth = replace(lender, policy=policy, behaviour=behaviour, people=replace(lender.people, teams=teams))
    assuming = replace(truth, behaviour=replace(behaviour, talk_odds_ratio=1.8))
    found = fit(records_of(truth, 3), 1, 12, assuming)
    effect = {each.path: each for each in found.parameters}["behaviour.talk_odds_ratio"]
    assert effect.origin == "measured"
    assert effect.low < 4.0 < effect.high
    assert effect.low > 1.8
    assert "measured in the test" in str(found.confounded[0])


def test_without_a_test_it_is_said_that_history_was_not_random(found):
    assert "not random" in str(found.confounded[0])


# Counting


def test_shares_have_jeffreys_intervals():
    """Independent: the posterior of a share with the prior 1 / √(p (1 − p)), summed up in small steps."""
    answer = share(8, 10)
    p = (np.arange(1_000_000) + 0.5) / 1_000_000
    below = np.cumsum(p**7.5 * (1 - p) ** 1.5)
    ends = [p[np.searchsorted(below / below[-1], each)] for each in (0.05, 0.95)]
    assert (answer.value, answer.n) == (0.8, 10)
    assert (answer.low, answer.high) == pytest.approx(ends, abs=1e-4)
    assert share(0, 5).low == 0.0
    assert share(5, 5).high == 1.0


def test_a_number_is_put_where_its_path_says(lender):
    changed = placed(lender, "population.segments.New to credit.missed", 1.5)
    assert changed.population.segments[2].missed == 1.5
    assert replace(changed, population=lender.population) == lender
    with pytest.raises(KeyError):
        placed(lender, "population.segments.Nobody.missed", 1.5)


# Books


@pytest.fixture
def book(tmp_path, small):
    """A book of the short history."""

    def book(*tables: str):
        _, run, _ = small
        files = {}
        for name in tables or run.tables:
            run.tables[name].write_parquet(tmp_path / f"{name}.parquet")
            files[name] = [tmp_path / f"{name}.parquet"]
        folder = tmp_path / "book"
        import_tables(folder, files, today=LAST.replace(month=11, day=1))
        return folder

    return book


def test_a_calibration_is_kept_beside_its_book_and_read_back_the_same(book):
    folder = book()
    found = calibrate(folder, months=6)
    assert read_calibration(folder, 1) is None
    file = keep(found, folder)
    assert file == folder / "calibration" / "1.json"
    assert read_calibration(folder, 1) == found
    assert [each.name for each in file.parent.iterdir()] == ["1.json"]
    file.write_text(json.dumps(json.loads(file.read_text()) | {"form": 0}))
    assert read_calibration(folder, 1) is None
    file.write_text("{")
    assert read_calibration(folder, 1) is None


def test_month_ends_alone_are_matched_by_their_rolls(book):
    folder = book("loan_snapshot")
    behaviour = Scenario().behaviour
    eager = tuple(
        odds * (1 if dpd <= 7 else 3) for dpd, odds in zip(behaviour.cure_dpd, behaviour.cure_odds, strict=True)
    )
    found = calibrate(folder, months=6, assuming=replace(Scenario(), behaviour=replace(behaviour, cure_odds=eager)))
    assert found.snapshots_only
    whole = {each.path: each for each in found.parameters}
    assert whole["behaviour.cure_odds"].origin == "measured"
    assert whole["behaviour.cure_odds"].low[:2] == (None, None)  # the first week is not told by month-ends
    assert whole["behaviour.promise"].origin == "assumed"
    assert "month-ends only" in str(found.confounded[0])
    records, _ = read_records(folder)
    observed = rolls_of(records, epoch(records.first) + 1)
    rolls = pl.concat([run.rolls for run in simulate_batch(found.scenario, 5, range(12), 155)])
    for at, (before, after, near) in enumerate((("M0", "M1", 0.003), ("M1", "M2", 0.06), ("M2", "M3", 0.06))):
        own = rolls.filter(pl.col("from") == before)
        rolled = own.filter(pl.col("to") == after)["loans"].sum() / own["loans"].sum()
        assert rolled == pytest.approx(observed.forward[at] / observed.opening[at], abs=near)


def test_a_missing_book_an_empty_one_and_one_without_arrears_are_told_apart(tmp_path, small):
    with pytest.raises(BookMissing):
        calibrate(tmp_path / "nowhere")
    _, run, _ = small
    shown = run.tables["loan_snapshot"]
    for rows, says in (
        (shown.head(0), "has no loans"),
        (shown.filter(pl.col("as_of") == pl.col("as_of").max()), "one month-end"),
        (shown.filter((pl.col("days_past_due") == 0) & (pl.col("status") == "open")), "No loan of the book is late"),
    ):
        with pytest.raises(UncalibratedBook, match=says):
            fit(of_tables({"loan_snapshot": rows}, Settings()), 1, 12, Scenario())


@pytest.mark.parametrize(
    ("without", "stays"),
    [
        (("promise",), ("behaviour.promise", "behaviour.kept")),
        (("action",), ("behaviour.reached", "behaviour.promise", "behaviour.talk_minutes")),
        (
            ("placement", "legal_case", "plan"),
            ("behaviour.agency_odds_ratio", "behaviour.court.won", "behaviour.plan_kept"),
        ),
    ],
)
def test_what_a_table_would_have_told_stays_as_assumed_without_it(small, without, stays):
    scenario, run, _ = small
    tables = {name: frame for name, frame in run.tables.items() if name not in without}
    found = fit(of_tables(tables, settings_of(scenario)), 1, 6, Scenario())
    whole = {each.path: each for each in found.parameters}
    for path in stays:
        assert whole[path].origin != "measured"
        assert whole[path].n == 0
    assert whole["behaviour.cure_odds"].origin == "measured"


def test_a_few_spells_of_arrears_are_too_few(small):
    _, run, _ = small
    few = run.tables["loan"]["loan_id"].head(20).to_list()
    tables = {name: frame.filter(pl.col("loan_id").is_in(few)) for name, frame in run.tables.items()}
    with pytest.raises(UncalibratedBook, match="spells of arrears"):
        fit(of_tables(tables, Settings()), 1, 12, Scenario())
