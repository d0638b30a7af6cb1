"""Scenarios on which engine and reference are compared: small worlds, each with another policy."""

from dataclasses import replace
from datetime import date

from sim.behaviour import Behaviour
from sim.people import People, Team
from sim.policy import (
    CLASSIC,
    Agency,
    Channel,
    Discount,
    Litigation,
    Placement,
    Plan,
    Policy,
    Sale,
    StageException,
)
from sim.population import Population, Product
from sim.scenario import Change, Rules, Scenario

EARLY, MID, FINAL = CLASSIC.stages
NOBODY = Policy()
"""No contact, no placement, no suit: borrowers are left alone, and charged off at 361 days."""

WORLD = Scenario(
    population=replace(
        Population(),
        cases=240,
        opening_share=(0.5, 0.2, 0.15, 0.15),
        entries_a_day=2.0,
        products=(
            Product("Personal", 0.6, 0.05, 16_000, 0.2),
            Product("Card", 0.4, 0.055, 9_000, 0.2, 0.168, (12, 24)),
        ),
    ),
    behaviour=replace(Behaviour(), complaints=(20.0, 30.0, 40.0, 50.0)),
    people=People((Team("early", 2), Team("mid", 2))),
    starts_on=date(2025, 1, 28),
)
"""Two months and three month-ends, a few hundred cases and a few more each day; principals differ little, and complaints are many, so that few
replications tell."""


def _with(policy: Policy, **parts: object) -> Scenario:
    return replace(WORLD, policy=policy, **parts)


def _messages_only() -> Policy:
    silent = tuple(
        replace(stage, channels=tuple(channel for channel in stage.channels if channel.kind != "phone"), team="")
        for stage in CLASSIC.stages
    )
    often = replace(silent[0], channels=(Channel("sms", 1, most_a_week=4), Channel("email", 2, opens=18, closes=20)))
    return replace(NOBODY, stages=(often, *silent[1:]))


def _ai_first() -> Policy:
    early = replace(EARLY, channels=(Channel("ai_call", 1, tries=2), Channel("phone", 4, tries=2), EARLY.channels[1]))
    return replace(CLASSIC, stages=(early, MID, FINAL))


SCENARIOS: dict[str, Scenario] = {
    "classic": _with(CLASSIC),
    "no contact": _with(NOBODY),
    "messages only": _with(
        _messages_only(),
        people=People((), answer_lines=1),
        behaviour=replace(WORLD.behaviour, calls_back=0.3, patience_minutes=1.0),
    ),
    "AI first": _with(
        replace(_ai_first(), worklist="broken_promise_first"),
        people=People((Team("early", 1, 25), Team("mid", 1, 60)), ai_lines=1),
    ),
    "few people": _with(
        replace(CLASSIC, worklist="balance", placement=None),
        people=People(
            (
                Team("early", 3, 15, weekends=False, skill=1.5, skill_spread=0.6),
                Team(
                    "mid",
                    4,
                    30,
                    training_from_day=20,
                    training_days=10,
                    training_share=0.5,
                    leaving_a_month=0.3,
                    hired_a_month=1,
                ),
            ),
            holidays=(date(2025, 2, 4), date(2025, 2, 5)),
        ),
    ),
    "agencies sooner": _with(
        replace(
            CLASSIC,
            litigation=None,
            placement=Placement(
                from_dpd=31,
                batch_day=5,
                agencies=(
                    Agency("First", 1, 3.0, recall_days=14, every_days=2),
                    Agency("Other", 1, 1.0, recall_days=31),
                    Agency("Second", 2, commission=(0.25, 0.33, 0.40, 0.50)),
                ),
            ),
        )
    ),
    "court only": _with(
        replace(NOBODY, litigation=Litigation(5_000, min_dpd=61, filings_a_month=25)),
        behaviour=replace(
            WORLD.behaviour, court=replace(WORLD.behaviour.court, hearing_days=(5, 20), enforcement_days=(5, 30))
        ),
    ),
    "plans for hardship": _with(
        replace(
            CLASSIC,
            worklist="expected_recovery",
            placement=None,
            plan=Plan(5, reasons=("hardship", "income"), instalments=2, forgiven_interest=0.5),
        ),
        people=People((Team("early", 1, 30), Team("mid", 1, 60))),
    ),
    "tight rules": _with(CLASSIC, rules=Rules("us")),
    "a later boundary": _with(
        replace(
            CLASSIC,
            stages=(EARLY, replace(MID, entry_dpd=31), replace(FINAL, entry_dpd=121)),
            stage_exceptions=(
                StageException("mid", 11, product="Card"),
                StageException("mid", 22, segment="Salaried"),
                StageException("mid", 45, product="Card", segment="Salaried"),
            ),
            placement=replace(CLASSIC.placement, from_dpd=121),
        )
    ),
    "settled, charged off and sold": _with(
        replace(
            CLASSIC,
            worklist="oldest_contact_first",
            charge_off_dpd=121,
            discount=Discount(31, share_forgiven=0.4),
            placement=None,
            sale=Sale(151, 0.5, 0.1),
        ),
        behaviour=replace(WORLD.behaviour, discount_accepted=0.15),
        people=People((Team("early", 1, 30), Team("mid", 1, 60))),
    ),
    "rules not kept": _with(
        CLASSIC, rules=Rules("us", ("us.calls", "us.after_talk")), prices=replace(WORLD.prices, penalty=5.0)
    ),
    "a change of policy": _with(NOBODY, changes=(Change(20, CLASSIC), Change(40, _messages_only()))),
    "a whole book": _with(
        CLASSIC,
        population=replace(WORLD.population, world="book", opening_loans=1_200, booked_a_month=100, growth_a_month=0.1),
    ),
    "a book with arrears": _with(
        replace(CLASSIC, charge_off_dpd=181, sale=Sale(181, 0.5)),
        population=replace(
            WORLD.population,
            world="book",
            opening_loans=900,
            opening_late_share=0.25,
            opening_late_before=0.3,
            opening_on_plan=0.4,
            booked_a_month=50,
        ),
        starts_on=date(2025, 2, 1),
    ),
}
