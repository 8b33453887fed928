"""The reference model of the core algebra: plain Python, row by row.

It shares no code with the hub. Frozen: change it only when the definition of
the core changes (docs/design.md, "The core algebra").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

GONE = "~"  # reported
ABSENT = ""  # inferred from a complete listing


@dataclass(frozen=True, order=True)
class Seen:
    """One observation; the greatest (version_at, digest) wins."""

    version_at: datetime
    digest: str
    key: str
    from_on: date
    to_on: date | None = None
    dated: bool = False


def by_key(seen: set[Seen]) -> dict[str, list[Seen]]:
    keys: dict[str, list[Seen]] = {}
    for one in sorted(seen, key=lambda s: (s.version_at, s.digest)):
        keys.setdefault(one.key, []).append(one)
    return keys


def winners(
    seen: set[Seen],
) -> dict[str, tuple[datetime | None, str | None, datetime | None]]:
    """Key → (version_at, digest, deleted_at)."""
    result = {}
    for key, rows in by_key(seen).items():
        live = [row for row in rows if row.digest not in (GONE, ABSENT)]
        last = live[-1] if live else None
        gone = [
            row.version_at
            for row in rows
            if row.digest in (GONE, ABSENT)
            and (
                last is None
                or (row.version_at, row.digest) > (last.version_at, last.digest)
            )
        ]
        result[key] = (
            last.version_at if last else None,
            last.digest if last else None,
            min(gone) if gone else None,
        )
    return result


def on_day(rows: list[Seen], day: date) -> str | None:
    """The digest that holds on one day; None where nothing does."""
    claims = [
        row
        for row in rows
        if row.from_on <= day and (row.to_on is None or day < row.to_on)
    ]
    if not claims or claims[-1].digest in (GONE, ABSENT):
        return None
    return claims[-1].digest


def versions(seen: set[Seen]) -> set[tuple[str, date, date | None, str]]:
    """Rows (key, valid_from_on, valid_to_on, digest), found day by day."""
    result = set()
    for key, rows in by_key(seen).items():
        edges = [row.from_on for row in rows] + [row.to_on for row in rows if row.to_on]
        day, end = min(edges), max(edges) + timedelta(days=1)
        current: str | None = None
        start = day
        while day <= end:
            holds = on_day(rows, day)
            if holds != current:
                if current is not None:
                    result.add((key, start, day, current))
                current, start = holds, day
            day += timedelta(days=1)
        if current is not None:
            result.add((key, start, None, current))
    return result
