"""Which assumptions the verdict hangs on: each at its low and its high end, both policies meeting the same borrowers each time.

An assumption's ends are the range of practice that is stated beside it; where the book measured it, those of its interval
(`sim.calibration.ends`). Where the difference in net changes its sign between two of the three values, the value at which it is nought
is interpolated.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import pairwise

from data.said import Said, said
from sim.behaviour import Behaviour
from sim.comparison import compare
from sim.parameter import parameters
from sim.sample import sample
from sim.scenario import Scenario

CASES = 4_000
"""Cases of a run at most; sums are scaled up to the whole."""
Change = Callable[[Scenario, float], Scenario]


@dataclass(frozen=True)
class Assumption:
    """change: the scenario with the assumption at a factor of what it is now; 1 leaves it. low, high: its ends as factors. paths: the
    parameters that it is about, with *. neutral: what a factor is of the distance from; 1 of an odds ratio. origin: of its ends, where
    these were measured."""

    code: str
    title: Said
    low: float
    high: float
    change: Change
    paths: tuple[str, ...] = ()
    neutral: float = 0.0
    origin: str = ""

    def origin_in(self, scenario: Scenario) -> str:
        """measured, published or assumed: of all parameters that it is about; "" where people decide them."""
        if self.origin or not self.paths:
            return self.origin or "assumed"
        of = {each.origin for each in parameters(scenario) if any(fnmatchcase(each.path, path) for path in self.paths)}
        return "assumed" if "assumed" in of else max(of, default="")


def _behaving(**fields: Callable[[Behaviour, float], object]) -> Change:
    def change(scenario: Scenario, factor: float) -> Scenario:
        behaviour = scenario.behaviour
        new = {name: make(behaviour, factor) for name, make in fields.items()}
        return replace(scenario, behaviour=replace(behaviour, **new))

    return change


def _each(name: str, most: float = 1.0) -> Change:
    """All values of a list times the factor, up to the most that it can be."""
    return _behaving(**{name: lambda b, factor: tuple(min(value * factor, most) for value in getattr(b, name))})


def _effect(odds_ratio: float, factor: float) -> float:
    """So much of what an odds ratio is above 1."""
    return 1 + (odds_ratio - 1) * factor


def _messages(behaviour: Behaviour, factor: float) -> tuple:
    return tuple(replace(each, odds_ratio=_effect(each.odds_ratio, factor)) for each in behaviour.messages)


def _court(behaviour: Behaviour, factor: float) -> object:
    court = behaviour.court
    return replace(
        court,
        pays_on_judgment=min(court.pays_on_judgment * factor, 1.0),
        enforced=min(court.enforced * factor, 1.0),
    )


_TALKS = {"talk_odds_ratio": lambda b, f: _effect(b.talk_odds_ratio, f)}
_AGENCIES = {"agency_odds_ratio": lambda b, f: _effect(b.agency_odds_ratio, f)}
_ALL = {
    **_TALKS, **_AGENCIES, "messages": _messages, "court": _court,
    "promise": lambda b, f: tuple(value * min(f, 1.0) for value in b.promise),
}  # fmt: skip


def _wages(scenario: Scenario, factor: float) -> Scenario:
    return replace(scenario, prices=replace(scenario.prices, wage_a_month=scenario.prices.wage_a_month * factor))


def _commission(scenario: Scenario, factor: float) -> Scenario:
    placement = scenario.policy.placement
    if placement is None:
        return scenario
    agencies = tuple(
        replace(agency, commission=tuple(min(rate * factor, 1.0) for rate in agency.commission))
        for agency in placement.agencies
    )
    return replace(scenario, policy=replace(scenario.policy, placement=replace(placement, agencies=agencies)))


ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption("effects", said("All effects of collecting"), 0.5, 1.0, _behaving(**_ALL)),
    Assumption("self_cure", said("Paying unasked"), 0.8, 1.25, _behaving(cure_odds=lambda b, f: tuple(v * f for v in b.cure_odds)), ("behaviour.cure_odds",)),
    Assumption("reached", said("Being reached by a dial"), 0.75, 1.35, _each("reached"), ("behaviour.reached",)),
    Assumption("promise", said("Promising in a conversation"), 0.75, 1.3, _each("promise"), ("behaviour.promise",)),
    Assumption("kept", said("Keeping a promise"), 0.85, 1.15, _each("kept"), ("behaviour.kept",)),
    Assumption("talk", said("What a conversation adds"), 0.5, 1.5, _behaving(**_TALKS), ("behaviour.talk_odds_ratio",), 1.0),
    Assumption("messages", said("What messages add"), 0.0, 1.5, _behaving(messages=_messages), ("behaviour.messages.*.odds_ratio",), 1.0),
    Assumption("agency", said("What agencies add"), 0.5, 1.5, _behaving(**_AGENCIES), ("behaviour.agency_odds_ratio",), 1.0),
    Assumption("court", said("What suits bring"), 0.6, 1.5, _behaving(court=_court), ("behaviour.court.pays_on_judgment", "behaviour.court.enforced")),
    Assumption("ai", said("Keeping a promise given to AI"), 0.88, 1.12, _behaving(ai_kept=lambda b, f: b.ai_kept * f), ("behaviour.ai_kept",)),
    Assumption("wages", said("Wages"), 0.8, 1.2, _wages, ("prices.wage_a_month",)),
    Assumption("commission", said("Agencies' commission"), 0.8, 1.2, _commission, ("policy.placement.agencies.*.commission",)),
)  # fmt: skip


def tornado(
    scenarios: Mapping[str, Scenario],
    replications: int,
    seed: int,
    days: int,
    assumptions: Sequence[Assumption] = ASSUMPTIONS,
) -> Iterator[tuple[dict[str, object] | None, int, int]]:
    """The bars, one after another, each with how many runs are done and planned; None for a step without a whole bar.

    scenarios: the policy, then what it is held against. A bar: code, low and high (factors), origin, net_low, net, net_high (the
    difference in net at the low end, as assumed, and at the high end, in money), break_even (a factor, or None).
    """
    names = list(scenarios)[:2]
    pair, share = {}, 1.0
    for name in names:
        pair[name], share = sample(scenarios[name], CASES)
    steps = 2 * len(assumptions) + 1

    def difference(change: Change, factor: float) -> float:
        changed = {name: change(scenario, factor) for name, scenario in pair.items()}
        *_steps, known = compare(changed, replications, seed, days)
        return known.differences[names[1]]["net"].mean / share

    base, done = difference(lambda scenario, _factor: scenario, 1.0), 1
    yield None, done, steps
    for assumption in assumptions:
        ends = []
        for factor in (assumption.low, assumption.high):
            ends.append(base if factor == 1.0 else difference(assumption.change, factor))
            done += 1
            if len(ends) == 1:
                yield None, done, steps
        points = ((assumption.low, ends[0]), (1.0, base), (assumption.high, ends[1]))
        bar = {
            "code": assumption.code, "low": assumption.low, "high": assumption.high, "origin": assumption.origin_in(pair[names[0]]),
            "net_low": ends[0], "net": base, "net_high": ends[1], "break_even": break_even(points),
        }  # fmt: skip
        yield bar, done, steps


def break_even(points: tuple[tuple[float, float], ...]) -> float | None:
    """Where a line through these points (factor, difference) first crosses nought; None where it does not."""
    for (x, y), (x2, y2) in pairwise(points):
        if y * y2 < 0:
            return x + (x2 - x) * y / (y - y2)
    return None
