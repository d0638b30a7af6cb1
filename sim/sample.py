"""A smaller world that is like a whole one, for an answer within a moment."""

from dataclasses import replace

from sim.calendar import DAYS_A_MONTH
from sim.scenario import Scenario


def sample(scenario: Scenario, cases: int, days: int = 0) -> tuple[Scenario, float]:
    """The scenario with about so many cases, people's minutes and filings cut in proportion; and the share that is of the whole.

    cases: those of the first day; with those that come in so many days where days are given.
    """
    population, people = scenario.population, scenario.people
    size = population.cases + population.entries_a_day * days
    if population.world == "book":
        size = population.opening_loans + population.booked_a_month * days / DAYS_A_MONTH
    share = min(1.0, cases / size) if size else 1.0
    if share == 1.0:
        return scenario, 1.0
    teams = tuple(replace(team, shift_minutes=max(round(team.shift_minutes * share), 1)) for team in people.teams)
    policy = scenario.policy
    if policy.litigation:
        filings = round(policy.litigation.filings_a_month * share)
        policy = replace(policy, litigation=replace(policy.litigation, filings_a_month=filings))
    smaller = replace(
        scenario,
        policy=policy,
        people=replace(people, teams=teams, ai_lines=-int(-people.ai_lines * share // 1)),
        prices=replace(scenario.prices, wage_a_month=scenario.prices.wage_a_month * share),
        population=replace(
            population,
            cases=round(population.cases * share),
            entries_a_day=population.entries_a_day * share,
            opening_loans=round(population.opening_loans * share),
            rest_of_book=population.rest_of_book * share,
            booked_a_month=population.booked_a_month * share,
        ),
    )
    return smaller, share
