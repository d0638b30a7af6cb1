"""The lender's policy as his book shows it: stages and their channels, plans, agencies, court, charge-off and sale.

What is read is what is most common: the gap between two touches that occurs most, the dials after which is given up most often. Ages
at which something begins are taken down to the edge of a bucket where one is near: nobody decides on 93 days.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from data.rules import Rule, presets
from data.said import Said, said
from data.settings import Settings
from sim.calibration.assumed import Assumed
from sim.calibration.counted import is_simplified, measured, with_dpd
from sim.calibration.fitted import Fitted
from sim.calibration.ledger import Ledger
from sim.calibration.records import Records, epoch
from sim.policy import (
    KINDS,
    MESSAGES,
    Agency,
    Channel,
    Litigation,
    Placement,
    Plan,
    Policy,
    Sale,
    Stage,
    StageException,
)
from sim.scenario import Rules, Scenario

LATELY = 92
"""Days up to the last in which the channels in force are looked for."""
RARE = 0.02
"""A channel of fewer than this part of a stage's touches is not its policy."""
EDGES = (1, 31, 61, 91, 121, 151, 181, 271, 361)
NEAR = 14
"""Days after the edge of a bucket within which what begins is taken to begin there."""
OFTEN = 0.001
"""Part of the days of calls from which on a rule counts as one that is not kept."""


def edge(dpd: int) -> int:
    """The edge of a bucket shortly before these days past due; else the days themselves."""
    return next((each for each in reversed(EDGES) if each <= dpd <= each + NEAR), max(int(dpd), 1))


def most(values: pl.Series) -> int | float | str | None:
    """The value that occurs most, the smallest of several; None of none."""
    values = values.drop_nulls()
    return values.mode().sort()[0] if len(values) else None


def plan_in_force(records: Records, ledger: Ledger, preset: Scenario) -> Plan | None:
    """The plan that is offered: from the age of the youngest that was agreed. Its reasons are the preset's: no book tells them."""
    plans, base = records.plan, preset.policy.plan or Plan()
    if not plans.height:
        return None
    agreed = with_dpd(_at("agreed_on", plans), ledger)
    from_dpd = edge(agreed["dpd"].min()) if agreed.height else base.from_dpd
    before = records.loan_snapshot.select("i", pl.col("as_of").alias("agreed_on"), owed=pl.col("interest_due"))
    forgiven = plans.sort("agreed_on").join_asof(
        before.sort("agreed_on"), on="agreed_on", by="i", strategy="backward", check_sortedness=False
    )
    today = pl.col("agreed_on").cast(pl.Int32).cast(pl.Date).dt.day()
    known = forgiven.join(records.loan.select("i", "due_day"), on="i").filter(
        (pl.col("owed") > 0) & (pl.col("due_day") > today)
    )
    parts = known.select(
        pl.col("forgiven").fill_null(0) / pl.col("owed")
    ).to_series()  # no interest fell due since the snapshot
    share = base.forgiven_interest if len(parts) < 5 else float(np.clip(round(parts.median() * 20) / 20, 0, 1))
    return replace(
        base,
        from_dpd=min(from_dpd, base.to_dpd),
        instalments=int(most(plans["instalments"]) or base.instalments),
        forgiven_interest=share,
    )


def _at(day: str, rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(acted_at=pl.col(day).cast(pl.Int32).cast(pl.Date).cast(pl.Datetime("us")))


def policy_in_force(records: Records, ledger: Ledger, given: Assumed, rules: Rules) -> tuple[Policy, list[Fitted]]:
    """The policy of the last months, and what each number of it was read from."""
    preset, found = given.scenario.policy, []
    stages = tuple(_stages(records, ledger, preset, rules, found))
    policy = Policy(
        stages=stages,
        stage_exceptions=_exceptions(records.settings),
        worklist=preset.worklist,
        plan=given.plan,
        placement=_placement(records, ledger, preset),
        litigation=_litigation(records, ledger, given),
        charge_off_dpd=_charge_off(records, preset),
        sale=_sale(records, preset),
    )
    found += _read(policy, records)
    return policy, found


def rules_in_force(records: Records) -> Rules:
    """The book's preset; soft rules about dials a day that are broken often are not kept."""
    kept = [
        rule for rule in presets()[records.settings.rules] if rule.counts == "dials_a_day" and rule.strength != "hard"
    ]
    calls = _lately(records).filter(pl.col("channel").is_in(["phone", "ai_call", "agency"]))
    if not calls.height or not kept:
        return Rules(records.settings.rules)
    whose = calls.join(records.loan.select("i", "customer"), on="i")
    failed = whose.group_by("customer", "day").agg(n=(~pl.col("right_party").fill_null(False)).sum())["n"].to_numpy()
    return Rules(records.settings.rules, tuple(rule.id for rule in kept if np.mean(failed > rule.most) > OFTEN))


def _lately(records: Records) -> pl.DataFrame:
    day = pl.col("acted_at").cast(pl.Date).cast(pl.Int32).cast(pl.Int64)
    return records.action.with_columns(day=day, hour=pl.col("acted_at").dt.hour()).filter(
        pl.col("day") > epoch(records.last) - LATELY
    )


def _stages(records: Records, ledger: Ledger, preset: Policy, rules: Rules, found: list[Fitted]) -> Iterator[Stage]:
    """The stages of the settings, each with the channels that touched its loans lately."""
    bands = records.settings.stages
    actions = with_dpd(_lately(records), ledger).filter(pl.col("channel").is_in(list(KINDS)))
    ladder = np.array([band.lower_dpd for band in bands])
    place = np.searchsorted(ladder, actions["dpd"].to_numpy(), side="right") - 1
    names = [*(band.name for band in bands), None]
    by_dpd = pl.Series([names[at] for at in place], dtype=pl.String)
    actions = actions.with_columns(stage=pl.coalesce("stage", by_dpd))
    anywhere = {channel.kind: channel for stage in reversed(preset.stages) for channel in stage.channels}
    for band in bands:
        own = actions.filter(pl.col("stage") == band.name)
        usual = anywhere | {channel.kind: channel for channel in _usual(preset, band.lower_dpd)[0]}
        team = most(own.filter(pl.col("channel") == "phone")["owner"])
        channels = []
        for kind in _kinds(own):
            rows = own.filter(pl.col("channel") == kind)
            if kind == "phone" and team is None:
                team = "collectors"
            channels.append(_channel(kind, rows, usual.get(kind, Channel(kind)), rules))
            found.append(
                measured(
                    f"policy.stages.{band.name}.channels.{kind}.every_days",
                    channels[-1].every_days,
                    None,
                    None,
                    rows.height,
                )
            )
        if not actions.height:  # nobody wrote down who was contacted
            channels, team = _usual(preset, band.lower_dpd)
        phoned = any(channel.kind == "phone" for channel in channels)
        yield Stage(band.name, band.lower_dpd, tuple(channels), team if phoned else "")


def _usual(preset: Policy, dpd: int) -> tuple[list[Channel], str]:
    """Channels and team of the preset's stage at these days past due."""
    stages = [stage for stage in preset.stages if stage.entry_dpd <= dpd] or list(preset.stages[:1])
    return (list(stages[-1].channels), stages[-1].team) if stages else ([], "")


def _kinds(own: pl.DataFrame) -> list[str]:
    """The channels of a stage's touches, in the order of their hours, then the most frequent first."""
    if not own.height:
        return []
    counts = own.group_by("channel").agg(n=pl.struct("i", "day").n_unique(), hour=pl.col("hour").min())
    return counts.filter(pl.col("n") >= RARE * pl.col("n").sum()).sort("hour", "n", "channel", descending=[False, True, False])["channel"].to_list()  # fmt: skip


def _channel(kind: str, rows: pl.DataFrame, usual: Channel, rules: Rules) -> Channel:
    days = rows.select("i", "oldest", "day").unique().sort("i", "day")
    gaps = days.select(pl.col("day").diff().over("i", "oldest")).to_series().drop_nulls()  # of one spell
    every = most(gaps) if len(gaps) >= 5 else usual.every_days
    touches = rows.group_by("i", "day").agg(n=pl.len(), reached=pl.col("right_party").fill_null(False).any())
    tries = most(touches.filter(~pl.col("reached"))["n"]) or touches["n"].max()
    hours = rows["hour"].to_numpy()
    if kind in MESSAGES:
        opens, closes = int(most(rows["hour"])), usual.closes
    else:
        opens, closes = int(np.quantile(hours, 0.002)), int(np.quantile(hours, 0.998)) + 1
    opens, closes = (
        _allowed(opens, max(closes, opens + 1), rules) if kind != "letter" else (opens, max(closes, opens + 1))
    )
    return Channel(
        kind,
        int(np.clip(every, 1, 90)),
        1 if kind in MESSAGES else int(np.clip(tries, 1, 10)),
        0,
        opens,
        min(closes, 24),
    )


def _allowed(opens: int, closes: int, rules: Rules) -> tuple[int, int]:
    """The hours inside those that hard rules leave: a scenario outside them is refused."""
    for rule in rules.all():
        if rule.counts == "hours" and rule.id not in rules.off:
            first, last = _hours(rule)
            opens, closes = min(max(opens, first), last - 1), max(min(closes, last), first + 1)
    return opens, closes


def _hours(rule: Rule) -> tuple[int, int]:
    return rule.opens.hour + (rule.opens.minute > 0), rule.closes.hour


def _exceptions(settings: Settings) -> tuple[StageException, ...]:
    return tuple(
        StageException(band.name, band.lower_dpd, ladder.product or "", ladder.segment or "")
        for ladder in settings.stage_exceptions
        for band in ladder.bands
    )


def _placement(records: Records, ledger: Ledger, preset: Policy) -> Placement | None:
    """Agencies that were placed with in the last year, their shares, rates by age at placement, times of recall and of dials."""
    since = epoch(records.last) - 365
    placed = records.placement.filter(pl.col("placed_on") > since).with_columns(pl.col("tier").fill_null(1))
    if not placed.height:
        return None
    aged = with_dpd(_at("placed_on", placed), ledger)
    usual = {agency.name: agency for agency in (preset.placement.agencies if preset.placement else ())}
    agencies = []
    for name in placed["agency"].drop_nulls().unique().sort().to_list():
        own = placed.filter(pl.col("agency") == name)
        tier = int(most(own["tier"]))
        share = own.height / max(placed.filter(pl.col("tier") == tier).height, 1)
        base = usual.get(name, Agency(name))
        ages, rates = _commission(aged.filter(pl.col("agency") == name), base)
        stays = records.placement.filter((pl.col("agency") == name) & pl.col("recalled_on").is_not_null())
        recall = most(stays["recalled_on"] - stays["placed_on"]) or base.recall_days
        agencies.append(
            Agency(
                name, tier, round(share, 4), ages, rates, int(np.clip(recall, 7, 1080)), _dials_of(records, name, base)
            )
        )
    if not any(agency.tier == 1 for agency in agencies):
        agencies = [replace(agency, tier=agency.tier - min(a.tier for a in agencies) + 1) for agency in agencies]
    agencies.sort(key=lambda agency: (agency.tier, agency.name))
    first = aged.filter(pl.col("tier") == pl.col("tier").min())
    from_dpd = edge(int(first["dpd"].quantile(0.02, "lower"))) if first.height else 91
    dates = placed["placed_on"].cast(pl.Int32).cast(pl.Date).dt.day()
    return Placement(from_dpd, min(int(most(dates)), 28), tuple(agencies))


def _commission(placed: pl.DataFrame, base: Agency) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """The rate most common from each age on at which the preset changes it."""
    rows = placed.filter(pl.col("commission_rate").is_not_null())
    rates = list(base.commission)
    for at, first in enumerate(base.commission_age):
        until = base.commission_age[at + 1] if at + 1 < len(base.commission_age) else 10**6
        own = rows.filter((pl.col("dpd") >= first) & (pl.col("dpd") < until))["commission_rate"]
        rates[at] = float(most(own)) if len(own) >= 5 else rates[at]
    return base.commission_age, tuple(rates)


def _dials_of(records: Records, agency: str, base: Agency) -> int:
    rows = records.action.filter((pl.col("channel") == "agency") & (pl.col("owner") == agency))
    days = rows.select("i", day=pl.col("acted_at").cast(pl.Date).cast(pl.Int32)).unique().sort("i", "day")
    gaps = days.select(pl.col("day").diff().over("i")).to_series().drop_nulls()
    return int(np.clip(most(gaps), 1, 90)) if len(gaps) >= 5 else base.every_days


def _litigation(records: Records, ledger: Ledger, given: Assumed) -> Litigation | None:
    """From the suits of the last year. The largest number in a month is what can be filed; the youngest says from which age."""
    cases = records.legal_case.filter(pl.col("filed_on") > epoch(records.last) - 365)
    if not cases.height:
        return None
    base = given.scenario.policy.litigation or Litigation()
    aged = with_dpd(_at("filed_on", cases), ledger)
    month = cases["filed_on"].cast(pl.Int32).cast(pl.Date).dt.truncate("1mo")
    busiest = int(month.value_counts()["count"].max() / records.drawn + 0.5)
    smallest = cases["claim"].drop_nulls().quantile(0.01, "lower")
    balance = base.min_balance if smallest is None else float(max(round(smallest / 100 / 1000 - 0.3) * 1000, 0))
    min_dpd = max(edge(aged["dpd"].min()), 31) if aged.height else base.min_dpd
    return replace(base, min_balance=balance, min_dpd=min_dpd, max_dpd=max(base.max_dpd, min_dpd), filings_a_month=busiest, simplified=is_simplified(records, given))  # fmt: skip


def _charge_off(records: Records, preset: Policy) -> int:
    """The least age of a loan in the month-end snapshot in which it was charged off."""
    rows = (
        records.loan_snapshot.filter(pl.col("status") == "charged_off")
        .sort("as_of")
        .unique("i", keep="first", maintain_order=True)
    )
    fresh = rows.filter((pl.col("as_of") > epoch(records.first)) & pl.col("days_past_due").is_not_null())
    if not fresh.height:
        return preset.charge_off_dpd
    return int(np.clip(fresh["days_past_due"].quantile(0.01, "lower"), 31, 3600))


def _sale(records: Records, preset: Policy) -> Sale | None:
    """Sales of the last year: from the least age sold, the part of what could be sold, the price over the balance before."""
    rows = records.loan_snapshot
    last = epoch(records.last)
    sold = rows.filter((pl.col("status") == "sold") & (pl.col("as_of") > last - 365)).unique("i", keep="first")
    base = preset.sale or Sale()
    if not sold.height:
        return None
    before = rows.filter(pl.col("status") == "charged_off").select("i", pl.col("as_of").alias("day"), held=pl.col("balance"), age=pl.col("days_past_due"), on=pl.col("as_of")).sort("day")  # fmt: skip
    known = (
        sold.with_columns(day=pl.col("as_of") - 1)
        .sort("day")
        .join_asof(before, on="day", by="i", strategy="backward", check_sortedness=False)
    )
    known = known.filter((pl.col("held") > 0) & pl.col("sale_price").is_not_null())
    price = float(known["sale_price"].sum() / known["held"].sum()) if known.height else base.price
    ages = (known["age"] + known["as_of"] - known["on"]).drop_nulls()
    from_dpd = edge(int(ages.min())) if len(ages) else base.from_dpd
    days = sold["as_of"].unique()
    could = rows.filter((pl.col("status") == "charged_off") & pl.col("as_of").is_in(days.implode()))
    could = could.filter(pl.col("days_past_due") >= from_dpd)
    placed = records.placement.select("i", "placed_on", pl.col("recalled_on").fill_null(10**9))
    held = could.join(placed, on="i").filter(pl.col("as_of").is_between(pl.col("placed_on"), pl.col("recalled_on")))
    could = could.height - held.select("i", "as_of").n_unique()  # what an agency has is not sold
    share = sold.height / max(sold.height + could, 1)
    return Sale(from_dpd, round(min(share, 1.0), 4), round(min(price, 1.0), 5))


def _read(policy: Policy, records: Records) -> Iterator[Fitted]:
    """What the other numbers of the policy were read from."""
    note = said("Read from the book: what is most common of it.")

    def read(path: str, value: object, n: int, own: Said | None = None) -> Fitted:
        return measured(path, value, None, None, n, own or note)

    for stage in policy.stages:
        yield read(f"policy.stages.{stage.name}.entry_dpd", stage.entry_dpd, 1, said("As the book's settings say."))
    if policy.placement:
        yield read("policy.placement.from_dpd", policy.placement.from_dpd, records.placement.height)
        for agency in policy.placement.agencies:
            n = records.placement.filter(pl.col("agency") == agency.name).height
            for name in ("share", "commission", "recall_days", "every_days"):
                yield read(f"policy.placement.agencies.{agency.name}.{name}", getattr(agency, name), n)
    if policy.litigation:
        for name in ("min_balance", "min_dpd", "filings_a_month", "simplified"):
            yield read(f"policy.litigation.{name}", getattr(policy.litigation, name), records.legal_case.height)
    if policy.plan:
        for name in ("from_dpd", "instalments", "forgiven_interest"):
            yield read(f"policy.plan.{name}", getattr(policy.plan, name), records.plan.height)
    off = records.loan_snapshot.filter(pl.col("status") == "charged_off")["i"].n_unique()
    if off:
        yield read("policy.charge_off_dpd", policy.charge_off_dpd, off)
    if policy.sale:
        n = records.loan_snapshot.filter(pl.col("status") == "sold")["i"].n_unique()
        for name in ("from_dpd", "share", "price"):
            yield read(f"policy.sale.{name}", getattr(policy.sale, name), n)
