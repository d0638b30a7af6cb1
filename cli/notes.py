"""`recoup.py targets`, `annotations`, `views` and `alerts`: what people keep beside the book, and which rules fire."""

import argparse
import getpass
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from rich.table import Table
from rich.text import Text

from cli.terminal import WRONG_USE, as_json, out, say
from data.errors import InvalidNote
from data.notes import Annotation, Edit, Kept, Note, Notes, Rule, SavedView, Target
from queries import Reader, open_reader
from queries.alerts import Alert, alerts
from queries.measure import is_share, measure_of, series, written
from wording import _, decimal, percent, points
from wording import date as date_words

FIRES = 1


def add_to(command: Callable[..., argparse.ArgumentParser], month: Callable[[str], date]) -> None:
    """Add the four commands; `month` reads a month of the command line."""
    targets = _kept(command("targets", _targets, "list, set and remove targets"))
    targets.add_argument("--set", type=float, metavar="X", help="set the target of --measure; a share is a part of 1")
    _of_measure(targets)
    targets.add_argument("--from", dest="from_month", type=month, metavar="YYYY-MM", help="first month of the target")

    annotations = _kept(command("annotations", _annotations, "list, add and remove what happened in a month"))
    annotations.add_argument("--add", metavar="TEXT", help="what happened in --month")
    annotations.add_argument("--month", type=month, metavar="YYYY-MM", help="the month of --add")

    views = _kept(command("views", _views, "list, save, rename and remove saved views"))
    views.add_argument("--add", metavar="NAME", help="save --address by this name")
    views.add_argument(
        "--address", metavar="ADDRESS", help="a page with its filters, such as '/roll_rates?product=Card'"
    )
    views.add_argument("--rename", type=int, metavar="N", help="give the view of this number the name of --name")
    views.add_argument("--name", help="the new name of --rename")

    rules = _kept(
        command(
            "alerts", _alerts, "tell which rules fire: exit status 0 for none, 1 for some, 2 where it cannot be told"
        )
    )
    rules.set_defaults(refused=WRONG_USE)
    rules.add_argument("--month", type=month, metavar="YYYY-MM", help="the month to look at; the newest by default")
    rules.add_argument("--rules", action="store_true", help="list the rules and look at nothing")
    rules.add_argument("--add", metavar="NAME", help="keep a rule by this name, for --measure")
    _of_measure(rules)
    condition = rules.add_mutually_exclusive_group()
    base = "a number, target, or previous_month"
    condition.add_argument("--above", metavar="WHAT", help=f"fires above {base}")
    condition.add_argument("--below", metavar="WHAT", help=f"fires below {base}")
    condition.add_argument("--changed-from", choices=("previous_month", "target"), help="fires when it differs")
    rules.add_argument("--by", type=float, default=0.0, metavar="X", help="by more than this, 0 by default")


def _kept(added: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The options that all four have."""
    added.add_argument("--remove", type=int, metavar="N", help="remove the one of this number; its history stays")
    added.add_argument(
        "--history", action="store_true", help="list what was added, changed and removed, by whom and when"
    )
    added.add_argument("--who", default=_login(), metavar="NAME", help="who changes it, the login name by default")
    added.add_argument("--format", choices=("table", "json"), default="table", help="how the answer is written")
    return added


def _login() -> str:
    """The login name; none where the system knows no name, and then one must be said."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _of_measure(added: argparse.ArgumentParser) -> None:
    added.add_argument("--measure", metavar="QUESTION.COLUMN", help="such as bad_debt.bad_debt_ratio")
    added.add_argument(
        "--where", nargs="+", action="extend", default=[], metavar="NAME=VALUE",
        help="which part of its answer: a filter, an option or a column, such as product=Card from_bucket=M1",
    )  # fmt: skip


def _targets(chosen: argparse.Namespace) -> int | None:
    notes = Notes(chosen.book)
    if chosen.set is not None:
        _require(chosen, "set", "measure", "from_month")
        target = Target(_measure(chosen, open_reader(chosen.book)), chosen.set, chosen.from_month)
        same = (target.measure, target.from_month)
        held = [kept for kept in notes.all(Target) if (kept.note.measure, kept.note.from_month) == same]
        if held:
            notes.change(held[0].number, target, chosen.who)
        else:
            notes.add(target, chosen.who)
    return _told(chosen, notes, Target)


def _annotations(chosen: argparse.Namespace) -> int | None:
    notes = Notes(chosen.book)
    if chosen.add is not None:
        _require(chosen, "add", "month")
        notes.add(Annotation(chosen.month, chosen.add), chosen.who)
    return _told(chosen, notes, Annotation)


def _views(chosen: argparse.Namespace) -> int | None:
    notes = Notes(chosen.book)
    if chosen.add is not None:
        _require(chosen, "add", "address")
        page, _mark, query = chosen.address.partition("?")
        notes.add(SavedView(chosen.add, page.strip("/"), query), chosen.who)
    if chosen.rename is not None:
        _require(chosen, "rename", "name")
        named = {kept.number: kept.note for kept in notes.all(SavedView)}
        view = named.get(chosen.rename, SavedView("", "", ""))
        notes.change(chosen.rename, SavedView(chosen.name, view.page, view.query), chosen.who)
    return _told(chosen, notes, SavedView)


def _alerts(chosen: argparse.Namespace) -> int | None:
    notes, reader = Notes(chosen.book), open_reader(chosen.book)
    if chosen.add is not None:
        _require(chosen, "add", "measure")
        notes.add(_rule(chosen, reader), chosen.who)
    if chosen.add is not None or chosen.rules or chosen.history or chosen.remove is not None:
        return _told(chosen, notes, Rule)
    month = _month_end(chosen.month) if chosen.month else reader.months[-1]
    found = alerts(reader, notes.all(Rule), notes.all(Target), month)
    if chosen.format == "json":
        told = [_as_data(alert) for alert in found]
        print(as_json({"month": month, "book_version": reader.version.number, "alerts": told}))
    else:
        _print_alerts(found)
    return FIRES if any(alert.fires for alert in found) else 0


def _rule(chosen: argparse.Namespace, reader: Reader) -> Rule:
    """The rule that the options describe. Raises InvalidNote where they do not."""
    condition, against = next(
        ((c, a) for c, a in (("above", chosen.above), ("below", chosen.below), ("changed", chosen.changed_from)) if a),
        ("", ""),
    )
    value = None
    if against not in ("target", "previous_month"):
        try:
            value, against = float(against), "value"
        except ValueError:
            raise InvalidNote("Say when it fires: --above, --below or --changed-from, and what.") from None
    return Rule(chosen.add, _measure(chosen, reader), condition, against, value, chosen.by)


def _measure(chosen: argparse.Namespace, reader: Reader):
    """The measure of --measure and --where, asked once: what has no answer is not kept."""
    where: dict[str, list[str]] = {}
    for part in chosen.where:
        name, _equals, value = part.partition("=")
        where.setdefault(name.replace("-", "_"), []).append(value)
    measure = measure_of(chosen.measure, where)
    series(reader, measure)
    return measure


def _require(chosen: argparse.Namespace, given: str, *needed: str) -> None:
    for name in needed:
        if getattr(chosen, name) is None:
            option = {"from_month": "from"}.get(name, name)
            raise InvalidNote("--{given} needs --{option}.", given=given, option=option)


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _told(chosen: argparse.Namespace, notes: Notes, kind: type) -> None:
    """Remove what is to go, then list what stands, or what was done."""
    if chosen.remove is not None:
        notes.remove(kind, chosen.remove, chosen.who)
    rows: Sequence[Kept | Edit] = notes.edits(kind) if chosen.history else notes.all(kind)
    if chosen.format == "json":
        print(as_json([_row_as_data(row) for row in rows]))
        return
    table = Table(_("No."), *([_("Done")] if chosen.history else []), _("What"), _("Who"), _("When (UTC)"))
    for row in rows:
        done = [_done(row.done)] if isinstance(row, Edit) else []
        table.add_row(*map(Text, (str(row.number), *done, _in_words(row.note), row.who, _time(row.at))))
    out.print(table)


def _done(done: str) -> str:
    return {"added": _("added"), "changed": _("changed"), "removed": _("removed")}[done]


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _in_words(note: Note) -> str:
    match note:
        case Target():
            return f"{written(note.measure)}: {_number(note, note.value)}, {note.from_month:%Y-%m} …"
        case Annotation():
            return f"{note.month:%Y-%m}: {note.text}"
        case SavedView():
            return f"{note.name}: /{note.page}" + (f"?{note.query}" if note.query else "")
        case Rule():
            return f"{note.name}: {written(note.measure)}, {_condition(note)}"


def _number(note: Target | Rule, value: float | None) -> str:
    return percent(value, 2) if is_share(note.measure) else decimal(value, 2)


def _condition(rule: Rule) -> str:
    base = {"target": _("target"), "previous_month": _("previous month")}.get(rule.against) or _number(rule, rule.value)
    margin = points(rule.margin, 2, signed=False) if is_share(rule.measure) else decimal(rule.margin, 2)
    match rule.condition:
        case "above":
            said = _("above {base}", base=base)
        case "below":
            said = _("below {base}", base=base)
        case _changed:
            said = _("changed from {base}", base=base)
    return f"{said}, " + _("by more than {margin}", margin=margin) if rule.margin else said


def _row_as_data(row: Kept | Edit) -> dict[str, object]:
    note = row.note
    said = {name: getattr(note, name) for name in note.__dataclass_fields__ if name != "measure"}
    if isinstance(note, Target | Rule):
        said |= {"question": note.measure.question, "column": note.measure.column, "where": dict(note.measure.where)}
    done = {"done": row.done} if isinstance(row, Edit) else {}
    return {"number": row.number, **done, **said, "who": row.who, "at": row.at.isoformat()}


def _as_data(alert: Alert) -> dict[str, object]:
    rule = alert.rule
    return {
        "number": alert.number, "name": rule.name, "fires": alert.fires, "question": rule.measure.question,
        "column": rule.measure.column, "where": dict(rule.measure.where), "condition": rule.condition,
        "against": rule.against, "margin": rule.margin, "value": alert.value, "held_against": alert.held_against,
        "difference": alert.difference, "unknown": alert.unknown or None,
    }  # fmt: skip


def _print_alerts(found: Sequence[Alert]) -> None:
    if not found:
        say.print(_("There are no rules. Keep one with --add."), markup=False)
        return
    table = Table(_("No."), _("Rule"), _("Fires"), _("When"), _("Value"), _("Held against"), _("Measure"))
    for alert in found:
        rule = alert.rule
        fires = _("fires") if alert.fires else ("?" if alert.unknown else _("no"))
        cells = (
            str(alert.number), rule.name, fires, _condition(rule), _number(rule, alert.value),
            _number(rule, alert.held_against), written(rule.measure),
        )  # fmt: skip
        table.add_row(*map(Text, cells), style="red" if alert.fires else None)
    out.print(table)
    for alert in found:
        if alert.unknown:
            say.print(f"{alert.rule.name}: {_why(alert.unknown)}", style="yellow", markup=False)
    say.print(_("Month: {day}", day=date_words(found[0].month)), style="dim", markup=False)


def _why(unknown: str) -> str:
    return {
        "no_value": _("the month has no such number"),
        "no_target": _("no target is set"),
        "no_month_before": _("the month before is not known"),
    }.get(unknown, unknown)
