"""Dataset `work_calendar`, 工作日历.

Next year's days are not final before the official notice is out (T30).
"""

from __future__ import annotations

import polars as pl

from hub.schemas.fields import Bool, Date, Text, field
from hub.schemas.model import HubModel, facts
from hub.schemas.row_rules import RowRule

CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
SHIFT = f"{CLOCK}-(?:{CLOCK}|24:00)"
SHIFTS = f"^{SHIFT}(?:,{SHIFT})*$"
WORKED_KINDS = RowRule(
    "is_workday",
    "P26",
    pl.col("is_workday") == pl.col("day_kind_code").is_in(["NORMAL", "MAKEUP"]),
)


class WorkCalendar(HubModel):
    """Which local days are worked, and in which shifts."""

    calendar_code: Text = field(
        "日历", "WUHAN unless a partner keeps its own", required=True
    )
    day_on: Date = field("日期", required=True)
    day_kind_code: Text = field("日期类型", required=True, codes="DAY_KIND")
    is_workday: Bool = field("是否工作日", "true for NORMAL and MAKEUP", required=True)
    shifts: Text = field(
        "班次",
        "e.g. 08:00-12:00,14:00-18:00; due on workdays",
        required_if=pl.col("is_workday"),
        pattern=SHIFTS,
    )
    notice_ref: Text = field("依据", "the official holiday notice")
    is_final: Bool = field(
        "是否正式", "false until the notice for the year is out", required=True
    )

    class Config:
        """Facts of the dataset as a whole."""

        name = "work_calendar"
        title = "工作日历"
        metadata = facts(
            topic="time",
            grain="one row per calendar and day",
            key=("calendar_code", "day_on"),
            history="latest",
            share="OPEN",
            core=False,
            row_rules=(WORKED_KINDS,),
        )
