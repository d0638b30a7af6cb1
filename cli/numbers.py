"""Numbers of the command line: each says what it may be."""

import argparse
import math
from collections.abc import Callable

MOST_DAYS = 36_500


def whole(least: int, most: float = math.inf) -> Callable[[str], int]:
    """A whole number in a range, for argparse."""

    def whole_number(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            to = f" to {most:,}" if math.isfinite(most) else " or more"
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number, {least}{to}")
        return int(text)

    return whole_number


def share(text: str) -> float:
    """A share between 0 and 1, for argparse."""
    value = _number(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share between 0 and 1")
    return value


def amount(text: str) -> float:
    """An amount above 0, for argparse."""
    value = _number(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not an amount above 0")
    return value


def _number(text: str) -> float:
    """Not a number, of which no comparison holds, where it is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan
