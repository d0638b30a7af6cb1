"""Which part of the book a command is about: months and slices, read alike by all commands that ask."""

import argparse
from datetime import date

from cli.terminal import say
from data.schema import DIMENSIONS
from queries import Filters, Reader
from wording import _


def month(text: str) -> date:
    """A day of the month that is written YYYY-MM, or as a day of it."""
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month; write it as 2024-01") from error


def add_slices(added: argparse.ArgumentParser) -> None:
    """The options that leave only some values of a dimension."""
    for name in DIMENSIONS:
        option = "--" + name.replace("_", "-")
        added.add_argument(
            option, nargs="+", action="extend", default=[], metavar="X", help=f"only this {name.replace('_', ' ')}"
        )


def slices_of(chosen: argparse.Namespace) -> dict[str, tuple[str, ...]]:
    """The values chosen of each dimension; empty where nobody chose."""
    return {name: tuple(getattr(chosen, name)) for name in DIMENSIONS}


def mention_unknown(reader: Reader, filters: Filters) -> None:
    """Say so when a filter names what the book does not have: an empty answer would look like a zero."""
    held = [f"{month:%Y-%m}" for month in reader.months]
    chosen, first, last = (m and f"{m:%Y-%m}" for m in (filters.month, filters.from_month, filters.to_month))
    unknown = []
    if chosen and chosen not in held:
        unknown.append(_("The book has no month {month}.", month=chosen))
    elif not any((first or "") <= month <= (last or month) and month == (chosen or month) for month in held):
        unknown.append(
            _("The book has no month in this range; it has {first} to {last}.", first=held[0], last=held[-1])
        )
    for name in DIMENSIONS:
        known = ", ".join(value or '""' for value in reader.dimensions[name])
        for value in set(getattr(filters, name)) - set(reader.dimensions[name]):
            unknown.append(_("No loan has {name} “{value}”; there are {known}.", name=name, value=value, known=known))
    for line in unknown:
        say.print(line, style="yellow", markup=False)
