"""How long something lasts, from counts: the Kaplan–Meier estimate where cases may still be open, and may have been under way
before anybody looked.

An estimate needs how many cases come under observation and how many leave it at each age, and no list of cases: they are paired
here in order of age, and any other pairing would give the same risk sets.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

CONFIDENCE_Z = 1.959963984540054  # 95 %


@dataclass(frozen=True)
class Survival:
    """Ages at which cases ended, ascending; for each, how many were at risk just before and how many ended, the share that
    lasts beyond it, and its interval (log-log, Kalbfleisch and Prentice 1980; NaN where nobody, or everybody, is left)."""

    age: np.ndarray
    at_risk: np.ndarray
    ended: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def age_at(self, share: float, curve: str = "share") -> int | None:
        """The first age at which no more than this share lasts; None where the curve does not fall so far."""
        below = np.flatnonzero(getattr(self, curve) <= share + 1e-12)
        return round(self.age[below[0]]) if len(below) else None


def survival(
    seen: tuple[np.ndarray, np.ndarray] | None,
    ended: tuple[np.ndarray, np.ndarray],
    open_: tuple[np.ndarray, np.ndarray],
) -> Survival:
    """The estimate from (ages, counts) of cases that came under observation, that ended, and that were still open when last seen.

    seen: None when every case was under observation from age 0. A case is at risk at ages above the one it was first seen at.
    An age at which all that are at risk end, while others come under observation later, is passed over: it would say that
    nothing lasts, and the later ones are there (a simple form of Lai and Ying 1991, who pass over ages with few at risk).
    """
    from statsmodels.duration.survfunc import SurvfuncRight  # slow to import, and few questions need it

    ages = np.concatenate([ended[0], open_[0]]).astype(float)
    counts = np.concatenate([ended[1], open_[1]]).astype(float)
    happened = np.concatenate([np.ones(len(ended[0])), np.zeros(len(open_[0]))])
    if not counts[happened == 1].sum():
        nothing = np.empty(0)
        return Survival(nothing, nothing, nothing, nothing, nothing, nothing)
    entry = None
    if seen is not None:
        entry, ages, happened, counts = _paired(seen, ages, happened, counts)
    found = SurvfuncRight(ages, happened, entry=entry, freq_weights=counts)
    if seen is not None:
        emptied = found.surv_times[(found.n_events == found.n_risk) & (found.surv_times <= entry.max())]
        if len(emptied):
            happened = np.where(np.isin(ages, emptied), 0, happened)
            found = SurvfuncRight(ages, happened, entry=entry, freq_weights=counts)
    low, high = _interval(found.surv_prob, found.n_risk, found.n_events)
    return Survival(found.surv_times, found.n_risk, found.n_events, found.surv_prob, low, high)


def counted(rows: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Ages, ascending, and how many cases have each. rows: age, cases."""
    summed = rows.group_by("age").agg(pl.col("cases").sum()).sort("age")
    return summed["age"].to_numpy(), summed["cases"].to_numpy()


def _paired(
    seen: tuple[np.ndarray, np.ndarray], ages: np.ndarray, happened: np.ndarray, counts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each leaving with a coming, the earliest with the earliest: entry, age, whether it ended, how many.

    Where several leave at one age, those that ended go first, so that what is left without time under observation was open.
    """
    coming = np.argsort(seen[0], kind="stable")
    leaving = np.argsort(ages, kind="stable")
    come, left = np.cumsum(seen[1][coming]), np.cumsum(counts[leaving])
    edges = np.union1d(come, left)
    which_come, which_left = np.searchsorted(come, edges), np.searchsorted(left, edges)
    entry, age = seen[0][coming][which_come].astype(float), ages[leaving][which_left]
    watched = entry < age
    return entry[watched], age[watched], happened[leaving][which_left][watched], np.diff(edges, prepend=0.0)[watched]


def _interval(share: np.ndarray, at_risk: np.ndarray, ended: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(ended / (at_risk * (at_risk - ended)))  # Greenwood
        spread = np.exp(CONFIDENCE_Z * np.sqrt(variance) / np.log(share))
        low, high = share ** (1 / spread), share**spread
    known = (share > 0) & (share < 1) & np.isfinite(variance)
    return np.where(known, np.minimum(low, high), np.nan), np.where(known, np.maximum(low, high), np.nan)
