"""What people write beside the book: targets, annotations, saved views, rules of alerts, scenarios and stories, with who wrote what and when.

They stand in `notes.sqlite` in the book's folder, apart from its versions: a new import changes none of them. SQLite in WAL mode
lets any number of processes read while one writes; a writer waits for another. Nothing is lost: each change and each deletion is
kept in `edit` with what it said, by whom and when.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal, TypeVar

from data.errors import InvalidNote, UnknownNote

NOTES_FILE = "notes.sqlite"
WAIT_SECONDS = 30
LONGEST_NAME, LONGEST_TEXT = 80, 300

Where = tuple[tuple[str, tuple[str, ...]], ...]
"""Which part of a question's answer: (name of a filter, an option or a column, its values), in the order of the names."""


def where_of(chosen: dict[str, tuple[str, ...] | list[str]]) -> Where:
    """The same whatever the order in which it was said."""
    return tuple(sorted((name, tuple(sorted(set(values)))) for name, values in chosen.items() if values))


@dataclass(frozen=True)
class Measure:
    """One number a month: a column of a question's answer, of the part that `where` names."""

    question: str
    column: str
    where: Where = ()


@dataclass(frozen=True)
class Target:
    """What a measure should be from a month on, until a later target of the same measure. A share is a part of 1."""

    measure: Measure
    value: float
    from_month: date

    kind = "target"

    def __post_init__(self) -> None:
        object.__setattr__(self, "from_month", self.from_month.replace(day=1))  # any day of a month names it


@dataclass(frozen=True)
class Annotation:
    """What happened in a month, for the time axes."""

    month: date
    text: str

    kind = "annotation"

    def __post_init__(self) -> None:
        object.__setattr__(self, "month", self.month.replace(day=1))


@dataclass(frozen=True)
class SavedView:
    """A page with its filters, by a name: the path of the page and what stands behind its question mark."""

    name: str
    page: str
    query: str

    kind = "view"


Condition = Literal["above", "below", "changed"]
Against = Literal["value", "target", "previous_month"]
CONDITIONS: dict[Condition, tuple[Against, ...]] = {
    "above": ("value", "target", "previous_month"),
    "below": ("value", "target", "previous_month"),
    "changed": ("previous_month", "target"),
}
"""What each condition can be held against."""


@dataclass(frozen=True)
class Rule:
    """When an alert fires: the measure is above, or below, what it is held against by more than `margin`; or differs from it by
    more, whichever way. `value` is what it is held against where that is a value."""

    name: str
    measure: Measure
    condition: Condition
    against: Against
    value: float | None = None
    margin: float = 0.0

    kind = "rule"


@dataclass(frozen=True)
class SavedScenario:
    """A scenario of the sandbox by a name: what it is for, what it began from, the scenario itself as TOML, and the experiment that
    answered for it; "" where there is none. A change keeps the number; every earlier version stays in the edits."""

    name: str
    reason: str
    base: str
    toml: str
    experiment: str = ""

    kind = "scenario"


@dataclass(frozen=True)
class SavedStory:
    """A story of slides by a name, as the TOML that `recoup.py report` reads too."""

    name: str
    toml: str

    kind = "story"


Note = Target | Annotation | SavedView | Rule | SavedScenario | SavedStory
Kind = TypeVar("Kind", Target, Annotation, SavedView, Rule, SavedScenario, SavedStory)
KINDS: dict[str, type] = {kind.kind: kind for kind in (Target, Annotation, SavedView, Rule, SavedScenario, SavedStory)}


@dataclass(frozen=True)
class Kept:
    """A note as it stands: its number, and who wrote it last and when (UTC)."""

    number: int
    note: Note
    who: str
    at: datetime


@dataclass(frozen=True)
class Edit:
    """One change of a note: "added", "changed" or "removed", with what it says afterwards (before, of one removed)."""

    number: int
    done: Literal["added", "changed", "removed"]
    note: Note
    who: str
    at: datetime


# Each entry leads from the state before it to the next; user_version counts those done.
MIGRATIONS = (
    """
    create table note (
        number integer primary key autoincrement, kind text not null, said text not null, who text not null, at text not null
    ) strict;
    create index note_of_kind on note (kind, number);
    create table edit (
        place integer primary key autoincrement, number integer not null, kind text not null,
        done text not null check (done in ('added', 'changed', 'removed')),
        said text not null, who text not null, at text not null
    ) strict;
    create index edit_of_kind on edit (kind, place);
    """,
)


class Notes:
    """The notes of one book. Each call opens the file and closes it again: safe from any thread and process."""

    def __init__(self, book: Path | str) -> None:
        self.path = Path(book).absolute() / NOTES_FILE

    def all(self, kind: type[Kind]) -> list[Kept]:
        """All notes of a kind, oldest first; none, and no file made, where nobody has written any."""
        rows = self._read("select number, said, who, at from note where kind = ? order by number", kind.kind)
        return [Kept(number, _note(kind.kind, said), who, _time(at)) for number, said, who, at in rows]

    def edits(self, kind: type[Kind] | None = None) -> list[Edit]:
        """All that was ever written, newest first; of one kind or of all."""
        rows = self._read(
            "select number, kind, done, said, who, at from edit where ? is null or kind = ? order by place desc",
            kind and kind.kind,
            kind and kind.kind,
        )
        return [Edit(number, done, _note(of, said), who, _time(at)) for number, of, done, said, who, at in rows]

    def add(self, note: Note, who: str) -> int:
        """Keep a note; its number. Raises InvalidNote where it says nothing, or says it again."""
        _check(note, who)
        with self._writing() as con:
            self._refuse_double(con, note)
            number = con.execute(
                "insert into note (kind, said, who, at) values (?, ?, ?, ?)", (note.kind, _said(note), who, _now())
            ).lastrowid
            _log(con, number, "added", note, who)
        return number

    def change(self, number: int, note: Note, who: str) -> None:
        """Let a note say something else. Raises UnknownNote and InvalidNote."""
        _check(note, who)
        with self._writing() as con:
            self._refuse_double(con, note, number)
            done = con.execute(
                "update note set said = ?, who = ?, at = ? where number = ? and kind = ?",
                (_said(note), who, _now(), number, note.kind),
            )
            if not done.rowcount:
                raise _unknown(number)
            _log(con, number, "changed", note, who)

    def remove(self, kind: type[Kind], number: int, who: str) -> None:
        """Take a note away; that it stood, and who took it, is kept. Raises UnknownNote."""
        if not who.strip():
            raise _nobody()
        with self._writing() as con:
            known = con.execute("select said from note where number = ? and kind = ?", (number, kind.kind)).fetchone()
            if known is None:
                raise _unknown(number)
            con.execute("delete from note where number = ?", (number,))
            _log(con, number, "removed", _note(kind.kind, known[0]), who)

    @staticmethod
    def _refuse_double(con: sqlite3.Connection, note: Note, number: int | None = None) -> None:
        """Two targets of one measure from one month, or two views or rules of one name, would contradict each other."""
        for other, said in con.execute("select number, said from note where kind = ?", (note.kind,)).fetchall():
            if other != number and _identity(_note(note.kind, said)) == _identity(note):
                raise InvalidNote("There is such an entry already, number {number}.", number=other)

    def _read(self, statement: str, *values: object) -> list[tuple]:
        if not self.path.exists():
            return []
        with closing(self._open()) as con:
            return con.execute(statement, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, that no other writer comes between: all of it or nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._open()) as con:
            con.execute("begin immediate")
            try:
                yield con
                con.execute("commit")
            except BaseException:
                con.execute("rollback")
                raise

    def _open(self) -> sqlite3.Connection:
        con = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            if con.execute("pragma user_version").fetchone()[0] != len(MIGRATIONS):
                _migrate(con)
        except BaseException:
            con.close()
            raise
        return con


def _migrate(con: sqlite3.Connection) -> None:
    """Bring the file to the newest schema, whichever process comes first. Raises InvalidNote for one of a later Recoup."""
    con.execute("pragma journal_mode = wal")
    con.execute("begin immediate")
    try:
        done = con.execute("pragma user_version").fetchone()[0]
        if done > len(MIGRATIONS):
            raise InvalidNote("notes.sqlite was written by a later Recoup. Update Recoup to read it.")
        for migration in MIGRATIONS[done:]:
            for statement in filter(str.strip, migration.split(";")):
                con.execute(statement)
        con.execute(f"pragma user_version = {len(MIGRATIONS)}")
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise


def target_of(targets: list[Kept], measure: Measure, month: date) -> Target | None:
    """The target in force for a measure in a month: the one that begins last among those begun by then."""
    begun = [kept.note for kept in targets if kept.note.measure == measure and kept.note.from_month <= month]
    return max(begun, key=lambda target: target.from_month, default=None)


def _check(note: Note, who: str) -> None:
    if not who.strip():
        raise _nobody()
    if not 0 < len(getattr(note, "name", "-").strip()) <= LONGEST_NAME:
        raise InvalidNote("A name has 1 to {longest} letters.", longest=LONGEST_NAME)
    if not 0 < len(getattr(note, "text", "-").strip()) <= LONGEST_TEXT:
        raise InvalidNote("A note has 1 to {longest} letters.", longest=LONGEST_TEXT)
    if not 0 < len(getattr(note, "reason", "-").strip()) <= LONGEST_TEXT:
        raise InvalidNote("A reason has 1 to {longest} letters.", longest=LONGEST_TEXT)
    if isinstance(note, Rule):
        allowed = CONDITIONS.get(note.condition, ())
        if note.against not in allowed or (note.value is None) == (note.against == "value"):
            raise InvalidNote(
                "A rule is above or below a value, the target or the previous month, or has changed against the target or the "
                "previous month."
            )
        if note.margin < 0:
            raise InvalidNote("The margin of a rule cannot be below 0.")


def _nobody() -> InvalidNote:
    return InvalidNote("Say who you are: what is written here carries a name.")


def _unknown(number: int) -> UnknownNote:
    return UnknownNote("There is no entry {number}; it may have been removed.", number=number)


def _identity(note: Note) -> object:
    """What no two notes of a kind may share."""
    match note:
        case Target():
            return note.measure, note.from_month
        case Annotation():
            return note
        case _:
            return note.name.strip().casefold()


def _log(con: sqlite3.Connection, number: int, done: str, note: Note, who: str) -> None:
    con.execute(
        "insert into edit (number, kind, done, said, who, at) values (?, ?, ?, ?, ?, ?)",
        (number, note.kind, done, _said(note), who, _now()),
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _said(note: Note) -> str:
    return json.dumps(asdict(note), default=str, ensure_ascii=False, sort_keys=True)


def _note(kind: str, said: str) -> Note:
    values = json.loads(said)
    if "measure" in values:
        measure = values["measure"]
        where = tuple((name, tuple(chosen)) for name, chosen in measure["where"])
        values["measure"] = Measure(measure["question"], measure["column"], where)
    for name in ("from_month", "month"):
        if name in values:
            values[name] = date.fromisoformat(values[name])
    held = {field.name for field in fields(KINDS[kind])}
    return KINDS[kind](**{name: value for name, value in values.items() if name in held})
