"""A miniature partner in a city that works by a calendar and has one time limit.

What lives here: the city's tables, its limit, and one run over cases that are
dispatched. What does not: what should come of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from support.trap_partner import Taken, cases, csv, opened, partner, taken

LIMITS = "time_limit.csv"
LATER = datetime(2026, 10, 9, tzinfo=UTC)
WORKED = """
[calendar]
holidays = "CN"
shifts = ["08:00-12:00", "14:00-18:00"]
"""


def limit_file(limit: str) -> str:
    """time_limit.csv with one row for handling: value, type and minutes."""
    return (
        "category_system_code,category_kind_code,category_code,step_code,limit_value,"
        "limit_type_code,limit_minutes,valid_from_on\n"
        f"GBT30428.2-2013,MATTER,0110,HANDLING,{limit},2021-01-01\n"
    )


def limited(
    folder: Path,
    limit: str,
    *rows: Mapping[str, str],
    city: str = WORKED,
    now: datetime = LATER,
) -> Taken:
    """One run over cases with 派遣 (dispatched) and 时限 (the deadline delivered)."""
    told = cases(
        reported_at='"派遣"',
        registered_at='"派遣"',
        dispatched_at='"派遣"',
        source_deadline_at='"时限"',
    )
    house = opened(
        folder, partner(told), city=city, files={LIMITS: limit_file(limit)}, now=now
    )
    body = csv(*({"时限": ""} | dict(row) for row in rows))
    (folder / "drop" / "cases_1.csv").write_bytes(body)
    return taken(house)
