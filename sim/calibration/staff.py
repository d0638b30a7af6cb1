"""Who works for the lender, as the calls of the last months show: teams, their size and minutes, rest days, AI lines."""

from math import ceil

import numpy as np
import polars as pl

from data.said import said
from data.settings import Settings
from sim.calibration.counted import measured
from sim.calibration.fitted import Fitted
from sim.calibration.in_force import LATELY
from sim.calibration.records import Records, epoch
from sim.people import People, Team
from sim.policy import Policy
from sim.scenario import Scenario

NEARLY, OFTEN_FULL = 0.95, 0.1
"""A team is used up where this part of its days comes this near to the fullest one."""
ROOM = 1.25
"""Minutes of one that is not, over those of its fullest day."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def staff_in_force(records: Records, policy: Policy, preset: Scenario) -> tuple[People, list[Fitted]]:
    """Teams that the policy's stages name, and the lines that its AI calls need."""
    found: list[Fitted] = []
    day = pl.col("acted_at").cast(pl.Date).cast(pl.Int32).cast(pl.Int64)
    calls = records.action.with_columns(day=day).filter(pl.col("day") > epoch(records.last) - LATELY)
    settings = records.settings
    usual = {team.name: team for team in preset.people.teams}
    wanted = dict.fromkeys(stage.team for stage in policy.stages if stage.team)
    teams = []
    for name in wanted:
        own = calls.filter((pl.col("channel") == "phone") & (pl.col("owner") == name))
        teams.append(_team(name, own, usual.get(name, Team(name)), settings, records.drawn, found))
    lines = _lines(calls.filter(pl.col("channel") == "ai_call"), policy, records.drawn, found)
    people = People(tuple(teams), lines, preset.people.answer_lines, settings.rest_days, settings.holidays)
    return people, found


def _team(name: str, own: pl.DataFrame, usual: Team, settings: Settings, drawn: float, found: list[Fitted]) -> Team:
    """Headcount: distinct collectors a month. Minutes: those of a full day, a person; at least what was ever worked."""
    if not own.height or own["collector_id"].null_count() == own.height:
        return Team(name, usual.headcount, usual.shift_minutes)
    dates = pl.col("day").cast(pl.Int32).cast(pl.Date)
    months = (
        own.group_by(dates.dt.truncate("1mo").alias("month"))
        .agg(pl.col("collector_id").n_unique())["collector_id"]
        .to_numpy()
    )
    headcount = max(round(float(np.median(months))), 1)
    path = f"people.teams.{name}"
    found.append(
        measured(f"{path}.headcount", headcount, None, None, own.height, said("Distinct collectors in a month."))
    )
    by_day = own.group_by("day").agg(minutes=pl.col("seconds").sum() / 60, people=pl.col("collector_id").n_unique())
    minutes = usual.shift_minutes
    if own["seconds"].null_count() < own.height:
        loads = (by_day["minutes"] / headcount).to_numpy() / drawn
        full = float(loads.max())
        busy = np.mean(loads > NEARLY * full) >= OFTEN_FULL
        minutes = int(np.clip(10 * ceil(full * (1 if busy else ROOM) / 10), 10, 960))
        found.append(measured(f"{path}.shift_minutes", minutes, None, None, by_day.height, said("Of the fullest day; a quarter more where the team was seldom used up.")))  # fmt: skip
    days = by_day["day"].cast(pl.Int32).cast(pl.Date)
    rest = np.isin(np.array(WEEKDAYS)[days.dt.weekday().to_numpy() - 1], settings.rest_days)
    holidays = [day for day in days.to_list() if day in set(settings.holidays)]
    return Team(name, headcount, minutes, weekends=bool(rest.mean() > 0.05), holidays=bool(holidays))


def _lines(calls: pl.DataFrame, policy: Policy, drawn: float, found: list[Fitted]) -> int:
    """Lines that the busiest day of AI calls fills, at the hours of the policy's AI channels."""
    channels = [channel for stage in policy.stages for channel in stage.channels if channel.kind == "ai_call"]
    if not channels:
        return 0
    hours = max(channel.closes for channel in channels) - min(channel.opens for channel in channels)
    by_day = calls.group_by("day").agg(pl.col("seconds").fill_null(30).sum() / 60)["seconds"]
    busiest = float(by_day.max() or 0) / drawn
    lines = max(ceil(busiest / (60 * hours)), 1)
    found.append(measured("people.ai_lines", lines, None, None, calls.height, said("Filled by the busiest day.")))
    return lines
