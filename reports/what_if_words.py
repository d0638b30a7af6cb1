"""What an experiment of the sandbox says in one line, how its figures are read, and what they are of."""

import json
from datetime import date as day_type

from data.said import Said, said_of
from sim.answers import difference, verdict
from sim.difference_words import in_words
from sim.experiments import POLICY, TODAY, Answer, Order, Progress
from sim.measures import MEASURES
from sim.typical import QUESTIONS
from wording import _, count, decimal, money, ngettext, percent, points, told

YEAR = 365
START_TODAY = "today"
"""What a policy began from: the operation as it is."""
TITLES: dict[str, Said] = {measure.name: measure.title for measure in MEASURES}
MEANINGS: dict[str, Said] = {measure.name: measure.meaning for measure in MEASURES}


def subject(order: Order) -> str:
    """What was tried: a typical question in its words, a saved scenario by its name, else what differs from today."""
    kind, _colon, what = order.subject.partition(":")
    if kind == "question" and what in QUESTIONS:
        return told(QUESTIONS[what].finding(order.scenarios[TODAY]))
    if kind == "name":
        return _("“{name}”", name=what)
    words = [told(clause) for clause in in_words(order.scenarios[TODAY], order.scenarios[POLICY])]
    if len(words) == 1:
        return words[0]
    return _("This policy") if words else _("No change")


def listed_subject(text: str, start: str) -> str:
    """The same for a list, where the scenarios are not read."""
    kind, _colon, what = text.partition(":")
    if kind == "question" and what in QUESTIONS:
        return told(QUESTIONS[what].label)
    if kind == "name":
        return what
    return _("A policy of one's own") if start == START_TODAY else _("{start}, changed", start=start)


def headline(order: Order, answer: Answer) -> str:
    """The finding on net, with its interval."""
    if POLICY not in order.scenarios:
        return _compared(order, answer)
    found = difference(answer, POLICY, TODAY, "net")
    what, how = subject(order), verdict(found, 1)
    if found.low is None:
        return _("{what}: about {net} in {time}, a first guess from a sample", what=what, net=money(found.mean, signed=True), time=_time(order))  # fmt: skip
    values = {"what": what, "net": money(abs(found.mean)), "low": money(found.low, ""), "high": money(found.high, ""), "time": _time(order)}  # fmt: skip
    if how == "same":
        return _("{what} changes nothing in net", **values)
    if how == "unclear":
        return _("{what}: cannot tell yet whether it pays in {time} ({low} to {high})", **values)
    if how == "better":
        return _("{what} nets {net} more in {time} ({low} to {high})", **values)
    values |= {"low": money(-found.high, ""), "high": money(-found.low, "")}
    return _("{what} nets {net} less in {time} ({low} to {high})", **values)


def _time(order: Order) -> str:
    return _("a year") if order.days == YEAR else ngettext("{n} day", "{n} days", order.days)


def _compared(order: Order, answer: Answer) -> str:
    """Of several saved scenarios the one with the most net, if it is better than today beyond doubt."""
    names = [name for name in order.scenarios if name != TODAY]
    found = {name: difference(answer, name, TODAY, "net") for name in names}
    best = max(names, key=lambda name: found[name].mean)
    sure = verdict(found[best], 1) == "better"
    values = {"name": best, "net": money(found[best].mean, signed=True), "time": _time(order)}
    if verdict(found[best], 1) == "worse":
        values["net"] = money(-found[best].mean)
        return _("Each is worse than today; “{name}” loses least: {net} in {time}", **values)
    if sure:
        return _("“{name}” nets most: {net} in {time} against today", **values)
    return _("None is better than today beyond doubt; “{name}” nets most: {net} in {time} against it", **values)


def shown(unit: str, value: float | None, signed: bool = False) -> str:
    """A figure, or a difference, in its unit."""
    if value is None:
        return "–"
    if unit == "money":
        return money(value, signed=signed)
    if unit == "share":
        return points(value, 2) if signed else percent(value, 2)
    return count(value, signed) if abs(value) >= 100 or value == 0 else decimal(value, 1, signed)


def span(unit: str, low: float | None, high: float | None) -> str:
    """2.4 to 4.1"""
    if low is None or high is None:
        return ""
    if unit == "money":
        return _("{low} to {high}", low=money(low, ""), high=money(high, ""))
    if unit == "share":
        return _("{low} to {high}", low=decimal(100 * low, 2), high=decimal(100 * high, 2))
    return _("{low} to {high}", low=decimal(low, 1), high=decimal(high, 1))


def fault_of(progress: Progress) -> str:
    """What went wrong: in the reader's language where it is the user's to mend."""
    return told(said_of(progress.told)) if progress.told else progress.error


def about_run(order: Order, id: str) -> dict[str, object]:
    """What the numbers are of, in columns of their own: the passport, and what the backtest said of the model."""
    return {
        "about_experiment": id,
        "about_passport": json.dumps(order.passport),
        "about_backtest": order.backtest or "none",
        "about_taken_on": day_type.today(),
    }


def passport_line(order: Order, id: str) -> str:
    """Experiment, replications, seed and model in one line; a model that did badly, or was never tested, says so."""
    passport = order.passport
    line = _(
        "Simulated, experiment {id}: {replications} replications of {days} days, seed {seed}, model {code}",
        id=id, replications=count(order.replications), days=count(order.days), seed=str(order.seed), code=passport["code"],
    )  # fmt: skip
    if order.backtest == "poor":
        return _("{caption}. {note}", caption=line, note=_("The backtest of the model on this book is poor"))
    if order.backtest:
        return line
    return _("{caption}. {note}", caption=line, note=_("The model was not tested on this book"))
