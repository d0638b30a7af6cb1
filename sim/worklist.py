"""In which order a worklist is called when there is not time for all of it."""

import numpy as np

from sim.loans import NEVER, Loans
from sim.world import World

_TOP = 65_535


def first_of_each(loans: Loans, i: np.ndarray) -> np.ndarray:
    """A borrower is called about one of his loans at a time: which loans stand first among those of their borrowers."""
    chosen = ~loans.several[i]
    several = np.flatnonzero(~chosen)
    if len(several):
        _, first = np.unique(loans.customer[i[several]], return_index=True)
        chosen[several[first]] = True
    return chosen


def _steps(amount: np.ndarray) -> np.ndarray:
    """Amounts in cents in steps of 0.07 %, as whole numbers below 65,536."""
    return np.floor(np.log2(1 + amount.astype(float)) * 1000)


def priority(world: World, i: np.ndarray) -> np.ndarray:
    """Whole numbers, the lowest is called first; equal ones in the order of their slots and loans."""
    loans, rule = world.loans, world.policy.worklist
    if rule == "balance":
        urgency = _steps(loans.balance(i))
    elif rule == "expected_recovery":
        behaviour, band = world.behaviour, world.band(i)
        chance = np.array(behaviour.reached) * np.array(behaviour.promise) * np.array(behaviour.kept)
        urgency = _steps(loans.overdue(i) * chance[band])
    elif rule == "broken_promise_first":
        urgency = loans.promise_broken[i] * 32_768 + np.minimum(world.dpd(i), 32_767)
    elif rule == "oldest_contact_first":
        urgency = world.day - np.maximum(loans.dialled[i], NEVER)
    else:
        urgency = world.dpd(i)
    return (_TOP - np.minimum(urgency, _TOP)).astype(np.uint16)
