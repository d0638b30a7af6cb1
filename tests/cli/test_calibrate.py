"""`calibrate` from the command line: the table, TOML and JSON, where it is kept, what is refused, both languages."""

import json
from pathlib import Path

import pytest

import recoup as command_line
import wording
from queries import import_tables
from sim.calibration import read_calibration
from sim.scenario_file import load_scenario
from tests.sim.lenders import LAST, lived, steady_lender


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("calibrated")
    files = {}
    for name, frame in lived(steady_lender(5, 700), 2).tables.items():
        frame.write_parquet(folder / f"{name}.parquet")
        files[name] = [folder / f"{name}.parquet"]
    import_tables(folder / "book", files, today=LAST.replace(month=11, day=1))
    return folder / "book"


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs a command in this process; its status, what it answered and what it said of it."""
    monkeypatch.delenv("RECOUP_LANG", raising=False)

    def run(*words: object) -> tuple[int, str, str]:
        try:
            status = command_line.main([*map(str, words), "--progress", "none"])
        except SystemExit as exit:
            status = exit.code
        said = capsys.readouterr()
        return status, said.out, said.err

    yield run
    wording.set_language("en")


def test_the_table_tells_value_interval_count_and_origin_and_what_history_cannot_tell(run, book):
    status, out, err = run("calibrate", "--book", book, "--months", 4)
    assert status == 0
    row = next(line for line in out.splitlines() if "behaviour.promise.0" in line)
    _, path, value, interval, seen, origin, _, _ = (cell.strip() for cell in row.split("│"))
    assert path == "behaviour.promise.0"
    low, high = map(float, interval.split(" … "))
    assert low < float(value) < high
    assert int(seen.replace(",", "")) > 50
    assert origin == "measured"
    assert "history was not random" in out
    assert "--all" in out
    assert f"Kept in {book / 'calibration' / '1.json'}" in err
    assert read_calibration(book, 1).months == 4


def test_toml_is_the_scenario_that_is_kept(run, book, tmp_path):
    status, out, _ = run("calibrate", "--book", book, "--format", "toml", "--out", tmp_path / "today.toml")
    assert (status, out) == (0, "")
    assert load_scenario(tmp_path / "today.toml") == read_calibration(book, 1).scenario
    assert [file.name for file in tmp_path.iterdir()] == ["today.toml"]


def test_json_has_every_parameter(run, book):
    status, out, _ = run("calibrate", "--book", book, "--format", "json", "--assume", "classic")
    answer = json.loads(out)
    assert status == 0
    assert {"path", "value", "low", "high", "n", "origin", "source", "note"} == set(answer["parameters"][0])
    assert len(answer["parameters"]) == len(read_calibration(book, 1).parameters)


def test_in_chinese_what_is_said_is_chinese(run, book, monkeypatch):
    monkeypatch.setenv("RECOUP_LANG", "zh")
    status, out, _ = run("calibrate", "--book", book)
    assert status == 0
    assert "90% 区间" in out or "90 % 区间" in out
    assert "随机" in out


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("calibrate", "--book", "nowhere"), 1, "There is no book in"),
        (("calibrate", "--months", "0"), 2, "'0' is not a whole number, 1 to 120"),
        (("calibrate", "--assume", "nothing"), 1, "There is no scenario “nothing”"),
        (("calibrate", "--out", "no/such/folder/x.toml"), 1, "There is no folder"),
    ],
)
def test_what_cannot_be_done_is_said(run, book, monkeypatch, tmp_path, words, status, says):
    monkeypatch.chdir(tmp_path)
    answer, _, err = run(*words, *(() if "--book" in words else ("--book", book)))
    assert answer == status
    assert says in err


def test_a_backtest_is_told_month_by_month_with_its_verdict_and_kept(run, book):
    status, out, err = run("backtest", "--book", book, "--months", 2, "--replications", 2)
    assert status == 0
    row = next(line for line in out.splitlines() if "the bad-debt ratio" in line and "2026-10" in line)
    assert row.count("%") >= 5
    assert sum(line.startswith(("Good: ", "Fair: ", "Poor: ")) for line in out.splitlines()) == 1
    assert "80 % intervals" in out
    assert "1-backtest.json" in err


def test_a_backtest_as_json_has_points_scores_and_words(run, book):
    status, out, _ = run("backtest", "--book", book, "--months", 2, "--replications", 2, "--format", "json")
    answer = json.loads(out)
    assert status == 0
    assert answer["verdict"] in ("good", "fair", "poor")
    assert {"measure", "month", "actual", "forecast", "low", "high", "last_month", "last_year"} == set(
        answer["points"][0]
    )
    assert answer["words"][0].lower().startswith(answer["verdict"])


def test_a_book_too_short_for_a_backtest_is_told(run, book):
    status, _, err = run("backtest", "--book", book, "--months", 24)
    assert status == 1
    assert "months of history" in err
