"""From the most likely unknowns to parameters of the scenario, each with its interval and what it was counted from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from data.said import Said, said
from sim.calibration.assumed import Assumed
from sim.calibration.counted import of_list, of_one
from sim.calibration.fitted import Estimate, Fitted, Z
from sim.calibration.maximum import Maximum
from sim.calibration.replay import Replay
from sim.calibration.unknowns import DIMENSIONS, SLICED
from sim.calibration.whose import Slices

TOLD = 0.9
"""The book has told something where the interval is narrower than this part of what was assumed beforehand."""


@dataclass(frozen=True)
class Levels:
    """Unknowns with the groups' means moved into the levels: means, deviations, and which of them the book told."""

    means: np.ndarray
    deviations: np.ndarray
    told: np.ndarray
    n: np.ndarray


def levels(found: Maximum, replay: Replay, slices: Slices, given: Assumed) -> Levels:
    """See `sim.calibration.levelled`: a linear change of the unknowns and their covariance."""
    vector = found.vector
    size = len(vector.names)
    change = np.eye(size)
    n = counts(found, replay, given)
    level = {"pays": "cure", "reached": "reached", "promises": "promise"}
    for effect in SLICED:
        to = vector.at(level[effect])
        for dimension in DIMENSIONS:
            these = vector.at(effect, dimension)
            share = slices.shares[dimension]
            change[these, these] -= share
            change[to, these] += share
    hours = vector.at("hour")
    seen = np.flatnonzero(n[hours] > 0)
    if len(seen):  # factors by hour keep the preset's mean over the hours at which anybody dials
        row = np.zeros(size)
        row[hours.start + seen] = 1 / len(seen)
        change[hours] -= row
        change[vector.at("reached")] += row
    offset = np.zeros(size)
    if len(seen):
        middle = float(np.mean(vector.start[hours][seen]))
        offset[hours] += middle
        offset[vector.at("reached")] -= middle
    means = change @ found.value + offset
    deviations = np.sqrt(np.diag(change @ found.spread @ change.T))
    before = np.sqrt(np.diag(found.spread))
    told = (before < TOLD * vector.wide) & (n > 0)
    for effect in SLICED:
        for dimension in DIMENSIONS:
            these = vector.at(effect, dimension)
            told[these] = n[these] > 0
    return Levels(means, deviations, told, n)


def counts(found: Maximum, replay: Replay, given: Assumed) -> np.ndarray:
    """What each unknown was seen in: days, dials, talks, promises, suits, in the window."""
    vector = found.vector
    n = np.zeros(len(vector.names))

    def inside(rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        keep = ~np.asarray(rows["before"], bool)
        return {name: column[keep] for name, column in rows.items()}

    days, dials, talks, promises, suits = (
        inside(getattr(replay, name)) for name in ("days", "dials", "talks", "promises", "suits")
    )
    own = talks["collector"] != -2
    talks = {name: column[own] for name, column in talks.items()}

    def put(name: str, place: np.ndarray, weight: np.ndarray | None = None) -> None:
        at = vector.at(name)
        size = at.stop - at.start
        if len(place):
            n[at] = np.bincount(np.clip(place.astype(int), 0, size - 1), weight, minlength=size)[:size]

    placed = days["month"] >= 0
    month, tier = days["month"][placed], days["tier"][placed]
    knots = np.array(given.behaviour.cure_dpd)
    put("cure", np.abs(days["dpd"][:, None] - knots).argmin(axis=1) if len(days["dpd"]) else days["dpd"])
    put("agency", np.zeros(len(month)))
    put("curve", month[month >= 1] - 1)
    put("tier", tier[tier >= 2] - 2)
    put("reached", dials["band"], dials["n"])
    put("hour", dials["hour"], dials["n"])
    for name, rows, weight in (
        ("ai_reached", dials, dials["n"]),
        ("ai_promise", talks, None),
        ("ai_kept", promises, None),
    ):
        ai = np.asarray(rows["ai"], bool)
        put(name, np.zeros(ai.sum()), None if weight is None else weight[ai])
    put("promise", talks["band"])
    put("kept", promises["band"])
    put("plan", np.zeros(int(np.sum(np.asarray(talks["offered"], bool)))))
    put("suit", suits["stage"])
    loan = replay.spells["loan"].astype(int)
    for effect, rows, weight in (("pays", days, None), ("reached", dials, dials["n"]), ("promises", talks, None)):
        for dimension, (names, code) in vector.slices.items():
            where = code[loan[rows["spell"].astype(int)]] if len(rows["spell"]) else np.zeros(0, int)
            n[vector.at(effect, dimension)] = np.bincount(where, weight, minlength=len(names))
    return n


Scale = Callable[[float], float]


def _plain(level: float) -> float:
    return float(np.exp(level))


def _share(level: float) -> float:
    return float(expit(level))


def fitted(found: Maximum, replay: Replay, slices: Slices, given: Assumed) -> Iterator[Fitted]:
    """All parameters of behaviour and of the groups that the likelihood fits."""
    vector, behaviour = found.vector, given.behaviour
    seen = levels(found, replay, slices, given)

    def estimates(name: str, scale: Scale, also: np.ndarray | None = None) -> list[Estimate | None]:
        at = vector.at(name)
        made = []
        for place in range(at.start, at.stop):
            off = seen.deviations[place]
            if also is not None:
                off = float(np.hypot(off, also[place - at.start]))
            ends = [scale(seen.means[place] + z * off) for z in (0.0, -Z, Z)]
            made.append(Estimate(*ends, int(seen.n[place])) if seen.told[place] else None)
        return made

    def several(
        path: str, name: str, scale: Scale, preset: tuple, note: Said | None = None, also: np.ndarray | None = None
    ) -> Iterator[Fitted]:
        made = estimates(name, scale, also)
        if any(made):
            yield of_list(f"behaviour.{path}", made, preset, note)

    def one(path: str, name: str, scale: Scale) -> Iterator[Fitted]:
        made = estimates(name, scale)
        if made[0]:
            yield of_one(f"behaviour.{path}", made[0])

    yield from _reasons(found, given, len(replay.spells["spell"]))
    reasons = said("Of a borrower whose reason has the odds ratio 1; what the other reasons do is assumed.")
    yield from several("cure_odds", "cure", _plain, behaviour.cure_odds, reasons)
    yield from several("reached", "reached", lambda x: min(_plain(x), 1.0), behaviour.reached, reasons)
    yield from several("reached_by_hour", "hour", _plain, behaviour.reached_by_hour)
    yield from one("ai_reached", "ai_reached", _plain)
    skills = said("Of the collectors who are there: their skill is part of the interval.")
    yield from several("promise", "promise", _share, behaviour.promise, skills, _of_skill(replay, given))
    yield from one("ai_promise", "ai_promise", _plain)
    yield from several("kept", "kept", _share, behaviour.kept)
    yield from one("ai_kept", "ai_kept", _plain)
    yield from one("plan_accepted", "plan", _share)
    suits = estimates("suit", _share)
    for name, made in zip(("pays_on_judgment", "enforced"), suits, strict=True):
        if made:
            yield of_one(f"behaviour.court.{name}", made)
    agency = estimates("agency", lambda x: 1 + _plain(x))
    if agency[0]:
        yield of_one("behaviour.agency_odds_ratio", agency[0])
        for path, name in (("agency_curve", "curve"), ("agency_tier", "tier")):
            made = estimates(name, _plain)
            if any(made):
                yield of_list(f"behaviour.{path}", [None, *made], getattr(behaviour, path))
    for effect in SLICED:
        for dimension, plural in DIMENSIONS.items():
            for at, name in enumerate(slices.names[dimension]):
                place = vector.at(effect, dimension).start + at
                if seen.told[place]:
                    ends = [_plain(seen.means[place] + z * seen.deviations[place]) for z in (0.0, -Z, Z)]
                    yield of_one(f"population.{plural}.{name}.{effect}", Estimate(*ends, int(seen.n[place])))


def _reasons(found: Maximum, given: Assumed, spells: int) -> Iterator[Fitted]:
    """The shares of the reasons that make the history most likely, given what each is assumed to do; intervals on their log odds."""
    at = found.vector.at("share")
    weights = np.exp(found.value[at] - found.value[at].max())
    shares = weights / weights.sum()
    jacobian = np.diag(shares) - np.outer(shares, shares)
    deviations = np.sqrt(np.diag(jacobian @ found.spread[at, at] @ jacobian)) / (shares * (1 - shares))
    note = said("What each reason does is assumed; with that, these shares make the history most likely.")
    for reason, part, off in zip(given.behaviour.reasons, shares, deviations, strict=True):
        ends = [float(expit(np.log(part / (1 - part)) + z * off)) for z in (0.0, -Z, Z)]
        yield of_one(f"behaviour.reasons.{reason.name}.share", Estimate(*ends, spells), note)


def _of_skill(replay: Replay, given: Assumed) -> np.ndarray:
    """By band, the standard deviation of the mean skill of those who held the talks: few people are seldom an average team."""
    teams = given.scenario.people.teams
    spread = max((team.skill_spread for team in teams), default=0.2)
    rows, found = replay.talks, np.zeros(4)
    for band in range(4):
        who = rows["collector"][(rows["band"] == band) & (rows["collector"] >= 0)].astype(int)
        if len(who):
            parts = np.bincount(who) / len(who)
            found[band] = spread * float(np.sqrt(np.sum(parts**2)))
    return found
