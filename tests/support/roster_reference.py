"""Coverage and action once more: plain Python, row by row, from the definition.

Shares no code with the hub. Rows are dictionaries of canonical columns. Returned are
numerator and denominator by (level, code); levels are city, district and street.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Counts = dict[tuple[str, str | None], tuple[int, int]]
DISTRICT_OF = {"s1": "d1", "s2": "d2"}
CODES = [("city", None), ("district", "d1"), ("district", "d2")]
CODES += [("street", "s1"), ("street", "s2")]


def holds(row: Row, day: date, first: str, until: str) -> bool:
    return row[first] <= day and (row.get(until) is None or day < row[until])


def valid(row: Row, day: date) -> bool:
    return holds(row, day, "valid_from_on", "valid_to_on")


def chiefs(posts: Iterable[Row], day: date) -> list[Row]:
    return [
        p
        for p in posts
        if p["role_code"] == "ROAD_CHIEF" and holds(p, day, "start_on", "end_on")
    ]


def places(street: str | None) -> set[tuple[str, str | None]]:
    if street not in DISTRICT_OF:
        return {("city", None)}
    return {("city", None), ("district", DISTRICT_OF[street]), ("street", street)}


def summed(rows: Iterable[tuple[str | None, bool]]) -> Counts:
    listed = list(rows)
    counts = {}
    for code in CODES:
        here = [good for street, good in listed if code in places(street)]
        counts[code] = (sum(here), len(here))
    return counts


def coverage(
    areas: list[Row], posts: list[Row], persons: list[Row], day: date, most: int
) -> Counts:
    """COV-AREA as of a day; at most so many areas per chief."""
    in_use = [a for a in areas if valid(a, day) and a["status_code"] == "ACTIVE"]
    held: dict[str, set[tuple[date, str]]] = {}
    for area in in_use:
        for post in chiefs(posts, day):
            if post["target_id"] == area["area_id"]:
                mine = held.setdefault(post["person_id"], set())
                mine.add((post["start_on"], area["area_id"]))
    covered: set[str] = set()
    for person_id, mine in held.items():
        known = [p for p in persons if p["person_id"] == person_id and valid(p, day)]
        if any(p["is_active"] and p["mobile"] for p in known):
            first: dict[str, date] = {}
            for start, area_id in sorted(mine):
                first.setdefault(area_id, start)
            ranked = sorted((start, area_id) for area_id, start in first.items())
            covered |= {area_id for _, area_id in ranked[:most]}
    return summed(
        (a["street_code"], a["status_code"] == "ACTIVE" and a["area_id"] in covered)
        for a in areas
        if valid(a, day)
        and a["is_required"]
        and a["status_code"] in ("PLANNED", "ACTIVE")
    )


def action(
    areas: list[Row],
    posts: list[Row],
    persons: list[Row],
    patrols: list[Row],
    reports: list[Row],
    days: list[date],
) -> Counts:
    """ACT-DAY over working days; 30 minutes or 3 check points make a patrol."""
    rows = []
    for day in days:
        for person_id in sorted({p["person_id"] for p in chiefs(posts, day)}):
            known = [
                p for p in persons if p["person_id"] == person_id and valid(p, day)
            ]
            if known and not known[0]["is_active"]:
                continue
            mine = [p for p in patrols if p["person_id"] == person_id]
            if any(
                p["status_code"] == "EXCUSED" and p["planned_on"] == day for p in mine
            ):
                continue
            walked = any(
                p["status_code"] == "DONE"
                and local(p["started_at"]) == day
                and p["is_inside_area"] is not False
                and (
                    (p["duration_minutes"] or 0) >= 30
                    or (p["checkpoint_done_count"] or 0) >= 3
                )
                for p in mine
            )
            told = any(
                r["reporter_person_id"] == person_id and local(r["reported_at"]) == day
                for r in reports
            )
            held = [p for p in chiefs(posts, day) if p["person_id"] == person_id]
            first = min(
                held,
                key=lambda p: (not p["is_primary"], p["start_on"], p["assignment_id"]),
            )
            there = [
                a["street_code"]
                for a in areas
                if a["area_id"] == first["target_id"] and valid(a, day)
            ]
            rows.append((there[0] if there else None, walked or told))
    return summed(rows)


def local(instant: datetime) -> date:
    return instant.astimezone(ZoneInfo("Asia/Shanghai")).date()
