"""What commands say and how: consoles, progress, answers as tables, JSON and CSV, exit statuses."""

import csv
import io
import json
import sys

import polars as pl
import simplejson
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from wording import _

REFUSED, WRONG_USE, STOPPED = 1, 2, 130

WIDE = 200  # characters, where nobody looks: what a program reads is not broken into lines

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDE)
say = Console(stderr=True, highlight=False, soft_wrap=True, width=None if sys.stderr.isatty() else WIDE)


class Reporter:
    """Shows progress as a bar, or as JSON lines for a program that watches."""

    def __init__(self, how: str) -> None:
        self.how = how
        self.bar = Progress(TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn(),
                            console=say, transient=True, disable=how != "bar")  # fmt: skip
        self.task = self.bar.add_task("", total=1.0)

    def __enter__(self) -> "Reporter":
        self.bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.bar.stop()

    def step(self, what: str, share: float) -> None:
        self.bar.update(self.task, description=_(what), completed=share)
        if self.how == "json":
            tell_program(step=what, share=round(share, 4))

    def paused(self, confirm):
        """The same confirmation with the bar out of the way."""

        def aside(*arguments: object) -> None:
            self.bar.stop()
            confirm(*arguments)
            self.bar.start()

        return aside


def tell_program(**what: object) -> None:
    """One line of JSON to a program that watches: {"step", "share"} on the way, at the end what was published or
    {"error", "findings"}."""
    print(json.dumps(what), file=sys.stderr, flush=True)


def as_json(what: object) -> str:
    """JSON with exact decimals; days as text, what is not a number as null."""
    return simplejson.dumps(what, use_decimal=True, default=str, ensure_ascii=False, indent=None, ignore_nan=True)


def formatted(answer: pl.DataFrame, form: str) -> str:
    if form == "json":
        return as_json(answer.to_dicts())
    if form == "csv":
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows(answer.iter_rows())
        return text.getvalue()
    with pl.Config(
        tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True
    ):
        return str(answer)
