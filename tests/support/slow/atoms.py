"""Base flags of one case, written row by row from section 2 of the definitions.

What lives here: every Boolean that figures are made of, as `atoms` of one case.
What does not: which of them a caliber chooses (`choices`), the loop (`loop`), spans
(`spans`), steps (`steps`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from support.slow.steps import STEPS, Trail, step_verdict
from support.slow.town import Row, Town

STAGE_NO = {
    "DISCOVERED": 10, "ACCEPTED": 20, "VERIFIED": 25, "REGISTERED": 30,
    "DISPATCHED": 40, "HANDLING": 50, "HANDLED": 60, "CHECKED": 70, "CLOSED": 80,
    "FED_BACK": 90,
}  # fmt: skip
END = ("NOT_ACCEPTED", "NOT_REGISTERED", "CANCELLED")
INTERNAL = ("LZZ", "XC", "SP", "DSF", "JC", "ZX")
PUBLIC = ("SSP", "HL19", "HL45", "LYB", "WX", "MT")
CHIEF_ROLES = ("ROAD_CHIEF", "BUILDING_CHIEF", "SHOP_CHIEF", "CO_GOVERN")
Atoms = dict[str, Any]


def first_known(*values: Any) -> Any:
    """The first value that is not null."""
    return next((value for value in values if value is not None), None)


def counted(issue: Row, name: str, trail: Trail, action: str) -> int | None:
    """A count as delivered, else the events where the feed has them all."""
    if issue[name] is not None:
        return int(issue[name])
    if not trail.complete:
        return None
    return sum(event["action_code"] == action for event in trail.events)


def atoms_of(town: Town, issue: Row, trail: Trail, *, lzz_only: bool = False) -> Atoms:
    """The flags of one case as known at the town's instant of knowledge."""
    number = STAGE_NO.get(issue["stage_code"], 0)
    limit = first_known(issue["bundle_deadline_at"], issue["deadline_at"])
    close_limit = first_known(issue["close_deadline_at"], issue["deadline_at"])
    done = first_known(issue["handled_at"], issue["closed_at"])
    mode, channel = issue["handling_mode_code"], issue["source_channel_code"]
    found: Atoms = {
        "issue_id": issue["issue_id"],
        "in_population": channel == "LZZ"
        or (not lzz_only and issue["area_id"] is not None),
        "duplicate": issue["duplicate_of_id"] is not None,
        "ended": issue["stage_code"] in END,
        "patrol_report": channel in INTERNAL,
        "public_report": channel not in INTERNAL,
        "by_public": channel in PUBLIC,
        "campaign": channel == "ZX",
        "feedback_required": channel in PUBLIC,
        "accept": number >= 20,
        "register": number >= 30,
        "need_dispatch": number >= 30,
        "dispatch": number >= 40,
        "need_dispose": number >= 40,
        "dispose": number >= 60,
        "to_dispose": number in (40, 50),
        "archive": number >= 80,
        "feed_back": number >= 90,
        "cancel": issue["stage_code"] == "CANCELLED",
        "not_accept": issue["stage_code"] == "NOT_ACCEPTED",
        "not_register": issue["stage_code"] == "NOT_REGISTERED",
        "hang": issue["is_suspended"] is True,
        "his_hang": issue["has_been_suspended"] is True,
        "suspension_unknown": issue["is_suspended"] is None,
        "exempt": issue["has_appeal_exemption"] is True,
        "exemption_unknown": issue["has_appeal_exemption"] is None,
        "forced_close": issue["close_type_code"] == "FORCED",
        "close_from_suspension": issue["close_type_code"] == "FROM_SUSPENDED",
        "limit_at": limit,
        "close_limit_at": close_limit,
        "done_at": done,
        "without_deadline": limit is None,
        "done_in_limit": done is not None and limit is not None and done <= limit,
        "overdue_now": limit is not None and town.as_of > limit,
        "closed_in_limit": issue["closed_at"] is not None
        and close_limit is not None
        and issue["closed_at"] <= close_limit,
        "without_close_limit": close_limit is None,
        "close_limit_passed": issue["close_deadline_at"] is not None
        and issue["close_deadline_at"] <= town.as_of,
        "self_handled": mode == "SELF_HANDLED",
        "mode_unknown": mode is None,
        "received": issue["stage_code"] not in END
        and (number >= 50 or issue["received_at"] is not None),
        "rated": issue["satisfaction_code"] not in (None, "NO_ANSWER"),
        "satisfied": issue["satisfaction_code"] in ("VERY_SATISFIED", "SATISFIED"),
        "by_chief_roles": issue["reporter_type_code"] in CHIEF_ROLES
        or (issue["reporter_type_code"] is None and channel == "LZZ"),
        "within_two_minutes": issue["handled_at"] is not None
        and timedelta(0)
        <= issue["handled_at"] - issue["reported_at"]
        <= timedelta(minutes=2),
    }
    found["without_dispose_time"] = done is None
    found |= _counts(issue, trail)
    for step in STEPS:
        found |= step_verdict(step, issue, trail)
    found |= cohorts(town, issue, limit)
    return found


def _counts(issue: Row, trail: Trail) -> Atoms:
    rework = counted(issue, "rework_count", trail, "REWORK")
    returns = counted(issue, "return_count", trail, "RETURN")
    extensions = counted(issue, "extension_count", trail, "EXTEND")
    return {
        "rework_count": rework,
        "rework": bool(rework),
        "rework_unknown": rework is None,
        "return_count": returns,
        "returned": bool(returns),
        "return_unknown": returns is None,
        "extension_count": extensions,
        "postponed": bool(extensions),
        "extension_unknown": extensions is None,
    }


def inside(town: Town, instant: datetime | None) -> bool:
    """Whether an instant lies in the half-open month."""
    return instant is not None and town.starts <= instant < town.ends


def cohorts(town: Town, issue: Row, limit: datetime | None) -> Atoms:
    """What puts the case into the month, by each basis (section 1)."""
    instead = first_known(
        issue["dispatched_at"], issue["handled_at"], issue["registered_at"]
    )
    return {
        "in_reported": inside(town, issue["reported_at"]),
        "in_registered": inside(town, issue["registered_at"]),
        "in_due": inside(town, limit),
        "in_due_instead": limit is None and inside(town, instead),
        "in_closed": inside(town, issue["closed_at"]),
    }


def of_issue(rows: Iterable[Row], issue: Row) -> list[Row]:
    """Rows that belong to one case."""
    return [row for row in rows if row["issue_id"] == issue["issue_id"]]
