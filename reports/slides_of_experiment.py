"""Slides of an experiment in figures and words: the verdict with its interval and the backtest's, what was tried, what was assumed."""

from datetime import datetime

import polars as pl

import charts
from reports.deck import Grid, Slide
from reports.experiment import Experiment
from reports.what_if_tables import figures_grid, figures_table, several_grid
from reports.what_if_words import MEANINGS, TITLES, headline, passport_line, shown, span, subject
from sim.difference_words import in_words
from sim.experiments import NO_CONTACT, POLICY, TODAY
from sim.tornado import ASSUMPTIONS
from wording import _, count, decimal, ngettext, told

CARDS = ("net", "recovered", "cost", "bad_debt_12m", "roll_m1", "complaints")
INSTEAD = {"bad_debt_12m": "charged_off_balance"}
"""What has a card where the first cannot be measured."""
MOST_CLAUSES = 12
CONFIDENCE = "95"


def card_rows(figures: pl.DataFrame) -> list[dict[str, object]]:
    """The differences that matter most, in the order of the cards."""
    rows = {row["measure"]: row for row in figures.to_dicts()}
    names = [name if rows[name]["difference"] is not None else INSTEAD.get(name, name) for name in CARDS]
    return [rows[name] for name in names]


def card_words(row: dict[str, object]) -> tuple[str, str, str]:
    """Name, difference, and below it the verdict with the interval."""
    how = charts.verdict_name(row["verdict"]) if row["difference"] is not None else _("not measured")
    interval = span(row["unit"], row["low"], row["high"])
    return told(TITLES[row["measure"]]), shown(row["unit"], row["difference"], signed=True), f"{how} · {interval}" if interval else how  # fmt: skip


def method_of_experiments() -> str:
    return _(
        "Both policies met the same borrowers with the same luck; the differences are means of paired replications."
    )


def verdict(of: Experiment) -> Slide:
    """The finding on net; how sure it is, what the backtest says and how much was assumed stand on the same slide."""
    if not (of.answer.done or of.answer.rough):
        title = _("{what}: not simulated yet", what=_subject(of))
        return Slide("verdict", title, points=(_backtest_line(of), _assumed_line(of)), footnotes=_foot(of))
    figures = tuple(card_words(row) for row in card_rows(of.what_if().figures))
    points = (_sure_line(of), _backtest_line(of), _assumed_line(of))
    notes = method_of_experiments()
    return Slide(
        "verdict", headline(of.order, of.answer), figures=figures, points=points, footnotes=_foot(of), notes=notes
    )


def _subject(of: Experiment) -> str:
    return subject(of.order) if POLICY in of.order.scenarios else _("Saved scenarios")


def _sure_line(of: Experiment) -> str:
    done = of.answer.done
    if done > 1:
        return ngettext(
            "Intervals: {confidence} %, from {n} pair of replications", "Intervals: {confidence} %, from {n} pairs of replications",
            done, confidence=CONFIDENCE,
        )  # fmt: skip
    if done:
        return _("There is no interval: one replication alone says nothing of luck. Do not decide by it.")
    return _("There is no interval: this is a first guess from a sample. Do not decide by it.")


def _backtest_line(of: Experiment) -> str:
    if of.others:
        return _("Backtest: it was made of other borrowers than these, and says nothing of this experiment.")
    if of.tested is None:
        return _("Backtest: the model was not tested on this book; nobody knows how well it would have foretold it.")
    return _("Backtest: {verdict}", verdict=told(of.tested.words[0]))


def _assumed_line(of: Experiment) -> str:
    measured, published, assumed = (of.count(origin) for origin in ("measured", "published", "assumed"))
    return _(
        "Of the model's numbers {measured} were measured in this book, {published} are published and {assumed} are assumed.",
        measured=count(measured), published=count(published), assumed=count(assumed),
    )  # fmt: skip


def _foot(of: Experiment) -> tuple[str, ...]:
    return (passport_line(of.order, of.id),)


def question(of: Experiment) -> Slide:
    """What differs from today, in words."""
    points: list[str] = []
    for name, scenario in of.order.scenarios.items():
        if name in (TODAY, NO_CONTACT):
            continue
        clauses = [told(clause) for clause in in_words(of.order.scenarios[TODAY], scenario)] or [_("No change")]
        more = len(clauses) - MOST_CLAUSES
        clauses = clauses[:MOST_CLAUSES] + ([_("and {n} more", n=count(more))] if more > 0 else [])
        named = [clause if name == POLICY else _("{name}: {what}", name=name, what=clause) for clause in clauses]
        points += named
    title = _("What was tried: {what}", what=_subject(of))
    notes = _("Everything else is the same: borrowers, their behaviour, the calendar and the luck of each.")
    return Slide("question", title, points=tuple(points), footnotes=_foot(of), notes=notes)


def figures(of: Experiment) -> Slide:
    """Every measure under both policies, with the difference, its interval and what that means; of several scenarios, each difference."""
    at = of.what_if()
    table = figures_table(at)
    known = at.figures.filter(pl.col("value").is_not_null() | pl.col("base").is_not_null())
    title = _("Each against today")
    if at.is_of_one:
        better, worse = (known.filter(pl.col("verdict") == how).height for how in ("better", "worse"))
        title = _("Of {n} measures {better} are better and {worse} worse beyond doubt", n=count(known.height), better=count(better), worse=count(worse))  # fmt: skip
    notes = "\n".join(f"{told(TITLES[name])}: {told(MEANINGS[name])}" for name in known["measure"])
    grid = figures_grid(at) if at.is_of_one else several_grid(at)
    footnote = _("Means of paired replications; intervals of the differences, 95 %.")
    return Slide("figures", title, grid=grid, values=table, footnotes=(footnote, *_foot(of)), notes=notes)


def backtest(of: Experiment) -> Slide:
    """How far the model can be trusted on this book: every sentence of its backtest, or that there was none."""
    if of.others:
        title = _("The model was not tested with these borrowers")
        points = (
            _("The model was fitted to this book, and this experiment has other borrowers than the fitted ones."),
            _(
                "Run it again from today’s operation as fitted; until then nobody knows how far these figures can be trusted."
            ),
        )
        return Slide("backtest", title, points=points, footnotes=_foot(of))
    if of.tested is None:
        title = _("The model was not tested on this book")
        points = (
            _("A backtest fits the model on earlier months and holds what it foretells against the months that came after."),
            _("Without it nobody knows how far these figures can be trusted on this book. Make one before you decide by them."),
        )  # fmt: skip
        return Slide("backtest", title, points=points, footnotes=_foot(of))
    title = {
        "good": _("The model would have foretold the last months well"),
        "fair": _("The model would have foretold the last months with some errors"),
        "poor": _("The model would not have foretold the last months: do not rely on it"),
    }.get(of.tested.verdict, _("The test of the model on the last months"))
    return Slide("backtest", title, points=tuple(told(sentence) for sentence in of.tested.words), footnotes=_foot(of))


def assumptions(of: Experiment) -> Slide:
    """How many numbers are measured, published or assumed, and between which ends the assumptions were, or can be, varied."""
    heads = (_("Assumption"), _("Low end"), _("High end"))
    rows = tuple((told(each.title), f"× {decimal(each.low, 2)}", f"× {decimal(each.high, 2)}") for each in ASSUMPTIONS)
    varied = "assumptions" in of.bars or "sensitivity" in of.bars
    footnote = _("Ends as factors of what is assumed; how the difference in net moves with each is on a slide of its own") if varied else _("Ends as factors of what is assumed. They have not been varied for this experiment: what the verdict hangs on is not known")  # fmt: skip
    origins = {"measured": _("measured"), "published": _("published"), "assumed": _("assumed")}
    numbers = [
        (n.path, _(n.meaning) if n.meaning else "", n.value, n.between, origins[n.origin], n.source) for n in of.numbers
    ]
    names = ("parameter", "meaning", "value", "interval", "origin", "source")
    values = pl.DataFrame(numbers, schema=dict.fromkeys(names, pl.String), orient="row")
    return Slide("assumptions", _assumed_line(of).rstrip(".。"), grid=Grid(heads, rows, numbers=(1, 2)), values=values, footnotes=(footnote, *_foot(of)), notes=_listed(of))  # fmt: skip


def _listed(of: Experiment) -> str:
    """The numbers that were measured in this book, one a line."""
    lines = [f"{n.path} {n.value}" for n in of.numbers if n.origin == "measured"]
    return "\n".join([_("Measured in this book:"), *lines]) if lines else _("No number was measured in this book.")


def _begun(at: str) -> str:
    return f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M} UTC" if at else "–"


def passport(of: Experiment) -> Slide:
    """What the numbers depend on: with the same passport they are the same to the last digit."""
    known = of.order.passport
    rows = [
        (_("Experiment"), of.id),
        (_("Replications"), count(of.answer.done)),
        (_("Days"), count(of.order.days)),
        (_("Seed"), str(of.order.seed)),
        (_("Version of the book"), str(of.order.book_version or "–")),
        (_("Model"), str(known["code"])),
        (_("Begun by"), of.order.author or "–"),
        (_("Begun on"), _begun(of.order.ordered_at)),
        *((charts.scenario_name(name), str(known[name])) for name in of.order.scenarios),
    ]
    title = _("With this passport the same numbers come out, to the last digit")
    return Slide("passport", title, grid=Grid((_("What"), _("Value")), tuple(rows)), footnotes=_foot(of))
