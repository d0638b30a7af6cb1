"""Reading Excel workbooks: which sheets hold rows, where their header is, every cell as text with its row kept."""

from pathlib import Path

import fastexcel
import polars as pl

from data.errors import UnreadableFile
from data.parts import SAMPLE_ROWS, FileOptions, Part, unique_names


def open_workbook(path: Path, name: str, options: FileOptions, folder: Path, stem: str) -> list[Part]:
    """The stated sheet; else the first one with rows, and every other with the same header (a sheet a month).

    Rows are written to `folder` as Parquet: the row of the sheet, then the cells as text; empty rows are left out.
    Raises UnreadableFile naming the workbook.
    """
    try:
        workbook = fastexcel.read_excel(path)
        parts = _parts(workbook, name, options, folder, stem)
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
        raise UnreadableFile(
            "{name} cannot be read as a workbook. If it opens with a password, save it without one; else save it as .xlsx.",
            name=name,
        ) from error
    if not parts:
        raise UnreadableFile("{name} holds no rows.", name=name)
    return parts


def _parts(workbook: fastexcel.ExcelReader, name: str, options: FileOptions, folder: Path, stem: str) -> list[Part]:
    wanted = workbook.sheet_names
    if options.sheet is not None:
        if options.sheet not in wanted:
            raise UnreadableFile(
                "{name} has no sheet “{sheet}”; it has {sheets}.",
                name=name,
                sheet=options.sheet,
                sheets=", ".join(wanted),
            )
        wanted = [options.sheet]
    parts: list[Part] = []
    for number, sheet in enumerate(wanted):
        part = _sheet(workbook, sheet, name, options, folder / f"{stem}-{number:03d}.parquet")
        if part and (not parts or part.header == parts[0].header):
            parts.append(part)
    if len(parts) == 1 and options.sheet is None:
        return [_renamed(parts[0], name)]
    return parts


def _renamed(part: Part, name: str) -> Part:
    return Part(name, part.kind, part.path, part.header, part.sample)


def _sheet(workbook: fastexcel.ExcelReader, sheet: str, name: str, options: FileOptions, target: Path) -> Part | None:
    """The part of one sheet; None when it has no row from the header on."""
    frame = workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()
    if frame.width == 0:
        return None
    rows = frame.with_row_index("row", offset=1).filter(pl.col("row") >= options.header_row)
    filled = rows.filter(pl.any_horizontal(pl.exclude("row").str.strip_chars().str.len_chars() > 0))
    if filled.height == 0:
        return None
    header = unique_names([text or "" for text in filled.row(0)[1:]])
    body = filled.slice(1).rename(dict(zip(frame.columns, (f"c{i}" for i in range(frame.width)), strict=True)))
    body.with_columns(pl.col("row").cast(pl.Int64)).write_parquet(target)
    sample = tuple(row[1:] for row in body.head(SAMPLE_ROWS).rows())
    return Part(f"{name} › {sheet}", "sheet", target, header, sample)
