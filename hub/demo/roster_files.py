"""The roster office's drop folder: one set of files per day.

What lives here: the files as offices make them (dialect 7): CSV in GB18030, Excel
sheets with title rows over the header and a sum line below. The same day always
makes the same bytes, so that a file dropped again is known to be the same. What
does not: what the lists say (`roster`).
"""

from __future__ import annotations

import io
import os
from datetime import date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from hub.demo.days import day_of
from hub.demo.roster import areas, in_time, is_late, orgs, posts, staff

WRITTEN_AT = datetime(2026, 9, 1)  # noqa: DTZ001 - a workbook knows no zones
LATE_DAY = 1


def drop_day(folder: Path, streets: pl.DataFrame, day: int) -> list[Path]:
    """Write the files that arrive on a day.

    The first listing of one district's areas arrives a day late, together with the
    second; until then posts over its areas have to wait (F03).

    Returns:
        Every file of the day, written now or there already.
    """
    stamp, on = f"{day_of(day):%Y%m%d}", day_of(day)
    made = {
        f"orgs_{stamp}.csv": _csv(orgs(streets)),
        f"areas_{stamp}.csv": _csv(areas(in_time(streets))),
        f"staff_{stamp}.xlsx": _sheet(staff(streets, day), "路长制人员花名册", on),
        f"posts_{stamp}.xlsx": _sheet(posts(streets, day), "路长制任职名册", on),
    }
    late = _csv(areas(is_late(streets)))
    if day != LATE_DAY:
        made[f"hanyang_areas_{stamp}.csv"] = late
    if day == LATE_DAY + 1:
        made[f"hanyang_areas_{day_of(LATE_DAY):%Y%m%d}.csv"] = late
    return [_drop(folder / name, content) for name, content in made.items()]


def _drop(path: Path, content: bytes) -> Path:
    """Write a file whole, or leave it alone if it already holds just that."""
    if not path.exists() or path.read_bytes() != content:
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(content)
        os.replace(part, path)
    return path


def _csv(table: pl.DataFrame) -> bytes:
    return table.write_csv(line_terminator="\r\n").encode("gb18030")


def _sheet(table: pl.DataFrame, title: str, on: date) -> bytes:
    """A workbook with a title, the office and the date, a header, and the rows."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": WRITTEN_AT})
        sheet = book.add_worksheet("名册")
        bold = book.add_format({"bold": True, "align": "center"})
        last = len(table.columns) - 1
        sheet.merge_range(0, 0, 0, last, f"武汉市{title}", bold)
        sheet.write_row(1, 0, ["填报单位：市路长制办公室", None, f"{on:%Y年%m月%d日}"])
        sheet.write_row(2, 0, table.columns, bold)
        for at, column in enumerate(table.iter_columns()):
            sheet.write_column(3, at, column.to_list())
    return buffer.getvalue()
