"""The figures of an experiment as tables in words: both policies with their difference, or several scenarios each against today."""

import polars as pl

import charts
from reports.deck import Grid
from reports.exhibits.what_if import WhatIf
from reports.what_if_words import TITLES, shown, span
from sim import answers
from sim.experiments import NO_CONTACT, TODAY
from wording import _, told


def figures_grid(of: WhatIf) -> Grid:
    """Every measure that is known: both values, the difference, its interval and verdict, beside nobody being contacted where that
    was run."""
    heads = [_("Measure"), charts.scenario_name(of.of), _("As today"), _("Difference"), _("Interval"), _("Verdict")]
    beside = None
    if NO_CONTACT in of.order.scenarios:
        beside = answers.figures(of.answer, of.of, NO_CONTACT).to_dicts()
        heads += [_("Against no contact"), _("Its interval")]
    rows = []
    for at, row in enumerate(of.figures.to_dicts()):
        if row["value"] is None and row["base"] is None:
            continue
        unit = row["unit"]
        cells = [told(TITLES[row["measure"]]), shown(unit, row["value"]), shown(unit, row["base"])]
        cells += [*_difference(row), charts.verdict_name(row["verdict"])]
        rows.append((*cells, *(_difference(beside[at]) if beside else ())))
    return Grid(tuple(heads), tuple(rows), numbers=(1, 2, 3, 4, 6, 7) if beside else (1, 2, 3, 4))


def _difference(row: dict[str, object]) -> tuple[str, str]:
    return shown(row["unit"], row["difference"], signed=True), span(row["unit"], row["low"], row["high"])


def several_grid(of: WhatIf) -> Grid:
    """Several saved scenarios beside today: a row a measure, a column a scenario."""
    frames = [answers.figures(of.answer, name, TODAY).to_dicts() for name in _beside_today(of)]
    rows = []
    for at, measure in enumerate(frames[0]):
        if measure["base"] is not None:
            cells = [told(TITLES[measure["measure"]]), shown(measure["unit"], measure["base"])]
            rows.append((*cells, *(_with_verdict(figures[at]) for figures in frames)))
    names = map(charts.scenario_name, _beside_today(of))
    return Grid((_("Measure"), _("As today"), *names), tuple(rows), numbers=(1,))


def _with_verdict(row: dict[str, object]) -> str:
    value, interval = _difference(row)
    return f"{value} ({interval}) {charts.verdict_name(row['verdict'])}" if interval else value


def figures_table(of: WhatIf) -> pl.DataFrame:
    """The same as numbers: scenario, measure, unit, value, base (as today), difference, low, high, verdict."""
    frames = []
    for name in [of.of] if of.is_of_one else _beside_today(of):
        known = answers.figures(of.answer, name, TODAY)
        known = known.filter(~(pl.col("value").is_null() & pl.col("base").is_null())).drop("better")
        frames.append(known.select(pl.lit(charts.scenario_name(name)).alias("scenario"), pl.all()))
    table = pl.concat(frames)
    titles = {name: told(TITLES[name]) for name in table["measure"].unique()}
    verdicts = {code: charts.verdict_name(code) for code in table["verdict"].unique()}
    return table.with_columns(pl.col("measure").replace(titles), pl.col("verdict").replace(verdicts))


def _beside_today(of: WhatIf) -> list[str]:
    return [name for name in of.names if name != TODAY]
