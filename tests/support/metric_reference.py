"""The two first metrics once more: plain Python, case by case, from the definition.

Shares no code with the hub. A case is a dictionary of canonical columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

NUMBER = {
    "DISCOVERED": 10,
    "ACCEPTED": 20,
    "VERIFIED": 25,
    "REGISTERED": 30,
    "DISPATCHED": 40,
    "HANDLING": 50,
    "HANDLED": 60,
    "CHECKED": 70,
    "CLOSED": 80,
    "FED_BACK": 90,
}
ANSWERED_CHANNELS = {"SSP", "HL19", "HL45", "LYB", "MT", "WX"}
Case = Mapping[str, Any]


def month(instant: datetime) -> str:
    return instant.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")


def limit(case: Case) -> datetime | None:
    return case["bundle_deadline_at"] or case["deadline_at"]


def basis(case: Case, md: str) -> datetime | None:
    instant = limit(case)
    if instant is None and md == "MD-1":
        return case["dispatched_at"] or case["handled_at"] or case["registered_at"]
    return instant


def in_cohort(case: Case) -> bool:
    belongs = case["source_channel_code"] == "LZZ" or case["area_id"] is not None
    is_live = case["stage_code"] in NUMBER
    return belongs and is_live and case["duplicate_of_id"] is None


def is_loop_closed(case: Case, reviews: list[Case], handlings: list[Case]) -> bool:
    no = NUMBER[case["stage_code"]]
    mine = [
        r
        for r in reviews
        if r["issue_id"] == case["issue_id"]
        and r["review_kind_code"] in ("CHECK", "RECHECK")
    ]
    attempts = [r["attempt_seq"] for r in mine]
    attempts += [
        h["attempt_seq"] for h in handlings if h["issue_id"] == case["issue_id"]
    ]
    done = [
        r
        for r in mine
        if r["attempt_seq"] == max(attempts) and r["done_at"] is not None
    ]
    latest = max(done, key=lambda r: (r["done_at"], r["review_id"]), default=None)
    needs_review = case["handling_mode_code"] != "SELF_HANDLED"
    passed = latest is not None and latest["result_code"] == "PASS"
    owes = case["source_channel_code"] in ANSWERED_CHANNELS
    return (
        no >= 60
        and (passed or not needs_review)
        and no >= 80
        and (no >= 90 or not owes)
    )


def is_on_time(case: Case, md: str, ap: str) -> bool:
    if NUMBER[case["stage_code"]] < 60:
        return False
    if limit(case) is None:
        return md == "MD-1"
    if case["has_appeal_exemption"] and ap == "AP-1":
        return True
    finished = case["handled_at"] or case["closed_at"]
    return finished is not None and finished <= limit(case)


def unit(case: Case, last_day: date, members: list[Case]) -> str | None:
    for kind, place in (("AREA", case["area_id"]), ("DIVISION", case["street_code"])):
        claims = [
            (m["valid_from_on"], m["unit_code"])
            for m in members
            if m["member_kind_code"] == kind
            and m["member_id"] == place
            and place is not None
            and m["valid_from_on"] <= last_day
            and (m["valid_to_on"] is None or last_day < m["valid_to_on"])
        ]
        if claims:
            return str(min(claims)[1])
    return None


def share(part: int, whole: int) -> Decimal | None:
    if whole == 0:
        return None
    return (Decimal(part) / whole).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def figures(
    name: str,
    issues: list[Case],
    reviews: list[Case],
    handlings: list[Case],
    members: list[Case],
    *,
    months: dict[str, date],
    units: list[str],
    md: str,
    ap: str,
    su: str,
) -> list[tuple[Any, ...]]:
    """Period, level, unit_code, numerator, denominator, value_share; sorted."""
    found = []
    for period, last_day in months.items():
        counted: list[tuple[str | None, bool]] = []
        for case in issues:
            instant = basis(case, md)
            if instant is None or month(instant) != period or not in_cohort(case):
                continue
            if limit(case) is None and md == "MD-2" and name != "closed_loop_rate":
                continue
            if case["is_suspended"] and su == "SU-1":
                continue
            if name == "closed_loop_rate":
                good = is_loop_closed(case, reviews, handlings)
            elif NUMBER[case["stage_code"]] < 40:
                continue
            else:
                good = is_on_time(case, md, ap)
            counted.append((unit(case, last_day, members), good))
        rows = [("city", None, counted)]
        rows += [
            ("unit", code, [row for row in counted if row[0] == code])
            for code in sorted(units)
        ]
        for level, code, mine in rows:
            part = sum(good for _, good in mine)
            found.append((period, level, code, part, len(mine), share(part, len(mine))))
    return found
