"""Which months there are figures of: those in which a case was reported or falls due.

What lives here: reading them off the bounds of files, so that a long history costs
no more than its list of files. What does not: whether a month has begun (`figures`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import polars as pl

from hub.flow.house import House
from hub.flow.issue_tables import Versions, core_at, living_rows
from hub.storage.parts import DataFile

DATED = ("reported_at", "deadline_at", "bundle_deadline_at")


def months_of_issues(house: House, versions: Versions | None = None) -> list[str]:
    """Months in which a case was reported or falls due, in order.

    Args:
        house: the hub.
        versions: table version by dataset, as a release pins them; None = the newest.
    """
    zone = ZoneInfo(house.city.timezone)
    table, version = core_at(house, "issue", versions)
    found: set[str] = set()
    unclear = []
    for file in table.files(version=version):
        months = _told(file, zone)
        if months is None:
            unclear.append(file)
        else:
            found |= months
    for frame in living_rows(table, unclear, DATED, version):
        found |= _months(frame, house.city.timezone)
    return sorted(found)


def _told(file: DataFile, zone: ZoneInfo) -> set[str] | None:
    """The months that a file's bounds tell of; None where they leave any open.

    A bound is the instant of a row, so two months one after the other are both met.
    A tombstone is a row that does not count.
    """
    if file.null_count.get("deleted_at") != file.rows:
        return None
    found: set[str] = set()
    for column in DATED:
        low, high = file.stats_min.get(column), file.stats_max.get(column)
        if isinstance(low, datetime) and isinstance(high, datetime):
            first, last = (
                (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(zone)
                for at in (low, high)
            )
            if (last.year - first.year) * 12 + last.month - first.month > 1:
                return None
            found |= {f"{at:%Y-%m}" for at in (first, last)}
        elif file.null_count.get(column) != file.rows:
            return None
    return found


def _months(frame: pl.DataFrame, zone: str) -> set[str]:
    instants = pl.concat([frame.select(at=name) for name in DATED]).drop_nulls()
    local = pl.col("at").dt.convert_time_zone(zone).dt.strftime("%Y-%m")
    return set(instants.select(local.unique())["at"])
