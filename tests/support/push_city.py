"""The small city with one district that sends submissions, and the ways to send."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import fastexcel
import polars as pl
import xlsxwriter
from support.consumers import consumer
from support.small_city import write_city

from hub.connectors.decode.returned import CELLS
from hub.flow.house import House, open_house
from hub.flow.run import Window, run_partner
from hub.settings import Settings
from hub.sharing.asks import Who
from hub.sharing.submissions.desk import SubmissionDesk
from hub.storage.batches import Batch

NOW = datetime(2026, 10, 3, tzinfo=UTC)
EAST = """
[partner]
id = "east"
title = "东区 报送"
timezone = "Asia/Shanghai"
coordinates = "wgs84"

[source]
connector = "push"
consumer = "qiaokou"
limits = { max_body_mb = 1 }

[[feed]]
name = "cases"
dataset = "issue"
key = ["编号"]
changed = "更新时间"
category_system = "GBT30428.2-2013"
ignore = ["备注"]

[feed.columns]
case_no = "编号"
reported_at = "上报时间"
source_stage_id = { field = "状态", codes = "stage" }
street_code = "街道"
lon = "经度"
lat = "纬度"
reporter_name = "上报人"
source_channel_code = { value = "LZZ" }
category_kind_code = { value = "MATTER" }
category_code = "类别"
media_count = { value = 0 }

[feed.codes.stage]
"待派遣" = "REGISTERED"
"已派遣" = "DISPATCHED"

[[feed]]
name = "trails"
key = ["案件.编号"]
changed = "更新时间"
category_system = "GBT30428.2-2013"

[[feed.emit]]
dataset = "issue"

[feed.emit.columns]
case_no = "案件.编号"
reported_at = "案件.上报时间"
source_stage_id = { field = "状态", codes = "stage" }
street_code = "案件.街道"
source_channel_code = { value = "LZZ" }
category_kind_code = { value = "MATTER" }
category_code = { value = "0110" }
media_count = { value = 0 }

[feed.emit.codes.stage]
"待派遣" = "REGISTERED"

[[feed.emit]]
dataset = "issue_event"
explode = "过程"
part = { field = "序号" }

[feed.emit.columns]
issue_id = { field = "../案件.编号", ref = "issue" }
action_code = { field = "动作", codes = "action" }
happened_at = "时间"
is_inferred = { value = false }

[feed.emit.codes.action]
"上报" = "SUBMIT"
"派遣" = "DISPATCH"
"""
WHO = Who(consumer(valid_from=datetime(2026, 1, 1, tzinfo=UTC)), ())
TITLES = (
    "编号", "更新时间", "上报时间", "状态", "街道", "经度", "纬度", "上报人",
    "类别", "备注",
)  # fmt: skip
GOOD = {
    "更新时间": "2026-10-01 12:00:00",
    "上报时间": "2026-10-01 08:00:00",
    "状态": "待派遣",
    "街道": "420102001",
    "经度": "114.3051",
    "纬度": "30.5931",
    "上报人": "王小二",
    "类别": "0110",
    "备注": '路面, "破损"',
}
# Title → what may not stand under it.
BROKEN = {
    "更新时间": "昨天",
    "上报时间": "2026-13-01 08:00:00",
    "状态": "没听过",
    "街道": "999999999",
    "经度": "东经",
    "类别": "9999",
}


def case(number: int, **other: str) -> dict[str, str]:
    """One row that breaks no rule, or in the cells that are named."""
    return {"编号": f"A{number:03}", **GOOD, **other}


def as_csv(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8") -> bytes:
    """Rows as their sender writes them."""
    frame = pl.DataFrame(
        [[row[t] for t in TITLES] for row in rows], TITLES, orient="row"
    )
    return frame.write_csv().encode(encoding)


def as_json(rows: Sequence[Mapping[str, object]]) -> bytes:
    """The same as a list of objects."""
    return json.dumps(rows, ensure_ascii=False).encode()


def as_lines(rows: Sequence[Mapping[str, object]]) -> bytes:
    """The same as JSON Lines."""
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in rows).encode()


def as_xlsx(rows: Sequence[Mapping[str, str]], titles: Sequence[str] = TITLES) -> bytes:
    """The same as a workbook with a line above its titles."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("案件")
        page.write_string(0, 0, "东区案件报送表")
        for at, title in enumerate(titles):
            page.write_string(2, at, title)
            for line, row in enumerate(rows, start=3):
                page.write_string(line, at, row[title])
    return out.getvalue()


FORMS = {"csv": as_csv, "json": as_json, "jsonl": as_lines, "xlsx": as_xlsx}


@dataclass
class Push:
    """A hub with that district, and its desk."""

    house: House

    @classmethod
    def made_in(cls, folder: Path, east: str = EAST) -> Push:
        """A new one, or the one that is there."""
        city = folder / "city"
        if not city.exists():
            write_city(city, east=east)
        home = folder / "home"
        return cls(open_house(Settings(home=home, city=str(city), now=NOW)))

    @property
    def desk(self) -> SubmissionDesk:
        """A door of this hub."""
        return SubmissionDesk(self.house)

    @property
    def inbox(self) -> Path:
        """Where submissions wait."""
        return self.house.settings.home / "inbox"

    def send(
        self,
        body: bytes,
        form: str = "csv",
        *,
        key: str,
        feed: str = "cases",
        **told: str,
    ) -> str:
        """Send a submission as the district; its receipt."""
        desk = self.desk
        claim = desk.claim("east", feed, WHO, key=key, form=form, **told)
        with desk.upload(claim) as upload:
            upload.add(body)
            return upload.finish()[0].receipt

    def run(self) -> list[Batch]:
        """Take in what waits."""
        return run_partner(self.house, self.house.city.partners["east"], Window())

    def workbook(self, receipt: str) -> bytes:
        """The rejected rows of a submission."""
        with self.desk.workbook(receipt, WHO) as (out, _):
            return out.read()

    def core(self) -> dict[str, str]:
        """Display number of each case in core → its street."""
        from hub.flow import tables
        from hub.schemas import dataset

        table = tables.core_table(self.house.lake, dataset("issue"))
        rows = table.read(columns=["case_no", "street_code"])
        return dict(rows.sort("case_no").rows())


def cells_of(book: bytes, sheet: int = 0) -> list[list[str]]:
    """A sheet as lines of texts; an empty cell is an empty text."""
    reader = fastexcel.read_excel(book)
    loaded = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    return [[cell or "" for cell in line] for line in loaded.to_polars().rows()]


def rewritten(book: bytes, cells: Sequence[Sequence[str]]) -> bytes:
    """A workbook with these lines, as a person's program saves it."""
    reader = fastexcel.read_excel(book)
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False}
    ) as made:
        page = made.add_worksheet(reader.sheet_names[0])
        for line, row in enumerate(cells):
            for at, cell in enumerate(row):
                page.write_string(line, at, cell)
        guide = made.add_worksheet(reader.sheet_names[1])
        for line, row in enumerate(cells_of(book, 1)):
            guide.write_string(line, 0, row[0])
    return out.getvalue()


def corrected(lines: list[list[str]], good: dict[str, str] = GOOD) -> list[list[str]]:
    """What a person makes of a sheet who corrects the cells that it names."""
    head = lines[0]
    fixed = [head]
    for line in lines[1:]:
        cells = list(line)
        for title in line[head.index(CELLS)].split("、"):
            cells[head.index(title)] = good[title]
        fixed.append(cells)
    return fixed
