"""黄陂区's results: a sheet an evening, made by people for people.

What lives here: an Excel workbook with a title, two rows of headers, cells merged over
several attempts at one case, a hidden row, a sum, a note, dates as bare serial numbers
and numbers as texts (dialect 7). What does not: which attempts there are
(`hub.demo.ground.attempts`).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from hub.demo.days import ZONE_NAME, Span, day_of
from hub.demo.systems.base import Line, Surroundings, as_sent, as_told, pick, words
from hub.demo.systems.dropping import WRITTEN_AT, drop
from hub.demo.systems.results import (
    HELPER,
    IS_DONE,
    TAIL,
    UNIT_CODE,
    has,
    last_told,
    marked_attempts,
    sound,
    told_on,
)
from hub.demo.systems.roster.lists import ref
from hub.demo.told.expected import Keyless, Told, hub_key, refused

PARTNER, UNIT = "huangpi", "AU-420116"
TRAPS = {
    "T7": "a key of a case that a spreadsheet has made a number",
    "T27": "days as the serial numbers of a spreadsheet, some of them texts",
    "T39": "blanks and apostrophes around numbers",
    "T65": "上门, a measure that no table knows",
}
RULES = {"number": "P08", "measure": "P06"}
HIDDEN = "hidden"
KINDS = (*RULES, HIDDEN)
MEASURES = {
    "PERSUADE": "劝导教育",
    "RECTIFY": "责令改正",
    "CLEAR": "清除",
    "FINE": "罚款",
}
SERIAL_DAYS = 25_569  # from the first day of a spreadsheet to 1970
GROUPS = (("案件", 1, 2), ("处置情况", 3, 9), ("罚款", 10, 11))
NOTE = "说明：本表由各街道填报，区局汇总。"
FINE = pl.when(IS_DONE & (pl.col("measure") == "FINE")).then(
    pl.col("pick") % 7 * 100 + 100
)
PAPER = pl.when(FINE.is_not_null()).then(pl.format("陂城罚〔{}〕", TAIL))
PHOTOS = pl.when(IS_DONE).then(pl.col("attempt") + 1).otherwise(0)


def serial(column: str) -> pl.Expr:
    """An instant as a spreadsheet counts: days, local, with their fraction."""
    local = pl.col(column).dt.convert_time_zone(ZONE_NAME).dt.replace_time_zone(None)
    return local.dt.epoch("s") / 86_400 + SERIAL_DAYS


LINES = (
    Line("序号", pl.int_range(1, pl.len() + 1)),
    Line(
        "案件主键",
        pl.col("case_id"),
        "issue_id",
        hub_key("issue", "platform", pl.col("case_id")),
    ),
    Line("案件编号", pl.col("case_no")),
    Line("结果编号", pl.col("result_id")),
    Line("次数", pl.format("'{} ", "attempt"), "attempt_seq", pl.col("attempt")),
    Line("承办中队", UNIT_CODE, "org_id", ref("org", UNIT_CODE)),
    Line("经办人工号", HELPER, "handler_person_id", ref("person", HELPER)),
    Line("开始", serial("begin"), "started_at", pl.col("begin")),
    Line("结束", serial("end").cast(pl.String), "finished_at", pl.col("end")),
    Line(
        "措施",
        pl.when(has("measure"))
        .then(pl.lit("上门"))
        .otherwise(words(pl.col("measure"), MEASURES)),
        "measure_code",
        pl.col("measure"),
    ),
    Line("金额", FINE, "penalty_yuan", FINE.cast(pl.Decimal(18, 3))),
    Line("文书", PAPER, "document_no", PAPER),
    Line("照片", PHOTOS, "media_count", PHOTOS),
)
MERGED = ("案件主键", "案件编号")


class Huangpi:
    """The simulated drop folder of the district."""

    partner = PARTNER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._folder = Path()

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Nothing runs here: workbooks are dropped into the folder."""
        del opening
        self._folder = folder
        return {"HUB_DEMO_HUANGPI_DIR": str(folder.absolute())}

    def deliver(self, day: int) -> None:
        """Drop the workbook of a day."""
        rows = self._rows(day)
        if len(rows):
            path = self._folder / f"处置结果{day_of(day):%Y%m%d}.xlsx"
            drop(path, _workbook(rows, f"{day_of(day):%Y年%-m月%-d日}"))

    def window(self, day: int) -> Span | None:
        """Workbooks that have not been taken are taken."""
        del day
        return None

    def told(self) -> Iterable[Told]:
        """Results after all days: the last workbook that holds one counts."""
        last = last_told(self.attempts, range(1, self._around.days + 1))
        told = as_told(sound(last, RULES), pl.col("result_id"), LINES)
        yield Told("handling", PARTNER, [told], refused(last, "result_id", RULES))

    def keyless(self) -> Iterable[Keyless]:
        """Sums, once per wording, and the note, which is always the same."""
        rows = [self._rows(day) for day in range(1, self._around.days + 1)]
        sums = {_sum(one) for one in rows if len(one)}
        yield Keyless(PARTNER, "handling", {"P28": len(sums) + 1})

    @cached_property
    def attempts(self) -> pl.DataFrame:
        """Every attempt in the district with its number, measure and defect."""
        return marked_attempts(self._around.happenings, UNIT, KINDS).with_columns(
            result_id=pl.format("HP{}-{}", "case_no", "attempt"),
            measure=pick(list(MEASURES), 3),
        )

    def _rows(self, day: int) -> pl.DataFrame:
        return told_on(self.attempts, day).sort("case", "attempt")


def _sum(rows: pl.DataFrame) -> tuple[str, int]:
    """The sum under a table: how many results, how much in fines."""
    return f"{len(rows)}件", int(rows.select(FINE.sum()).item())


def _workbook(rows: pl.DataFrame, day: str) -> bytes:
    table = as_sent(rows, LINES)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": WRITTEN_AT})
        sheet = book.add_worksheet("处置情况")
        bold = book.add_format({"bold": True, "align": "center"})
        _head(sheet, table.columns, bold, day)
        first = 4
        for at, name in enumerate(table.columns):
            sheet.write_column(first, at, table[name].to_list())
        for at in rows.with_row_index("at").filter(has("number"))["at"].to_list():
            # Typed as a number; its last digits are lost (T7).
            sheet.write_number(first + at, 1, float(table["案件主键"][at]))
        for at in rows.with_row_index("at").filter(has(HIDDEN))["at"].to_list():
            sheet.set_row(first + at, None, None, {"hidden": True})
        _merge(sheet, table, rows, first)
        below = first + len(table)
        count, fines = _sum(rows)
        sheet.write_row(below, 0, ["合计", count])
        sheet.write_number(below, table.columns.index("金额"), fines)
        sheet.write(below + 1, 0, NOTE)
        book.add_worksheet("填表说明").write(0, 0, "每日下班前报送")
    return buffer.getvalue()


def _head(sheet: Any, names: list[str], bold: Any, day: str) -> None:
    """Title, who sends it, titles of groups, titles."""
    last = len(names) - 1
    sheet.merge_range(0, 0, 0, last, "黄陂区城市管理案件处置情况表", bold)
    sheet.write_row(1, 0, ["填报单位：黄陂区城管执法局", None, None, day])
    for group, left, right in GROUPS:
        sheet.merge_range(2, left, 2, right, group, bold)
    sheet.write_row(3, 0, names, bold)


def _merge(sheet: Any, table: pl.DataFrame, rows: pl.DataFrame, first: int) -> None:
    """One cell for a case, over all attempts at it on the day."""
    blocks = (
        rows.with_row_index("at")
        .filter(~has("number"))
        .group_by("case", maintain_order=True)
        .agg(top=pl.col("at").min(), bottom=pl.col("at").max())
        .filter(pl.col("top") < pl.col("bottom"))
    )
    for _, top, bottom in blocks.rows():
        for name in MERGED:
            at = table.columns.index(name)
            sheet.merge_range(first + top, at, first + bottom, at, table[name][top])
