"""Step limits of one case: was a step needed, done, and done in its limit.

The limit of a step is the deadline of its event or review (section 1, step limits);
where there is none the case has no limit for that step and caliber MD decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from support.slow.town import Row

STEPS = ("accept", "verify", "register", "dispatch", "check")


@dataclass(frozen=True)
class Trail:
    """All that is filed for one case beside the case itself."""

    events: list[Row]
    reviews: list[Row]
    handlings: list[Row]
    complete: bool = False
    # (step code, case) -> the limit by rule, where the city has rules.
    rule: Callable[[str, Row], datetime | None] = lambda step, issue: None


def step_verdict(step: str, issue: Row, trail: Trail) -> dict[str, Any]:
    """`<step>_in_limit` and `<step>_without_limit`; need and done for reviews."""
    if step in ("verify", "check"):
        return _review_step(step, issue, trail)
    # Of several acceptances the last counts (intime_accept); registration and
    # dispatch are told by their first (model: first dispatch to the unit).
    events = [row for row in trail.events if row["action_code"] == step.upper()]
    events.sort(key=lambda row: (row["happened_at"], row["event_seq"]))
    event = (events[-1] if step == "accept" else events[0]) if events else None
    at = issue[{"accept": "accepted_at", "register": "registered_at"}.get(
        step, "dispatched_at"
    )]  # fmt: skip
    if (event is not None and step == "accept") or (at is None and event is not None):
        at = event["happened_at"]
    limit = event["deadline_at"] if event is not None else None
    return _verdict(step, at, limit or trail.rule(step.upper(), issue))


def _review_step(step: str, issue: Row, trail: Trail) -> dict[str, Any]:
    """Of several reviews the last done counts, an open one only where none is."""
    kind = step.upper()
    reviews = [row for row in trail.reviews if row["review_kind_code"] == kind]
    tasks = [row for row in trail.events if row["action_code"] == f"{kind}_TASK"]
    done = [row for row in reviews if row["done_at"] is not None]
    done.sort(key=lambda row: (row["done_at"], row["review_id"]))
    open_ones = sorted(
        (row for row in reviews if row["done_at"] is None),
        key=lambda row: str(row["review_id"]),
    )
    last = (open_ones + done)[-1] if reviews else None
    at = last["done_at"] if last else None
    if step == "verify" and at is None:
        at = issue["verified_at"]
    limits = [last["deadline_at"]] if last else []
    limits += [row["deadline_at"] for row in tasks]
    limit = next((one for one in limits if one is not None), None)
    found = {
        f"need_{step}": bool(reviews or tasks),
        {"verify": "verified", "check": "checked"}[step]: at is not None,
        **_verdict(step, at, limit or trail.rule(kind, issue)),
    }
    if step == "check":
        found["check_passed"] = bool(done and done[-1]["result_code"] == "PASS")
    return found


def _verdict(step: str, at: datetime | None, limit: datetime | None) -> dict[str, bool]:
    return {
        f"{step}_in_limit": at is not None and limit is not None and at <= limit,
        f"{step}_without_limit": limit is None,
    }
