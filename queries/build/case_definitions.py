"""The lender's stages and the rules of conduct in force as SQL: what facts of cases are built with."""

from collections.abc import Sequence
from dataclasses import fields

import duckdb

from data.rules import Rule, presets
from data.settings import Band, Settings
from queries.build.collection import by_slice

BALANCE_BANDS = (100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
"""Lower bounds of the bands in which balances count as alike, in the currency of the book."""


def case_statements(settings: Settings) -> str:
    """Macros of stages and bands of balance; table counted_rule, what of the rules of all presets can be counted.

    A stage is told by its rank, 0 for the first: stage_rank_of(days, product, segment), NULL in none; stage_entry and
    stage_end(rank, product, segment) are the days past due at which it and the next begin, the latter NULL for the last.
    balance_band(balance) is the lower bound of its band. Words are checked to be plain, and the rest are numbers and times.
    """
    rank = {stage.name: at for at, stage in enumerate(settings.stages)}

    def by_days(ladder: Sequence[Band]) -> str:
        return "case " + " ".join(f"when days >= {s.lower_dpd} then {rank[s.name]}" for s in reversed(ladder)) + " end"

    def entry(ladder: Sequence[Band]) -> str:
        return "case rank " + " ".join(f"when {rank[stage.name]} then {stage.lower_dpd}" for stage in ladder) + " end"

    def end(ladder: Sequence[Band]) -> str:
        nexts = [*(str(stage.lower_dpd) for stage in ladder[1:]), "null"]
        whens = (f"when {rank[stage.name]} then {days}" for stage, days in zip(ladder, nexts, strict=True))
        return f"case rank {' '.join(whens)} end"

    bands = " ".join(f"when balance >= {lower} then {lower}" for lower in reversed(BALANCE_BANDS))
    return f"""
        create temp macro stage_rank_of(days, product, segment) as ({by_slice(settings, by_days)})::utinyint;
        create temp macro stage_entry(rank, product, segment) as ({by_slice(settings, entry)})::integer;
        create temp macro stage_end(rank, product, segment) as ({by_slice(settings, end)})::integer;
        create temp macro balance_band(balance) as (case {bands} else 0 end)::integer;
        create temp table counted_rule (
            id varchar, counts varchar, per varchar, most integer, days integer, opens time, closes time, closing_second boolean
        );
        {"".join(_counted(rule) for rules in presets().values() for rule in rules if rule.counts)}
    """


def _counted(rule: Rule) -> str:
    values = [rule.id, rule.counts, rule.per, rule.most, rule.days, rule.opens, rule.closes, rule.closing_second]
    return f"insert into counted_rule values ({', '.join('null' if value is None else repr(str(value)) for value in values)});"


def write_rules(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Table rule of the version attached as `built`: every preset, whether it is in force, a column for each field of a rule, its place."""
    names = [field.name for field in fields(Rule)]
    types = dict.fromkeys(names, "varchar") | {"most": "integer", "days": "integer", "opens": "time", "closes": "time"}
    types |= {"closing_second": "boolean"}
    columns = ", ".join(f"{name} {types[name]}" for name in names)
    con.execute(f"create table built.rule (ordinal integer, preset varchar, in_force boolean, {columns})")
    values = ", ".join(f"${at + 4}" for at in range(len(names)))
    stated = [(preset, rule) for preset, rules in presets().items() for rule in rules]
    for ordinal, (preset, rule) in enumerate(stated):
        con.execute(
            f"insert into built.rule values ($1, $2, $3, {values})",
            [ordinal, preset, preset == settings.rules, *(getattr(rule, name) for name in names)],
        )
