"""The lender's stages, promises, credit and calendar as SQL: the macros that facts of collections are built with."""

from collections.abc import Callable, Sequence

from data.settings import WEEKDAYS, Settings
from data.stages import WRITTEN_OFF, Band, most_particular_first

_NO_NEXT = 1_000_000


def collection_statements(settings: Settings) -> str:
    """Macros stage_of, ladder_of, lowest_entry_dpd, dpd_of_bucket, moved, promise and credit settings, month_start, working_days.

    Names come from the lender's settings and are written as SQL text, quotes doubled.
    """
    ladders = [settings.stages, *(ladder.bands for ladder in settings.stage_exceptions)]
    order = {stage.name: at for at, stage in enumerate(settings.stages)} | {WRITTEN_OFF: len(settings.stages)}
    ordinals = " ".join(f"when {_text(name)} then {at}" for name, at in order.items())
    lower = " ".join(f"when {_text(band.name)} then {band.lower_dpd}" for band in settings.buckets)
    rest = ", ".join(str(WEEKDAYS.index(day) + 1) for day in settings.rest_days) or "0"
    holidays = ", ".join(f"date '{day}'" for day in settings.holidays) or "null::date"
    return f"""
        create temp macro ladder_of(product, segment) as {by_slice(settings, _rungs)};
        create temp macro stage_of(days, product, segment) as {by_slice(settings, _stage)};
        create temp macro lowest_entry_dpd() as {min(ladder[0].lower_dpd for ladder in ladders)};
        create temp macro dpd_of_bucket(bucket) as case bucket {lower} end;
        create temp macro stage_number(stage) as case stage {ordinals} end;
        create temp macro moved(origin, target) as case
            when stage_number(target) > stage_number(origin) then 'worse'
            when stage_number(target) < stage_number(origin) then 'better'
            else 'other' end;
        create temp macro promise_deadline(due_on) as due_on + {settings.promise_grace_days};
        create temp macro promise_kept_share() as {settings.promise_kept_share:.6f}::decimal(9, 6);
        create temp macro credit_days() as {settings.credit_days};
        create temp macro month_start(month) as date_trunc('month', month::date)::date;
        create temp macro working_days(month) as len(list_filter(
            range(month_start(month), month::date + interval 1 day, interval 1 day),
            lambda day: isodow(day) not in ({rest}) and not coalesce(day::date in ({holidays}), false)));
    """


def by_slice(settings: Settings, said: Callable[[Sequence[Band]], str]) -> str:
    """What `said` says of a ladder of stages, as SQL over product and segment: the most particular ladder that fits."""
    cases = []
    for ladder in most_particular_first(settings.stage_exceptions):
        named = (("product", ladder.product), ("segment", ladder.segment))
        when = " and ".join(f"{name} = {_text(value)}" for name, value in named if value is not None)
        cases.append(f"when {when} then {said(ladder.bands)}")
    general = said(settings.stages)
    return f"case {' '.join(cases)} else {general} end" if cases else general


def _rungs(ladder: Sequence[Band]) -> str:
    """A list of {stage, entry, next}: a loan is in the stage from `entry` days past due until the day before `next`."""
    nexts = [band.lower_dpd for band in ladder[1:]] + [_NO_NEXT]
    rungs = (
        f"{{'stage': {_text(band.name)}, 'entry': {band.lower_dpd}, 'next': {after}}}"
        for band, after in zip(ladder, nexts, strict=True)
    )
    return f"[{', '.join(rungs)}]"


def _stage(ladder: Sequence[Band]) -> str:
    whens = " ".join(f"when days >= {band.lower_dpd} then {_text(band.name)}" for band in reversed(ladder))
    return f"case {whens} end"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
