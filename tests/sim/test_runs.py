"""A run as a book: its settings, its passport, and that it is whole or not there."""

from contextlib import closing
from datetime import date

import pytest

from data.errors import NoRun, Refused
from data.settings import Band, Settings, StageLadder
from queries import open_reader, questions
from sim import runs
from sim.runs import read_passport, settings_of, write_run
from sim.scenario_file import load_scenario, read_scenario
from sim.simulate import simulate

SCENARIO = read_scenario("""
    starts_on = 2024-11-15
    population.cases = 250
    people.teams.early.headcount = 1
    people.teams.mid.headcount = 1
    people.holidays = [2024-12-25]
    rules.preset = "us"
    [[policy.stage_exceptions]]
    stage = "mid"
    entry_dpd = 9
    product = "Car"
""")
DAYS, LAST_MONTH = 90, date(2025, 1, 31)


@pytest.fixture(scope="module")
def run():
    return simulate(SCENARIO, seed=3, days=DAYS, events=True)


@pytest.fixture(scope="module")
def folder(run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "new" / "run"
    write_run(run, SCENARIO, folder)
    return folder


def test_every_question_answers_on_a_run(folder):
    with closing(open_reader(folder)) as reader:
        assert reader.months == (date(2024, 11, 30), date(2024, 12, 31), date(2025, 1, 31))
        assert [name for name in questions() if reader.lacks(name)] == []
        for name, question in questions().items():
            assert reader.ask(name).columns == list(question.columns), name


def test_the_book_of_a_run_holds_what_the_run_recorded(run, folder):
    with closing(open_reader(folder)) as reader:
        paid = {row["month"]: row["cash"] for row in reader.ask("cash_by_source", split="total").to_dicts()}
    recorded = dict.fromkeys(paid, 0)
    for day, amount in run.tables["payment"].select("paid_on", "amount").iter_rows():
        if day <= LAST_MONTH:  # later ones are in a month without a snapshot
            recorded[next(month for month in paid if day <= month)] += amount
    assert paid == recorded
    assert sum(paid.values()) > 0


def test_a_run_carries_its_passport_and_its_scenario(run, folder):
    passport = read_passport(folder)
    assert passport == {
        "seed": 3, "replication": 0, "days": DAYS, "scenario": run.passport.scenario, "code": run.passport.code,
    }  # fmt: skip
    assert load_scenario(folder / "scenario.toml") == SCENARIO


def test_the_book_is_built_by_the_stages_rules_and_calendar_of_the_scenario(folder):
    settings = settings_of(SCENARIO)
    assert settings.stages == (Band("early", 1), Band("mid", 16), Band("final", 91))
    assert settings.stage_exceptions == (StageLadder("Car", None, (Band("mid", 9),)),)
    assert (settings.rules, settings.holidays) == ("us", (date(2024, 12, 25),))
    with closing(open_reader(folder)) as reader:
        assert reader.version.settings == settings
    assert settings_of(load_scenario("no_contact")).stages == Settings().stages


def test_a_run_is_not_written_over_anything(run, tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "notes.txt").write_text("mine")
    for path in (tmp_path / "taken", tmp_path / "taken" / "notes.txt"):
        with pytest.raises(Refused, match=f"There is something in {path} already"):
            write_run(run, SCENARIO, path)
    assert (tmp_path / "taken" / "notes.txt").read_text() == "mine"


def test_a_run_that_is_broken_off_leaves_nothing(run, tmp_path, monkeypatch):
    def broken(*_arguments, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "import_tables", broken)
    (tmp_path / "empty").mkdir()
    with pytest.raises(KeyboardInterrupt):
        write_run(run, SCENARIO, tmp_path / "empty")
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.parametrize("text", [None, "{", "\xff"])
def test_a_folder_without_a_passport_is_no_run(tmp_path, text):
    if text is not None:
        (tmp_path / "run.json").write_text(text, encoding="latin-1")
    with pytest.raises(NoRun) as caught:
        read_passport(tmp_path)
    assert (
        str(caught.value)
        == f"{tmp_path} is no run: it has no run.json. Write one with: simulate SCENARIO.toml --out {tmp_path}"
    )
