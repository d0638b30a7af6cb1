"""What an experiment says, as frames: key figures with intervals and verdicts, days, splits, rolls, queues, the replay.

Differences are of `of` less `against`, paired replication by replication. Money in units of the currency.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl
from scipy.special import stdtrit

from sim.comparison import Interval, interval
from sim.experiments import Answer
from sim.measures import MEASURES, Measure
from sim.outcome import GONE, STANDS, teams_of
from sim.record import ROLL_STATES

CONFIDENCE, BAND = 0.95, 0.8
STEADY_DAYS = 7
"""Days over which utilisation is the mean: nobody works some of them."""

Verdict = Literal["better", "worse", "same", "unclear", "neither"]
Split = Literal["way", "stage", "product", "segment"]
SPLITS: tuple[Split, ...] = ("way", "stage", "segment", "product")


def verdict(difference: Interval | None, better: int) -> Verdict:
    """What a difference means: "unclear" while its interval holds nought, "same" where nothing differs at all."""
    if difference is None or difference.low is None or difference.high is None:
        return "unclear"
    if difference.low == difference.high == 0:
        return "same"
    if difference.low <= 0 <= difference.high:
        return "unclear"
    if not better:
        return "neither"
    return "better" if difference.mean * better > 0 else "worse"


def difference(answer: Answer, of: str, against: str, measure: str, confidence: float = CONFIDENCE) -> Interval | None:
    """The paired difference in a measure; without an interval while there is one replication, or a rough answer, only."""
    if not answer.done:
        one, other = answer.rough[of][measure], answer.rough[against][measure]
        return None if one is None or other is None else Interval(one - other, None, None)
    pairs = zip(answer.kept[of].values, answer.kept[against].values, strict=True)
    return interval([_less(one[measure], other[measure]) for one, other in pairs], confidence)


def _less(one: float | None, other: float | None) -> float | None:
    return None if one is None or other is None else one - other


def figures(answer: Answer, of: str, against: str, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """A row a measure: measure, unit, value (of), base (against), difference, low, high, verdict, better (1, −1 or 0)."""
    rows = [_figure(answer, of, against, measure, confidence) for measure in MEASURES]
    kinds = {"measure": pl.String, "unit": pl.String, **dict.fromkeys(("value", "base", "difference", "low", "high"), pl.Float64), "verdict": pl.String, "better": pl.Int64}  # fmt: skip
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _figure(answer: Answer, of: str, against: str, measure: Measure, confidence: float) -> tuple[object, ...]:
    found = difference(answer, of, against, measure.name, confidence)
    value, base = (_mean(answer, name, measure.name) for name in (of, against))
    shown = (found.mean, found.low, found.high) if found else (None, None, None)
    return (measure.name, measure.unit, value, base, *shown, verdict(found, measure.better), measure.better)


def _mean(answer: Answer, name: str, measure: str) -> float | None:
    if not answer.done:
        return answer.rough[name][measure]
    found = interval([values[measure] for values in answer.kept[name].values], CONFIDENCE)
    return found and found.mean


# Days


def recovered_by_day(answer: Answer, names: Sequence[str]) -> pl.DataFrame:
    """scenario, day (1 …), mean, low, high: cash collected so far, and the band in which four in five replications lie."""
    frames = []
    for name in names:
        so_far = np.cumsum(np.array(answer.kept[name].rows["cash"]), axis=1)
        low, high = np.quantile(so_far, [(1 - BAND) / 2, (1 + BAND) / 2], axis=0)
        frames.append(_days(name, mean=so_far.mean(axis=0), low=low, high=high))
    return pl.concat(frames)


def apart_by_day(answer: Answer, of: str, against: str, confidence: float = CONFIDENCE) -> pl.DataFrame:
    """day, mean, low, high: the difference in cash less cost so far, with its interval; empty while there is one replication only."""
    if answer.done < 2:
        return pl.DataFrame(schema={"day": pl.Int64, "mean": pl.Float64, "low": pl.Float64, "high": pl.Float64})
    one, other = (np.array(answer.kept[name].rows["cash"]) - np.array(answer.kept[name].rows["cost"]) for name in (of, against))  # fmt: skip
    so_far = np.cumsum(one - other, axis=1)
    reach = stdtrit(answer.done - 1, (1 + confidence) / 2) * so_far.std(axis=0, ddof=1) / np.sqrt(answer.done)
    mean = so_far.mean(axis=0)
    return _days("", mean=mean, low=mean - reach, high=mean + reach).drop("scenario")


def queues(answer: Answer, names: Sequence[str]) -> pl.DataFrame:
    """scenario, place, day, loans: cases that stand in each stage, on plans, with agencies and in court at the day's end."""
    frames = []
    for name in names:
        kept = answer.kept[name]
        for place in places(answer, name):
            frames.append(_days(name, loans=kept.mean(place)).with_columns(place=pl.lit(place.removeprefix("open_"))))
    return pl.concat(frames).select("scenario", "place", "day", "loans")


def places(answer: Answer, name: str) -> tuple[str, ...]:
    """Where cases can stand, as sums are called: stages in their order, then those who hold loans."""
    stages = [f"open_stage_{stage}" for stage in answer.kept[name].axes["cash_by_stage"] if stage]
    return (*stages, *(held for held in STANDS if held != "open_cases"))


def work(answer: Answer, names: Sequence[str]) -> pl.DataFrame:
    """scenario, team, day, utilisation (mean of seven days, None where nobody worked), put_off (calls due, for want of people)."""
    frames = []
    for name in names:
        kept = answer.kept[name]
        for team in teams_of(list(kept.sums)):
            worked, available = (_steady(kept.mean(f"minutes_{what}_{team}")) for what in ("worked", "available"))
            if not available.any():
                continue
            share = np.divide(worked, available, out=np.full_like(worked, np.nan), where=available > 0)
            of_team = _days(name, utilisation=share, put_off=kept.mean(f"undone_{team}"))
            frames.append(of_team.with_columns(pl.col("utilisation").fill_nan(None), team=pl.lit(team)))
    if not frames:
        return pl.DataFrame(schema={"scenario": pl.String, "team": pl.String, "day": pl.Int64, "utilisation": pl.Float64, "put_off": pl.Float64})  # fmt: skip
    return pl.concat(frames).select("scenario", "team", "day", "utilisation", "put_off")


def _steady(days: np.ndarray) -> np.ndarray:
    """The mean of each day and those before it, seven at most."""
    so_far = np.cumsum(days)
    before = np.concatenate([np.zeros(min(STEADY_DAYS, len(days))), so_far[:-STEADY_DAYS]])
    return (so_far - before) / np.minimum(np.arange(1, len(days) + 1), STEADY_DAYS)


def replay(answer: Answer, names: Sequence[str], every: int = 1) -> pl.DataFrame:
    """scenario, day, place, loans, gone: where cases stand on every so many days, and how many have left in each way by then."""
    frames = []
    for name in names:
        kept = answer.kept[name]
        standing = {place.removeprefix("open_"): kept.mean(place) for place in places(answer, name)}
        left = {way: np.cumsum(kept.mean(way)) for way in GONE}
        for place, loans in (standing | left).items():
            frame = _days(name, loans=loans).filter((pl.col("day") - 1) % every == 0)
            frames.append(frame.with_columns(place=pl.lit(place), gone=pl.lit(place in left)))
    return pl.concat(frames).select("scenario", "day", "place", "loans", "gone")


def _days(scenario: str, **columns: np.ndarray) -> pl.DataFrame:
    length = len(next(iter(columns.values())))
    return pl.DataFrame({"day": np.arange(1, length + 1), **columns}).select(
        pl.lit(scenario).alias("scenario"), "day", *columns
    )


# Splits


def net_by(answer: Answer, of: str, against: str, split: Split) -> pl.DataFrame:
    """item, kind ("cash" or "cost"), difference: what adds to the difference in net, and what takes from it; they sum to it."""
    cash, cost = (_apart(answer, of, against, name) for name in (f"cash_by_{split}", "cost_by_kind"))
    rows = [(item, "cash", float(values.mean())) for item, values in cash.items()]
    rows += [(item, "cost", -float(values.mean())) for item, values in cost.items()]
    return pl.DataFrame(rows, schema={"item": pl.String, "kind": pl.String, "difference": pl.Float64}, orient="row")


def _apart(answer: Answer, of: str, against: str, name: str) -> dict[str, np.ndarray]:
    """Item → its difference in each replication; what only one of the two has is nought in the other."""
    one, other = (dict(zip(answer.kept[each].axes[name], np.array(answer.kept[each].rows[name]).T, strict=True)) for each in (of, against))  # fmt: skip
    none = np.zeros(answer.done)
    return {item: one.get(item, none) - other.get(item, none) for item in dict.fromkeys((*one, *other))}


def groups(
    answer: Answer, of: str, against: str, measure: str = "cash", confidence: float = CONFIDENCE
) -> pl.DataFrame:
    """group ("product · segment"), difference, low, high, verdict: who gains and who loses, the largest gain first.

    measure: cash, cured, charged_off (balance) or complaints.
    """
    better = 1 if measure in ("cash", "cured") else -1
    rows = []
    for group, values in _apart(answer, of, against, f"{measure}_by_group").items():
        found = interval(values.tolist(), confidence)
        rows.append((group, found.mean, found.low, found.high, verdict(found, better)))
    kinds = {"group": pl.String, "difference": pl.Float64, "low": pl.Float64, "high": pl.Float64, "verdict": pl.String}
    return pl.DataFrame(rows, schema=kinds, orient="row").sort("difference", descending=True, maintain_order=True)


# Rolls


def rolls(answer: Answer, name: str) -> pl.DataFrame:
    """The exit ledger of all months of a run together, mean of the replications, with the columns of the question roll_rates."""
    kept = answer.kept[name]
    loans, balances = kept.mean("roll_loans"), kept.mean("roll_balances")
    rows = []
    for at, bucket in enumerate(ROLL_STATES):
        of_loans, of_balance = loans[at].sum(), balances[at].sum()
        for to in np.flatnonzero(loans[at]):
            rows.append((bucket, ROLL_STATES[to], round(loans[at, to]), balances[at, to], loans[at, to] / of_loans, balances[at, to] / of_balance if of_balance else None))  # fmt: skip
    kinds = {"from_bucket": pl.String, "to_bucket": pl.String, "loans": pl.Int64, "opening_balance": pl.Float64, "share_loans": pl.Float64, "share_balance": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=kinds, orient="row")
