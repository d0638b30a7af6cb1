"""What is written down is there, and what is there is written down: questions, commands, mapping, settings, README."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from data.errors import NeedsData
from data.mapping import Mapping, Wide, read_mapping
from data.parts import FileOptions
from data.presets import PRESETS
from data.schema import LOAN_STATUS, TABLES
from data.settings import KEYS, Settings, read_settings
from docs import generate
from queries import import_files, open_reader, questions
from queries.question import FIELDS, UndefinedQuestion, parse_question
from sim.parameter import parameters
from sim.parts import label_field, slots
from sim.scenario import Scenario
from sim.scenario_file import presets
from tests.golden import write_golden_csv
from tests.terminal import at_a_terminal

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """The parts of a page by their heading of the second level."""
    return {part.partition("\n")[0].strip(): part for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}


def rows(text: str) -> list[list[str]]:
    """The tables of a text, without their heads: cells, free of the marks for code."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    cells = [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for above, row in zip([[], *cells], cells, strict=False) if row[0] != "---" and above]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


# Questions


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documentation")
    import_files(folder / "book", [write_golden_csv(folder / "golden.csv")], today=date(2026, 1, 15))
    reader = open_reader(folder / "book")
    yield reader
    reader.close()


@pytest.mark.parametrize("name", list(questions()))
def test_the_documented_columns_are_exactly_those_of_the_answer(reader, name):
    if reader.lacks(name):
        with pytest.raises(NeedsData):
            reader.ask(name)
    else:
        assert list(questions()[name].columns) == reader.ask(name).columns


@pytest.mark.parametrize("name", list(questions()))
def test_each_question_says_all_that_a_reader_must_know(name):
    question = questions()[name]
    said = {field: getattr(question, field.replace(" ", "_")) for field in FIELDS}
    assert {
        "title",
        "chinese",
        "answers",
        "grain",
        "unit",
        "formula",
        "leaves out",
        "pitfalls",
        "source",
    } == said.keys()
    assert [field for field, text in said.items() if not text.strip(" .–-")] == []
    assert [column for column, meaning in question.columns.items() if not meaning] == []
    assert re.search(r"[一-鿿]", question.chinese)
    assert question.answers.endswith("?")
    assert question.grain.split()[0].strip(",") in {"month", *question.columns}


def test_a_question_that_leaves_out_a_part_of_its_definition_is_refused():
    sql = (ROOT / "queries" / "bad_debt.sql").read_text(encoding="utf-8")
    assert parse_question("bad_debt", sql).title == "Bad-debt ratio"
    for field in FIELDS:
        with pytest.raises(UndefinedQuestion, match=f"the header lacks {field}"):
            parse_question("bad_debt", re.sub(rf"^-- {field}: .*\n", "", sql, flags=re.MULTILINE))
    with pytest.raises(UndefinedQuestion, match="columns"):
        parse_question("bad_debt", re.sub(r"^--   .*\n", "", sql, flags=re.MULTILINE))
    with pytest.raises(UndefinedQuestion, match="unknown parameters colour"):
        parse_question("bad_debt", sql + " -- $colour")


def test_the_reference_of_questions_names_each_with_its_columns_and_filters():
    written = sections(page("questions.md"))
    assert list(written) == list(questions())
    for name, question in questions().items():
        columns, options = written[name].partition("| Option |")[::2]
        assert [tuple(row) for row in rows(columns)] == list(question.columns.items())
        assert question.formula in written[name]
        assert all(f"`{known}`" in written[name] for known in (*question.filters, *question.needs))
        assert all(f"`--{option.replace('_', '-')}`" in options for option in question.options)


# The generated pages


@pytest.mark.parametrize("name", list(generate.pages()))
def test_a_generated_page_is_what_the_code_says_now(name, monkeypatch):
    monkeypatch.delenv("RECOUP_BOOK", raising=False)
    assert page(name) == generate.pages()[name], "run: python docs/generate.py"


# The command line


def help_of(*words: str) -> str:
    command = [sys.executable, str(ROOT / "recoup.py"), *words, "--help"]
    clean = os.environ | {"COLUMNS": "200"}
    return subprocess.run(command, env=clean, capture_output=True, text=True, check=True, timeout=60).stdout


def test_every_command_and_option_is_in_the_reference_and_no_other():
    written = sections(page("command-line.md"))
    commands = re.findall(r"^    (\w+)(?= |$)", help_of(), flags=re.MULTILINE)
    assert list(written) == commands
    assert {"import", "check", "questions", "ask", "versions", "demo", "serve"} <= set(commands)
    for command in commands:
        offered = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", help_of(command).split("options:")[1])) - {"--help"}
        listed = {name for row in rows(written[command]) for name in re.findall(r"--[a-z-]+", row[0])}
        assert listed == offered, command
        assert [row for row in rows(written[command]) if len(row[1]) < 5] == []


# Mapping and settings


def test_every_key_of_a_mapping_is_in_the_reference_and_no_other():
    written = sections(page("mapping.md"))
    top = {field.name for field in fields(Mapping)}
    in_sections = {"base_month": "as_of", "as_of_in_file_name": "as_of", "month_end": "as_of", "decimal": "numbers", "thousands": "numbers",
                   "negative_days": "meaning", "zero_balance": "meaning"}  # fmt: skip
    assert in_sections.keys() <= top
    keys = (top - in_sections.keys()) | set(in_sections.values())
    assert {row[0] for row in rows(written["Top level"])} == keys
    for section in ("as_of", "numbers", "meaning"):
        inside = {name.removeprefix("as_of_") for name, of in in_sections.items() if of == section}
        assert {row[0] for row in rows(written[f"[{section}]"])} == inside
    assert {row[0] for row in rows(written["[file]"])} == {field.name for field in fields(FileOptions)}
    assert {field.name for field in fields(Wide)} == {"months", "columns"}
    assert "`months`" in written["[wide]"]


def test_the_documented_defaults_of_a_mapping_are_those_of_the_code():
    written = sections(page("mapping.md"))
    for section in ("as_of", "numbers", "meaning", "file"):
        for key, default, *_ in rows(written[f"[{section}]"]):
            plain = 'table = "loan_snapshot"\n[columns]\nas_of = "a"\n'
            if default != "–":
                assert read_mapping(f"{plain}[{section}]\n{key} = {default}\n") == read_mapping(plain), key
            else:
                holder = read_mapping(plain).file if section == "file" else read_mapping(plain)
                assert getattr(holder, key) is None


def test_every_canonical_column_is_in_the_reference_with_its_kind_and_meaning():
    written = sections(page("tables.md"))
    assert list(written) == list(TABLES)
    for name, table in TABLES.items():
        assert [tuple(row[:3]) for row in rows(written[name])] == [(c.name, c.kind, c.meaning) for c in table.columns]
        assert all(f"`{code}`" in written[name] for column in table.columns for code in column.codes)
    codes = sections(page("mapping.md"))["[values.COLUMN]"]
    assert all(f"`{code}`" in codes for code in (*LOAN_STATUS, "leave_out"))


@pytest.mark.parametrize("block", blocks(page("mapping.md"), "toml"))
def test_each_mapping_that_is_shown_is_one(block):
    mapping = read_mapping(block)
    assert mapping.missing_required() == ()


def test_every_setting_is_in_the_reference_with_its_default():
    written = sections(page("settings.md"))["Of a book"]
    assert {row[0] for row in rows(written)} == set(KEYS)
    (defaults,) = blocks(written, "toml")
    assert read_settings(defaults) == Settings()
    assert tomllib.loads(defaults).keys() == set(KEYS)


def test_every_preset_is_in_the_reference_and_every_settings_file_that_is_shown_is_one():
    written = sections(page("settings.md"))
    assert [row[0] for row in rows(written["Presets"])] == list(PRESETS)
    for block in blocks(page("settings.md"), "toml"):
        read_settings(block)


def test_every_variable_that_is_read_is_in_the_reference_and_no_other():
    code = [
        ROOT / "recoup.py",
        ROOT / "app.py",
        *(f for room in ("pages", "data", "queries", "sim", "charts") for f in (ROOT / room).rglob("*.py")),
    ]
    read = {name for file in code for name in re.findall(r"\bRECOUP_[A-Z_]+", file.read_text(encoding="utf-8"))}
    assert {row[0] for row in rows(sections(page("settings.md"))["Of the command line and the pages"])} == read


def test_the_documented_options_of_the_server_are_those_in_force():
    stated = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    for option, value, _why in rows(sections(page("settings.md"))["Of the server"]):
        section, _, name = option.partition(".")
        held = stated[section][name]
        words = (
            ", ".join(held) if isinstance(held, list) else str(held).lower() if isinstance(held, bool) else str(held)
        )
        assert value.replace("`", "") == words, option


# Scenario


def test_every_parameter_of_a_scenario_is_in_the_reference_with_what_it_says_of_itself():
    written = {
        part.partition("\n")[0].strip(): part
        for part in re.split(r"^### ", page("scenario.md"), flags=re.MULTILINE)[1:]
    }
    documented = {
        f"{path}.{row[0]}".removeprefix("Top level."): row for path, part in written.items() for row in rows(part)
    }
    for parameter in parameters(Scenario()):
        path = in_general(parameter.path)
        if path.endswith((".NAME.name", ".KIND.kind")):
            continue  # the name of its section
        _key, _default, unit, span, meaning, origin = documented[path]
        assert (unit, meaning) == (parameter.unit, parameter.meaning), path
        assert parameter.origin in origin, path
        assert parameter.source in origin, path
        assert parameter.low is None or f"{parameter.low:,.10g}" in span, path
    assert {path for path, part in written.items()} >= {
        "policy.discount",
        "policy.stage_exceptions",
        "changes",
        "prices.court_fee",
    }


def in_general(path: str) -> str:
    """The path of a parameter, with NAME and KIND for what items are called."""
    steps, part, above = path.split("."), Scenario, None
    for at, step in enumerate(steps):
        if above is not None:
            steps[at] = label_field(part).upper()
            above = None
            continue
        slot = slots(part).get(step)
        if slot and slot.is_part:
            part, above = slot.kind, slot if slot.several else None
    return ".".join(step for step in steps if step)


def test_every_scenario_that_comes_with_recoup_is_in_the_reference():
    written = page("scenario.md").partition("## Parameters")[0]
    assert [row[0] for row in rows(written)] == list(presets())


# README


def readme_commands() -> list[str]:
    lines = [
        line for block in blocks((ROOT / "README.md").read_text(encoding="utf-8"), "sh") for line in block.splitlines()
    ]
    return [line.partition("#")[0].strip() for line in lines if line.partition("#")[0].strip()]


def test_the_readme_names_the_two_commands_and_the_way_to_ones_own_loans():
    assert {"make run", "make test"} <= set(readme_commands())
    assert any(line.startswith("python recoup.py import") for line in readme_commands())


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize("line", [line for line in readme_commands() if line.startswith("make")])
def test_the_make_targets_of_the_readme_exist(line):
    done = subprocess.run(
        [*shlex.split(line), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_the_commands_of_the_readme_run_one_after_another_as_they_stand(tmp_path, monkeypatch):
    monkeypatch.delenv("RECOUP_BOOK", raising=False)
    write_golden_csv(tmp_path / "loans.csv")
    lines = [line for line in readme_commands() if line.startswith("python")]
    assert len(lines) >= 3
    for line in lines:
        program, script, *words = shlex.split(line)
        assert (program, script) == ("python", "recoup.py")
        with at_a_terminal([sys.executable, ROOT / script, *words], cwd=tmp_path) as (process, read_until):
            if words[0] == "import":
                read_until("[y/N] ")
                shown = read_until("Version 1 is published", b"y\n")
            shown = read_until("a text that never comes")
            assert process.wait(timeout=60) == 0, shown
            assert "Traceback" not in shown
