"""DU-1 once more: plain Python, case by case, from the definition.

Shares no code with the hub; distances by the haversine on the mean sphere, so cases
must not be put between 49.5 and 50.5 metres of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any

Case = Mapping[str, Any]
RADIUS_M = 6_371_008.8


def metres(one: Case, other: Case) -> float:
    lat_1, lat_2 = radians(one["lat"]), radians(other["lat"])
    north = sin((lat_2 - lat_1) / 2) ** 2
    east = sin(radians(other["lon"] - one["lon"]) / 2) ** 2
    return 2 * RADIUS_M * asin(sqrt(north + cos(lat_1) * cos(lat_2) * east))


def kind(case: Case) -> tuple[Any, ...]:
    standard = (case["std_category_kind_code"], case["std_category_code"])
    if None not in standard:
        return standard
    return tuple(
        case[f"category_{part}"] for part in ("system_code", "kind_code", "code")
    )


def takes_part(case: Case) -> bool:
    return case["coord_quality_code"] not in ("OUT_OF_CITY", "UNSURE", "MISSING")


def are_near(one: Case, other: Case) -> bool:
    return (
        kind(one) == kind(other)
        and abs(one["reported_at"] - other["reported_at"]) <= timedelta(hours=24)
        and metres(one, other) <= 50
    )


def walk(cases: Sequence[Case], *, others_only: bool) -> dict[str, str]:
    """Case → the first earlier one within DU-1 that is itself no duplicate."""
    found: dict[str, str] = {}
    ordered = sorted(
        filter(takes_part, cases), key=lambda c: (c["reported_at"], c["issue_id"])
    )
    for nth, case in enumerate(ordered):
        for earlier in ordered[:nth]:
            same = all(
                earlier[name] == case[name]
                for name in ("partner", "source_channel_code")
            )
            if earlier["issue_id"] in found or (others_only and same):
                continue
            if are_near(earlier, case):
                found[case["issue_id"]] = earlier["issue_id"]
                break
    return found
