"""What was done with each late borrower, day by day, and what came of it: the book's history as the model would have lived it.

One pass over the calendar keeps for each loan what the simulation keeps: the boost that touches left, talks and messages of seven
days, an open promise, who holds it. Each day it writes down every chance that was taken: to pay, to be reached, to promise, to keep.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sim.calibration.assumed import Assumed, bands
from sim.calibration.ledger import Ledger
from sim.calibration.records import Records, epoch
from sim.policy import MESSAGES
from sim.touch import LOWEST_BOOST

NEVER = -(10**6)
MONTH = 30
FREE, PLAN, AGENCY, COURT = range(4)
Rows = dict[str, np.ndarray]


@dataclass(frozen=True)
class Replay:
    """Columns of one length in each table; `spell` is a position in `spells`, `before` says that the day lies before the window.

    spells: loan, day (on which it begins), age (days past due when its history begins; 0 where it is known from its first day).
    days: spell, dpd, boost, month and tier (of the placement; −1), paid, before.
    dials: spell, band, hour, ai, n, reached, before. talks: spell, band, tired, ai, promised, offered, planned, collector, earlier, complained, before.
    promises: spell, band, ai, dpd, boost, kept, paid, full (promised: all that is overdue when due), before.
    promised_whole: spell, band, whole (all that was overdue was promised), before. suits: spell, stage (0 judgment, 1 enforcement), success, before.
    payments: band, full, part (share of what was overdue). messages: spell, band, earlier, complained.
    """

    spells: Rows
    days: Rows
    dials: Rows
    talks: Rows
    promises: Rows
    promised_whole: Rows
    suits: Rows
    payments: Rows
    messages: Rows
    collectors: tuple[str, ...]


def replay(records: Records, ledger: Ledger, given: Assumed, since: int) -> Replay:
    """Live through the book's history; `since` is the first day of the window."""
    return _Replay(records, ledger, given, since).run()


def _by_day(frame: pl.DataFrame, day: str, columns: Sequence[str]) -> Mapping[int, Rows]:
    """Rows of each day as arrays."""
    if not frame.height:
        return {}
    frame = frame.sort(day, maintain_order=True)
    days, starts = np.unique(frame[day].to_numpy(), return_index=True)
    arrays = {name: frame[name].to_numpy() for name in columns}
    ends = np.append(starts[1:], frame.height)
    return {
        int(each): {name: column[a:b] for name, column in arrays.items()}
        for each, a, b in zip(days, starts, ends, strict=True)
    }


class _Sheet:
    """Rows collected by day."""

    def __init__(self, *names: str) -> None:
        self.pages: dict[str, list[np.ndarray]] = {name: [] for name in names}

    def add(self, **columns: np.ndarray | float | bool) -> None:
        n = len(columns["spell"])
        if n:
            for name, page in self.pages.items():
                value = columns[name]
                page.append(value if isinstance(value, np.ndarray) else np.full(n, value))

    def rows(self) -> Rows:
        return {name: np.concatenate(page) if page else np.zeros(0) for name, page in self.pages.items()}


class _Replay:
    def __init__(self, records: Records, ledger: Ledger, given: Assumed, since: int) -> None:
        self.records, self.given, self.since = records, given, since
        n = records.loan.height
        behaviour = given.behaviour
        self.late, self.charged = np.zeros(n, bool), np.zeros(n, bool)
        self.oldest = np.full(n, NEVER)
        self.spell = np.full(n, -1)
        self.boost, self.fades = np.zeros(n), np.ones(n)
        self.talk_days, self.note_days = np.zeros((n, 7), np.int16), np.zeros((n, 7), np.int16)
        self.promise_due = np.full(n, NEVER)
        self.promise_amount, self.promise_ai = np.zeros(n), np.zeros(n, bool)
        self.overdue = np.zeros(n)
        self.held = np.zeros(n, np.int8)
        self.placed_on, self.tier = np.full(n, NEVER), np.zeros(n, np.int64)
        self.fatigue = np.array(behaviour.fatigue)
        effects = {effect.kind: effect for effect in behaviour.messages}
        self.effects = {
            kind: (effects[kind].odds_ratio - 1, 0.5 ** (1 / effects[kind].half_life_days))
            for kind in MESSAGES
            if kind in effects
        }
        self.talk_effect = (behaviour.talk_odds_ratio - 1, 0.5 ** (1 / behaviour.talk_half_life_days))
        self.spells = _Sheet("spell", "loan", "age", "day")
        self.days = _Sheet("spell", "dpd", "boost", "month", "tier", "paid", "before")
        self.dials = _Sheet("spell", "band", "hour", "ai", "n", "reached", "before")
        self.talks = _Sheet(
            "spell",
            "band",
            "tired",
            "ai",
            "promised",
            "offered",
            "planned",
            "collector",
            "earlier",
            "complained",
            "before",
        )
        self.promises = _Sheet("spell", "band", "ai", "dpd", "boost", "kept", "paid", "full", "before")
        self.promised_whole = _Sheet("spell", "band", "whole", "before")
        self.suits = _Sheet("spell", "stage", "success", "before")
        self.payments = _Sheet("spell", "band", "full", "part", "before")
        self.messages = _Sheet("spell", "band", "earlier", "complained")
        self.count = 0
        self.tells_promises = records.promise.height > 0  # else no talk says whether it ended in one
        self._sort_by_day(ledger)

    def _sort_by_day(self, ledger: Ledger) -> None:
        records = self.records
        self.changes = _by_day(ledger.days, "day", ("i", "late", "oldest", "starts", "opens", "overdue"))
        self.paid = _by_day(ledger.payments, "day", ("i", "amount", "overdue", "source", "tolerance"))
        day = pl.col("acted_at").cast(pl.Date).cast(pl.Int32).cast(pl.Int64)
        actions = records.action.with_columns(day=day, hour=pl.col("acted_at").dt.hour().cast(pl.Int64)).sort(
            "acted_at"
        )
        self.sent = _by_day(
            actions.filter(pl.col("channel").is_in(list(self.effects))).with_columns(pl.col("complaint").fill_null(False)),
            "day", ("i", "channel", "complaint"),
        )  # fmt: skip
        voice = actions.filter(pl.col("channel").is_in(["phone", "ai_call", "agency"]))
        voice = voice.filter(pl.col("right_party").is_not_null())  # else it is not known whom a dial reached
        calls = voice.group_by("i", "day", "channel", maintain_order=True).agg(
            n=pl.len().cast(pl.Int64), reached=pl.col("right_party").fill_null(False).any(), hour=pl.col("hour").first(),
            complaint=pl.col("complaint").fill_null(False).any(), settled=(pl.col("outcome").cast(pl.String) == "settled").fill_null(False).any(),
            collector=pl.col("collector_id").drop_nulls().first(),
        )  # fmt: skip
        names = calls["collector"].drop_nulls().unique().sort().to_list()
        self.collectors = tuple(names)
        calls = calls.with_columns(collector=pl.col("collector").replace_strict({name: at for at, name in enumerate(names)}, default=-1, return_dtype=pl.Int64) if names else pl.lit(-1))  # fmt: skip
        columns = ("i", "channel", "n", "reached", "hour", "complaint", "settled", "collector")
        self.calls = _by_day(calls, "day", columns)
        promised = records.promise.with_columns(pl.col("amount").fill_null(0))
        self.promised = _by_day(promised, "promised_on", ("i", "due_on", "amount"))
        self.planned = _by_day(records.plan, "agreed_on", ("i",))
        self._sort_holds()
        off = (
            records.loan_snapshot.filter(pl.col("charged_off_on").is_not_null())
            .group_by("i")
            .agg(pl.col("charged_off_on").min())
        )
        self.written_off = _by_day(off, "charged_off_on", ("i",))

    def _sort_holds(self) -> None:
        """Who begins to hold a loan, and who lets it go, by the day from which that counts for its paying."""
        records = self.records
        self.taken: dict[int, list[tuple]] = defaultdict(list)
        self.let_go: dict[int, list[tuple]] = defaultdict(list)
        for i, start, end in records.plan.select("i", "agreed_on", "ended_on").iter_rows():
            self._hold(i, PLAN, start, end)
        for i, start, end, tier in records.placement.select(
            "i", "placed_on", "recalled_on", pl.col("tier").fill_null(1)
        ).iter_rows():
            self._hold(i, AGENCY, start + 1, None if end is None else end + 1, start, tier)
        cases = records.legal_case.select("i", "filed_on", "judged_on", "result", "court_paid_on")
        for i, start, judged, result, paid in cases.iter_rows():
            end = judged if result == "lost" else paid if result in ("paid", "enforced") else None
            self._hold(i, COURT, start + 1, None if end is None else end + 1)
        self.judged: dict[int, list[tuple]] = defaultdict(list)
        over = epoch(records.last) - self.given.behaviour.court.enforcement_days[1]
        for i, _start, judged, result, _paid in cases.iter_rows():
            if judged is not None and result != "lost":
                self.judged[judged].append((i, 0, result == "paid"))
                # Enforcements that may still bring cash tell nothing yet.
                if result in ("enforced", "nothing") and judged <= over:
                    self.judged[judged].append((i, 1, result == "enforced"))

    def _hold(self, i: int, who: int, start: int, end: int | None, since: int = NEVER, tier: int = 0) -> None:
        self.taken[start].append((i, who, since, tier))
        if end is not None:
            self.let_go[end].append((i, who))

    def run(self) -> Replay:
        first, last = epoch(self.records.first), epoch(self.records.last)
        self._change(first)
        for day in range(first + 1, last + 1):
            self.day, self.is_before = day, day < self.since
            self.slot = day % 7
            self.talk_days[:, self.slot] = 0
            self.note_days[:, self.slot] = 0
            self._holders()
            self._send()
            self._call()
            self._owe()
            self._judge()
            self._change(day)
        sheets = ("spells", "days", "dials", "talks", "promises", "promised_whole", "suits", "payments", "messages")
        return Replay(**{name: getattr(self, name).rows() for name in sheets}, collectors=self.collectors)

    def _holders(self) -> None:
        for i, who in self.let_go.get(self.day, ()):
            if self.held[i] == who:
                self.held[i] = FREE
        for i, who, since, tier in self.taken.get(self.day, ()):
            if self.late[i]:
                self.held[i], self.promise_due[i] = who, NEVER
                self.placed_on[i], self.tier[i] = since, tier

    def _dpd(self, i: np.ndarray) -> np.ndarray:
        return self.day - self.oldest[i]

    def _raise(self, i: np.ndarray, effect: tuple[float, float], tired: np.ndarray) -> None:
        """As `sim.touch`: the greater of what is left and what this adds; an annoying touch takes away."""
        new, left = effect[0] * tired, self.boost[i]
        stronger = new > left
        self.fades[i] = np.where(stronger | (left == 0), effect[1], self.fades[i])
        annoyed = np.maximum(left + new, np.minimum(left, LOWEST_BOOST))
        self.boost[i] = np.where(new < 0, annoyed, np.where(stronger, new, left))

    def _tired(self, earlier: np.ndarray) -> np.ndarray:
        return self.fatigue[np.minimum(earlier, len(self.fatigue) - 1)]

    def _send(self) -> None:
        sent = self.sent.get(self.day)
        if sent is None:
            return
        for kind, effect in self.effects.items():
            these = (sent["channel"] == kind) & self.late[sent["i"]]
            i = sent["i"][these]
            if not len(i):
                continue
            earlier = self.note_days[i].sum(axis=1)
            self._raise(i, effect, self._tired(earlier))
            np.add.at(self.note_days, (i, self.slot), 1)
            self.messages.add(
                spell=self.spell[i], band=bands(self._dpd(i)), earlier=earlier, complained=sent["complaint"][these]
            )

    def _call(self) -> None:
        calls = self.calls.get(self.day)
        if calls is None:
            return
        those = self.late[calls["i"]] & (self.oldest[calls["i"]] < self.day)
        calls = {name: column[those] for name, column in calls.items()}
        i = calls["i"]
        ai = calls["channel"] == "ai_call"
        self.dials.add(spell=self.spell[i], band=bands(self._dpd(i)), hour=calls["hour"], ai=ai, n=calls["n"], reached=calls["reached"], before=self.is_before)  # fmt: skip
        for channel in ("phone", "ai_call", "agency"):
            these = (calls["channel"] == channel) & calls["reached"]
            self._talk(channel, {name: column[these] for name, column in calls.items()})

    def _talk(self, channel: str, calls: Rows) -> None:
        i = calls["i"]
        if not len(i):
            return
        common = {
            "spell": self.spell[i],
            "band": bands(self._dpd(i)),
            "before": self.is_before,
            "complained": calls["complaint"],
        }
        if channel == "agency":
            self.talks.add(**common, tired=1.0, ai=False, promised=False, offered=False, planned=False, collector=-2, earlier=0)  # fmt: skip
            return
        earlier = self.talk_days[i].sum(axis=1)
        tired = self._tired(earlier)
        self.talk_days[i, self.slot] += 1
        planned, offered = self._plans(i)
        promised = self._promises(i, channel == "ai_call") & ~planned
        self.talks.add(**common, tired=tired, ai=channel == "ai_call", promised=promised, offered=offered, planned=planned, collector=calls["collector"] if self.tells_promises else -2, earlier=earlier)  # fmt: skip
        rest = ~promised & ~planned & ~calls["settled"]
        self._raise(i[rest], self.talk_effect, tired[rest])

    def _plans(self, i: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        agreed = self.planned.get(self.day)
        planned = np.isin(i, agreed["i"]) if agreed else np.zeros(len(i), bool)
        plan, dpd = self.given.plan, self._dpd(i)
        offered = planned.copy()
        if plan is not None:
            offered |= (dpd >= plan.from_dpd) & (dpd <= plan.to_dpd) & ~self.charged[i]
        self.held[i[planned]], self.promise_due[i[planned]] = PLAN, NEVER
        return planned, offered

    def _promises(self, i: np.ndarray, ai: bool) -> np.ndarray:
        given = self.promised.get(self.day)
        if given is None:
            return np.zeros(len(i), bool)
        promised = np.isin(i, given["i"])
        these = np.isin(given["i"], i[promised])
        whose = given["i"][these]
        self.promise_due[whose], self.promise_amount[whose] = given["due_on"][these], given["amount"][these]
        self.promise_ai[whose] = ai
        known = whose[self.overdue[whose] > 0]
        whole = self.promise_amount[known] >= 0.99 * self.overdue[known]
        self.promised_whole.add(
            spell=self.spell[known], band=bands(self._dpd(known)), whole=whole, before=self.is_before
        )
        return promised

    def _owe(self) -> None:
        """The evening: promises due are kept or not, and the late pay of their own accord or not."""
        paid = self.paid.get(self.day)
        amount, owed = np.zeros(len(self.late)), np.zeros(len(self.late))
        if paid is not None:
            asked = np.isin(paid["source"], ("self", "collector", "agency"))
            amount[paid["i"][asked]] = paid["amount"][asked]
            owed[paid["i"]] = paid["overdue"]
        open_to_pay = self.late & (self.held != PLAN) & (self.held != COURT) & (self.oldest < self.day)
        i = np.flatnonzero(open_to_pay)
        due = (self.promise_due[i] == self.day) & (self.promise_amount[i] > 0)
        self._fall_due(i[due], amount, owed)
        i = i[~due]
        placed = self.held[i] == AGENCY
        month = np.where(placed, (self.day - self.placed_on[i]) // MONTH, -1)
        pays = amount[i] > 0
        self.days.add(
            spell=self.spell[i], dpd=self._dpd(i), boost=self.boost[i], month=month, tier=np.where(placed, self.tier[i], -1), paid=pays, before=self.is_before
        )  # fmt: skip
        these = i[pays]
        part = amount[these] / np.maximum(owed[these], 1)
        self.payments.add(
            spell=self.spell[these], band=bands(self._dpd(these)), full=part > 0.99, part=part, before=self.is_before
        )
        active = np.flatnonzero(self.late)
        self.boost[active] *= self.fades[active]

    def _fall_due(self, i: np.ndarray, amount: np.ndarray, owed: np.ndarray) -> None:
        if not len(i):
            return
        dpd = self._dpd(i)
        promised = np.where(owed[i] > 0, np.minimum(self.promise_amount[i], owed[i]), self.promise_amount[i])
        kept = amount[i] >= 0.99 * promised
        full = self.promise_amount[i] >= 0.99 * np.where(owed[i] > 0, owed[i], np.inf)
        self.promises.add(
            spell=self.spell[i], band=bands(dpd), ai=self.promise_ai[i], dpd=dpd, boost=self.boost[i], kept=kept, paid=amount[i] > 0, full=full, before=self.is_before
        )  # fmt: skip
        self.promise_due[i] = NEVER

    def _judge(self) -> None:
        for i, stage, success in self.judged.get(self.day, ()):
            if self.spell[i] >= 0:
                self.suits.add(spell=self.spell[[i]], stage=stage, success=success, before=self.is_before)

    def _change(self, day: int) -> None:
        """The end of the day: who is late, since when; a new spell forgets the one before."""
        off = self.written_off.get(day)
        if off is not None:
            self.charged[off["i"]] = True
        change = self.changes.get(day)
        if change is None:
            return
        i, late = change["i"], change["late"].astype(bool)
        self.late[i], self.overdue[i] = late, change["overdue"]
        oldest = np.nan_to_num(change["oldest"].astype(float), nan=NEVER).astype(np.int64)
        self.oldest[i] = np.where(late, oldest, NEVER)
        begins = late & change["starts"].astype(bool)
        new = i[begins]
        number = self.count + np.arange(len(new))
        self.spell[new] = number
        self.count += len(new)
        age = np.where(change["opens"][begins].astype(bool), day - self.oldest[new], 0)
        self.spells.add(spell=number, loan=new, age=np.maximum(age, 0), day=day)
        self.boost[new], self.promise_due[new], self.held[new] = 0.0, NEVER, FREE
        gone = i[~late]
        self.held[gone], self.boost[gone], self.promise_due[gone] = FREE, 0.0, NEVER
        if day == epoch(self.records.first):
            self._already_held(day)

    def _already_held(self, day: int) -> None:
        """Who holds a loan already when the history begins."""
        records = self.records
        open_still = records.placement.filter(
            (pl.col("placed_on") < day) & (pl.col("recalled_on").is_null() | (pl.col("recalled_on") >= day))
        )
        for i, since, tier in open_still.select("i", "placed_on", pl.col("tier").fill_null(1)).iter_rows():
            if self.late[i]:
                self.held[i], self.placed_on[i], self.tier[i] = AGENCY, since, tier
        plans = records.plan.filter(
            (pl.col("agreed_on") <= day) & (pl.col("ended_on").is_null() | (pl.col("ended_on") > day))
        )
        self.held[plans["i"].to_numpy()[self.late[plans["i"].to_numpy()]]] = PLAN
        suits = records.legal_case.filter(pl.col("filed_on") <= day)
        for i, judged, result, paid in suits.select("i", "judged_on", "result", "court_paid_on").iter_rows():
            end = judged if result == "lost" else paid
            if self.late[i] and (end is None or end >= day):
                self.held[i] = COURT
