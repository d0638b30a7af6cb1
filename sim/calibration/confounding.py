"""Which effects rest on a history that was not random, and what a challenger test says of them.

Who is called, and when, follows from days past due and from who is there; so what calls do cannot be read off those who were called.
Where chance put loans into two groups that enter a stage on different days, it can: the groups' payments beyond what the model expects,
given what was done with each, must not differ. The effect of a conversation is set so that they do not (an estimating equation with the
group as the instrument).
"""

import numpy as np
import polars as pl
from scipy.optimize import brentq
from scipy.special import expit, logsumexp

from data.said import Said, said
from sim.calibration.assumed import Assumed
from sim.calibration.counted import measured
from sim.calibration.fitted import Fitted, Z
from sim.calibration.likelihood import Likelihood
from sim.calibration.maximum import Maximum
from sim.calibration.records import Records
from sim.calibration.replay import Replay

ENOUGH = 400
"""Spells of a group from which on a test says something."""
AGES = 90
"""Days past due up to which the groups are compared."""
LEAST, MOST = 0.05, 8.0
"""Factors on the effect between which it is looked for."""
TOO_UNSURE = 0.6
"""Standard error of the factor above which a test is too small."""
LEVELS = (3, 7, 15, 30, 60)
"""Days past due at which the level of the odds is set anew."""


def confounded(
    records: Records, lived: Replay, likelihood: Likelihood, found: Maximum, given: Assumed
) -> tuple[tuple[Said, ...], list[Fitted]]:
    """Sentences on what is not known from chance, and the effect of a conversation where a test of the book measures it."""
    words = []
    groups = _groups(records)
    tested: list[Fitted] = []
    if groups is None:
        words.append(said("No test with groups drawn by chance stands in the book: what calls and messages add is taken from published trials, not from the book, whose history was not random."))  # fmt: skip
    else:
        names, of_loan = groups
        effect = _effect(likelihood, found, given, _arms(of_loan, lived, likelihood, records.loan.height))
        if effect is None:
            words.append(said("The test with the groups {groups} is too small to measure what a conversation adds; that is taken from published trials.", groups=", ".join(names)))  # fmt: skip
        else:
            odds_ratio, low, high, n = effect
            tested.append(
                measured("behaviour.talk_odds_ratio", odds_ratio, low, high, n, said("From the test with the groups {groups}: chance put the loans into them.", groups=", ".join(names)))
            )  # fmt: skip
            words.append(said("What a conversation adds is measured in the test with the groups {groups}; what messages add is taken from published trials.", groups=", ".join(names)))  # fmt: skip
    if records.placement.height:
        words.append(said("Agencies were given loans by age, not by chance: what they add is measured against the model's decline with age, and rests on it."))  # fmt: skip
    if records.legal_case.height:
        words.append(said("Suits were filed for the largest balances: what the court brings in is that of such loans."))
    if records.plan.height:
        words.append(said("To whom plans are offered is assumed, since no book tells why a borrower is late."))
    return tuple(words), tested


def _groups(records: Records) -> tuple[tuple[str, ...], pl.DataFrame] | None:
    """The two largest groups of the book's tests; of each loan of theirs the group (0 or 1), first and last day in the test."""
    rows = records.loan_snapshot.filter(pl.col("test_group").is_not_null())
    sizes = rows.group_by("test_group").agg(n=pl.col("i").n_unique()).sort("n", "test_group", descending=[True, False])
    if sizes.height < 2:
        return None
    names = tuple(sizes["test_group"][:2].to_list())
    of_loan = rows.filter(pl.col("test_group").is_in(names)).group_by("i").agg(
        arm=(pl.col("test_group").last() == names[1]).cast(pl.Int64), first=pl.col("as_of").min() - 31, last=pl.col("as_of").max()
    )  # fmt: skip
    return names, of_loan


def _arms(of_loan: pl.DataFrame, lived: Replay, likelihood: Likelihood, loans: int) -> np.ndarray:
    """The group of each spell that began in the test: −1 of the others."""
    arm, first, last = np.full(loans, -1), np.full(loans, 10**9), np.full(loans, -1)
    i = of_loan["i"].to_numpy()
    arm[i], first[i], last[i] = of_loan["arm"].to_numpy(), of_loan["first"].to_numpy(), of_loan["last"].to_numpy()
    begins, loan = lived.spells["day"], likelihood.loan
    inside = (begins >= first[loan]) & (begins <= last[loan]) & (lived.spells["age"] == 0)
    return np.where(inside, arm[loan], -1)


def _effect(
    likelihood: Likelihood, found: Maximum, given: Assumed, group: np.ndarray
) -> tuple[float, float, float, int] | None:
    """The odds ratio of a conversation at which the groups' payments beyond the expected do not differ, its interval, and the spells."""
    rows = likelihood.rows["days"]
    keep = (group[rows["spell"]] >= 0) & (rows["dpd"] <= AGES)
    arms = group[np.unique(rows["spell"][keep])]
    if min(np.sum(arms == 0), np.sum(arms == 1)) < ENOUGH:
        return None
    trial = _Trial(likelihood, found, given, group, {name: column[keep] for name, column in rows.items()})
    ends = [trial.difference(factor).sum() for factor in (LEAST, MOST)]
    if ends[0] * ends[1] > 0:
        return None
    factor = brentq(lambda at: trial.difference(at).sum(), LEAST, MOST, xtol=1e-3)
    by_spell = np.bincount(trial.spell, trial.difference(factor, projected=True), minlength=likelihood.n)
    step = 0.05 * factor
    slope = (trial.difference(factor + step).sum() - trial.difference(factor - step).sum()) / (2 * step)
    off = float(np.sqrt(np.sum(by_spell**2))) / max(abs(slope), 1e-12)
    if off > TOO_UNSURE:  # the published trials say it better
        return None
    preset = given.behaviour.talk_odds_ratio - 1
    values = [1 + preset * max(factor + z * off, 0.0) for z in (0.0, -Z, Z)]
    return (*values, len(arms))


class _Trial:
    """The days of the spells in a test. For each effect of a conversation the level of the odds at each age is set anew, so that it
    takes nothing of the effect and gives nothing to it."""

    def __init__(
        self, likelihood: Likelihood, found: Maximum, given: Assumed, group: np.ndarray, rows: dict[str, np.ndarray]
    ) -> None:
        self.spell, self.paid = rows["spell"], np.asarray(rows["paid"], float)
        theta = found.value
        self.base = likelihood.odds_by_dpd(theta)[rows["dpd"]] + likelihood.slices(theta, "pays")[self.spell]
        self.spells, self.place = np.unique(self.spell, return_inverse=True)
        self.given, self.boost = given, rows["boost"]
        message = max((effect.odds_ratio - 1 for effect in given.behaviour.messages), default=0.0)
        self.talked = self.boost > message  # more than any message leaves: what a conversation left
        self.bin = np.searchsorted(LEVELS, rows["dpd"], side="right")
        self.bins = len(LEVELS) + 1
        arm = group[self.spell]
        self.arm = np.where(arm == 1, 1.0, 0.0) - np.mean(group[np.unique(self.spell)] == 1)
        self.level = np.zeros(self.bins)
        # What else than these days' payments says of the reasons: theirs is weighed anew for each effect.
        self.reasons = np.log(np.maximum(found.reasons[self.spells], 1e-12))
        self.reasons -= np.stack([each for _, each in self._by_reason(self.boost)], axis=1)

    def _by_reason(self, boost: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each reason the chance of each day, and the log likelihood of each spell's days."""
        found = []
        for reason, pays in enumerate(self.given.pays):
            raised = np.log(np.maximum(1 + boost * self.given.heeds[reason], 0.02))
            eta = self.base + self.level[self.bin] + np.log(pays) + raised
            found.append((expit(eta), np.bincount(self.place, self.paid * eta - np.log1p(np.exp(eta)))))
        return found

    def _expected(self, boost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The chance of each day, and how it grows with the level."""
        by_reason = self._by_reason(boost)
        logs = self.reasons + np.stack([each for _, each in by_reason], axis=1)
        weights = np.exp(logs - logsumexp(logs, axis=1, keepdims=True))[self.place]
        chance = sum(weights[:, reason] * each for reason, (each, _) in enumerate(by_reason))
        slope = sum(weights[:, reason] * each * (1 - each) for reason, (each, _) in enumerate(by_reason))
        return chance, slope

    def difference(self, factor: float, projected: bool = False) -> np.ndarray:
        """By day, the group times the payment beyond the expected; `projected`: with what setting the levels takes out, for its variance."""
        boost = np.where(self.talked, self.boost * factor, self.boost)
        for _step in range(4):
            chance, slope = self._expected(boost)
            off = np.bincount(self.bin, self.paid - chance, minlength=self.bins)
            self.level += off / np.maximum(np.bincount(self.bin, slope, minlength=self.bins), 1e-9)
        chance, slope = self._expected(boost)
        arm = self.arm
        if projected:
            mean = np.bincount(self.bin, slope * arm, minlength=self.bins) / np.maximum(
                np.bincount(self.bin, slope, minlength=self.bins), 1e-9
            )
            arm = arm - mean[self.bin]
        return arm * (self.paid - chance)
