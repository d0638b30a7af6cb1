"""The levers of the sandbox: each takes the scenario, shows its part, and returns it as a person has set it."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from charts.rules import preset_name, rule_name
from charts.stages import channel_name, stage_colours, stage_name
from data.rules import presets
from pages.shared.timeline import timeline
from pages.shared.view import View
from sim.parts import slots
from sim.policy import (
    CLASSIC,
    KINDS,
    VOICE,
    WORKLIST_RULES,
    Channel,
    Discount,
    Litigation,
    Placement,
    Plan,
    Policy,
    Sale,
    Stage,
)  # fmt: skip
from sim.scenario import Scenario
from sim.terms import WORKLISTS
from wording import _, count, told

LONGEST_LINE, LINE_STEPS = 120, (120, 180, 360, 720)
NEXT_STAGE = 30
"""Days after the last boundary at which a stage that is added begins."""
PERCENT = 100


class Levers:
    """Widgets of one generation of the scenario: another start is another generation, whose widgets begin anew."""

    def __init__(self, view: View, generation: int) -> None:
        self.view, self.generation = view, generation

    def key(self, name: str) -> str:
        return f"box_{self.generation}_{name}"

    def seeded(self, name: str, value: object) -> str:
        """The key of a widget that begins with this value; what a person has chosen since stays."""
        key = self.key(name)
        st.session_state.setdefault(key, value)
        return key

    def whole(self, name: str, label: str, part: type, field: str, value: int, **widget: object) -> int:
        """A whole number within the range that the scenario's parameter has."""
        slot = slots(part)[field]
        key = self.seeded(name, int(value))
        said = {"help": _(slot.meaning)} | widget
        found = st.number_input(label, min_value=int(slot.low), max_value=int(slot.high), step=1, key=key, **said)
        return int(value) if found is None else int(found)

    def number(
        self, name: str, label: str, part: type, field: str, value: float, step: float, **widget: object
    ) -> float:
        slot = slots(part)[field]
        key = self.seeded(name, float(value))
        said = {"help": _(slot.meaning)} | widget
        found = st.number_input(
            label, min_value=float(slot.low), max_value=float(slot.high), step=step, key=key, **said
        )
        return float(value) if found is None else float(found)

    def percent(self, name: str, label: str, value: float, help: str) -> float:
        """A share, asked for in whole per cent; one that nobody touches stays what it was."""
        key = self.seeded(name, round(value * PERCENT))
        found = st.number_input(label, min_value=0, max_value=PERCENT, step=1, key=key, help=help)
        return value if found is None or found == round(value * PERCENT) else found / PERCENT


def policy_levers(of: Levers, scenario: Scenario) -> Scenario:
    """All levers, in the order in which a loan meets them."""
    scenario = _stages(of, scenario)
    scenario = _people(of, scenario)
    policy = _plan(of, scenario.policy)
    policy = _agencies(of, policy)
    policy = _court(of, policy)
    policy = _leaving(of, policy)
    return _rules(of, replace(scenario, policy=policy))


# Stages


def _stages(of: Levers, scenario: Scenario) -> Scenario:
    policy = scenario.policy
    st.subheader(_("Stage boundaries, days past due"), anchor=False)
    if policy.stages:
        colours = stage_colours([stage.name for stage in policy.stages], of.view.mode)
        shown = [(s.name, stage_name(s.name), s.entry_dpd, colours[s.name]) for s in policy.stages]
        latest = policy.stages[-1].entry_dpd + NEXT_STAGE
        most = next((step for step in LINE_STEPS if step >= max(latest, LONGEST_LINE)), LINE_STEPS[-1])
        names = "_".join(stage.name for stage in policy.stages)
        label = _("{stage}: from day {day} past due", stage="{stage}", day="{day}")
        days = timeline(shown, most, label, _(" and later"), of.key(f"line_{names}"))
        stages = tuple(replace(stage, entry_dpd=day) for stage, day in zip(policy.stages, days, strict=True))
        stages = tuple(_stage(of, stage, scenario) for stage in stages)
    else:
        stages = ()
        st.caption(_("Nobody is contacted: there is no stage."))
    stages = _another_stage(of, stages, scenario)
    kept = {stage.name for stage in stages}
    exceptions = tuple(each for each in policy.stage_exceptions if each.stage in kept)
    trial = policy.trial if policy.trial and policy.trial.stage in kept else None
    return replace(scenario, policy=replace(policy, stages=stages, stage_exceptions=exceptions, trial=trial))


def _stage(of: Levers, stage: Stage, scenario: Scenario) -> Stage:
    """The channels of a stage with their cadence."""
    used = [channel.kind for channel in stage.channels]
    with st.expander(_("{stage}: {channels}", stage=stage_name(stage.name), channels=_(", ").join(map(channel_name, used)) or _("no channel"))):  # fmt: skip
        kinds = st.pills(
            _("Channels"), KINDS, selection_mode="multi", format_func=channel_name, key=of.seeded(f"kinds_{stage.name}", used)
        )  # fmt: skip
        in_order = [kind for kind in used if kind in kinds] + [kind for kind in kinds if kind not in used]
        before = {channel.kind: channel for channel in stage.channels}
        channels = tuple(_channel(of, stage.name, before.get(kind) or Channel(kind, _usual(kind))) for kind in in_order)
        team = stage.team
        if "phone" in kinds and scenario.people.teams:
            teams = [team.name for team in scenario.people.teams]
            start = team if team in teams else teams[-1]
            team = st.selectbox(_("Team that calls"), teams, format_func=stage_name, key=of.seeded(f"team_{stage.name}", start))  # fmt: skip
    return replace(stage, channels=channels, team=team)


def _usual(kind: str) -> int:
    """Days between touches of a channel that is new to a stage."""
    return {"phone": 3, "ai_call": 2, "sms": 3, "email": 7, "social": 7, "letter": 30}[kind]


def _channel(of: Levers, stage: str, channel: Channel) -> Channel:
    name = f"{stage}_{channel.kind}"
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        label = _("{channel}: every … days", channel=channel_name(channel.kind))
        every = of.whole(f"every_{name}", label, Channel, "every_days", channel.every_days)
        tries = channel.tries
        if channel.kind in VOICE:
            tries = of.whole(f"tries_{name}", _("Dials each time"), Channel, "tries", channel.tries, width=120)
    return replace(channel, every_days=every, tries=tries)


def _another_stage(of: Levers, stages: tuple[Stage, ...], scenario: Scenario) -> tuple[Stage, ...]:
    """Buttons to add a stage at the end and to take the last one away; both begin a new generation, see `changed`."""
    with st.container(horizontal=True, gap="xsmall"):
        if st.button(_("Add a stage"), icon=":material/add:", type="tertiary", key=of.key("add_stage")):
            entry = stages[-1].entry_dpd + NEXT_STAGE if stages else 1
            names = {stage.name for stage in stages}
            name = next(f"stage {n}" for n in range(len(stages) + 1, 99) if f"stage {n}" not in names)
            changed((*stages, Stage(name, entry, (Channel("sms", 7),))), scenario)
        if len(stages) > 1 and st.button(_("Remove the last stage"), icon=":material/remove:", type="tertiary", key=of.key("cut_stage")):  # fmt: skip
            changed(stages[:-1], scenario)
    return stages


def changed(stages: tuple[Stage, ...], scenario: Scenario) -> None:
    """Take these stages into the draft, with widgets that begin anew."""
    set_draft(replace(scenario, policy=replace(scenario.policy, stages=stages)))
    st.rerun(scope="fragment")


def set_draft(scenario: Scenario) -> None:
    st.session_state["box_draft"] = scenario
    st.session_state["box_generation"] = st.session_state.get("box_generation", 0) + 1


# People


def _people(of: Levers, scenario: Scenario) -> Scenario:
    people = scenario.people
    heads = sum(team.headcount for team in people.teams)
    with st.expander(_("People: {n} collectors, {lines} AI lines", n=count(heads), lines=count(people.ai_lines))):
        teams = tuple(_team(of, team) for team in people.teams)
        lines = of.whole("ai_lines", _("AI lines"), type(people), "ai_lines", people.ai_lines)
        rules = WORKLIST_RULES
        worklist = st.selectbox(
            _("Who is called first"), rules, format_func=lambda code: told(WORKLISTS[code]), key=of.seeded("worklist", scenario.policy.worklist)
        )  # fmt: skip
    return replace(
        scenario,
        people=replace(people, teams=teams, ai_lines=lines),
        policy=replace(scenario.policy, worklist=worklist),
    )


def _team(of: Levers, team):
    kind, name = type(team), team.name
    st.markdown(_("Team {team}", team=stage_name(name)))
    with st.container(horizontal=True, gap="xsmall"):
        heads = of.whole(f"heads_{name}", _("Collectors"), kind, "headcount", team.headcount, width=110)
        skill = of.number(f"skill_{name}", _("Skill"), kind, "skill", team.skill, 0.05, width=110)
        days = of.whole(f"days_{name}", _("Days of training"), kind, "training_days", team.training_days, width=110)
        begins, gain = team.training_from_day, team.training_gain
        if days:
            begins = of.whole(f"begins_{name}", _("Training from day"), kind, "training_from_day", begins, width=110)
            gain = of.number(f"gain_{name}", _("Skill times"), kind, "training_gain", gain, 0.05, width=110)
    return replace(team, headcount=heads, skill=skill, training_days=days, training_from_day=begins, training_gain=gain)


# Offers, agencies, court


def _part(of: Levers, name: str, title: str, value: object | None, otherwise: object) -> object | None:
    """A part that may be absent: a switch, and what it was, or what it would usually be, where it is on."""
    on = st.toggle(title, key=of.seeded(f"has_{name}", value is not None))
    return (value or otherwise) if on else None


def _plan(of: Levers, policy: Policy) -> Policy:
    state = _("from day {day}", day=count(policy.plan.from_dpd)) if policy.plan else _("none")
    with st.expander(_("Plans: {state}", state=state)):
        plan = _part(of, "plan", _("Offer instalment plans"), policy.plan, Plan())
        if plan:
            day = of.whole("plan_from", _("From day past due"), Plan, "from_dpd", plan.from_dpd)
            months = of.whole("plan_months", _("Months"), Plan, "instalments", plan.instalments)
            forgiven = of.percent("plan_forgiven", _("Interest forgiven, %"), plan.forgiven_interest, _("Share of the interest due that is forgiven when it is agreed"))  # fmt: skip
            plan = replace(plan, from_dpd=day, instalments=months, forgiven_interest=forgiven)
        discount = _part(of, "discount", _("Offer settlements"), policy.discount, Discount())
        if discount:
            day = of.whole("discount_from", _("From day past due"), Discount, "from_dpd", discount.from_dpd)
            share = of.percent("discount_share", _("Forgiven, %"), discount.share_forgiven, _("Part of all that is owed that is forgiven"))  # fmt: skip
            discount = replace(discount, from_dpd=day, share_forgiven=share)
    return replace(policy, plan=plan, discount=discount)


def _agencies(of: Levers, policy: Policy) -> Policy:
    state = _("from day {day}", day=count(policy.placement.from_dpd)) if policy.placement else _("none")
    with st.expander(_("Agencies: {state}", state=state)):
        placement = _part(of, "placement", _("Hand over to agencies"), policy.placement, CLASSIC.placement)
        if placement:
            day = of.whole("hand_over", _("Hand over at day past due"), Placement, "from_dpd", placement.from_dpd)
            agencies = tuple(_agency(of, agency) for agency in placement.agencies)
            placement = replace(placement, from_dpd=day, agencies=agencies)
    return replace(policy, placement=placement)


def _agency(of: Levers, agency):
    st.markdown(_("{agency}, placement {tier}", agency=agency.name, tier=count(agency.tier)))
    with st.container(horizontal=True, gap="xsmall"):
        share = of.number(f"share_{agency.name}", _("Weight"), type(agency), "share", agency.share, 0.1, width=110)
        recall = of.whole(f"recall_{agency.name}", _("Days to recall"), type(agency), "recall_days", agency.recall_days, width=110)  # fmt: skip
    return replace(agency, share=share, recall_days=recall)


def _court(of: Levers, policy: Policy) -> Policy:
    now = policy.litigation
    state = _("from {amount}", amount=count(now.min_balance)) if now else _("none")
    with st.expander(_("Court: {state}", state=state)):
        suits = _part(of, "court", _("Sue"), now, Litigation())
        if suits:
            least = of.number("sue_from", _("Smallest balance"), Litigation, "min_balance", suits.min_balance, 1000.0)
            filings = of.whole("filings", _("Filings a month"), Litigation, "filings_a_month", suits.filings_a_month)
            day = of.whole("sue_day", _("From day past due"), Litigation, "min_dpd", suits.min_dpd)
            suits = replace(suits, min_balance=least, filings_a_month=filings, min_dpd=day)
    return replace(policy, litigation=suits)


def _leaving(of: Levers, policy: Policy) -> Policy:
    state = _("charged off at day {day}", day=count(policy.charge_off_dpd))
    with st.expander(_("Charge-off and sale: {state}", state=state)):
        day = of.whole("charge_off", _("Charge off at day past due"), Policy, "charge_off_dpd", policy.charge_off_dpd)
        sale = _part(of, "sale", _("Sell charged-off loans"), policy.sale, Sale())
        if sale:
            at = of.whole("sale_from", _("From day past due"), Sale, "from_dpd", sale.from_dpd)
            share = of.percent("sale_share", _("Sold a quarter, %"), sale.share, _("Part of the charged-off loans of that age that is sold, largest first"))  # fmt: skip
            price = of.percent("sale_price", _("Price, % of principal"), sale.price, _("Price, as a share of the outstanding principal"))  # fmt: skip
            sale = replace(sale, from_dpd=at, share=share, price=price)
    return replace(policy, charge_off_dpd=day, sale=sale)


# Rules


def _rules(of: Levers, scenario: Scenario) -> Scenario:
    rules = scenario.rules
    known = sorted(presets())
    with st.expander(_("Rules: {preset}", preset=preset_name(rules.preset))):
        preset = st.selectbox(
            _("Rules of conduct"), known, format_func=preset_name, key=of.seeded("rules", rules.preset)
        )
        soft = [rule.id for rule in presets()[preset] if rule.strength != "hard"]
        off = tuple(name for name in rules.off if name in soft)
        off = _not_kept(of, preset, soft, off)
    return replace(scenario, rules=replace(rules, preset=preset, off=off))


def _not_kept(of: Levers, preset: str, soft: Sequence[str], off: tuple[str, ...]) -> tuple[str, ...]:
    if not soft:
        st.caption(_("All rules of this preset are hard: none can be left out."))
        return ()
    counted = {rule.id: rule.counts for rule in presets()[preset]}
    chosen = st.multiselect(
        _("Not kept"), soft, format_func=lambda code: rule_name(counted[code], code), key=of.seeded(f"off_{preset}", list(off)),
        help=_("Soft rules and presumptions that the lender does not keep; what breaks them is counted"),
    )  # fmt: skip
    return tuple(chosen)
