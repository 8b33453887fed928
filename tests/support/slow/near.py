"""Cases that lie near each other in kind, place and time (DU-1), two by two."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import timedelta

from support.slow.town import Row

EARTH_M = 6371008.8
WITHIN_M = 50
WITHIN = timedelta(hours=24)
NO_POINT = ("OUT_OF_CITY", "UNSURE", "MISSING")


def kind_of(issue: Row) -> tuple[str, ...]:
    """What must be the same: the standard category, else the partner's own triple."""
    if issue["std_category_code"] is not None:
        return ("STD", issue["std_category_kind_code"], issue["std_category_code"])
    return (
        issue["category_system_code"],
        issue["category_kind_code"],
        issue["category_code"],
    )


def metres(one: Row, other: Row) -> float:
    """The great circle between two points."""
    lat, lat2 = math.radians(one["lat"]), math.radians(other["lat"])
    lon, lon2 = math.radians(one["lon"]), math.radians(other["lon"])
    half = (
        math.sin((lat2 - lat) / 2) ** 2
        + math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(math.sqrt(half))


def has_point(issue: Row) -> bool:
    """Whether the case takes part: its point is good enough."""
    return issue["lon"] is not None and issue["coord_quality_code"] not in NO_POINT


def is_near(one: Row, other: Row) -> bool:
    """Whether two cases lie within DU-1."""
    return (
        has_point(one)
        and has_point(other)
        and kind_of(one) == kind_of(other)
        and abs(one["reported_at"] - other["reported_at"]) <= WITHIN
        and metres(one, other) <= WITHIN_M
    )


def other_source(one: Row, other: Row) -> bool:
    """Whether two cases came by another partner or channel (section 10)."""
    return (
        one["partner"] != other["partner"]
        or one["source_channel_code"] != other["source_channel_code"]
    )


def first_of(
    issues: Iterable[Row], may: Callable[[Row, Row], bool] = lambda one, other: True
) -> dict[str, str]:
    """For each duplicate the case that it points to: no chains.

    Rows are walked by (reported_at, issue_id); each points to the first earlier row
    that lies within DU-1 and is not itself a duplicate.
    """
    kept: list[Row] = []
    found: dict[str, str] = {}
    for issue in sorted(issues, key=lambda row: (row["reported_at"], row["issue_id"])):
        for earlier in kept:
            if is_near(issue, earlier) and may(issue, earlier):
                found[issue["issue_id"]] = earlier["issue_id"]
                break
        else:
            kept.append(issue)
    return found
