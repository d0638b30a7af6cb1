"""A calibration beside its book: `calibration/<version>.json`, the scenario inside as TOML, written beside and renamed."""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from data.errors import InvalidScenario
from data.said import said_as_data, said_of
from sim.calibration.calibrating import Calibration
from sim.calibration.fitted import Fitted
from sim.parameter import parameters
from sim.scenario_file import read_scenario, write_whole

FOLDER = "calibration"
FORM = 1
"""Number of the form of the file; one of another form is as if it were not there."""


def file_of(book: Path | str, version: int, kind: str = "") -> Path:
    return Path(book) / FOLDER / f"{version}{kind}.json"


def keep(calibration: Calibration, book: Path | str) -> Path:
    """Write a calibration beside its book; the file. Raises OSError."""
    return write_beside(file_of(book, calibration.version), _content(calibration))


def fingerprint(calibration: Calibration) -> str:
    """Of all that was fitted: where it is the same, the same borrowers are drawn from it."""
    whole = json.dumps(_content(calibration), default=_plain, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _content(calibration: Calibration) -> dict[str, Any]:
    return {
        "form": FORM,
        "version": calibration.version,
        "months": calibration.months,
        "last": calibration.last.isoformat(),
        "snapshots_only": calibration.snapshots_only,
        "scenario": write_whole(calibration.scenario),
        "parameters": [asdict(each) | {"note": said_as_data(each.note)} for each in calibration.parameters],
        "confounded": [said_as_data(each) for each in calibration.confounded],
        "thin": [said_as_data(each) for each in calibration.thin],
    }


def read_calibration(book: Path | str, version: int) -> Calibration | None:
    """The calibration of a version of a book; None where there is none, or none that this Recoup can read."""
    content = read_whole(file_of(book, version))
    if content is None:
        return None
    try:
        scenario = read_scenario(content["scenario"], file_of(book, version).name)
        values = {each.path: each.default for each in parameters(scenario)}  # exactly as the scenario has them
        return Calibration(
            version=content["version"],
            months=content["months"],
            last=date.fromisoformat(content["last"]),
            scenario=scenario,
            parameters=tuple(_fitted(each, values[each["path"]]) for each in content["parameters"]),
            confounded=tuple(said_of(each) for each in content["confounded"]),
            thin=tuple(said_of(each) for each in content["thin"]),
            snapshots_only=content["snapshots_only"],
        )
    except (KeyError, TypeError, ValueError, InvalidScenario):
        return None


def write_beside(file: Path, content: dict[str, Any]) -> Path:
    """JSON under another name beside the file, then renamed: a reader sees the whole of it or what was there before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as beside:
            json.dump(content, beside, ensure_ascii=False, indent=1, default=_plain)
            beside.flush()
            os.fsync(beside.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return file


def read_whole(file: Path) -> dict[str, Any] | None:
    """The content of a file of this form, else None."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and content.get("form") == FORM else None


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") else str(value)


def _fitted(data: dict[str, Any], value: Any) -> Fitted:
    def as_held(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    values = {name: as_held(value) for name, value in data.items() if name not in ("note", "value")}
    return Fitted(value=value, note=said_of(data["note"]), **values)
