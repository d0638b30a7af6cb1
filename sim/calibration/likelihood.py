"""How likely the history of each spell is, given the unknowns: summed over the reasons for being late, which no book tells.

A spell's chances (to pay, to be reached, to promise …) multiply for each reason; the reasons' shares weigh them. What lies before the
window only says how likely each reason is by then. Scores are Fisher's: those of the complete data, weighted by what each reason's
probability is after all that was seen.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logsumexp

from sim.calibration.assumed import Assumed
from sim.calibration.replay import Replay
from sim.calibration.unknowns import SLICED, Unknowns
from sim.world import LONGEST_DPD

TINY = 1e-12
FULL_PAYMENT = 0.9
"""Part of the payments of their own accord that would pass for a promise kept in full."""


@dataclass(frozen=True)
class Seen:
    """What the unknowns make of a history: its log likelihood in the window, a spell's score in each, a spell's reasons."""

    value: float
    scores: np.ndarray
    reasons: np.ndarray


class Likelihood:
    """The likelihood of a replayed history as a function of the unknowns."""

    def __init__(self, replay: Replay, given: Assumed, vector: Unknowns) -> None:
        self.replay, self.given, self.vector = replay, given, vector
        self.n = len(replay.spells["spell"])
        self.loan = replay.spells["loan"].astype(np.int64)
        self.code = {name: code[self.loan] for name, (_, code) in vector.slices.items()}
        self.groups, self.group = np.unique(given.reached, return_inverse=True)
        knots = np.array(given.behaviour.cure_dpd, float)
        ages = np.clip(np.arange(LONGEST_DPD + 1), knots[0], knots[-1])
        self.left = np.clip(np.searchsorted(knots, ages, side="right") - 1, 0, max(len(knots) - 2, 0))
        span = np.diff(knots)[self.left] if len(knots) > 1 else 1.0
        self.part = (ages - knots[self.left]) / span if len(knots) > 1 else np.zeros(len(ages))
        self.knots = len(knots)
        self.rows = {
            name: self._rows(getattr(replay, name)) for name in ("days", "dials", "talks", "promises", "suits")
        }
        dials = self.rows["dials"]
        dials["k"] = np.asarray(dials["reached"], float)

    def _rows(self, rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        whole = {"spell", "dpd", "month", "tier", "band", "hour", "collector", "stage", "n"}
        rows = {name: column.astype(np.int64) if name in whole else column for name, column in rows.items()}
        rows["cell"] = rows["spell"] * 2 + np.asarray(rows["before"], bool)
        return rows

    # Linear predictors

    def slices(self, theta: np.ndarray, effect: str) -> np.ndarray:
        """What the slices of each spell add."""
        total = np.zeros(self.n)
        for dimension, code in self.code.items():
            total += theta[self.vector.at(effect, dimension)][code]
        return total

    def odds_by_dpd(self, theta: np.ndarray) -> np.ndarray:
        """Logarithm of the daily odds by days past due."""
        knots = theta[self.vector.at("cure")]
        right = np.minimum(self.left + 1, self.knots - 1)
        return knots[self.left] * (1 - self.part) + knots[right] * self.part

    def _added(self, theta: np.ndarray, month: np.ndarray, tier: np.ndarray) -> np.ndarray:
        """What an agency adds to the odds, by the month and tier of the placement; 0 for what is not placed."""
        curve = np.append(0.0, theta[self.vector.at("curve")])
        tiers = np.append(0.0, theta[self.vector.at("tier")])
        whole = theta[self.vector.at("agency")][0] + curve[np.clip(month, 0, len(curve) - 1)] + tiers[np.clip(tier - 1, 0, len(tiers) - 1)]  # fmt: skip
        return np.where(month >= 0, np.exp(whole), 0.0)

    def _prior(self, theta: np.ndarray) -> np.ndarray:
        """Log weights of the reasons of each spell when its history begins: of those newly late, who would still be late."""
        odds = np.exp(self.odds_by_dpd(theta))
        odds[0] = 0
        ages = np.clip(self.replay.spells["age"].astype(np.int64), 0, LONGEST_DPD)
        gone = np.stack([np.cumsum(np.log1p(odds * pays)) for pays in self.given.pays], axis=1)
        weights = theta[self.vector.at("share")] - np.where((ages > 1)[:, None], gone[np.maximum(ages - 1, 0)], 0.0)
        return weights - logsumexp(weights, axis=1, keepdims=True)

    # The whole

    def seen(self, theta: np.ndarray, with_scores: bool = True) -> Seen:
        """Value and scores at these unknowns."""
        reasons = len(self.given.share)
        logs = np.zeros((self.n * 2, reasons))  # rows: in the window, before it
        parts = [each(theta, logs) for each in (self._paying, self._promising, self._keeping, self._judging)]
        reach = self._reaching(theta)  # cell × group × node
        logs = logs.reshape(self.n, 2, reasons)
        reach = reach.reshape(self.n, 2, *reach.shape[1:])
        prior = self._prior(theta)
        whole, weights, nodes = self._posterior(prior, logs.sum(axis=1), reach.sum(axis=1))
        ahead, ahead_weights, ahead_nodes = self._posterior(prior, logs[:, 1], reach[:, 1])
        value = float(np.sum(whole - ahead))
        if not with_scores:
            return Seen(value, np.zeros((0, len(theta))), weights)
        cells = np.stack([weights, weights - ahead_weights], axis=1).reshape(self.n * 2, reasons)
        by_node = np.stack([nodes, nodes - ahead_nodes], axis=1).reshape(self.n * 2, *nodes.shape[1:])
        scores = np.zeros((self.n, len(theta)))
        scores[:, self.vector.at("share")] += weights - ahead_weights
        for part in parts:
            part(scores, cells)
        self._reach_scores(theta, scores, by_node)
        return Seen(value, scores, weights)

    def _posterior(self, prior: np.ndarray, logs: np.ndarray, reach: np.ndarray):
        """Log likelihood of each spell, weights of its reasons, and of groups and nodes of reachability."""
        node = np.log(self.given.reach_weight)
        with_node = reach + node  # spell × group × node
        by_group = logsumexp(with_node, axis=2)
        whole = prior + logs + by_group[:, self.group]
        total = logsumexp(whole, axis=1)
        weights = np.exp(whole - total[:, None])
        inside = np.exp(with_node - by_group[:, :, None])
        groups = np.zeros((self.n, len(self.groups)))
        for reason, group in enumerate(self.group):
            groups[:, group] += weights[:, reason]
        return total, weights, inside * groups[:, :, None]

    # Paying of one's own accord

    def _paying(self, theta: np.ndarray, logs: np.ndarray):
        rows, given = self.rows["days"], self.given
        if not len(rows["spell"]):
            return lambda scores, cells: None
        dpd = np.minimum(rows["dpd"], LONGEST_DPD)
        base = self.odds_by_dpd(theta)[dpd] + self.slices(theta, "pays")[rows["spell"]]
        added = self._added(theta, rows["month"], rows["tier"])
        paid = np.asarray(rows["paid"], bool)
        boost, chances, pulls = rows["boost"], [], []
        placed = added > 0
        for reason in range(len(given.share)):
            eta = base + np.log(given.pays[reason]) + np.log(np.maximum(1 + boost * given.heeds[reason], 0.02))
            eta[placed] += np.log1p(added[placed] * given.agency[reason])
            odds = np.exp(eta)
            logs[:, reason] += np.bincount(rows["cell"], np.where(paid, eta, 0.0) - np.log1p(odds), minlength=len(logs))
            chances.append((odds / (1 + odds)).astype(np.float32))
            pulls.append((added[placed] * given.agency[reason]) / (1 + added[placed] * given.agency[reason]))

        def score(scores: np.ndarray, cells: np.ndarray) -> None:
            left = np.zeros(len(dpd))
            pull = np.zeros(placed.sum())
            for reason, chance in enumerate(chances):
                each = cells[rows["cell"], reason] * (paid - chance)
                left += each
                pull += each[placed] * pulls[reason]
            self._at_age(scores, rows["spell"], dpd, left)
            self._at_slices(scores, "pays", np.bincount(rows["spell"], left, minlength=self.n))
            self._at_agency(scores, {name: rows[name][placed] for name in ("spell", "month", "tier")}, pull)

        return score

    def _at_age(self, scores: np.ndarray, spell: np.ndarray, dpd: np.ndarray, left: np.ndarray) -> None:
        """To the two ages between which the odds of this one lie."""
        first = self.vector.at("cure").start
        for knot, share in (
            (self.left[dpd], 1 - self.part[dpd]),
            (np.minimum(self.left[dpd] + 1, self.knots - 1), self.part[dpd]),
        ):
            scores[:, first : first + self.knots] += np.bincount(
                spell * self.knots + knot, left * share, minlength=self.n * self.knots
            ).reshape(self.n, self.knots)

    def _at_slices(self, scores: np.ndarray, effect: str, by_spell: np.ndarray) -> None:
        spells = np.arange(self.n)
        for dimension, code in self.code.items():
            scores[spells, self.vector.at(effect, dimension).start + code] += by_spell

    def _at_agency(self, scores: np.ndarray, rows: dict[str, np.ndarray], pull: np.ndarray) -> None:
        np.add.at(scores, (rows["spell"], self.vector.at("agency").start), pull)
        for name, place in (("curve", rows["month"]), ("tier", rows["tier"] - 1)):
            part = self.vector.at(name)
            place = np.clip(place, 0, part.stop - part.start)
            later = place > 0
            np.add.at(scores, (rows["spell"][later], part.start + place[later] - 1), pull[later])

    # Talks

    def _promising(self, theta: np.ndarray, logs: np.ndarray):
        """A conversation: a plan, where one is offered to this reason, else a promise or none."""
        rows, given = self.rows["talks"], self.given
        own = rows["collector"] >= -1
        rows = {name: column[own] for name, column in rows.items()}
        if not len(rows["spell"]):
            return lambda scores, cells: None
        at = self.vector.at
        ai, promised, planned = (np.asarray(rows[name], bool) for name in ("ai", "promised", "planned"))
        tired, offered = np.maximum(rows["tired"].astype(float), 0), np.asarray(rows["offered"], bool)
        base = (
            theta[at("promise")][rows["band"]]
            + self.slices(theta, "promises")[rows["spell"]]
            + np.where(ai, theta[at("ai_promise")], 0.0)
        )
        accepted = float(expit(theta[at("plan")][0]))
        derivatives, plans = [], []
        for reason in range(len(given.share)):
            chance = expit(base + np.log(given.promises[reason]))
            offer = offered & given.offered[reason]
            log = np.where(
                promised, np.log(np.maximum(chance * tired, TINY)), np.log1p(-np.minimum(chance * tired, 1 - TINY))
            )
            log = np.where(planned, 0.0, log)
            plan = np.where(
                planned,
                np.log(accepted) if given.offered[reason] else np.log(TINY),
                np.where(offer, np.log1p(-accepted), 0.0),
            )
            logs[:, reason] += np.bincount(rows["cell"], log + plan, minlength=len(logs))
            each = np.where(promised, 1 - chance, -chance * (1 - chance) * tired / np.maximum(1 - chance * tired, TINY))
            derivatives.append(np.where(planned, 0.0, each))
            plans.append(np.where(planned & given.offered[reason], 1 - accepted, np.where(offer, -accepted, 0.0)))

        def score(scores: np.ndarray, cells: np.ndarray) -> None:
            left = sum(cells[rows["cell"], reason] * each for reason, each in enumerate(derivatives))
            plan = sum(cells[rows["cell"], reason] * each for reason, each in enumerate(plans))
            np.add.at(scores, (rows["spell"], at("promise").start + rows["band"]), left)
            np.add.at(scores, (rows["spell"][ai], at("ai_promise").start), left[ai])
            np.add.at(scores, (rows["spell"], at("plan").start), plan)
            self._at_slices(scores, "promises", np.bincount(rows["spell"], left, minlength=self.n))

        return score

    def _keeping(self, theta: np.ndarray, logs: np.ndarray):
        """The day on which a promise is due: kept; or broken, and then paid of one's own accord or not."""
        rows, given, at = self.rows["promises"], self.given, self.vector.at
        if not len(rows["spell"]):
            return lambda scores, cells: None
        ai, kept, paid, full = (np.asarray(rows[name], bool) for name in ("ai", "kept", "paid", "full"))
        dpd = np.minimum(rows["dpd"], LONGEST_DPD)
        base = theta[at("kept")][rows["band"]]
        factor = np.where(ai, np.exp(theta[at("ai_kept")][0]), 1.0)
        pays = self.odds_by_dpd(theta)[dpd] + self.slices(theta, "pays")[rows["spell"]]
        alike = np.where(full, FULL_PAYMENT, 0.0)  # of those who pay unasked, whose payment looks like a promise kept
        found = []
        for reason in range(len(given.share)):
            plain = expit(base + np.log(given.keeps[reason]))
            keep = np.minimum(plain * factor, 1 - 1e-9)
            chance = expit(
                pays + np.log(given.pays[reason]) + np.log(np.maximum(1 + rows["boost"] * given.heeds[reason], 0.02))
            )
            as_kept = keep + (1 - keep) * chance * alike
            part = (1 - keep) * chance * (1 - alike)
            none = (1 - keep) * (1 - chance)
            likely = np.maximum(np.where(kept, as_kept, np.where(paid, part, none)), TINY)
            logs[:, reason] += np.bincount(rows["cell"], np.log(likely), minlength=len(logs))
            by_keep = np.where(kept, 1 - chance * alike, np.where(paid, -chance * (1 - alike), -(1 - chance))) / likely
            by_chance = (1 - keep) * np.where(kept, alike, np.where(paid, 1 - alike, -1.0)) / likely
            found.append((by_keep * keep * (1 - plain), by_keep * keep, by_chance * chance * (1 - chance)))

        def score(scores: np.ndarray, cells: np.ndarray) -> None:
            kept_by, ai_by, pays_by = (
                sum(cells[rows["cell"], reason] * each[which] for reason, each in enumerate(found))
                for which in range(3)
            )
            np.add.at(scores, (rows["spell"], at("kept").start + rows["band"]), kept_by)
            np.add.at(scores, (rows["spell"][ai], at("ai_kept").start), ai_by[ai])
            self._at_age(scores, rows["spell"], dpd, pays_by)
            self._at_slices(scores, "pays", np.bincount(rows["spell"], pays_by, minlength=self.n))

        return score

    def _judging(self, theta: np.ndarray, logs: np.ndarray):
        """Suits won: paid on judgment or not; enforced or in vain."""
        rows, given, at = self.rows["suits"], self.given, self.vector.at
        if not len(rows["spell"]):
            return lambda scores, cells: None
        success = np.asarray(rows["success"], bool)
        base = theta[at("suit")][rows["stage"]]
        chances = [expit(base + np.log(court)) for court in given.court]
        for reason, chance in enumerate(chances):
            logs[:, reason] += np.bincount(
                rows["cell"], np.log(np.where(success, chance, 1 - chance)), minlength=len(logs)
            )

        def score(scores: np.ndarray, cells: np.ndarray) -> None:
            left = sum(cells[rows["cell"], reason] * (success - chance) for reason, chance in enumerate(chances))
            np.add.at(scores, (rows["spell"], at("suit").start + rows["stage"]), left)

        return score

    # Being reached

    def _dial(self, theta: np.ndarray) -> np.ndarray:
        rows, at = self.rows["dials"], self.vector.at
        eta = (
            theta[at("reached")][rows["band"]]
            + theta[at("hour")][np.clip(rows["hour"], 0, 23)]
            + self.slices(theta, "reached")[rows["spell"]]
        )
        return np.exp(eta + np.where(np.asarray(rows["ai"], bool), theta[at("ai_reached")], 0.0))

    def _reaching(self, theta: np.ndarray) -> np.ndarray:
        """Log likelihood of the dials: cell × group of reasons × node of reachability."""
        rows, nodes = self.rows["dials"], self.given.reach
        found = np.zeros((self.n * 2, len(self.groups), len(nodes)))
        if len(rows["spell"]):
            chance = self._dial(theta)
            failed = rows["n"] - rows["k"]
            for group, factor in enumerate(self.groups):
                for node, reach in enumerate(nodes):
                    each = np.minimum(chance * (factor * reach), 0.95)
                    log = rows["k"] * np.log(np.maximum(each, TINY)) + failed * np.log1p(-each)
                    found[:, group, node] = np.bincount(rows["cell"], log, minlength=self.n * 2)
        return found

    def _reach_scores(self, theta: np.ndarray, scores: np.ndarray, by_node: np.ndarray) -> None:
        rows, at = self.rows["dials"], self.vector.at
        if not len(rows["spell"]):
            return
        chance, failed = self._dial(theta), rows["n"] - rows["k"]
        left = np.zeros(len(chance))
        for group, factor in enumerate(self.groups):
            for node, reach in enumerate(self.given.reach):
                each = np.minimum(chance * (factor * reach), 0.95)
                left += by_node[rows["cell"], group, node] * (rows["k"] - failed * each / (1 - each))
        ai = np.asarray(rows["ai"], bool)
        np.add.at(scores, (rows["spell"], at("reached").start + rows["band"]), left)
        np.add.at(scores, (rows["spell"], at("hour").start + np.clip(rows["hour"], 0, 23)), left)
        np.add.at(scores, (rows["spell"][ai], at("ai_reached").start), left[ai])
        self._at_slices(scores, "reached", np.bincount(rows["spell"], left, minlength=self.n))


__all__ = ["SLICED", "Likelihood", "Seen"]
