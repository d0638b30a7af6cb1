"""The fingerprint of the code in a passport: all that the digits of an experiment are worked out by is in it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim import simulate
from sim.simulate import HOUSE, code_of, code_version

EXPERIMENTS = ("sim.work", "sim.sensitivity", "sim.standing")
"""What works on experiments. `sim.uncertainty` reads a calibration, whose modules know the whole book; what was fitted has a fingerprint."""

LOADED = f"""
import sys
import {", ".join(EXPERIMENTS)}
for module in list(sys.modules.values()):
    print(getattr(module, "__file__", None) or "")
"""


def test_each_file_of_ours_that_works_on_an_experiment_is_in_it():
    told = subprocess.run([sys.executable, "-c", LOADED], cwd=HOUSE, capture_output=True, text=True, check=True).stdout
    ours = {
        Path(line) for line in told.splitlines() if line and Path(line).is_relative_to(HOUSE) and ".venv" not in line
    }
    needed = {path for path in ours if path.name != "__init__.py"}
    assert HOUSE / "data" / "rules.py" in needed
    assert needed <= set(code_of()), sorted(str(path) for path in needed - set(code_of()))


@pytest.fixture
def house(tmp_path):
    for path in code_of():
        (tmp_path / path.relative_to(HOUSE)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(HOUSE))
    return tmp_path


@pytest.mark.parametrize("name", ["sim/draws.py", "sim/calibration/unsure.py", "rules/cn.toml", "data/rules.py"])
def test_another_digit_anywhere_is_another_fingerprint(house, name):
    before = code_version.__wrapped__(house)
    assert before == code_version()
    (house / name).write_text((house / name).read_text(encoding="utf-8") + "# 1\n", encoding="utf-8")
    assert code_version.__wrapped__(house) != before


def test_another_release_of_a_library_is_another_fingerprint(monkeypatch):
    monkeypatch.setattr(simulate, "version", lambda name: "0")
    assert code_version.__wrapped__() != code_version()
