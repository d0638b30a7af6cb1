"""Luck held fixed: uniform draws keyed by (seed, replication, borrower, day, purpose), the same whoever else is drawn for.

A draw is the 64-bit mix (Stafford's 13th variant, the finaliser of SplitMix64) of the key of the borrower in
the replication, itself mixed, exclusive-or a salt mixed from the seed, the purpose and the day. Nothing is remembered between draws, so nothing depends on their order.
"""

from enum import IntEnum, auto

import numpy as np

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_SCALE = 2.0**-53
_11, _27, _30, _31 = (np.uint64(bits) for bits in (11, 27, 30, 31))
_BY_FIRST, _BY_SECOND = np.uint64(_FIRST), np.uint64(_SECOND)


class Purpose(IntEnum):
    """What a draw decides. The numbers are part of what a run is: new ones are added at the end."""

    PRODUCT = auto()
    SEGMENT = auto()
    REGION = auto()
    ACQUISITION = auto()
    PRINCIPAL = auto()
    TERM = auto()
    PAID_BEFORE = auto()
    DUE_DAY = auto()
    CUSTOMER = auto()
    OPENING_AGE = auto()
    REASON = auto()
    REACHABILITY = auto()
    FIRST_TOUCH = auto()
    MISSED = auto()
    PREPAID = auto()
    THRESHOLD = auto()
    FULL_PAYMENT = auto()
    PART_PAID = auto()
    HOUR_PHONE = auto()
    HOUR_AI = auto()
    DIAL_PHONE = auto()
    DIAL_AI = auto()
    MINUTES_PHONE = auto()
    MINUTES_AI = auto()
    COLLECTOR = auto()
    PROMISE_PHONE = auto()
    PROMISE_AI = auto()
    PROMISE_DELAY = auto()
    PROMISE_FULL = auto()
    PROMISE_PART = auto()
    KEPT = auto()
    PLAN_ACCEPTED = auto()
    PLAN_KEPT = auto()
    DISCOUNT_ACCEPTED = auto()
    COMPLAINT_PHONE = auto()
    COMPLAINT_AI = auto()
    COMPLAINT_MESSAGE = auto()
    READ_MESSAGE = auto()
    AGENCY = auto()
    HOUR_AGENCY = auto()
    DIAL_AGENCY = auto()
    COMPLAINT_AGENCY = auto()
    HEARING = auto()
    WON = auto()
    PAYS_ON_JUDGMENT = auto()
    ENFORCEMENT = auto()
    ENFORCED = auto()
    ENFORCED_SHARE = auto()
    SKILL = auto()
    LEAVING = auto()
    SOMEONE_ELSE = auto()
    MOMENT = auto()
    CALLS_BACK = auto()
    CALLS_AT = auto()
    MINUTES_INCOMING = auto()
    LOT = auto()
    OPENING_LATE = auto()
    LATE_BEFORE = auto()
    OPENING_PLAN = auto()
    PLAN_UNDER_WAY = auto()


def _mix(z: int) -> int:
    z = ((z ^ (z >> 30)) * _FIRST) & _MASK
    z = ((z ^ (z >> 27)) * _SECOND) & _MASK
    return z ^ (z >> 31)


def _mix_all(z: np.ndarray) -> np.ndarray:
    """`_mix` of each, in place."""
    shifted = z >> _30
    z ^= shifted
    z *= _BY_FIRST
    np.right_shift(z, _27, out=shifted)
    z ^= shifted
    z *= _BY_SECOND
    np.right_shift(z, _31, out=shifted)
    z ^= shifted
    return z


def keys(numbers: np.ndarray, replication: int = 0) -> np.ndarray:
    """The keys of borrowers, loans or collectors in a replication, from their numbers: uint64."""
    salt = np.uint64(_mix((replication + 1) * _FIRST & _MASK))
    return _mix_all((numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(_GOLDEN) ^ salt)


class Draws:
    """The draws of one seed."""

    def __init__(self, seed: int) -> None:
        run = _mix((seed * _GOLDEN + 1) & _MASK)
        self._streams = {purpose: _mix((run + purpose * _GOLDEN) & _MASK) for purpose in Purpose}

    def uniform(self, key: np.ndarray, day: int | np.ndarray, purpose: Purpose) -> np.ndarray:
        """One number above 0 and below 1 for each key on that day; `day` may differ from key to key."""
        if not len(key):
            return np.empty(0)
        stream = self._streams[purpose]
        if isinstance(day, np.ndarray):
            salt = _mix_all(day.astype(np.int64).astype(np.uint64) * np.uint64(_GOLDEN) + np.uint64(stream))
        else:
            salt = np.uint64(_mix((stream + int(day) * _GOLDEN) & _MASK))
        z = _mix_all(key ^ salt)
        z >>= _11
        uniform = z.astype(np.float64)
        uniform += 0.5
        uniform *= _SCALE
        return uniform
