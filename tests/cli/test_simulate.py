"""`simulate`, and `ask` of a run: what is printed, for people and programs, what is refused, and Ctrl-C."""

import json
import sys
from pathlib import Path

import pytest

import recoup as command_line
import wording
from sim.measures import MEASURES
from sim.parameter import parameters
from sim.scenario_file import load_scenario
from tests.terminal import CTRL_C, at_a_terminal

ROOT = Path(__file__).resolve().parents[2]
OURS = """
base = "classic"
population.cases = 200
people.teams.early.headcount = 1
people.teams.mid.headcount = 1
"""
LATER = 'base = "ours.toml"\npolicy.stages.early.entry_dpd = 5\n'


@pytest.fixture(autouse=True)
def _two_scenarios(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("RECOUP_BOOK", "RECOUP_LANG"):
        monkeypatch.delenv(name, raising=False)
    Path("ours.toml").write_text(OURS, encoding="utf-8")
    Path("later.toml").write_text(LATER, encoding="utf-8")
    yield
    wording.set_language("en")


@pytest.fixture
def run(capsys):
    """Runs a command in this process; its status, what it answered and what it said of it."""

    def run(words: str) -> tuple[int, str, str]:
        try:
            status = command_line.main(words.split())
        except SystemExit as exit:
            status = exit.code
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_the_words_the_table_and_the_passport_are_printed(run):
    status, out, err = run("simulate later.toml --against ours.toml --replications 2 --days 20 --workers 1")
    assert (status, err.strip()) == (0, "")
    lines = [line.strip() for line in out.splitlines()]
    assert lines[:2] == ["“later.toml” beside “ours.toml”:", "• The early stage begins at 5 instead of 1 days past due"]
    heads = next(line for line in lines if "Measure" in line)
    assert [cell.strip() for cell in heads.strip("┃").split("┃")] == [
        "Measure",
        "Scenario",
        "Base",
        "Difference",
        "No contact",
        "Difference",
    ]
    assert all(any(line.startswith(f"│ {measure.title}") for line in lines) for measure in MEASURES)
    assert "Means of 2 replications of 20 days; in brackets their intervals, 95\u202f%." in lines
    assert lines[-1].startswith("Passport: seed 1, days 20, replications 2, confidence 0.95, scenario ")


def test_without_a_base_the_words_are_beside_the_classic_operation_and_the_numbers_beside_no_contact(run):
    _status, out, _err = run("simulate later.toml --replications 1 --days 10 --workers 1")
    assert out.startswith("“later.toml” beside “classic”:")
    assert "No contact" in out
    assert "Base" not in out
    assert "1 replication of 10 days; one alone has no interval." in out
    _status, out, _err = run("simulate ours.toml --against ours.toml --replications 1 --days 5 --workers 1")
    assert out.startswith("“ours.toml” is the same as “ours.toml”.")


def test_a_program_reads_numbers_with_intervals_units_and_the_passport(run):
    status, out, err = run(
        "simulate later.toml --against ours.toml --replications 3 --days 20 --seed 9 --workers 1 --format json --progress json"
    )
    answer = json.loads(out)
    assert status == 0
    assert set(answer) == {"passport", "against", "words", "measures", "results", "differences", "parameters"}
    assert {key: answer["passport"][key] for key in ("seed", "days", "replications", "confidence")} == {
        "seed": 9,
        "days": 20,
        "replications": 3,
        "confidence": 0.95,
    }
    assert {"scenario", "base", "no_contact", "code"} <= set(answer["passport"])
    assert answer["words"] == ["The early stage begins at 5 instead of 1 days past due"]
    assert answer["parameters"]["policy.stages.early.entry_dpd"] == 5
    assert {name: measure["unit"] for name, measure in answer["measures"].items()}["recovered"] == "money"
    scenario, base, difference = (
        answer["results"]["scenario"]["net"],
        answer["results"]["base"]["net"],
        answer["differences"]["base"]["net"],
    )
    assert difference["mean"] == pytest.approx(scenario["mean"] - base["mean"])
    assert difference["low"] < difference["mean"] < difference["high"]
    assert answer["results"]["no_contact"]["utilisation"] is None
    steps = [json.loads(line) for line in err.splitlines()]
    assert steps[0] == {"step": "Running replications", "share": 0.0}
    assert [step["share"] for step in steps] == sorted(step["share"] for step in steps)
    assert steps[-1]["share"] == 1.0


def test_the_same_passport_gives_the_same_numbers_whatever_the_workers(run):
    words = "simulate later.toml --replications 2 --days 15 --seed 4 --format json"
    assert json.loads(run(f"{words} --workers 1")[1]) == json.loads(run(f"{words} --workers 2")[1])
    assert run(f"{words} --workers 1")[1] != run(f"{words} --workers 1 --seed 5")[1]


def test_it_stops_once_the_difference_is_known_well_enough(run):
    words = "simulate later.toml --replications 9 --days 5 --workers 1 --format json"
    enough = json.loads(run(f"{words} --half-width 1e9")[1])
    assert enough["passport"]["replications"] == 5
    assert enough == json.loads(run(f"{words} --replications 5")[1])
    assert json.loads(run(f"{words} --half-width 0.01")[1])["passport"]["replications"] == 9


def test_other_borrowers_are_mentioned(run):
    _status, _out, err = run(
        "simulate later.toml --against no_contact --replications 1 --days 2 --workers 1 --format json"
    )
    assert (
        "The two have other borrowers (population or behaviour): the difference is not the policy's alone."
        in " ".join(err.split())
    )
    _status, _out, err = run(
        "simulate later.toml --against ours.toml --replications 1 --days 2 --workers 1 --format json"
    )
    assert err.strip() == ""


def test_it_speaks_chinese(run, monkeypatch):
    monkeypatch.setenv("RECOUP_LANG", "zh")
    _status, out, _err = run("simulate later.toml --against ours.toml --replications 2 --days 5 --workers 1")
    assert "前端阶段从逾期 1 天改为逾期 5 天开始" in out
    assert all(word in out for word in ("回款", "不联系", "净回款", "2 次模拟（每次 5 天）的均值"))


def test_everything_that_is_wrong_with_a_scenario_is_said_on_a_line_each(run, monkeypatch):
    Path("bad.toml").write_text("polcy = 1\npolicy.charge_off_dpd = 3\n", encoding="utf-8")
    status, out, err = run("simulate bad.toml")
    assert (status, out) == (1, "")
    assert "bad.toml: there is no polcy. Did you mean “policy”?" in err
    assert "bad.toml: policy.charge_off_dpd is 3; it must be a whole number from 31 to 3,600." in err
    status, _out, err = run("simulate bad.toml --progress json")
    assert "charge_off_dpd" in json.loads(err.splitlines()[-1])["error"]
    monkeypatch.setenv("RECOUP_LANG", "zh")
    assert "bad.toml：policy.charge_off_dpd 为 3；须为31 至 3,600 之间的整数。" in run("simulate bad.toml")[2]


@pytest.mark.parametrize(
    "words",
    ["", "ours.toml --replications 0", "ours.toml --days 0", "ours.toml --days 36501", "ours.toml --workers 0", "ours.toml --seed -1",
     "ours.toml --replications few", "ours.toml --confidence 95", "ours.toml --confidence x", "ours.toml --half-width 0", "ours.toml --format csv"],
)  # fmt: skip
def test_wrong_use_is_told_apart(run, words):
    status, _out, err = run(f"simulate {words}")
    assert status == 2
    assert "usage: recoup.py simulate" in err


def test_a_run_is_written_as_a_book_and_asked_with_its_passport(run):
    status, out, err = run(
        "simulate later.toml --replications 1 --days 60 --workers 1 --format json --out run --progress json"
    )
    assert status == 0
    steps = [json.loads(line)["share"] for line in err.splitlines()]
    assert steps == sorted(steps)
    code, scenario = (json.loads(out)["passport"][name] for name in ("code", "scenario"))
    passport = {"seed": 1, "replication": 0, "days": 60, "scenario": scenario, "code": code}
    status, out, _err = run("ask roll_rates --run run --format json")
    answer = json.loads(out)
    assert (status, answer["run"]) == (0, passport)
    assert {row["month"] for row in answer["answer"]} == {"2025-02-28"}
    status, out, err = run("ask roll_rates --run run --format csv")
    assert out.startswith("month,")
    assert f"seed 1, replication 0, days 60, scenario {scenario}" in err
    status, out, err = run("simulate later.toml --replications 1 --days 60 --workers 1 --out run")
    assert (status, out) == (1, "")
    assert "There is something in run already. Name another folder for the run." in err


def test_a_report_by_stress_des_says_what_the_run_was(run):
    status, out, err = run(
        "simulate later.toml --against ours.toml --replications 2 --days 20 --workers 1 --format json --report report.md"
    )
    assert status == 0
    report, answer = Path("report.md").read_text(encoding="utf-8"), json.loads(out)
    for section in ("1. Objectives", "2. Logic", "3. Data", "4. Experimentation", "5. Implementation", "6. Code"):
        assert f"\n## {section}\n" in report
    assert "“later.toml”, 2 replications of 20 days." in report
    assert "| early | 5 | phone calls, text messages | early |" in report
    assert f"{answer['results']['scenario']['cured']['mean']:,.4g}".rstrip("0").rstrip(".") in report
    stated = [each for each in parameters(load_scenario("later.toml")) if each.origin]
    assert [each.path for each in stated if f"| `{each.path}` | " not in report] == []
    status, out, err = run("simulate later.toml --replications 1 --days 20 --report nowhere/report.md")
    assert (status, out) == (1, "")
    assert "nowhere/report.md is in no folder that is there." in " ".join(err.split())


def test_a_folder_that_is_no_run_cannot_be_asked_as_one(run, tmp_path):
    for folder in ("nowhere", "."):
        status, out, err = run(f"ask roll_rates --run {folder}")
        assert (status, out) == (1, "")
        assert f"{Path(folder)} is no run: it has no run.json." in " ".join(err.split())


def test_ctrl_c_stops_at_once_and_writes_nothing(tmp_path):
    words = [
        sys.executable,
        ROOT / "recoup.py",
        "simulate",
        "classic",
        "--replications",
        "500",
        "--workers",
        "2",
        "--progress",
        "json",
        "--out",
        "run",
    ]
    with at_a_terminal(words, cwd=tmp_path) as (process, read_until):
        assert "Running replications" in read_until("Running replications")
        shown = read_until("Stopped. Nothing was written.", CTRL_C)
        assert "Stopped. Nothing was written." in shown
        assert "Traceback" not in shown
        assert process.wait(timeout=60) == 130
    assert sorted(path.name for path in tmp_path.iterdir()) == ["later.toml", "ours.toml"]
