"""A run as a book: its tables, the settings it was collected by, and its passport, so that every question answers on it."""

import json
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from data.errors import NoRun, Refused
from data.settings import SETTINGS_FILE, Settings, write_settings
from data.stages import Band, StageLadder, most_particular_first
from queries import import_tables
from sim.policy import Policy
from sim.scenario import Scenario
from sim.scenario_file import write_scenario
from sim.simulate import Run
from sim.tables import write_tables

PASSPORT_FILE = "run.json"
SCENARIO_FILE = "scenario.toml"


def write_run(
    run: Run,
    scenario: Scenario,
    folder: Path | str,
    on_progress: Callable[[str, float], None] = lambda what, share: None,
) -> None:
    """Write a run whose events were kept as a book in a folder that is not there yet, or is empty. Raises Refused.

    It is written under another name beside it and renamed when it is whole.
    """
    target = Path(folder).absolute()
    require_room(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as aside:
        book = Path(aside) / "book"
        book.mkdir()
        (book / SETTINGS_FILE).write_text(write_settings(settings_of(scenario)), encoding="utf-8")
        last_day = scenario.starts_on + timedelta(days=run.passport.days)
        files = {table: [file] for table, file in write_tables(run.tables, Path(aside) / "tables")}
        import_tables(book, files, today=last_day, on_progress=on_progress)
        (book / SCENARIO_FILE).write_text(write_scenario(scenario), encoding="utf-8")
        (book / PASSPORT_FILE).write_text(json.dumps(passport_of(run), ensure_ascii=False, indent=1), encoding="utf-8")
        if target.exists():
            target.rmdir()
        shutil.move(book, target)


def require_room(folder: Path | str) -> None:
    """Raises Refused unless a run can be written there."""
    path = Path(folder)
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Refused("There is something in {path} already. Name another folder for the run.", path=path)


def read_passport(folder: Path | str) -> dict[str, object]:
    """The passport of the run in a folder. Raises NoRun."""
    file = Path(folder) / PASSPORT_FILE
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoRun("{path} is no run: it has no {file}. Write one with: simulate SCENARIO.toml --out {path}", path=folder, file=PASSPORT_FILE) from error  # fmt: skip


def passport_of(run: Run) -> dict[str, object]:
    """What the run depends on, for files and answers."""
    passport = run.passport
    return {
        "seed": passport.seed,
        "replication": passport.replication,
        "days": passport.days,
        "scenario": passport.scenario,
        "code": passport.code,
    }


def settings_of(scenario: Scenario) -> Settings:
    """The settings of a book that is collected as the scenario says: stages, rules, calendar. Without stages, the usual ones."""
    stages = stages_of(scenario.policy)
    usual = Settings()
    return Settings(
        stages=stages or usual.stages,
        stage_exceptions=_ladders(scenario.policy),
        rules=scenario.rules.preset,
        rest_days=scenario.people.rest_days,
        holidays=scenario.people.holidays,
    )


def stages_of(policy: Policy) -> tuple[Band, ...]:
    return tuple(Band(stage.name, stage.entry_dpd) for stage in policy.stages)


def _ladders(policy: Policy) -> tuple[StageLadder, ...]:
    """Exceptions as a book has them: a ladder for each product, segment, or both."""
    groups = dict.fromkeys((each.product, each.segment) for each in policy.stage_exceptions)
    ladders = []
    for product, segment in groups:
        own = {e.stage: e.entry_dpd for e in policy.stage_exceptions if (e.product, e.segment) == (product, segment)}
        bands = tuple(Band(stage.name, own[stage.name]) for stage in policy.stages if stage.name in own)
        ladders.append(StageLadder(product or None, segment or None, bands))
    return tuple(most_particular_first(ladders))
