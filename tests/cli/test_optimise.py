"""`optimise`: what is printed, for people and programs, what is kept, and what is refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import recoup as command_line
import wording
from sim.scenario_file import load_scenario

ROOT = Path(__file__).resolve().parents[2]
OURS = """
base = "classic"
population.cases = 100
people.teams.early.headcount = 2
people.teams.mid.headcount = 1
"""
SMALL = "--policies 20 --cases 100 --days 20 --replications 1 --workers 1"


@pytest.fixture(autouse=True)
def _a_scenario(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RECOUP_LANG", raising=False)
    Path("ours.toml").write_text(OURS, encoding="utf-8")
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


def test_the_front_and_the_judgment_are_printed(run):
    status, out, _err = run(f"optimise ours.toml --goal cost --vary people --limit headcount<=today {SMALL}")
    assert status == 0
    assert out.startswith("20 policies were tried, ")
    assert "1 collector fewer in the early team (1 instead of 2)" in out
    lines = [line for line in out.splitlines() if "on fresh luck" in line]
    assert lines[0].endswith("; better than today.")
    assert out.splitlines()[-1].endswith("beats today's.")


def test_a_program_gets_the_same_with_the_files_and_the_scenarios_can_be_run(run):
    status, out, err = run(f"optimise ours.toml --goal cost --vary people --out search --format json {SMALL}")
    assert (status, "Traceback" in err) == (0, False)
    found = json.loads(out)
    assert (found["tried"], found["goals"]) == (20, ["cost"])
    best = found["front"][0]
    scenario = load_scenario(Path("search") / best["file"])
    assert [team.headcount for team in scenario.people.teams] == [1, 1]
    assert found["winner"] == best["number"]
    assert json.loads(run("optimise --resume search --format json")[1]) == found


def test_only_policies_within_the_limits_are_told(run):
    status, out, _err = run(f"optimise ours.toml --limit cost<=0 {SMALL}")
    assert (status, out.splitlines()[-1]) == (
        0,
        "No policy that was tried keeps the limits. Loosen one, or try more policies.",
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--goal nett", "There is no goal “nett”"),
        ("--limit cost=3", "is not a limit"),
        ("--vary pepole", "Did you mean people?"),
    ],
)
def test_wrong_words_are_told_with_the_status_of_wrong_use(run, words, said):
    status, out, err = run(f"optimise ours.toml {words}")
    assert (status, out, said in err) == (2, "", True)


def test_it_speaks_chinese():
    done = subprocess.run(
        [sys.executable, ROOT / "recoup.py", "optimise", "ours.toml", "--goal", "cost", "--vary", "people", *SMALL.split()],
        env={"RECOUP_LANG": "zh"}, capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert "共试算 20 个策略" in done.stdout
