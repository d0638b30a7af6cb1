"""The difference between two scenarios in words, computed from it: "The final stage begins at 61 instead of 91 days past due".

Each is a text and its values (`data.said`); `wording.told` says it in the reader's language. What is not spoken of here by a
sentence of its own is said with the meaning and the unit that the parameter has.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from datetime import date
from fnmatch import fnmatchcase
from itertools import groupby
from typing import Any

from data.said import Said, counted, said
from sim.difference import Difference, difference
from sim.parts import ORDER
from sim.policy import StageException
from sim.scenario import Scenario
from sim.terms import CHANNELS, WORKLISTS, reason_names, rule_text

Sentence = Callable[[Difference], Said | None]
TRAINING = "people.teams.*.training_*"


def in_words(before: Scenario, after: Scenario) -> tuple[Said, ...]:
    """What differs, a clause each, in the order in which scenarios are written; empty for the same scenario."""
    return tuple(clauses(difference(before, after)))


def clauses(differences: Sequence[Difference]) -> Iterator[Said]:
    """A clause for each difference; those of one team's training, or of nobody being contacted, are one together."""
    for key, group in groupby(differences, key=_together):
        same = list(group)
        if key[0] == "changes":
            yield from _later(key[1], same)
        elif key[0] == "alone":
            yield _clause(same[0])
        else:
            yield TOGETHER[key[0]](same)


def _together(one: Difference) -> tuple[object, ...]:
    """What is said in one clause has the same key."""
    if one.steps[0] == "changes" and len(one.steps) > 1:
        return "changes", one.steps[1]
    if _fits(one, TRAINING):
        return "training", one.steps[2]
    if one.steps[:2] == ("policy", "stages") and len(one.steps) == 3 and not one.holder.stages:
        return ("nobody",)
    return "alone", one.path


def _later(day: str, differences: list[Difference]) -> Iterator[Said]:
    """The differences of a later policy, said as if it were the scenario's, each after the day."""
    inside = [one for one in differences if one.name != "day"]
    if not inside:
        yield said("From day {day} on: the same policy", day=day)
    as_if_now = [Difference(one.steps[2:], one.before, one.after, one.unit, one.meaning, one.holder) for one in inside]
    for what in clauses(as_if_now):
        yield said("From day {day} on: {what}", day=day, what=what)


def _clause(one: Difference) -> Said:
    sentence = next((sentence for pattern, sentence in SENTENCES.items() if _fits(one, pattern)), _general)
    return sentence(one) or _general(one)


def _fits(one: Difference, pattern: str) -> bool:
    asked = pattern.split(".")
    return len(asked) == len(one.steps) and all(
        step == part or (step != ORDER and fnmatchcase(step, part)) for step, part in zip(one.steps, asked, strict=True)
    )


# Values


def shown(value: Any, unit: str = "") -> object:
    """A value as a person reads it: shares in per cent, choices in words."""
    if isinstance(value, bool):
        return said("yes") if value else said("no")
    if value is None or value == ():
        return said("none")
    if isinstance(value, tuple):
        if is_dataclass(value[0]):
            return counted("{n} entry", "{n} entries", len(value))
        return tuple(shown(item, unit) for item in value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return CHANNELS.get(value) or WORKLISTS.get(value) or value
    if unit.startswith("share"):
        return f"{100 * value:,.10g}\u202f%"
    return f"{value:,.10g}"


def _both(one: Difference) -> dict[str, object]:
    return {"after": shown(one.after, one.unit), "before": shown(one.before, one.unit)}


def _general(one: Difference) -> Said:
    meaning = said(one.meaning) if one.meaning else one.name
    if is_dataclass(one.after) or (one.after is None and is_dataclass(one.before)):
        gone = one.after is None
        return (
            said("{meaning}: without {name} ({path})", meaning=meaning, name=one.name, path=one.path)
            if gone
            else said("{meaning}: {name} is new ({path})", meaning=meaning, name=one.name, path=one.path)
        )
    if one.name == ORDER:
        return said(
            "{meaning}: in this order, {after} ({path})", meaning=meaning, after=shown(one.after), path=one.path
        )
    unit = one.unit if one.unit and not one.unit.startswith("share") else ""
    if unit:
        return said("{meaning}: {after} instead of {before} {unit} ({path})", meaning=meaning, path=one.path, unit=said(unit), **_both(one))  # fmt: skip
    return said("{meaning}: {after} instead of {before} ({path})", meaning=meaning, path=one.path, **_both(one))


# Stages and channels


def _stage_begins(one: Difference) -> Said:
    return said("The {stage} stage begins at {after} instead of {before} days past due", stage=one.steps[2], **_both(one))  # fmt: skip


def _stage(one: Difference) -> Said:
    if one.after is None:
        return said("There is no {stage} stage", stage=one.steps[2])
    channels = tuple(CHANNELS[channel.kind] for channel in one.after.channels) or said("none")
    return said("A new stage, {stage}, begins on day {day} past due; its channels: {channels}", stage=one.steps[2], day=one.after.entry_dpd, channels=channels)  # fmt: skip


def _stage_team(one: Difference) -> Said | None:
    if not one.after:
        return None
    if not one.before:
        return said("The {after} team makes the phone calls of the {stage} stage", stage=one.steps[2], after=one.after)
    return said("The {after} team makes the phone calls of the {stage} stage instead of the {before} team", stage=one.steps[2], **_both(one))  # fmt: skip


def _stage_order(one: Difference) -> Said:
    return said("The stages are, in this order: {stages}", stages=", ".join(one.after))


def _channel(one: Difference) -> Said:
    of = {"channel": CHANNELS[one.steps[4]], "stage": one.steps[2]}
    if one.after is None:
        return said("The {stage} stage does without this channel: {channel}", **of)
    hours = {"opens": one.after.opens, "closes": one.after.closes}
    return counted("The {stage} stage has one channel more: {channel}, every day, {opens}–{closes} h", "The {stage} stage has one channel more: {channel}, every {n} days, {opens}–{closes} h", one.after.every_days, **of, **hours)  # fmt: skip


def _channel_order(one: Difference) -> Said:
    channels = tuple(CHANNELS[kind] for kind in one.after)
    return said("The channels of the {stage} stage are, in this order: {channels}", stage=one.steps[2], channels=channels)  # fmt: skip


def _cadence(one: Difference) -> Said:
    return counted("In the {stage} stage, {channel}: every day instead of every {before} days", "In the {stage} stage, {channel}: every {n} days instead of every {before}", one.after, stage=one.steps[2], channel=CHANNELS[one.steps[4]], before=one.before)  # fmt: skip


def _of_channel(one: Difference) -> Said:
    return said("In the {stage} stage, {channel}: {meaning}: {after} instead of {before}", stage=one.steps[2], channel=CHANNELS[one.steps[4]], meaning=said(one.meaning), **_both(one))  # fmt: skip


def _nobody(_differences: list[Difference]) -> Said:
    return said("Nobody is contacted: there are no stages")


def _exceptions(one: Difference) -> Said | None:
    came = [each for each in one.after if each not in one.before]
    went = [each for each in one.before if each not in one.after]
    if len(came) == 1 and all(_loans(each) == _loans(came[0]) and each.stage == came[0].stage for each in went):
        return said("For {loans}, the {stage} stage begins at {day} days past due", loans=_loans(came[0]), stage=came[0].stage, day=came[0].entry_dpd)  # fmt: skip
    if not one.after:
        return said("The stages begin at the same days for all loans")
    days = tuple(said("{loans}, {stage}: {day}", loans=_loans(each), stage=each.stage, day=each.entry_dpd) for each in one.after)  # fmt: skip
    return said("Some loans enter stages at days past due of their own: {days}", days=days)


def _loans(exception: StageException) -> str:
    return " ".join(name for name in (exception.product, exception.segment) if name)


def _worklist(one: Difference) -> Said:
    return said("Who comes first when not all can be called: {after} instead of {before}", **_both(one))


# Offers, agencies, court, charge-off, sale


def _plan(one: Difference) -> Said:
    if one.after is None:
        return said("No instalment plans are offered")
    return said("Plans of {instalments} instalments are offered from {day} days past due to: {reasons}", instalments=one.after.instalments, day=one.after.from_dpd, reasons=reason_names(one.after.reasons))  # fmt: skip


def _to_whom(one: Difference) -> Said:
    whom = {"after": reason_names(one.after), "before": reason_names(one.before)}
    return said("Instalment plans are offered to: {after}; until now to: {before}", **whom)


def _discount(one: Difference) -> Said:
    if one.after is None:
        return said("No settlements are offered")
    return said("Settlements that forgive {share} are offered from {day} days past due", share=shown(one.after.share_forgiven, "share"), day=one.after.from_dpd)  # fmt: skip


def _placement(one: Difference) -> Said:
    if one.after is None:
        return said("No loans are placed with agencies")
    return said("Loans are placed with agencies from {day} days past due", day=one.after.from_dpd)


def _agency(one: Difference) -> Said:
    if one.after is None:
        return said("Nothing is placed with the agency {agency}", agency=one.steps[3])
    return said("A new agency, {agency}, takes placements of tier {tier}", agency=one.steps[3], tier=one.after.tier)


def _recall(one: Difference) -> Said:
    return said("Loans are recalled from {agency} after {after} instead of {before} days", agency=one.steps[3], **_both(one))  # fmt: skip


def _litigation(one: Difference) -> Said:
    if one.after is None:
        return said("Nobody is sued")
    return said("Borrowers are sued from {day} days past due", day=one.after.min_dpd)


def _filings(one: Difference) -> Said:
    gained = one.after - one.before
    if gained > 0:
        return counted("{n} more suit can be filed a month ({after} instead of {before})", "{n} more suits can be filed a month ({after} instead of {before})", gained, **_both(one))  # fmt: skip
    return counted("{n} suit fewer can be filed a month ({after} instead of {before})", "{n} suits fewer can be filed a month ({after} instead of {before})", -gained, **_both(one))  # fmt: skip


def _sale(one: Difference) -> Said:
    if one.after is None:
        return said("No charged-off loans are sold")
    return said("{share} of the charged-off loans are sold each quarter from {day} days past due, for {price} of their principal", share=shown(one.after.share, "share"), day=one.after.from_dpd, price=shown(one.after.price, "share"))  # fmt: skip


def _fixed(template: Said) -> Sentence:
    """A sentence of the value that is and the one that was."""
    return lambda one: Said(template.template, _both(one))


# Rules, people


def _rules(one: Difference) -> Said:
    return said("The rules of conduct are “{after}” instead of “{before}”", **_both(one))


def _rules_off(one: Difference) -> Said:
    dropped = [name for name in one.after if name not in one.before]
    if len(dropped) == 1 and len(one.after) > len(one.before):
        return said("The rule {rule} is not kept: {text}", rule=dropped[0], text=rule_text(one.holder.preset, dropped[0]))  # fmt: skip
    if not one.after:
        return said("All rules are kept")
    return said("These rules are not kept: {rules}", rules=", ".join(one.after))


def _headcount(one: Difference) -> Said:
    gained, of = one.after - one.before, {"team": one.steps[2], **_both(one)}
    if gained > 0:
        return counted("{n} more collector in the {team} team ({after} instead of {before})", "{n} more collectors in the {team} team ({after} instead of {before})", gained, **of)  # fmt: skip
    return counted("{n} collector fewer in the {team} team ({after} instead of {before})", "{n} collectors fewer in the {team} team ({after} instead of {before})", -gained, **of)  # fmt: skip


def _team(one: Difference) -> Said:
    if one.after is None:
        return said("There is no {team} team", team=one.steps[2])
    return counted("A new team, {team}, of {n} collector", "A new team, {team}, of {n} collectors", one.after.headcount, team=one.steps[2])  # fmt: skip


def _lines(one: Difference) -> Said:
    gained = one.after - one.before
    if gained > 0:
        return counted("{n} more line for AI calls ({after} instead of {before})", "{n} more lines for AI calls ({after} instead of {before})", gained, **_both(one))  # fmt: skip
    return counted("{n} line fewer for AI calls ({after} instead of {before})", "{n} lines fewer for AI calls ({after} instead of {before})", -gained, **_both(one))  # fmt: skip


def _training(differences: list[Difference]) -> Said:
    team = differences[0].holder
    if not team.training_days:
        return said("Nobody of the {team} team is trained", team=team.name)
    return counted("{share} of the {team} team are trained for {n} day from day {day} on, which multiplies their skill by {gain}", "{share} of the {team} team are trained for {n} days from day {day} on, which multiplies their skill by {gain}", team.training_days, share=shown(team.training_share, "share"), team=team.name, day=team.training_from_day, gain=shown(team.training_gain))  # fmt: skip


TOGETHER: dict[str, Callable[[list[Difference]], Said]] = {"training": _training, "nobody": _nobody}

SENTENCES: dict[str, Sentence] = {
    "policy.stages.order": _stage_order,
    "policy.stages.*": _stage,
    "policy.stages.*.entry_dpd": _stage_begins,
    "policy.stages.*.team": _stage_team,
    "policy.stages.*.channels.order": _channel_order,
    "policy.stages.*.channels.*": _channel,
    "policy.stages.*.channels.*.every_days": _cadence,
    "policy.stages.*.channels.*.*": _of_channel,
    "policy.stage_exceptions": _exceptions,
    "policy.worklist": _worklist,
    "policy.plan": _plan,
    "policy.plan.reasons": _to_whom,
    "policy.plan.from_dpd": _fixed(said("Instalment plans are offered from {after} instead of {before} days past due")),
    "policy.plan.instalments": _fixed(said("Instalment plans have {after} instead of {before} instalments")),
    "policy.plan.forgiven_interest": _fixed(said("Instalment plans forgive {after} of the interest due instead of {before}")),
    "policy.discount": _discount,
    "policy.discount.from_dpd": _fixed(said("Settlements are offered from {after} instead of {before} days past due")),
    "policy.discount.share_forgiven": _fixed(said("Settlements forgive {after} instead of {before}")),
    "policy.placement": _placement,
    "policy.placement.from_dpd": _fixed(said("Loans are placed with agencies from {after} instead of {before} days past due")),
    "policy.placement.agencies.*": _agency,
    "policy.placement.agencies.*.recall_days": _recall,
    "policy.litigation": _litigation,
    "policy.litigation.min_dpd": _fixed(said("Borrowers are sued from {after} instead of {before} days past due")),
    "policy.litigation.min_balance": _fixed(said("Borrowers are sued from a principal of {after} instead of {before}")),
    "policy.litigation.filings_a_month": _filings,
    "policy.charge_off_dpd": _fixed(said("Loans are charged off at {after} instead of {before} days past due")),
    "policy.sale": _sale,
    "policy.sale.from_dpd": _fixed(said("Charged-off loans are sold from {after} instead of {before} days past due")),
    "policy.sale.price": _fixed(said("Charged-off loans are sold for {after} instead of {before} of their principal")),
    "rules.preset": _rules,
    "rules.off": _rules_off,
    "people.ai_lines": _lines,
    "people.teams.*": _team,
    "people.teams.*.headcount": _headcount,
}  # fmt: skip
"""The sentence of a parameter, by its path; the first that fits."""
