"""No arrow against the design: who imports whom, who knows the screen, and what a page leaves to others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# The table of rooms: what each may import of ours. Every room that people read uses the catalogue of words.
MAY_IMPORT = {
    "app.py": {"pages", "wording"},
    "pages": {"charts", "queries", "sim", "reports", "data", "wording"},
    "charts": {"wording"},
    "queries": {"data"},
    "sim": {"queries", "data"},
    "data": set(),
    "reports": {
        "charts",
        "queries",
        "sim",
        "data",
        "wording",
    },  # sim: the answer of an experiment is told, not asked for
    "wording.py": set(),
    "cli": {"queries", "sim", "reports", "data", "wording"},
    "recoup.py": {"cli", "charts", "queries", "sim", "reports", "data", "wording"},
    "docs": {"recoup", "cli", "reports", "queries", "sim", "data", "wording"},
    "benchmarks": {
        "queries",
        "sim",
        "data",
        "tests",
    },  # of the tests the reference of the simulation and the browser alone, see below
    "tests": {
        "app",
        "charts",
        "queries",
        "sim",
        "reports",
        "data",
        "wording",
        "recoup",
        "cli",
        "benchmarks",
        "pages",
        "docs",
    },
}
OURS = {name.removesuffix(".py") for name in MAY_IMPORT}
SHOWS = {"app.py", "pages", "tests"}
"""Who may know the screen; all else answers without a browser."""

COMPUTES = {
    "group_by",
    "agg",
    "over",
    "pivot",
    "unpivot",
    "sum",
    "mean",
    "median",
    "quantile",
    "std",
    "var",
    "cum_sum",
    "diff",
}
ARITHMETIC = ast.Sub | ast.Mult | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow  # texts are joined by adding them
ASKS_DIRECTLY = {"execute", "executemany", "sql", "query"}
STATEMENT = re.compile(
    r"(?s)^\s*(select\b.+\bfrom\b|with\s+\w+\s+as\s*\(|from\s+\w+\s+(select|where)\b"
    r"|insert into|delete from|update\s+\w+\s+set\b|create (or replace )?(temp )?(table|view)\b)"
)


def files_of(room: str) -> list[Path]:
    path = ROOT / room
    return [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))


def every_file() -> list[Path]:
    return [file for room in MAY_IMPORT for file in files_of(room) if file.exists()]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """First names of all that is imported, at the top and inside functions, by statement and by name; "." is `package`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield package if node.level else node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and called(node) in {"import_module", "__import__"}:
            first = node.args[0] if node.args else None
            known = isinstance(first, ast.Constant) and isinstance(first.value, str)
            yield first.value.partition(".")[0] if known else "an import that is made up while running"


def called(node: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def against_the_arrows(room: str, source: str) -> set[str]:
    """What a file of the room imports of ours and may not."""
    return (
        {name for name in imported(ast.parse(source), room) if name in OURS}
        - MAY_IMPORT[room]
        - {room.removesuffix(".py")}
    )


def holds_a_column(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Call) and called(part) == "col" for part in ast.walk(node))


def works_on_measures(tree: ast.AST) -> list[str]:
    """SQL, grouping, summing, and arithmetic on columns, each with its line."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            found.append(f"{node.lineno}: a statement")
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and called(node) in COMPUTES | ASKS_DIRECTLY
        ):
            found.append(f"{node.lineno}: .{called(node)}()")
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ARITHMETIC) and holds_a_column(node):
            found.append(f"{node.lineno}: arithmetic on a column")
    return found


def test_the_table_names_every_room():
    held = {path.name for path in ROOT.glob("*.py")} | {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and any(path.rglob("*.py"))
    }
    assert held - set(MAY_IMPORT) - {"artifacts", "book"} == set()


@pytest.mark.parametrize("room", list(MAY_IMPORT))
def test_no_import_runs_against_the_arrows(room):
    wrong = {
        name_of(file): names
        for file in files_of(room)
        if file.exists() and (names := against_the_arrows(room, file.read_text(encoding="utf-8")))
    }
    assert wrong == {}


def test_the_bench_uses_of_the_tests_the_reference_and_the_browser_alone():
    wrong = {
        name_of(file): node.module
        for file in files_of("benchmarks")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tests")
        if not f"{node.module}.".startswith(("tests.reference.", "tests.browser.conftest."))
    }
    assert wrong == {}


def test_the_screen_is_known_to_the_pages_alone():
    knowing = {name_of(file) for file in every_file() if "streamlit" in imported(tree_of(file), "")}
    assert {name for name in knowing if name.partition("/")[0] not in SHOWS} == set()
    assert "app.py" in knowing


def test_the_database_is_known_to_data_and_queries_alone():
    knowing = {name_of(file).partition("/")[0] for file in every_file() if "duckdb" in imported(tree_of(file), "")}
    assert knowing <= {"data", "queries", "benchmarks", "tests"}


def test_pages_hold_no_statement_no_grouping_and_no_arithmetic_on_measures():
    wrong = {
        name_of(file): found
        for room in ("app.py", "pages")
        for file in files_of(room)
        if (found := works_on_measures(tree_of(file)))
    }
    assert wrong == {}


def test_every_file_opens_with_what_it_answers():
    silent = [name_of(file) for file in every_file() if not (ast.get_docstring(tree_of(file)) or "").strip()]
    assert silent == []
    statements = sorted((ROOT / "queries").rglob("*.sql"))
    assert [name_of(file) for file in statements if not file.read_text(encoding="utf-8").startswith("-- ")] == []


@pytest.mark.parametrize(
    ("room", "source", "wrong"),
    [
        ("data", "import queries", {"queries"}),
        ("data", "def f():\n    from queries.reader import open_reader", {"queries"}),
        ("queries", "import data.book, sim.demo", {"sim"}),
        ("queries", "if True:\n    import importlib\n    importlib.import_module('sim.demo')", {"sim"}),
        ("charts", "from wording import _\nfrom charts.words import Words\nfrom . import theme", set()),
        ("charts", "from pages.shared import view", {"pages"}),
        ("recoup.py", "from pages import overview", {"pages"}),
        ("app.py", "from queries import questions", {"queries"}),
    ],
)
def test_an_import_against_the_arrows_is_found_wherever_it_stands(room, source, wrong):
    assert against_the_arrows(room, source) == wrong


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("frame.group_by('month').agg(pl.col('loans').sum())", 3),
        ("frame.with_columns(1 - pl.col('share'))", 1),
        ("frame.with_columns(pl.col('a') / pl.col('b'))", 1),
        ("x = 'select month from level'", 1),
        ("x = '''\n    with a as (select 1)\n    select * from a'''", 1),
        ("reader._con.execute(text)", 1),
        ("x = 'Select a month from the list'", 0),
        ("x = 'from the start'", 0),
        ("pl.lit('a') + pl.col('text')", 0),
        ("frame.filter((pl.col('a') == 1) & (pl.col('b') == 2))", 0),
    ],
)
def test_work_that_a_page_leaves_to_others_is_told_from_what_it_may_do(source, count):
    assert len(works_on_measures(ast.parse(source))) == count
