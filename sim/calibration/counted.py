"""Behaviour that is counted, not fitted: payments in full, minutes, complaints, plans, the court's times, prices."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from data.said import Said, said
from sim.behaviour import BANDS
from sim.calibration.assumed import Assumed, bands
from sim.calibration.fitted import Estimate, Fitted, Value, evenly, mean, rate, share
from sim.calibration.ledger import Ledger
from sim.calibration.records import Records, epoch
from sim.calibration.replay import Replay
from sim.policy import MESSAGES

FEW = 20
"""Below so many cases a time or a range keeps its preset."""
ONE_IN_BAND = 10.0
"""Weight, in events, of what the preset says of a band."""
LEANING = 4.0
"""Weight of the preset of a share by band, in observations."""

Rows = dict[str, np.ndarray]


def measured(path: str, value: Value, low: Value, high: Value, n: int, note: Said | None = None) -> Fitted:
    return Fitted(path, value, low, high, int(n), "measured", "the book", note)


def of_list(path: str, estimates: list[Estimate | None], preset: tuple, note: Said | None = None) -> Fitted:
    """A parameter of several numbers; None among the estimates keeps its preset."""
    values = tuple(preset[at] if each is None else each.value for at, each in enumerate(estimates))
    low = tuple(None if each is None else each.low for each in estimates)
    high = tuple(None if each is None else each.high for each in estimates)
    return measured(path, values, low, high, sum(each.n for each in estimates if each), note)


def of_one(path: str, estimate: Estimate, note: Said | None = None) -> Fitted:
    return measured(path, estimate.value, estimate.low, estimate.high, estimate.n, note)


def counted(
    records: Records, ledger: Ledger, replay: Replay, given: Assumed, reasons: np.ndarray, since: int
) -> Iterator[Fitted]:
    """All that is counted in the window; what the book has too little of is left out. reasons: probabilities of each spell's reason."""
    yield from _payments(replay, given)
    yield from _calls(records, given, since, ledger)
    yield from _complaints(replay, given, reasons)
    yield from _promises(records, given, replay, since)
    yield from _plans(records, since)
    yield from _court(records, given, since)
    yield from _prices(records, since)


def by_band(band: np.ndarray, success: np.ndarray, preset: tuple) -> list[Estimate | None]:
    """Shares in four bands, thin ones leaning on the preset; None where there is nothing."""
    found = []
    for at in range(len(BANDS)):
        these = success[band == at]
        found.append(share(these.sum(), len(these), preset[at], LEANING) if len(these) else None)
    return found


def _payments(replay: Replay, given: Assumed) -> Iterator[Fitted]:
    rows, behaviour = replay.payments, given.behaviour
    inside = ~np.asarray(rows["before"], bool)
    band, full, part = (rows[name][inside] for name in ("band", "full", "part"))
    if not len(band):
        return
    full = np.asarray(full, bool)
    yield of_list("behaviour.full_payment", by_band(band, full, behaviour.full_payment), behaviour.full_payment)
    if np.sum(~full) >= FEW:
        low, high = evenly(part[~full])
        low = Estimate(max(low.value, 0.001), max(low.low, 0.001), low.high, low.n)
        high = Estimate(min(high.value, 1.0), high.low, min(high.high, 1.0), high.n)
        yield of_list("behaviour.part_paid", [low, high], behaviour.part_paid)


def _calls(records: Records, given: Assumed, since: int, ledger: Ledger) -> Iterator[Fitted]:
    behaviour = given.behaviour
    calls = records.action.filter(
        pl.col("channel").is_in(["phone", "ai_call"])
        & (pl.col("acted_at").cast(pl.Date).cast(pl.Int32).cast(pl.Int64) >= since)
    ).with_columns(reached=pl.col("right_party").fill_null(False), minutes=pl.col("seconds") / 60)
    timed = calls.filter(pl.col("minutes").is_not_null())
    talk = with_dpd(timed.filter("reached"), ledger)
    if talk.height:
        spoken = talk["minutes"].to_numpy() - np.where(talk["channel"] == "phone", behaviour.wrap_up_minutes, 0.0)
        band = bands(talk["dpd"].to_numpy())
        means = [mean(spoken[band == at]) if np.sum(band == at) >= FEW else None for at in range(len(BANDS))]
        yield of_list("behaviour.talk_minutes", means, behaviour.talk_minutes, said("Without {minutes} minutes of work after a conversation, which are assumed.", minutes=behaviour.wrap_up_minutes))  # fmt: skip
    for channel, path in (("phone", "failed_dial_minutes"), ("ai_call", "ai_failed_dial_minutes")):
        failed = timed.filter((pl.col("channel") == channel) & ~pl.col("reached"))["minutes"].to_numpy()
        if len(failed) >= FEW:
            yield of_one(f"behaviour.{path}", mean(failed))
    missed = calls.filter(~pl.col("reached") & pl.col("connected").is_not_null())
    if missed.height:
        yield of_one("behaviour.someone_else", share(missed["connected"].sum(), missed.height))


def with_dpd(rows: pl.DataFrame, ledger: Ledger) -> pl.DataFrame:
    """Rows of actions with the days past due on their day; those of loans not late are left out."""
    state = ledger.days.select("i", "late", "oldest", on=pl.col("day")).sort("on")
    rows = rows.with_columns(day=pl.col("acted_at").cast(pl.Date).cast(pl.Int32).cast(pl.Int64)).with_columns(
        before=pl.col("day") - 1
    )
    rows = rows.sort("before").join_asof(
        state, left_on="before", right_on="on", by="i", strategy="backward", check_sortedness=False
    )
    return (
        rows.filter(pl.col("late").fill_null(False))
        .with_columns(dpd=pl.col("day") - pl.col("oldest"))
        .sort("acted_at", "i")
    )


def _complaints(replay: Replay, given: Assumed, reasons: np.ndarray) -> Iterator[Fitted]:
    """Complaints against what the preset expects, given who was talked to and how often before."""
    behaviour = given.behaviour
    prone = reasons @ given.complains
    growth = behaviour.complaint_growth
    events, expected, talks = np.zeros(len(BANDS)), np.zeros(len(BANDS)), 0
    for rows, factor in ((replay.talks, 1.0), (replay.messages, behaviour.message_complaint)):
        spell, band = rows["spell"].astype(np.int64), rows["band"].astype(np.int64)
        if len(spell):
            chance = prone[spell] * factor * growth ** rows["earlier"].astype(float) / 1000
            expected += np.bincount(band, chance * np.array(behaviour.complaints)[band], minlength=len(BANDS))
            events += np.bincount(band, np.asarray(rows["complained"], float), minlength=len(BANDS))
            talks += len(spell)
    if not events.sum():
        return
    overall = rate(events.sum(), expected.sum(), 1.0, 1.0).value
    found = [rate(k, e, overall, ONE_IN_BAND) for k, e in zip(events, expected, strict=True)]
    scaled = [
        Estimate(p * each.value, p * each.low, p * each.high, each.n)
        for p, each in zip(behaviour.complaints, found, strict=True)
    ]
    yield of_list("behaviour.complaints", scaled, behaviour.complaints, said("Counted from the complaints about {n} talks and messages; how they grow with each touch is assumed.", n=f"{talks:,}"))  # fmt: skip


def _promises(records: Records, given: Assumed, replay: Replay, since: int) -> Iterator[Fitted]:
    promises = records.promise.filter(pl.col("promised_on") >= since)
    delays = (promises["due_on"] - promises["promised_on"]).to_numpy()
    delays = delays[delays >= 1]
    if len(delays) >= FEW:
        longest = mean(2.0 * delays - 1)
        most = int(np.clip(max(round(longest.value), 1), 1, 27))
        yield measured("behaviour.promise_delay_days", most, max(1, int(np.floor(longest.low + 0.5))), int(np.ceil(longest.high - 0.5)), len(delays))  # fmt: skip
    rows = replay.promised_whole
    inside = ~np.asarray(rows["before"], bool)
    if inside.sum():
        behaviour = given.behaviour
        whole, band = np.asarray(rows["whole"][inside], bool), rows["band"][inside]
        yield of_list("behaviour.promise_full", by_band(band, whole, behaviour.promise_full), behaviour.promise_full)


def _plans(records: Records, since: int) -> Iterator[Fitted]:
    """Instalments of plans, each due day of a loan on a plan one: all paid but the last one of a plan that was broken."""
    last = epoch(records.last)
    plans = records.plan.join(records.loan.select("i", "due_day"), on="i")
    paid = asked = 0
    for agreed, ended, result, due_day in plans.select("agreed_on", "ended_on", "result", "due_day").iter_rows():
        if due_day is None:
            continue
        end = last if ended is None else ended
        days = np.arange(max(agreed + 1, since), end + 1)
        fell = int(np.sum(_day_of_month(days) == due_day))
        broken = result == "broken" and end >= since
        asked += fell
        paid += max(fell - broken, 0)
    if asked >= FEW:
        yield of_one("behaviour.plan_kept", share(paid, asked))


def _day_of_month(days: np.ndarray) -> np.ndarray:
    dates = days.astype("datetime64[D]")
    return (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(int) + 1


def _court(records: Records, given: Assumed, since: int) -> Iterator[Fitted]:
    cases, court, last = records.legal_case, given.behaviour.court, epoch(records.last)
    judged = cases.filter(pl.col("judged_on").is_not_null() & (pl.col("judged_on") >= since))
    if judged.height >= FEW:
        lost = (judged["result"] == "lost").fill_null(False).sum()
        yield of_one("behaviour.court.won", share(judged.height - lost, judged.height, court.won, 2.0))
    simplified = is_simplified(records, given)
    preset = court.hearing_days if simplified else court.ordinary_hearing_days
    old = cases.filter((pl.col("filed_on") <= last - 2 * preset[1]) & pl.col("judged_on").is_not_null())
    waits = (old["judged_on"] - old["filed_on"]).to_numpy()
    if len(waits) >= FEW:
        yield _days(f"behaviour.court.{'hearing_days' if simplified else 'ordinary_hearing_days'}", waits)
    done = cases.filter(
        (pl.col("result") == "enforced")
        & pl.col("court_paid_on").is_not_null()
        & (pl.col("judged_on") <= last - court.enforcement_days[1])
    )
    waits = (done["court_paid_on"] - done["judged_on"]).to_numpy()
    if len(waits) >= FEW:
        yield _days("behaviour.court.enforcement_days", waits)
    paid = done.filter((pl.col("claim") > 0) & (pl.col("recovered") > 0) & (pl.col("recovered") < pl.col("claim")))
    parts = (paid["recovered"] / paid["claim"]).to_numpy()
    if len(parts) >= FEW:
        low, high = evenly(parts)
        yield of_list("behaviour.court.enforced_share", [low, high], court.enforced_share)


def _days(path: str, waits: np.ndarray) -> Fitted:
    """First and last day of an even spread: the extremes seen, and what lies beyond by 90 %."""
    low, high, n = int(waits.min()), int(waits.max()), len(waits)
    beyond = (high - low + 1) * (0.1 ** (-1 / n) - 1)
    return measured(
        path, (low, high), (max(1, int(np.floor(low - beyond))), high), (low, int(np.ceil(high + beyond))), n
    )


def is_simplified(records: Records, given: Assumed) -> bool:
    """Whether the court fees are nearer to half of the table's than to the whole of it."""
    cases = records.legal_case.filter((pl.col("court_fee") > 0) & (pl.col("claim") > 0))
    if not cases.height:
        return True
    steps = given.scenario.prices.court_fee
    claim = cases["claim"].to_numpy() / 100
    step = np.searchsorted([each.up_to for each in steps[:-1]], claim, side="left")
    whole = claim * np.array([each.rate for each in steps])[step] + np.array([each.added for each in steps])[step]
    return bool(np.median(cases["court_fee"].to_numpy() / 100 / np.maximum(whole, 1)) < 0.75)


def _prices(records: Records, since: int) -> Iterator[Fitted]:
    """What was paid for messages, minutes and lawyers; means, without an interval where every price is the same."""
    actions = records.action.filter(
        pl.col("cost").is_not_null() & (pl.col("acted_at").cast(pl.Date).cast(pl.Int32).cast(pl.Int64) >= since)
    )
    for kind in MESSAGES:
        cost = actions.filter(pl.col("channel") == kind)["cost"].to_numpy() / 100
        if len(cost) >= FEW and cost.sum() > 0:
            yield of_one(f"prices.{kind}", mean(cost))
    for channel, path in (("phone", "phone_minute"), ("ai_call", "ai_minute")):
        timed = actions.filter((pl.col("channel") == channel) & (pl.col("seconds") > 0))
        minutes, cost = timed["seconds"].sum() / 60, timed["cost"].sum() / 100
        if timed.height >= FEW and cost > 0:
            price = cost / minutes
            yield measured(
                f"prices.{path}",
                price,
                None,
                None,
                timed.height,
                said("Costs over minutes; costs are whole cents a call."),
            )
    fees = records.legal_case.filter(pl.col("lawyer_fee").is_not_null())["lawyer_fee"].to_numpy() / 100
    if len(fees):
        yield of_one(
            "prices.lawyer_fee",
            mean(fees) if len(fees) > 1 else Estimate(float(fees[0]), float(fees[0]), float(fees[0]), 1),
        )
