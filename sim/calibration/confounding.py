"""Which effects rest on a history that was not random, and what a challenger test says of them.

Who is called, and when, follows from days past due and from who is there; so what calls do cannot be read off those who were called.
Where chance put loans into two groups that enter a stage on different days, it can: the groups' payments beyond what the model expects,
given what was done with each, must not differ. The effect of a conversation is set so that they do not (an estimating equation with the
group as the instrument).
"""

import numpy as np
import polars as pl
from scipy.optimize import brentq
from scipy.special import expit

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
LEAST, MOST = 0.05, 6.0
"""Factors on the effect between which it is looked for."""


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
    whose = rows["spell"]
    keep = (group[whose] >= 0) & (rows["dpd"] <= AGES)
    spells = np.unique(whose[keep])
    arms = group[spells]
    if min(np.sum(arms == 0), np.sum(arms == 1)) < ENOUGH:
        return None
    theta, dpd, whose = found.value, rows["dpd"][keep], whose[keep]
    base = likelihood.odds_by_dpd(theta)[np.minimum(dpd, 4000)] + likelihood._slice(theta, "pays")[whose]
    paid, boost = np.asarray(rows["paid"], bool)[keep], rows["boost"][keep]
    preset = given.behaviour.talk_odds_ratio - 1
    message = max((effect.odds_ratio - 1 for effect in given.behaviour.messages), default=0.0)
    talked = boost > message  # more than any message leaves: what a conversation left
    arm = group[whose]
    centred = np.where(arm == 1, 1 / np.sum(arms == 1), -1 / np.sum(arms == 0))

    def beyond(factor: float) -> np.ndarray:
        expected = np.zeros(len(dpd))
        changed = np.where(talked, boost * factor, boost)
        for reason, weights in enumerate(found.reasons.T):
            eta = base + np.log(given.pays[reason]) + np.log(np.maximum(1 + changed * given.heeds[reason], 0.02))
            expected += weights[whose] * expit(eta)
        return centred * (paid - expected)

    def total(factor: float) -> float:
        return float(beyond(factor).sum())

    if total(LEAST) * total(MOST) > 0:
        return None
    factor = brentq(total, LEAST, MOST, xtol=1e-3)
    by_spell = np.bincount(whose, beyond(factor), minlength=likelihood.n)[spells]
    slope = (total(factor * 1.05) - total(factor * 0.95)) / (0.1 * factor)
    off = float(np.sqrt(np.sum(by_spell**2))) / max(abs(slope), 1e-12)
    if off > 1:  # a factor known to ± 1.6 says nothing that the published trials do not say better
        return None
    ends = [1 + preset * max(factor + z * off, 0.0) for z in (0.0, -Z, Z)]
    return (*ends, len(spells))
