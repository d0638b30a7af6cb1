"""As today: read from the book, and it says where from."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

import sim.today
from data.said import said
from queries import Filters, open_reader
from sim.demo import build_demo
from sim.scenario import Scenario, check
from sim.scenario_file import read_scenario, write_scenario
from sim.simulate import simulate
from sim.today import as_today, with_borrowers_of
from sim.truth import TRUTH_FILE, read_truth

LAST = date(2026, 10, 31)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = tmp_path_factory.mktemp("today") / "book"
    build_demo(book, seed=3, months=8, loans=1500, last_month=LAST)
    return book


@pytest.fixture
def reader(book):
    reader = open_reader(book)
    yield reader
    reader.close()


def test_of_a_made_up_book_it_is_the_policy_in_force_at_the_end(book, reader):
    today = as_today(book, reader)
    truth = read_truth(book)
    assert (today.source, today.scenario.policy) == ("truth", truth.changes[-1].policy)
    assert today.scenario.behaviour == truth.behaviour
    assert "made-up" in str(today.words)


def test_its_cases_are_the_late_loans_of_the_newest_month(book, reader):
    scenario = as_today(book, reader).scenario
    population = scenario.population
    levels = reader.ask("delinquency", Filters(month=LAST))
    late = levels.filter(levels["bucket"] != "M0")
    assert population.cases == late["loans"].sum()
    assert (
        dict(zip(population.opening_from, population.opening_share, strict=True))[1]
        == late.filter(late["bucket"] == "M1")["loans"].item()
    )
    assert population.rest_of_book == pytest.approx(float(levels.filter(levels["bucket"] == "M0")["balance"].item()))
    assert scenario.starts_on == LAST + timedelta(days=1)
    missed = reader.ask("entry_by_event", Filters(from_month=reader.months[-6], to_month=LAST))["unpaid_loans"]
    assert population.entries_a_day * 365 / 12 == pytest.approx(missed.mean(), rel=1e-3)
    shares = {product.name: product.share for product in population.products}
    by_product = reader.ask("late_by", Filters(month=LAST), by="product")
    assert shares == dict(by_product.filter(by_product["bucket"] == "all").select("value", "loans").iter_rows())
    check(scenario)
    assert read_scenario(write_scenario(scenario)) == scenario
    run = simulate(scenario, days=184)
    assert run.levels[6][1] > 0


def test_of_a_lenders_own_book_it_is_his_stages_and_else_the_classic_operation(book, reader, tmp_path, monkeypatch):
    monkeypatch.setattr(sim.today, "read_truth", lambda book: None)
    today = as_today(book, reader)
    settings = reader.version.settings
    assert today.source == "classic"
    assert [(s.name, s.entry_dpd) for s in today.scenario.policy.stages] == [
        (b.name, b.lower_dpd) for b in settings.stages
    ]
    assert today.scenario.rules.preset == settings.rules
    assert today.scenario.population.cases == as_today(book, reader).scenario.population.cases
    assert sum(team.headcount for team in today.scenario.people.teams) < sum(
        t.headcount for t in Scenario().people.teams
    )
    check(today.scenario)
    assert "not been fitted" in str(today.words)


def test_a_fit_of_the_book_goes_before_all_else(book, reader, monkeypatch):
    fitted = SimpleNamespace(scenario=Scenario(), confounded=(said("History was not random"),))
    monkeypatch.setattr(sim.today, "_calibration", lambda book, version: fitted if version == 1 else None)
    today = as_today(book, reader)
    assert (today.source, today.scenario) == ("calibrated", Scenario())
    assert [str(each) for each in today.confounded] == ["History was not random"]


def test_without_payments_entries_are_told_from_month_ends(book, tmp_path):
    from queries import import_files
    from sim.demo import write_history

    files = write_history(tmp_path / "files", seed=3, months=8, loans=1500, last_month=LAST)["loan_snapshot"]
    import_files(tmp_path / "bare", files, today=date(2026, 11, 5))
    bare, whole = open_reader(tmp_path / "bare"), open_reader(book)
    from_month_ends, from_payments = (
        as_today(folder, reader).scenario.population.entries_a_day
        for folder, reader in ((tmp_path / "bare", bare), (book, whole))
    )
    assert not (tmp_path / "bare" / TRUTH_FILE).exists()
    assert from_payments / 2 < from_month_ends < from_payments * 2
    bare.close()
    whole.close()


def test_the_operation_of_one_on_the_borrowers_of_the_other_differs_in_the_operation_alone():
    ours = read_scenario("policy.charge_off_dpd = 181\nbehaviour.talk_odds_ratio = 1.2\npopulation.cases = 7")
    other = read_scenario("behaviour.talk_odds_ratio = 2.5\npopulation.cases = 99\nstarts_on = 2026-11-01")
    mixed = with_borrowers_of(ours, other)
    assert (mixed.behaviour, mixed.population, mixed.starts_on) == (other.behaviour, other.population, other.starts_on)
    assert (mixed.policy, mixed.people, mixed.rules, mixed.prices) == (
        ours.policy,
        ours.people,
        ours.rules,
        ours.prices,
    )
