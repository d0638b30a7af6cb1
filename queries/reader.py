"""Asking a version of the book: read-only, with DuckDB locked down, from any number of threads."""

import importlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl

from data.book import Book, Version, read_version
from data.errors import InvalidOption, NeedsData, OutdatedVersion, UnknownQuestion
from data.partitions import QUARANTINE
from data.schema import DIMENSIONS
from queries.build.steps import built_by
from queries.intervals import interval_columns, with_intervals
from queries.loan_rows import VIEW, loan_rows
from queries.loan_rows import statements as loan_statements
from queries.options import chosen_values
from queries.question import Question, questions

_SLICES = (Path(__file__).parent / "build" / "slices.sql").read_text(encoding="utf-8")


REMEMBERED, LONGEST_REMEMBERED = 512, 2_000
"""Answers that a reader keeps, and how many rows one may have: a version never changes, and many people ask the same of it."""


@dataclass(frozen=True)
class Filters:
    """Which part of the book a question is about. Months are month-ends; an empty tuple restricts nothing, and the empty
    text among the values of a dimension stands for "not known"."""

    month: date | None = None
    from_month: date | None = None
    to_month: date | None = None
    product: tuple[str, ...] = ()
    region: tuple[str, ...] = ()
    segment: tuple[str, ...] = ()
    acquisition_channel: tuple[str, ...] = ()

    def parameters(self) -> dict[str, object]:
        months = {name: _month_end(getattr(self, name)) for name in ("month", "from_month", "to_month")}
        return months | {name: list(getattr(self, name)) for name in DIMENSIONS}


def _month_end(day: date | None) -> date | None:
    """The last day of the day's month, so that any day of a month names it."""
    return None if day is None else (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


class Reader:
    """One version of a book, open for questions. Each query runs on a cursor of its own, which makes threads safe."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        version: Version,
        partitions: Path,
        quarantine: Sequence[Path],
        remembers: bool = True,
    ) -> None:
        self._con = con
        self._remembers = remembers
        self._remembered: OrderedDict[str, pl.DataFrame] = OrderedDict()
        self._partitions = partitions
        self._quarantine = list(quarantine)
        self.version = version
        self._lock = threading.Lock()
        self.dimensions: dict[str, tuple[str, ...]] = {
            name: tuple(
                row[0] for row in con.execute(f"select distinct {name} from book.level order by {name}").fetchall()
            )
            for name in DIMENSIONS
        }
        buckets = con.execute("select name from book.bucket order by ordinal").fetchall()
        self.buckets: tuple[str, ...] = tuple(row[0] for row in buckets)

    @property
    def folder(self) -> Path:
        """The book's folder."""
        return self._partitions.parent

    @property
    def months(self) -> tuple[date, ...]:
        return self.version.months

    @property
    def has_balances(self) -> bool:
        return self.version.has_balances

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self._lock:
            cursor = self._con.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def ask(
        self,
        question: str,
        filters: Filters | None = None,
        *,
        intervals: bool = False,
        confidence: float = 0.95,
        **options: object,
    ) -> pl.DataFrame:
        """The answer as a frame with exactly the columns that the question's definition names.

        intervals: add <rate>_low and <rate>_high for each rate of the question, and `small`; see queries/intervals.py.
        options: what the question lets choose beside the filters; the rest stays at its default.
        Raises UnknownQuestion, UnknownOption, InvalidOption, and NeedsData where the book has nothing of a table asked about.
        """
        asked = _known(question)
        chosen = chosen_values(question, asked.options, options)
        if not 0 < confidence < 1:
            raise InvalidOption("The confidence is {given}; it must lie between 0 and 1.", given=confidence)
        if missing := self.lacks(question):
            raise NeedsData("This question needs: {tables}. The book has none.", missing)
        values = (filters or Filters()).parameters() | chosen
        name = repr((question, values, confidence if intervals else None))
        if (known := self._recall(name)) is not None:
            return known
        answer = self._answer(asked, values, chosen)
        if intervals:
            answer = with_intervals(answer, asked.rates, confidence).select(
                *asked.columns, *interval_columns(asked.rates, asked.columns)
            )
        else:
            answer = answer.select(*asked.columns)
        self._remember(name, answer)
        return answer

    def _answer(self, asked: Question, values: dict[str, object], chosen: dict[str, object]) -> pl.DataFrame:
        with self._cursor() as cursor:
            if VIEW in asked.sql:  # the only question about single loans
                month = values["month"] or self.months[-1]
                cursor.register(VIEW, loan_rows(self.version, self._partitions, month).to_arrow())
            answer = cursor.sql(asked.sql, params={name: values[name] for name in asked.parameters}).pl()
        if asked.computed_by:
            answer = importlib.import_module(f"queries.computed.{asked.computed_by}").answer(answer, **chosen)
        return answer

    def _recall(self, name: str) -> pl.DataFrame | None:
        with self._lock:
            if name not in self._remembered:
                return None
            self._remembered.move_to_end(name)
            return self._remembered[name].clone()

    def _remember(self, name: str, answer: pl.DataFrame) -> None:
        if not self._remembers or answer.height > LONGEST_REMEMBERED:
            return
        with self._lock:
            self._remembered[name] = answer.clone()
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)

    def lacks(self, question: str) -> tuple[str, ...]:
        """The tables that the question needs and this version has nothing of. Raises UnknownQuestion."""
        held = {p.table_name for p in self.version.partitions if p.rows}
        return tuple(table for table in _known(question).needs if table not in held)

    @property
    def answerable(self) -> tuple[str, ...]:
        """The questions that this version has the tables for."""
        return tuple(name for name in questions() if not self.lacks(name))

    def quarantine(self, limit: int, offset: int = 0) -> pl.DataFrame:
        """Refused rows: source, line, month, loan_id, as_of, reasons, raw."""
        return pl.scan_parquet(self._quarantine, glob=False).sort("source", "line").slice(offset, limit).collect()

    def close(self) -> None:
        self._con.close()


def _known(question: str) -> Question:
    known = questions()
    if question not in known:
        raise UnknownQuestion(
            "There is no question “{question}”; there are {known}.", question=question, known=", ".join(known)
        )
    return known[question]


def _require_columns(con: duckdb.DuckDBPyConnection) -> None:
    """Raises duckdb.BinderException where a question asks for a column that the version's facts do not have."""
    for asked in questions().values():
        values = Filters().parameters() | {option.name: option.default for option in asked.options.values()}
        con.execute(f"explain {asked.sql}", {name: values[name] for name in asked.parameters})


def open_reader(book: Path | str, version: int | None = None, *, remembers: bool = True) -> Reader:
    """Open a version of a book, the current one by default. Raises data.errors.BookMissing, or OutdatedVersion.

    The connection can read this version's file, can neither read nor write any other, and its configuration is locked.
    remembers: keep short answers, so that who asks the same again need not wait.
    """
    source = Book(book)
    path = source.version_path(version)
    con = duckdb.connect(":memory:", config={"temp_directory": ""})  # a folder to spill to would be one to write to
    con.execute("attach $path as book (read_only)", {"path": str(path)})
    record = read_version(con, int(path.stem))
    con.execute(f"create macro bad_above_dpd() as {int(record.settings.bad_above_dpd)}")
    try:
        con.execute(_SLICES)
        con.execute(loan_statements(record))
        if record.built_by != built_by():
            _require_columns(con)
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        con.close()
        if record.built_by == built_by():
            raise
        raise OutdatedVersion(
            "Version {number} was built by an earlier Recoup, which kept less than is asked for now. `python recoup.py rebuild` "
            "builds the book anew.",
            number=record.number,
        ) from error
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    return Reader(
        con,
        record,
        source.partitions,
        [source.partitions / p.file for p in record.partitions if p.table_name == QUARANTINE],
        remembers,
    )
