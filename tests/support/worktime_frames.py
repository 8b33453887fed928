"""A calendar, limits and cases in as few words as a test of working time needs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from hub.metrics.worktime.work_minutes import WorkMinutes, work_minutes
from hub.partners.work_calendar import work_calendar
from hub.schemas import dataset

ZONE = "Asia/Shanghai"
SHIFTS = ("08:00-12:00", "14:00-18:00")
INSTANT = pl.Datetime("us", "UTC")


def china(first: int = 2026, last: int = 2027) -> WorkMinutes:
    """Whole years of the national calendar, the shifts of Wuhan."""
    days = work_calendar("WUHAN", "CN", SHIFTS, years=range(first, last + 1))
    return work_minutes(days, calendar_code="WUHAN", zone=ZONE)


def calendar(*shifts: str | None, first: date = date(2026, 3, 2)) -> pl.DataFrame:
    """One day per entry, from a Monday on; None is a free day."""
    columns = {c.name: c.dtype for c in dataset("work_calendar").columns}
    rows = [
        {
            "calendar_code": "X",
            "day_on": first + timedelta(days=n),
            "day_kind_code": "NORMAL" if told else "WEEKEND",
            "is_workday": told is not None,
            "shifts": told,
            "is_final": True,
        }
        for n, told in enumerate(shifts)
    ]
    return pl.DataFrame(rows, schema=columns)


def local(text: str, zone: str = ZONE) -> datetime:
    """An instant from its local time, e.g. `2026-10-01 08:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def told(instant: datetime | None, zone: str = ZONE) -> str | None:
    """The local time of an instant, as `local` reads it."""
    if instant is None:
        return None
    text = instant.astimezone(ZoneInfo(zone)).isoformat(" ")
    return text[:-6].removesuffix(":00")


def minutes_between(work: WorkMinutes, start: str, end: str) -> int | None:
    """Shift minutes between two local times."""
    frame = pl.DataFrame({"a": [local(start)], "b": [local(end)]})
    return frame.cast(INSTANT).select(work.between("a", "b")).item()  # type: ignore[no-any-return]


def time_after(work: WorkMinutes, start: str, minutes: int) -> str | None:
    """The local time some shift minutes after another."""
    frame = pl.DataFrame({"a": [local(start)]}).cast(INSTANT)
    return told(frame.select(work.after("a", pl.lit(minutes))).item())


def limits(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows of dataset time_limit; each names what differs from the first one here."""
    usual = {
        "category_system_code": "LOCAL",
        "category_kind_code": "MATTER",
        "category_code": "0110",
        "condition_text": None,
        "zone_class_name": None,
        "step_code": "HANDLING",
        "limit_value": 4,
        "limit_type_code": "WORK_HOUR",
        "limit_minutes": 240,
        "valid_from_on": date(2021, 1, 1),
        "valid_to_on": None,
    }
    columns = {c.name: c.dtype for c in dataset("time_limit").columns}
    named = [
        usual | {"time_limit_id": f"L{n}"} | row for n, row in enumerate(rows, start=1)
    ]
    empty = dict.fromkeys(columns, None)
    return pl.DataFrame([empty | row for row in named], schema=columns)


def issues(*rows: dict[str, Any]) -> pl.DataFrame:
    """Cases dispatched on Thursday 26 November 2026 at 17:00, but for what is said."""
    usual: dict[str, Any] = {
        "category_system_code": "LOCAL",
        "category_kind_code": "MATTER",
        "category_code": "0110",
        "reported_at": local("2026-11-26 16:00"),
        "dispatched_at": local("2026-11-26 17:00"),
    }
    columns = {c.name: c.dtype for c in dataset("issue").columns}
    empty = dict.fromkeys(columns, None)
    named = [
        empty | usual | {"issue_id": f"I{n}"} | row
        for n, row in enumerate(rows, start=1)
    ]
    return pl.DataFrame(named, schema=columns)


def events(*rows: tuple[str, str] | tuple[str, str, str | None]) -> pl.DataFrame:
    """Events of case I1: action, local time and, if any, the new deadline."""
    found = [
        {
            "issue_id": "I1",
            "action_code": action,
            "happened_at": local(at),
            "source_id": f"E{n}",
            "deadline_at": local(rest[0]) if rest and rest[0] else None,
        }
        for n, (action, at, *rest) in enumerate(rows)
    ]
    schema = {
        "issue_id": pl.String,
        "action_code": pl.String,
        "happened_at": INSTANT,
        "source_id": pl.String,
        "deadline_at": INSTANT,
    }
    return pl.DataFrame(found, schema=schema)
