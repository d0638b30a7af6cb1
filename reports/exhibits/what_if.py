"""What an experiment of the sandbox found: the charts of its answer, each with its caption."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

import charts
from reports.exhibit import Exhibit, Mode
from reports.what_if_words import passport_line
from sim import answers
from sim.experiments import NO_CONTACT, POLICY, TODAY, Answer, Kind, Order
from sim.tornado import ASSUMPTIONS
from wording import _, told

GAINS = ("cash", "charged_off", "cured", "complaints")
Bars = Sequence[Mapping[str, object]]
"""What an experiment on assumptions knows, see sim/tornado.py, sim/sensitivity.py and sim/calibration/unsure.py."""


@dataclass(frozen=True)
class WhatIf:
    """What is asked about: an experiment's order and its answer. chosen: of several saved scenarios the one that is looked into.

    split: what the cash of the waterfall is told apart by. measure: what is gained or lost. bars: what experiments beside it on assumptions know, by kind.
    """

    id: str
    order: Order
    answer: Answer
    mode: Mode = "light"
    chosen: str = ""
    split: answers.Split = "way"
    measure: str = "cash"
    bars: Mapping[Kind, Bars] = field(default_factory=dict)

    @property
    def of(self) -> str:
        """The scenario that figures are of; of several saved ones the one chosen, else the first."""
        return POLICY if self.is_of_one else self.chosen or self.saved[0]

    @property
    def saved(self) -> list[str]:
        """The scenarios beside today that have names of their own."""
        return [name for name in self.order.scenarios if name not in (POLICY, TODAY, NO_CONTACT)]

    @property
    def is_of_one(self) -> bool:
        """Whether one policy is compared with today, and not several scenarios."""
        return POLICY in self.order.scenarios

    @property
    def names(self) -> list[str]:
        return list(self.order.scenarios)

    @property
    def pair(self) -> list[str]:
        return [self.of, TODAY]

    @cached_property
    def figures(self) -> pl.DataFrame:
        return answers.figures(self.answer, self.of, TODAY)

    def exhibit(self, key: str, words: charts.Words, figure: object, rows: pl.DataFrame, caption: str) -> Exhibit:
        return Exhibit(key, words, figure, (), rows, caption, {"passport": passport_line(self.order, self.id)})


def gain_names() -> dict[str, str]:
    names = {"cash": _("Cash"), "charged_off": _("Charged off"), "cured": _("Cured"), "complaints": _("Complaints")}
    return {code: names[code] for code in GAINS}


def recovered(of: WhatIf) -> Exhibit:
    frame = answers.recovered_by_day(of.answer, of.names)
    apart = answers.apart_by_day(of.answer, of.of, TODAY)
    figure = charts.recovered_by_day(frame, mode=of.mode, apart=apart)
    caption = _("Cash from the late so far, by day of the run; in the bands lie four in five replications. The same luck moves both lines together, so their difference is known better than either")  # fmt: skip
    return of.exhibit("recovered", charts.recovered_by_day_words(frame), figure, frame, caption)


def waterfall(of: WhatIf) -> Exhibit:
    frame = answers.net_by(of.answer, of.of, TODAY, of.split)
    figure = charts.net_waterfall(frame, split=of.split, mode=of.mode)
    caption = _("Where the difference in net comes from: cash by what brought it, then cost; the bars sum to the net. A payment is of the last conversation, else the last message, within seven days")  # fmt: skip
    return of.exhibit("waterfall", charts.net_waterfall_words(frame, split=of.split), figure, frame, caption)


def gains(of: WhatIf) -> Exhibit:
    frame = answers.groups(of.answer, of.of, TODAY, of.measure)
    figure = charts.gains(frame, measure=of.measure, mode=of.mode)
    caption = _("{measure}, difference of each product and segment with its interval, 95 %; green gains, red loses, grey cannot be told", measure=gain_names()[of.measure])  # fmt: skip
    return of.exhibit("gains", charts.gains_words(frame, measure=of.measure), figure, frame, caption)


def rolls(of: WhatIf) -> Exhibit:
    """The exit ledger under the policy, each cell with its change against today."""
    after, before = (answers.rolls(of.answer, name) for name in (of.of, TODAY))
    caption = _("Month-end to month-end, by balance, all months of the run; below each share its change against today in points, red where it is worse. In a run of cases M0 holds those that were cured")  # fmt: skip
    figure = charts.roll_change(after, before, mode=of.mode)
    return of.exhibit("rolls", charts.roll_change_words(after, before), figure, after, caption)


def queues(of: WhatIf) -> Exhibit:
    frame = answers.queues(of.answer, of.pair)
    figure = charts.queues(frame, mode=of.mode)
    return of.exhibit("queues", charts.queues_words(frame), figure, frame, _("cases at the day's end"))


def work(of: WhatIf) -> Exhibit:
    frame = answers.work(of.answer, of.pair)
    figure = charts.work(frame, mode=of.mode)
    return of.exhibit("work", charts.work_words(frame), figure, frame, _("of their minutes worked, mean of seven days"))


def replay(of: WhatIf) -> Exhibit:
    frame = answers.replay(of.answer, of.pair)
    figure = charts.replay(frame, mode=of.mode)
    return of.exhibit("replay", charts.replay_words(frame), figure, frame, _("mean of the replications"))


def tornado(of: WhatIf) -> Exhibit:
    """Which assumptions the verdict hangs on, one at a time."""
    named = _titled(of.bars.get("assumptions", ()))
    figure = charts.tornado(named, mode=of.mode)
    caption = _("Difference in net with one assumption at its low and its high end, as a factor of what it is: the ends of the 90 % interval where this book measured it, else of the range of practice; dotted: as it is. Break-even: the factor at which the difference is nought, between the ends")  # fmt: skip
    return of.exhibit("tornado", charts.tornado_words(named), figure, pl.DataFrame(named), caption)


def sensitivity(of: WhatIf) -> Exhibit:
    """All assumptions at once: in how many worlds the policy is better, and what moves the difference most."""
    bars = of.bars.get("sensitivity")
    known = bars[0] if bars else {"differences": [], "influences": []}
    rows = _titled(known["influences"])
    figure = charts.influences(rows, mode=of.mode)
    caption = _("How far each assumption moves the difference in net over its whole range, the mean over many places of the others, with its interval; hollow: how much that depends on the others")  # fmt: skip
    return of.exhibit("sensitivity", charts.influences_words(rows, known["differences"]), figure, pl.DataFrame(rows), caption)  # fmt: skip


def uncertainty(of: WhatIf) -> Exhibit:
    """What is not known of the borrowers, apart from luck."""
    bars = of.bars.get("uncertainty")
    known = bars[0] if bars else None
    figure = charts.unsure(known, mode=of.mode)
    caption = _("Difference in net: dots are worlds, each with other borrowers within what this book tells of them; the bars hold 95 % of what either does alone")  # fmt: skip
    rows = pl.DataFrame()
    if known:
        worlds = range(1, len(known["differences"]) + 1)
        rows = pl.DataFrame({"world": worlds, "differences": known["differences"]}).explode("differences")
    return of.exhibit("uncertainty", charts.unsure_words(known), figure, rows, caption)


def _titled(bars: Bars) -> list[dict[str, object]]:
    """The bars with the titles of their assumptions; those that no assumption has any more are left out."""
    titles = {assumption.code: told(assumption.title) for assumption in ASSUMPTIONS}
    return [{**bar, "title": titles[bar["code"]]} for bar in bars if bar["code"] in titles]
