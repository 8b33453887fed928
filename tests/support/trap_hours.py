"""Partners that drop a file of cases an evening, with the hours of their reports.

What lives here: a day's file, and some evenings in a row. What does not: any trap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from support.trap_partner import cases, csv, opened, partner, taken

from hub.flow.house import House

FIRST = 14  # of September 2026, a Monday


def hourly(day: int, shift: int = 0) -> bytes:
    """Sixty cases of a day, reported from 8 to 18 h, or so many hours later."""
    first = datetime(2026, 9, day, 8 + shift, tzinfo=UTC)
    stamps = [first + timedelta(minutes=10 * n) for n in range(60)]
    rows = [
        {"编号": f"{day}-{n}", "更新": f"2026-09-{day} 20:00:00", "上报": f"{at:%F %T}"}
        for n, at in enumerate(stamps)
    ]
    return csv(*rows)


def nightly(folder: Path, sent: Sequence[Mapping[str, bytes]], **zones: str) -> House:
    """The hub on the day after the last evening.

    Args:
        folder: of everything.
        sent: by evening, a file by partner.
        zones: declared zones that are not the city's, as TOML by partner.
    """
    texts = [
        partner(
            cases(f'files = "{name}_*.csv"'),
            id_=name,
            timezone=zones.get(name, '"Asia/Shanghai"'),
        )
        for name in sent[0]
    ]
    for day, files in enumerate(sent, start=FIRST):
        house = opened(folder, *texts, now=datetime(2026, 9, day, 21, tzinfo=UTC))
        for name, body in files.items():
            (folder / "drop" / f"{name}_{day}.csv").write_bytes(body)
        taken(house)
    return opened(folder, now=house.now() + timedelta(days=1))
