"""Targets and alerts: what key figures are called as measures, what stands in force for them, and how an alert reads."""

from dataclasses import replace

from charts.names import worse_than
from data.notes import Measure, Target, target_of, where_of
from data.schema import DIMENSIONS
from queries import Reader, questions
from queries.alerts import Alert
from queries.measure import is_share, measure_of
from reports.exhibit import Scope, Weigh
from wording import _, decimal, money, percent, points

RECOVERY_DAYS = 30
"""Days within which what was overdue is looked for as paid, in the key figure of that name."""


def key_measures(reader: Reader, weigh: Weigh) -> dict[str, tuple[str, Measure]]:
    """The key figures of the whole book: key → (name, measure)."""
    buckets = reader.buckets
    ratio = "bad_debt_ratio" if weigh == "balance" else "bad_debt_ratio_loans"
    lower = reader.version.settings.buckets[1].lower_dpd
    line = f"{lower - (lower > 1 and lower % 10 == 1)}+"  # as the question past_due names it
    found = {
        "bad_debt": (_("Bad-debt ratio"), measure_of(f"bad_debt.{ratio}", {})),
        "overdue": (_("Overdue"), measure_of(f"past_due.share_{weigh}", {"line": (line,)})),
    }
    for bucket in buckets[:3]:
        name = _("Roll {step}", step=worse_than(bucket, buckets))
        found[f"forward_{bucket}"] = name, measure_of(f"roll_trend.forward_share_{weigh}", {"from_bucket": (bucket,)})
    cured = measure_of(f"roll_trend.cure_share_{weigh}", {"from_bucket": (buckets[1],)})
    found["cured"] = _("Cured from {bucket}", bucket=buckets[1]), cured
    if not reader.lacks("recovery_by_day"):
        rate = "recovery_rate" if weigh == "balance" else "recovery_rate_loans"
        recovered = measure_of(f"recovery_by_day.{rate}", {"days": (str(RECOVERY_DAYS),)})
        found["recovered"] = _("{n}-day recovery", n=RECOVERY_DAYS), recovered
    if not reader.lacks("cost_to_collect"):
        found["cost"] = _("Cost to collect"), measure_of("cost_to_collect.cost_to_collect", {"split": ("total",)})
    return found


def target_of_figure(key: str, scope: Scope) -> float | None:
    """The target of a key figure in the month and for exactly the slice that is shown; None where none is set."""
    named = key_measures(scope.reader, scope.weigh_by).get(key)
    if named is None or scope.notes is None:
        return None
    measure = named[1]
    slices = {name: getattr(scope.filters, name) for name in DIMENSIONS}
    of_slice = replace(measure, where=where_of(dict(measure.where) | slices))
    target = target_of(scope.notes.all(Target), of_slice, scope.filters.month)
    return None if target is None else target.value


def measure_name(reader: Reader, measure: Measure) -> str:
    """What a person calls the measure: Bad-debt ratio, by balance, Card."""
    slices = [value or _("Not known") for name, values in measure.where if name in DIMENSIONS for value in values]
    rest = tuple((name, values) for name, values in measure.where if name not in DIMENSIONS)
    for weigh, by in (("balance", _("by balance")), ("loans", _("by loans"))):
        for words, known in key_measures(reader, weigh).values():
            if known == replace(measure, where=rest):
                return _(", ").join([words, by, *slices])
    title = _(questions()[measure.question].title) if measure.question in questions() else measure.question
    return _(", ").join([title, measure.column, *(value for _name, values in rest for value in values), *slices])


def in_words(alert: Alert, name: str = "") -> str:
    """**Bad debt too high**: 3.03 % is above the target of 1.20 %. name: of the rule, in Markdown where none is given."""
    rule = alert.rule
    now, base = shown(rule.measure, alert.value), shown(rule.measure, alert.held_against)
    held = {"value": base, "target": _("the target of {value}", value=base)}.get(
        rule.against, _("{value} of the month before", value=base)
    )
    name = name or f"**{plain(rule.name)}**"
    if rule.condition == "above":
        return _("{rule}: {value} is above {base}", rule=name, value=now, base=held)
    if rule.condition == "below":
        return _("{rule}: {value} is below {base}", rule=name, value=now, base=held)
    by = difference(rule.measure, alert.difference)
    return _("{rule}: {value} is {difference} from {base}", rule=name, value=now, difference=by, base=held)


def shown(measure: Measure, value: float | None) -> str:
    """A value of the measure as a person reads it."""
    if is_share(measure):
        return percent(value, 2)
    if measure.column.endswith(("balance", "amount", "cash", "cost")):
        return money(value)
    return decimal(value, 0 if value is not None and float(value).is_integer() else 2)


def difference(measure: Measure, by: float | None) -> str:
    return points(by, 2) if is_share(measure) else decimal(by, 2, signed=True)


def plain(text: str) -> str:
    """What somebody wrote as Markdown that shows it and does nothing else."""
    return "".join("\\" + letter if letter in "\\`*_{}[]()<>#+-.!|~:$" else letter for letter in text)
