"""The sentences of single parameters: "The final stage begins at 61 instead of 91 days past due".

What has none here is said with its meaning and unit by `sim.difference_words`.
"""

from collections.abc import Callable

from data.said import Said, counted, said
from sim.difference import Difference
from sim.policy import StageException
from sim.terms import CHANNELS, reason_names, rule_text, shown, stage_named

Sentence = Callable[[Difference], Said | None]


def both(one: Difference) -> dict[str, object]:
    return {"after": shown(one.after, one.unit), "before": shown(one.before, one.unit)}


# Stages and channels


def _stage_begins(one: Difference) -> Said:
    return said("The {stage} stage begins at {after} instead of {before} days past due", stage=stage_named(one.steps[2]), **both(one))  # fmt: skip


def _stage(one: Difference) -> Said:
    if one.after is None:
        return said("There is no {stage} stage", stage=stage_named(one.steps[2]))
    channels = tuple(CHANNELS[channel.kind] for channel in one.after.channels) or said("none")
    return said("A new stage, {stage}, begins on day {day} past due; its channels: {channels}", stage=stage_named(one.steps[2]), day=one.after.entry_dpd, channels=channels)  # fmt: skip


def _stage_team(one: Difference) -> Said | None:
    if not one.after:
        return None
    if not one.before:
        return said(
            "The {after} team makes the phone calls of the {stage} stage",
            stage=stage_named(one.steps[2]),
            after=stage_named(one.after),
        )
    return said("The {after} team makes the phone calls of the {stage} stage instead of the {before} team", stage=stage_named(one.steps[2]), after=stage_named(one.after), before=stage_named(one.before))  # fmt: skip


def _stage_order(one: Difference) -> Said:
    return said("The stages are, in this order: {stages}", stages=tuple(map(stage_named, one.after)))


def _channel(one: Difference) -> Said:
    of = {"channel": CHANNELS[one.steps[4]], "stage": stage_named(one.steps[2])}
    if one.after is None:
        return said("The {stage} stage does without this channel: {channel}", **of)
    hours = {"opens": one.after.opens, "closes": one.after.closes}
    return counted("The {stage} stage has one channel more: {channel}, every day, {opens}–{closes} h", "The {stage} stage has one channel more: {channel}, every {n} days, {opens}–{closes} h", one.after.every_days, **of, **hours)  # fmt: skip


def _channel_order(one: Difference) -> Said:
    channels = tuple(CHANNELS[kind] for kind in one.after)
    return said("The channels of the {stage} stage are, in this order: {channels}", stage=stage_named(one.steps[2]), channels=channels)  # fmt: skip


def _cadence(one: Difference) -> Said:
    return counted("In the {stage} stage, {channel}: every day instead of every {before} days", "In the {stage} stage, {channel}: every {n} days instead of every {before}", one.after, stage=stage_named(one.steps[2]), channel=CHANNELS[one.steps[4]], before=one.before)  # fmt: skip


def _of_channel(one: Difference) -> Said:
    return said("In the {stage} stage, {channel}: {meaning}: {after} instead of {before}", stage=stage_named(one.steps[2]), channel=CHANNELS[one.steps[4]], meaning=said(one.meaning), **both(one))  # fmt: skip


def _nobody(_differences: list[Difference]) -> Said:
    return said("Nobody is contacted: there are no stages")


def _exceptions(one: Difference) -> Said | None:
    came = [each for each in one.after if each not in one.before]
    went = [each for each in one.before if each not in one.after]
    if len(came) == 1 and all(_loans(each) == _loans(came[0]) and each.stage == came[0].stage for each in went):
        return said("For {loans}, the {stage} stage begins at {day} days past due", loans=_loans(came[0]), stage=stage_named(came[0].stage), day=came[0].entry_dpd)  # fmt: skip
    if not one.after:
        return said("The stages begin at the same days for all loans")
    days = tuple(said("{loans}, {stage}: {day}", loans=_loans(each), stage=stage_named(each.stage), day=each.entry_dpd) for each in one.after)  # fmt: skip
    return said("Some loans enter stages at days past due of their own: {days}", days=days)


def _loans(exception: StageException) -> str:
    return " ".join(name for name in (exception.product, exception.segment) if name)


def _trial(one: Difference) -> Said:
    if one.after is None:
        return said("No test is on")
    return said("A test: chance puts {share} of the customers in a group whose loans enter the {stage} stage at {day} days past due", share=shown(one.after.share, "share"), stage=stage_named(one.after.stage), day=one.after.entry_dpd)  # fmt: skip


def _worklist(one: Difference) -> Said:
    return said("Who comes first when not all can be called: {after} instead of {before}", **both(one))


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
    return said("Loans are recalled from {agency} after {after} instead of {before} days", agency=one.steps[3], **both(one))  # fmt: skip


def _litigation(one: Difference) -> Said:
    if one.after is None:
        return said("Nobody is sued")
    return said("Borrowers are sued from {day} days past due", day=one.after.min_dpd)


def _filings(one: Difference) -> Said:
    gained = one.after - one.before
    if gained > 0:
        return counted("{n} more suit can be filed a month ({after} instead of {before})", "{n} more suits can be filed a month ({after} instead of {before})", gained, **both(one))  # fmt: skip
    return counted("{n} suit fewer can be filed a month ({after} instead of {before})", "{n} suits fewer can be filed a month ({after} instead of {before})", -gained, **both(one))  # fmt: skip


def _sale(one: Difference) -> Said:
    if one.after is None:
        return said("No charged-off loans are sold")
    return said("{share} of the charged-off loans are sold each quarter from {day} days past due, for {price} of their principal", share=shown(one.after.share, "share"), day=one.after.from_dpd, price=shown(one.after.price, "share"))  # fmt: skip


def _fixed(template: Said) -> Sentence:
    """A sentence of the value that is and the one that was."""
    return lambda one: Said(template.template, both(one))


# Rules, people


def _rules(one: Difference) -> Said:
    return said("The rules of conduct are “{after}” instead of “{before}”", **both(one))


def _rules_off(one: Difference) -> Said:
    dropped = [name for name in one.after if name not in one.before]
    if len(dropped) == 1 and len(one.after) > len(one.before):
        return said("The rule {rule} is not kept: {text}", rule=dropped[0], text=rule_text(one.holder.preset, dropped[0]))  # fmt: skip
    if not one.after:
        return said("All rules are kept")
    return said("These rules are not kept: {rules}", rules=", ".join(one.after))


def _headcount(one: Difference) -> Said:
    gained, of = one.after - one.before, {"team": stage_named(one.steps[2]), **both(one)}
    if gained > 0:
        return counted("{n} more collector in the {team} team ({after} instead of {before})", "{n} more collectors in the {team} team ({after} instead of {before})", gained, **of)  # fmt: skip
    return counted("{n} collector fewer in the {team} team ({after} instead of {before})", "{n} collectors fewer in the {team} team ({after} instead of {before})", -gained, **of)  # fmt: skip


def _team(one: Difference) -> Said:
    if one.after is None:
        return said("There is no {team} team", team=stage_named(one.steps[2]))
    return counted("A new team, {team}, of {n} collector", "A new team, {team}, of {n} collectors", one.after.headcount, team=stage_named(one.steps[2]))  # fmt: skip


def _lines(one: Difference) -> Said:
    gained = one.after - one.before
    if gained > 0:
        return counted("{n} more line for AI calls ({after} instead of {before})", "{n} more lines for AI calls ({after} instead of {before})", gained, **both(one))  # fmt: skip
    return counted("{n} line fewer for AI calls ({after} instead of {before})", "{n} lines fewer for AI calls ({after} instead of {before})", -gained, **both(one))  # fmt: skip


def _training(differences: list[Difference]) -> Said:
    team = differences[0].holder
    if not team.training_days:
        return said("Nobody of the {team} team is trained", team=stage_named(team.name))
    return counted("{share} of the {team} team are trained for {n} day from day {day} on, which multiplies their skill by {gain}", "{share} of the {team} team are trained for {n} days from day {day} on, which multiplies their skill by {gain}", team.training_days, share=shown(team.training_share, "share"), team=stage_named(team.name), day=team.training_from_day, gain=shown(team.training_gain))  # fmt: skip


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
    "policy.trial": _trial,
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
