"""Old Excel workbooks (.xls) as people make them, written by xlwt.

What lives here: one roster with a title, merged blocks, a hidden row and a sum
line. What does not: any test, the hub.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime

import xlwt

TIMES = "yyyy-mm-dd hh:mm:ss"


def old_workbook() -> bytes:
    """Columns B to E: 编号, 片区 (merged over two rows), 姓名, 上报时间."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("花名册")
    time = xlwt.easyxf(num_format_str=TIMES)
    sheet.write_merge(0, 0, 1, 4, "某街道花名册")
    for at, title in enumerate(["编号", "片区", "姓名", "上报时间"], 1):
        sheet.write(1, at, title)
    sheet.write_merge(2, 3, 2, 2, "一片")
    sheet.write(4, 2, "二片")
    for row, (key, name) in enumerate(
        [(7, "甲"), (8, "乙"), (440306199001011234, "丙")], 2
    ):
        sheet.write(row, 1, key)
        sheet.write(row, 3, name)
        at = datetime(2026, 5, row, 8, 30, tzinfo=UTC).replace(tzinfo=None)
        sheet.write(row, 4, at, time)
    sheet.row(4).hidden = True
    sheet.write(5, 1, "合计")
    sheet.write(5, 3, 3)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()
