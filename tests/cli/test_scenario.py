"""`scenario`: the parameters in force, with unit, range, origin and source, as a table, TOML and JSON."""

import json
from pathlib import Path

import pytest

import recoup as command_line
import wording
from sim.parameter import parameters
from sim.scenario_file import load_scenario, presets, read_scenario


@pytest.fixture
def run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECOUP_LANG", raising=False)

    def run(words: str) -> tuple[int, str, str]:
        status = command_line.main(words.split())
        said = capsys.readouterr()
        return status, said.out, said.err

    yield run
    wording.set_language("en")


def test_the_table_has_a_line_for_each_parameter_with_unit_range_origin_and_source(run):
    status, out, err = run("scenario classic")
    assert status == 0
    assert " ".join(err.split()) == f"Scenarios that come with Recoup: {', '.join(presets())}"
    cells = [[cell.strip() for cell in line.strip("│").split("│")] for line in out.splitlines() if line.startswith("│")]
    first = {row[0]: row for row in cells if row[0]}
    assert set(first) == {parameter.path for parameter in parameters(load_scenario("classic"))}
    assert first["policy.stages.final.entry_dpd"][1:4] == ["91", "days past due", "1 … 720"]
    assert first["behaviour.agency_odds_ratio"][5] == "assumed"
    assert first["prices.sms"][5:] == ["published", "0.036–0.045"]


def test_the_words_come_first(run):
    _status, out, _err = run("scenario agencies_sooner")
    assert out.splitlines()[:2] == [
        "“agencies_sooner” beside “classic”:",
        "  • The final stage begins at 61 instead of 91 days past due",
    ]
    assert "beside" not in run("scenario")[1]


@pytest.mark.parametrize("name", presets())
def test_the_toml_states_every_parameter_and_is_read_back_the_same(run, name):
    _status, out, _err = run(f"scenario {name} --format toml")
    assert read_scenario(out) == load_scenario(name)
    stated = [line.partition(" = ")[0] for line in out.splitlines()]
    assert all(
        key in stated for key in ("charge_off_dpd", "cure_odds", "plan_kept", "wage_a_month", "cases", "starts_on")
    )


def test_the_json_gives_values_as_values(run):
    Path("mine.toml").write_text("policy.charge_off_dpd = 181\npeople.holidays = [2025-10-01]\n", encoding="utf-8")
    answer = json.loads(run("scenario mine.toml --format json")[1])
    told = {parameter["path"]: parameter for parameter in answer["parameters"]}
    assert answer["name"] == "mine.toml"
    assert answer["words"][0] == "Loans are charged off at 181 instead of 361 days past due"
    assert told["policy.charge_off_dpd"]["value"] == 181
    assert (told["policy.charge_off_dpd"]["low"], told["policy.charge_off_dpd"]["high"]) == (31, 3600)
    assert told["people.holidays"]["value"] == ["2025-10-01"]
    assert told["policy.worklist"]["choices"][0] == "days_past_due"
    assert told["behaviour.ai_kept"]["origin"] == "assumed"


def test_a_scenario_that_is_not_there_is_refused_with_the_nearest_name(run):
    status, out, err = run("scenario us_rule")
    assert (status, out) == (1, "")
    assert "There is no scenario “us_rule”. Did you mean “us_rules”?" in " ".join(err.split())
