"""`make bench`: measure the numbers that Recoup holds, print them as a table, keep the last one in RESULTS.md.

    python -m benchmarks [--rows 10M 30M 100M] [--events 10M 100M] [--months 25] [--repeat 3] [--data FOLDER] [--out FILE]
        [--only book|simulation]

What is compared runs in turn (A B A B …), since a machine's speed drifts; ratios are medians of the pairs.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import duckdb
import polars as pl
from rich.console import Console

from benchmarks.cases import prepare, prepare_csv
from benchmarks.simulation import ENGINE_CASES, POLICIES, REFERENCE_CASES, SEARCHED

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
OTHERS_UP_TO = 10_000_000  # rows at which Polars and pandas are measured beside
CSV_ROWS = 5_000_000
GIBIBYTE = 1 << 30

say = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class Run:
    """A case that ran in a process of its own: what it printed, and the process's peak memory in GiB."""

    figures: dict[str, float]
    peak: float

    @property
    def seconds(self) -> float:
        return self.figures["seconds"]


def run_case(case: str, folder: Path, of: str = "benchmarks.cases") -> Run:
    """Run one case of a module. Raises CalledProcessError when it fails."""
    command = [sys.executable, "-m", of, case, str(folder)]
    with subprocess.Popen(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.read()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    run = Run(json.loads(printed.splitlines()[-1]), _peak(usage))
    say.print(f"  {folder.name:>6} {case:<18} {_shown(run.figures)}  {run.peak:.2f} GiB", style="dim")
    return run


def _peak(usage: resource.struct_rusage) -> float:
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, kibibytes elsewhere
    return usage.ru_maxrss * unit / GIBIBYTE


def _shown(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:,.2f}" for name, value in figures.items())


def in_turn(cases: list[str], folder: Path, repeat: int) -> dict[str, list[Run]]:
    """Each case `repeat` times, one after the other."""
    runs: dict[str, list[Run]] = {case: [] for case in cases}
    for _round in range(repeat):
        for case in cases:
            runs[case].append(run_case(case, folder))
    return runs


def measure(rows: int, months: int, repeat: int, data: Path) -> list[list[str]]:
    """Rows of the table for a book of about so many snapshots."""
    folder = data / _short(rows)
    if not (folder / "partitions.json").exists():
        say.print(f"Making up {rows:,} snapshots")
        shutil.rmtree(folder, ignore_errors=True)
        prepare(folder, rows // months, months)
    others = ["polars_join", "pandas_merge"] if rows <= OTHERS_UP_TO else []
    runs = in_turn(["build_ledger", "duckdb_statement", "add_month", "build", *others], folder, repeat)
    asked = run_case("ask_questions", folder)
    table = [
        ["Build of the exit ledger and the levels", *_of(rows, runs["build_ledger"]), ""],
        ["Self-join and group-by, hand-written in DuckDB", *_of(rows, runs["duckdb_statement"]), ""],
        [
            "Speed of the first against it",
            _short(rows),
            _ratio(runs["duckdb_statement"], runs["build_ledger"]),
            "",
            "≥ 0.50",
        ],
        ["Build of all facts", *_of(rows, runs["build"]), "< 8 GiB"],
        ["A month added", *_of(rows, runs["add_month"]), ""],
        ["A month added ÷ build of all facts", _short(rows), _ratio(runs["add_month"], runs["build"]), "", "≤ 0.125"],
        ["A question, 95th percentile", _short(rows), f"{asked.figures['p95_ms']:.0f} ms", "", "< 100 ms"],
        ["All questions of a page", _short(rows), f"{asked.figures['page_ms']:.0f} ms", "", "< 300 ms"],
    ]
    names = {"polars_join": "The same join in Polars", "pandas_merge": "The same join in pandas"}
    return table + [[names[case], *_of(rows, runs[case]), ""] for case in others]


def measure_events(rows: int, months: int, data: Path) -> list[list[str]]:
    """Rows of the table for a book of about so many snapshots, as many attempts, and a fifth as many payments. Once: it is long."""
    folder = data / f"{_short(rows)}-events"
    if not (folder / "partitions.json").exists():
        say.print(f"Making up {rows:,} snapshots and what collections does with them")
        shutil.rmtree(folder, ignore_errors=True)
        prepare(folder, rows // months, months, events=True)
    built = run_case("build", folder)
    added = run_case("add_month", folder)
    asked = run_case("ask_questions", folder)
    name = f"{_short(rows)}, as many attempts, a fifth as many payments"
    return [
        ["Build of all facts with those of collections", name, f"{built.seconds:.1f} s", _peaks([built]), "< 8 GiB"],
        ["A month added ÷ that", name, f"{added.seconds / built.seconds:.3f}", _peaks([added]), "≤ 0.125"],
        ["A question, 95th percentile", name, f"{asked.figures['p95_ms']:.0f} ms", "", "< 100 ms"],
        ["All questions of a page", name, f"{asked.figures['page_ms']:.0f} ms", "", "< 300 ms"],
    ]


def measure_import(data: Path, repeat: int) -> list[list[str]]:
    """Rows of the table for the import of one large CSV file."""
    folder = data / "csv"
    if not (folder / "loans.csv").exists():
        say.print(f"Making up a CSV file of {CSV_ROWS:,} rows")
        prepare_csv(folder, CSV_ROWS, 25)
    runs = in_turn(["import_csv"], folder, repeat)["import_csv"]
    name = f"Import of {_short(CSV_ROWS)} rows of CSV"
    return [[name, *_of(CSV_ROWS, runs), "< 4 GiB"]]


def measure_simulation(repeat: int) -> list[list[str]]:
    """Rows of the table for the simulation: engine against reference, growth with the cases, an experiment."""

    def case(name: str, cases: int) -> Run:
        return run_case(name, Path(str(cases)), "benchmarks.simulation")

    pairs = [(case("engine", ENGINE_CASES), case("reference", REFERENCE_CASES)) for _round in range(repeat)]
    engines = [engine for engine, _reference in pairs]
    scaled = [reference.seconds * ENGINE_CASES / REFERENCE_CASES for _engine, reference in pairs]
    ratio = median(slow / engine.seconds for slow, engine in zip(scaled, engines, strict=True))
    empty, small, large = case("engine", 100), case("engine", 10_000), case("engine", 1_000_000)
    hundred = median(run.seconds for run in engines) / ENGINE_CASES
    held = [run.figures["own_peak"] for run in (empty, small, engines[0], large)]
    memory = [(held[2] - held[0]) / ENGINE_CASES, (held[3] - held[0]) / 1_000_000]
    answers, searched = case("two_policies", 20_000), case("search", SEARCHED)
    return [
        ["A year of cases, all channels", "10,000", f"{small.seconds:.1f} s", f"{held[1]:.2f} GiB", ""],
        [
            "A year of cases, all channels",
            "100,000",
            f"{hundred * ENGINE_CASES:.1f} s",
            f"{held[2]:.2f} GiB",
            "",
        ],
        ["A year of cases, all channels", "1M", f"{large.seconds:.1f} s", f"{held[3]:.2f} GiB", ""],
        [
            f"The same by a process per borrower, {REFERENCE_CASES:,} of them times {ENGINE_CASES // REFERENCE_CASES}",
            "100,000",
            f"{median(scaled):.0f} s",
            "",
            "",
        ],
        ["Speed against it", "100,000", f"{ratio:.0f}", "", "≥ 50"],
        ["Time of a case, 1M ÷ 100,000", "1M", f"{large.seconds / 1e6 / hundred:.2f}", "", "≤ 1.5"],
        ["Memory of a case above an empty run, 1M ÷ 100,000", "1M", "", f"{memory[1] / memory[0]:.2f}", "≤ 1.5"],
        [
            "Two policies, 30 pairs, two workers: first answer",
            "20,000",
            f"{answers.figures['first']:.1f} s",
            "",
            "< 1 s",
        ],
        ["… all of it", "20,000", f"{answers.seconds:.1f} s", "", "< 15 s"],
        [f"A search of {POLICIES} policies, two workers", f"{SEARCHED:,}", f"{searched.seconds:.0f} s", "", "< 300 s"],
    ]


def _of(rows: int, runs: list[Run]) -> list[str]:
    return [_short(rows), f"{median(run.seconds for run in runs):.1f} s", _peaks(runs)]


def _peaks(runs: list[Run]) -> str:
    return f"{max(run.peak for run in runs):.2f} GiB"


def _ratio(one: list[Run], other: list[Run]) -> str:
    return f"{median(a.seconds / b.seconds for a, b in zip(one, other, strict=True)):.3f}"


def _short(rows: int) -> str:
    return f"{rows // 1_000_000}M" if rows >= 1_000_000 else f"{rows:,}"


def _rows(text: str) -> int:
    number, unit = (text[:-1], text[-1].upper()) if text[-1:].upper() in "KM" else (text, "")
    try:
        return int(float(number) * {"K": 1_000, "M": 1_000_000, "": 1}[unit])
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of rows; write it as 10M or 500K") from error


HEADS = {
    "The book": ("What", "Snapshots", "Median", "Peak memory", "To hold"),
    "The simulation": ("What", "Cases", "Median", "Peak memory", "To hold"),
}
ABOUT = (
    "Written by `make bench`. Seconds drift with the machine; the ratios are of runs that took turns. Seconds of one replication are "
    "the processor's, of one thread; all others are the clock's."
)


def section(title: str, table: list[list[str]]) -> str:
    """A table as Markdown, with what it was measured on."""
    head = HEADS[title]
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *table)]
    machine = (
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, DuckDB {duckdb.__version__}, Polars {pl.__version__}"
    )
    return "\n".join([f"{datetime.now(UTC).date()}, {machine}.", "", *lines])


def written(measured: dict[str, str], before: str) -> str:
    """All sections; one that was not measured stays as it was written before."""
    kept = dict(part.split("\n", 1) for part in before.split("\n## ")[1:])
    sections = {title: measured.get(title, kept.get(title, "").strip()) for title in HEADS}
    texts = [f"## {title}\n\n{text}\n" for title, text in sections.items() if text]
    return "\n".join(["# Measured\n", ABOUT + "\n", *texts])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", nargs="+", type=_rows, default=[10_000_000, 30_000_000, 100_000_000], metavar="N")
    parser.add_argument(
        "--events",
        nargs="*",
        type=_rows,
        default=[10_000_000, 100_000_000],
        metavar="N",
        help="the same with events of collections",
    )
    parser.add_argument("--months", type=int, default=25)
    parser.add_argument("--repeat", type=int, default=3, help="how often each case runs; the median counts")
    parser.add_argument("--data", type=Path, default=HERE / "data", help="where the made-up books are kept")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the table is kept")
    parser.add_argument(
        "--only", choices=("book", "simulation"), help="what to measure; what is not keeps its last figures"
    )
    chosen = parser.parse_args()
    measured = {}
    if chosen.only != "simulation":
        table = [row for rows in chosen.rows for row in measure(rows, chosen.months, chosen.repeat, chosen.data)]
        table += [row for rows in chosen.events for row in measure_events(rows, chosen.months, chosen.data)]
        measured["The book"] = section("The book", table + measure_import(chosen.data, chosen.repeat))
    if chosen.only != "book":
        measured["The simulation"] = section("The simulation", measure_simulation(chosen.repeat))
    text = written(measured, chosen.out.read_text(encoding="utf-8") if chosen.out.exists() else "")
    print(text)
    chosen.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
