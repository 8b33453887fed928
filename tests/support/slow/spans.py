"""How long the parts of a case's way took, and other whole numbers of a case."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from support.slow.institution import suspended_minutes
from support.slow.minutes import running_minutes, shift_minutes
from support.slow.steps import Trail
from support.slow.town import Row, Town

Instants = tuple[datetime | None, datetime | None]


def ends_of(issue: Row, trail: Trail) -> dict[str, Instants]:
    """From which instant to which each span runs."""
    self_handled = issue["handling_mode_code"] == "SELF_HANDLED"
    responses = [
        issue["accepted_at"],
        issue["received_at"],
        issue["first_contact_at"],
        *(row["started_at"] for row in trail.handlings),
    ]
    known = [at for at in responses if at is not None]
    pairs = {
        "accept": ("reported_at", "accepted_at"),
        "register": ("accepted_at", "registered_at"),
        "dispatch": ("registered_at", "dispatched_at"),
        "receive": ("dispatched_at", "received_at"),
        "handle": ("reported_at" if self_handled else "dispatched_at", "handled_at"),
        "check": ("handled_at", "checked_at"),
        "close": ("handled_at", "closed_at"),
        "whole": ("reported_at", "closed_at"),
    }
    found: dict[str, Instants] = {
        name: (issue[start], issue[end]) for name, (start, end) in pairs.items()
    }
    answered = issue["fed_back_at"] or issue["answered_at"]
    found["answer"] = (issue["reported_at"], answered)
    found["first_response"] = (issue["reported_at"], min(known, default=None))
    return found


def span_values(issue: Row, trail: Trail, calendar: Iterable[Row]) -> dict[str, object]:
    """`<span>_minutes` and `<span>_shift_minutes`; backwards is no duration."""
    found: dict[str, object] = {}
    days = list(calendar)
    for name, (start, end) in ends_of(issue, trail).items():
        backwards = start is not None and end is not None and end < start
        known = (None, None) if backwards else (start, end)
        found[f"{name}_minutes"] = running_minutes(*known)
        found[f"{name}_shift_minutes"] = shift_minutes(days, *known)
    return found


def other_values(
    town: Town, issue: Row, trail: Trail, response_minutes: int = 30
) -> dict[str, object]:
    """Whole numbers that are no spans, and whether the response came in time."""
    start, first = ends_of(issue, trail)["first_response"]
    within = timedelta(minutes=response_minutes)
    return {
        "responded": first is not None,
        "response_in_limit": None not in (start, first) and first - start <= within,
        "suspended_minutes": suspended_minutes(town, issue, trail.events),
        "extension_minutes": issue["extension_minutes"],
        "supervise_count": issue["supervise_count"],
        "deadline_difference_minutes": running_minutes(
            issue["source_deadline_at"], issue["computed_deadline_at"]
        ),
        "deadline_differs": None
        not in (issue["source_deadline_at"], issue["computed_deadline_at"])
        and issue["source_deadline_at"] != issue["computed_deadline_at"],
    }
