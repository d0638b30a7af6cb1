"""Scenarios as files: TOML that states only what differs from its base.

    base = "classic"                # a preset, or another file, relative to this one

    [policy.stages.final]           # items of a list go by their names
    entry_dpd = 61

`read_scenario`, `load_scenario` and `write_scenario`; `presets` are the files of the folder scenarios.
"""

import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import tomlkit

from data.errors import InvalidScenario
from data.said import Said, said
from sim.consistency import contradictions, once
from sim.idle import idle
from sim.parts import ORDER, REFUSED, Slot, label_field, labels, slots
from sim.scenario import Change, Scenario
from sim.stated import Stated, shown, unknown

SCENARIOS = Path(__file__).parent.parent / "scenarios"
CLASSIC = "classic"
"""The classic operation in three stages: what `Scenario()` is, and the base of what names no other."""


def presets() -> tuple[str, ...]:
    """Names of the scenarios that come with Recoup, the classic one first."""
    return (CLASSIC, *sorted(file.stem for file in SCENARIOS.glob("*.toml")))


def load_scenario(name: Path | str) -> Scenario:
    """The scenario of a preset or of a file. Raises InvalidScenario with all that is wrong with it."""
    return _finished(*_loaded(str(name), Path(), ()))


def read_scenario(text: str, file: str = "scenario", folder: Path | str = ".") -> Scenario:
    """The scenario that a text states. Raises InvalidScenario with all that is wrong with it.

    file: what the text is called in messages. folder: where files that it names as its base are looked for.
    """
    return _finished(*_read(text, file, Path(folder), ()))


def _finished(scenario: Scenario, file: str, problems: list[Said], whole: bool) -> Scenario:
    if whole:
        wrong = once(chain(contradictions(scenario), idle(scenario)))
        problems += [said("{file}: {problem}", file=file, problem=problem) for problem in wrong]
    if problems:
        raise InvalidScenario(problems)
    return scenario


_Read = tuple[Scenario, str, list[Said], bool]
"""What was made of a file: scenario, name of the file, what is wrong, and whether everything that it adds could be made."""


def _loaded(name: str, folder: Path, path: tuple[Path, ...]) -> _Read:
    """A preset or a file, with the bases that led to it."""
    if name == CLASSIC:
        return Scenario(), CLASSIC, [], True
    file = SCENARIOS / f"{name}.toml" if name in presets() else folder / name
    if file.resolve() in path:
        circle = " → ".join(each.name for each in (*path[path.index(file.resolve()) :], file))
        raise InvalidScenario([said("A scenario cannot be its own base: {circle}.", circle=circle)])
    if not file.suffix and not file.exists():
        raise InvalidScenario([unknown(said("There is no scenario “{name}”", name=name), name, presets())])
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidScenario([said("The scenario {file} cannot be read: {error}.", file=str(file), error=error.strerror or "")]) from error  # fmt: skip
    except UnicodeDecodeError as error:
        raise InvalidScenario([said("{file} is not text in UTF-8.", file=str(file))]) from error
    return _read(text, file.name, file.parent, (*path, file.resolve()))


def _read(text: str, file: str, folder: Path, path: tuple[Path, ...]) -> _Read:
    try:
        stated = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidScenario([said("{file} is not valid TOML: {error}.", file=file, error=error)]) from error
    base = stated.pop("base", CLASSIC)
    if not isinstance(base, str):
        must_be = said("{file}: base is {found}; it must be the name of a scenario, or a file.", file=file, found=shown(base))  # fmt: skip
        raise InvalidScenario([must_be])
    scenario, _file, problems, whole = _loaded(base, folder, path)
    reading = Stated(file)
    scenario = reading.onto(scenario, stated)
    return scenario, file, [*problems, *reading.problems], whole and reading.whole


# Writing


def write_scenario(scenario: Scenario, base: str = CLASSIC, folder: Path | str = ".") -> str:
    """The scenario as TOML: its base and what differs from it, so that `read_scenario` gives it back.

    base: a preset, or a file in `folder`. Raises InvalidScenario when the base is not valid.
    """
    before = _finished(*_loaded(base, Path(folder), ()))
    document = tomlkit.document()
    document["base"] = base
    for key, value in _differing(before, scenario).items():
        document[key] = value
    return tomlkit.dumps(document)


def _differing(before: object, after: object) -> dict[str, Any]:
    """What of a part differs from another of its kind."""
    return {
        name: _written(slot, getattr(before, name), getattr(after, name), after)
        for name, slot in slots(type(after)).items()
        if getattr(before, name) != getattr(after, name)
    }


def _new(part: object, but: str = "") -> dict[str, Any]:
    """All that a new part must say: what has no default, and what differs from it."""
    said_of = {}
    for name, slot in slots(type(part)).items():
        value = getattr(part, name)
        if name != but and (slot.needed or value != slot.default):
            said_of[name] = _written(slot, () if slot.needed else slot.default, value, part)
    return said_of


def _written(slot: Slot, before: Any, after: Any, part: object) -> Any:
    if after is None:
        return REFUSED
    if slot.kind is Change:
        return _changes(part, after)
    if slot.is_list_of_parts:
        return _items(slot, before or (), after)
    if slot.is_part:
        return _new(after) if before is None else _differing(before, after)
    return list(after) if slot.several else after


def _items(slot: Slot, before: tuple, after: tuple) -> Any:
    names, held = labels(slot.kind, after), labels(slot.kind, before)
    if names is None or held is None:
        return _tables([_new(item) for item in after])
    field = label_field(slot.kind)
    earlier = dict(zip(held, before, strict=True))
    section: dict[str, Any] = {} if names == held else {ORDER: list(names)}
    for name, item in zip(names, after, strict=True):
        own = _differing(earlier[name], item) if name in earlier else _new(item, but=field)
        if own:
            section[name] = own
    return section


def _changes(scenario: Scenario, changes: tuple[Change, ...]) -> Any:
    policies = [scenario.policy, *(change.policy for change in changes)]
    return _tables([
        {"day": change.day} | ({"policy": own} if (own := _differing(before, change.policy)) else {})
        for before, change in zip(policies, changes, strict=False)
    ])  # fmt: skip


def _tables(sections: list[dict[str, Any]]) -> Any:
    """Sections one after another, `[[…]]`; an empty list where there are none."""
    if not sections:
        return []
    tables = tomlkit.aot()
    for section in sections:
        tables.append(tomlkit.item(section))
    return tables


def write_whole(scenario: Scenario) -> str:
    """The scenario as TOML that states every parameter, each with its unit, range and meaning beside it; read back, the same."""
    document = tomlkit.document()
    document["base"] = CLASSIC
    for key, value in _whole(scenario).items():
        document[key] = value
    return tomlkit.dumps(document)


def _whole(part: object, but: str = "") -> Any:
    """A section of everything that a part holds; parts and lists of parts after what stands in it itself."""
    section, held = tomlkit.table(), slots(type(part))
    for name in sorted((name for name in held if name != but), key=lambda name: held[name].is_part):
        slot, value = held[name], getattr(part, name)
        if slot.kind is Change:
            section[name] = _changes(part, value)
        elif value is None:
            section[name] = REFUSED
        elif slot.is_list_of_parts:
            section[name] = _whole_items(slot, value)
        elif slot.is_part:
            section[name] = _whole(value)
        else:
            section.add(name, tomlkit.item(list(value) if slot.several else value).comment(_comment(slot)))
    return section


def _whole_items(slot: Slot, items: tuple) -> Any:
    names = labels(slot.kind, items)
    if names is None:
        return _tables([_new(item) for item in items])
    section = tomlkit.table()
    section[ORDER] = list(names)
    for name, item in zip(names, items, strict=True):
        section[name] = _whole(item, but=label_field(slot.kind))
    return section


def as_written(value: object) -> str:
    """A single value, or a list of them, as a file has it."""
    if value is None:
        return f'"{REFUSED}"'
    return tomlkit.item(list(value) if isinstance(value, tuple) else value).as_string()


def _comment(slot: Slot) -> str:
    bounds = f"{slot.low:,.10g} … {slot.high:,.10g}" if slot.low is not None else ", ".join(slot.choices)
    return "; ".join(text for text in (slot.meaning, slot.unit, bounds) if text)
