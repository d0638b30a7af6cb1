"""Small scenarios whose answer is known: one kind of borrower, nothing that is not asked for."""

from dataclasses import replace

from sim.behaviour import Behaviour, Reason
from sim.people import People, Prices, Team
from sim.policy import Channel, Policy, Stage
from sim.population import Group, Population, Product
from sim.scenario import Scenario

ONE = (Group("all", 1.0),)


def plain(
    cases: int = 4000,
    policy: Policy | None = None,
    odds: float = 0.0,
    people: People | None = None,
    population: dict | None = None,
    **behaviour: object,
) -> Scenario:
    """Cases one day past due, alike, paying in full with these daily odds."""
    same = {
        "cure_dpd": (1, 720),
        "cure_odds": (odds, odds),
        "reasons": (Reason("any", 1.0),),
        "full_payment": (1.0,) * 4,
        "promise_full": (1.0,) * 4,
        "reached": (0.5,) * 4,
        "reached_by_hour": (1.0,) * 24,
        "reachability_spread": 0.0,
        "promise": (0.5,) * 4,
        "kept": (0.5,) * 4,
        "fatigue": (1.0,),
        "complaints": (0.0,) * 4,
        "talk_odds_ratio": 1.0,
        "back_again": 1.0,
    }
    whose = {
        "cases": cases,
        "opening_from": (1,),
        "opening_share": (1.0,),
        "opening_to": 1,
        "prepaid_a_month": 0.0,
        "another_loan": 0.0,
        "products": (Product("loan", 1.0, missed=0.0, principal=36_000, annual_rate=0.0, terms=(360,)),),
        "segments": ONE,
        "regions": ONE,
        "acquisition_channels": ONE,
    }
    return Scenario(
        policy=policy or Policy(),
        behaviour=replace(Behaviour(), **(same | behaviour)),
        people=people or People(teams=()),
        prices=Prices(),
        population=replace(Population(), **(whose | (population or {}))),
    )


def calling(every_days: int = 1, headcount: int = 1000, tries: int = 1, **team: object) -> tuple[Policy, People]:
    """A policy of one stage that calls every so many days, and its team."""
    stage = Stage("early", 1, (Channel("phone", every_days=every_days, tries=tries),), team="early")
    return Policy(stages=(stage,)), People(teams=(Team("early", headcount, **({"holidays": True} | team)),))


def messaging(*channels: Channel) -> Policy:
    return Policy(stages=(Stage("early", 1, channels),))


def at_close_of(scenario: Scenario, days: int, look: object, seed: int = 1, replication: int = 0) -> list:
    """What `look(world)` gives at the close of each day."""
    from sim.engine import Engine

    engine, seen = Engine(scenario, seed, replication, days), []
    engine.at_close.append(lambda: seen.append(look(engine.world)))
    engine.run()
    return seen
