"""The cases of a random town: issues with their events, handlings and reviews.

What lives here: the draw. It prefers what definitions quarrel about: instants at the
very end of a month, a step exactly at its limit, missing times, stages that the
times do not bear out, cases near each other in place and time. What does not: any
definition of a figure.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from support.slow.town import Row, Town

CHANNELS = ("LZZ", "LZZ", "LZZ", "XC", "SSP", "HL45", "SP", "ZX", "BM", "QT")
STAGES = (
    "DISCOVERED", "ACCEPTED", "VERIFIED", "REGISTERED", "DISPATCHED", "HANDLING",
    "HANDLED", "CHECKED", "CLOSED", "CLOSED", "CLOSED", "FED_BACK",
    "NOT_ACCEPTED", "NOT_REGISTERED", "CANCELLED",
)  # fmt: skip
TIMES = (
    "accepted_at", "verified_at", "registered_at", "dispatched_at", "received_at",
    "handled_at", "checked_at", "closed_at", "fed_back_at",
)  # fmt: skip
STEPS = (0, 1, 59, 60, 119, 120, 121, 600, 3600, 7200, 30000, 86400, 200000)
TICK = timedelta(microseconds=1)
REPORTERS = (
    None, None, "ROAD_CHIEF", "BUILDING_CHIEF", "SHOP_CHIEF", "CO_GOVERN",
    "SUPERVISOR", "CITIZEN", "LEADER",
)  # fmt: skip
MOVES = (
    "RETURN", "REWORK", "EXTEND", "SUSPEND", "RESUME", "SUPERVISE", "CHECK_FAIL",
    "APPEAL", "VERIFY_TASK", "CHECK_TASK",
)  # fmt: skip
REACHED = {
    "ACCEPT": "accepted_at",
    "REGISTER": "registered_at",
    "DISPATCH": "dispatched_at",
    "HANDLE": "handled_at",
    "CHECK_PASS": "checked_at",
    "CLOSE": "closed_at",
}


def add_cases(draw: random.Random, town: Town, count: int) -> None:
    """Draw `count` cases into the town."""
    issues: list[Row] = []
    events: list[Row] = []
    reviews: list[Row] = []
    handlings: list[Row] = []
    for n in range(count):
        issue = _issue(draw, town, f"{town.number:03d}-i{n:02d}")
        if issues and draw.random() < 0.15:
            issue["duplicate_of_id"] = draw.choice(issues)["issue_id"]
        issues.append(issue)
        events += _events(draw, issue)
        reviews += _reviews(draw, issue)
        if draw.random() < 0.6:
            handlings += _handlings(draw, issue)
    town.rows |= {
        "issue": issues,
        "issue_event": events,
        "review": reviews,
        "handling": handlings,
    }


def instant(draw: random.Random, town: Town) -> datetime:
    """Somewhere about the month; often at an edge of it."""
    edges = (town.starts, town.starts - TICK, town.ends, town.ends - TICK)
    if draw.random() < 0.2:
        return draw.choice(edges)
    span = int((town.ends - town.starts).total_seconds()) + 20 * 86400
    second = draw.randrange(span)
    return town.starts - timedelta(days=10) + timedelta(seconds=second)


def _issue(draw: random.Random, town: Town, key: str) -> Row:
    at = instant(draw, town)
    stage = draw.choice(STAGES)
    row: Row = {"issue_id": key, "partner": draw.choice(("p1", "p2"))}
    row |= {"source_id": key, "stage_code": stage, "reported_at": at}
    reached = STAGES.index(stage) if stage in STAGES[:12] else draw.randrange(12)
    most = {8: 8, 9: 8, 10: 8, 11: 9}.get(reached, min(reached, 8))
    for n, name in enumerate(TIMES):
        at += timedelta(seconds=draw.choice(STEPS))
        there = n < most if draw.random() < 0.85 else draw.random() < 0.5
        row[name] = at if there else None
    row |= _limits(draw, town, row)
    row |= _place(draw, town)
    row |= _who(draw, town)
    row |= {
        "rework_count": draw.choice((None, 0, 0, 0, 1, 2)),
        "return_count": draw.choice((None, 0, 0, 1)),
        "extension_count": draw.choice((None, 0, 0, 1)),
        "extension_minutes": draw.choice((None, 0, 90)),
        "supervise_count": draw.choice((None, 0, 1)),
        "is_suspended": draw.choice((None, False, False, False, True)),
        "has_been_suspended": draw.choice((None, False, True)),
        "has_appeal_exemption": draw.choice((None, False, False, False, True)),
        "close_type_code": draw.choice((None, "NORMAL", "FORCED", "FROM_SUSPENDED")),
        "satisfaction_code": draw.choice(
            (None, None, "VERY_SATISFIED", "SATISFIED", "FAIR", "NO_ANSWER")
        ),
        "duplicate_of_id": None,
    }
    return row


def _limits(draw: random.Random, town: Town, row: Row) -> Row:
    done = row["handled_at"] or row["closed_at"] or row["reported_at"]
    deadline = draw.choice(
        (None, done, done - TICK, done + timedelta(hours=4), instant(draw, town))
    )
    bundle = draw.choice((None, None, None, done, instant(draw, town)))
    closed = row["closed_at"] or row["reported_at"]
    close = draw.choice((None, None, closed, closed - TICK, instant(draw, town)))
    return {
        "deadline_at": deadline,
        "bundle_deadline_at": bundle,
        "close_deadline_at": close,
        "computed_deadline_at": draw.choice((None, deadline)),
        "source_deadline_at": deadline,
        "deadline_source_code": "NONE" if deadline is None else "SOURCE",
    }


def _place(draw: random.Random, town: Town) -> Row:
    divisions = town.rows["division"]
    streets = [d for d in divisions if d["level_code"] == "STREET"]
    street = draw.choice(streets)
    code = street["division_code"]
    inside = [d["division_code"] for d in divisions if d["parent_code"] == code]
    known = draw.random() < 0.9
    point = draw.random() < 0.85
    steps = draw.randrange(6), draw.randrange(6)
    return {
        "district_code": street["parent_code"] if known else None,
        "street_code": code if known else None,
        "community_code": draw.choice([*inside, None]) if known else None,
        "area_id": draw.choice((None, f"{town.number:03d}-a{draw.randrange(4)}")),
        # A hundredth of a degree apart by town; 11.1 m and 9.6 m a step inside it.
        "lon": 114.0 + town.number / 100 + steps[0] / 10000 if point else None,
        "lat": 30.5 + steps[1] / 10000 if point else None,
        "coord_quality_code": draw.choice(("OK", "OK", "OK", "CONVERTED", "UNSURE"))
        if point
        else "MISSING",
    }


def _who(draw: random.Random, town: Town) -> Row:
    t = f"{town.number:03d}"
    std = draw.choice((None, f"{t}01", f"{t}01", f"{t}02"))
    return {
        "source_channel_code": draw.choice(CHANNELS),
        "reporter_type_code": draw.choice(REPORTERS),
        "reporter_person_id": draw.choice((None, f"{t}-p0", f"{t}-p1", f"{t}-p2")),
        "handling_mode_code": draw.choice((None, "DISPATCHED", "SELF_HANDLED")),
        "category_system_code": f"LOCAL-{t}",
        "category_kind_code": draw.choice(("COMPONENT", "MATTER")),
        "category_code": draw.choice(("0101", "0102")),
        "std_category_kind_code": std and "MATTER",
        "std_category_code": std,
        "chief_assignment_id": draw.choice((None, f"{t}-as0", f"{t}-as1")),
        "second_org_id": draw.choice((None, f"{t}-o1", f"{t}-o2")),
        "handling_org_id": draw.choice((None, f"{t}-o3")),
        "first_contact_at": None,
        "answered_at": None,
    }


def _events(draw: random.Random, issue: Row) -> list[Row]:
    found = []
    for action, name in REACHED.items():
        at = issue[name]
        if at is not None and draw.random() < 0.5:
            limit = draw.choice((None, at, at - TICK, at + timedelta(hours=1)))
            found.append(_event(issue, len(found), action, at, limit))
    for _ in range(draw.choice((0, 0, 1, 2))):
        at = issue["reported_at"] + timedelta(seconds=draw.randrange(400000))
        found.append(_event(issue, len(found), draw.choice(MOVES), at, None))
    found.sort(key=lambda row: row["happened_at"])
    for number, row in enumerate(found):
        row["event_seq"] = number + 1
    return found


def _event(
    issue: Row, number: int, action: str, at: datetime, limit: datetime | None
) -> Row:
    return {
        "event_id": f"{issue['issue_id']}-e{number}",
        "issue_id": issue["issue_id"],
        "partner": issue["partner"],
        "action_code": action,
        "happened_at": at,
        "deadline_at": limit,
        "is_inferred": False,
    }


def _reviews(draw: random.Random, issue: Row) -> list[Row]:
    found = []
    for n in range(draw.choice((0, 0, 1, 2, 3))):
        done = issue["reported_at"] + timedelta(seconds=draw.randrange(500000))
        kind = draw.choice(("VERIFY", "CHECK", "CHECK", "RECHECK", "CALLBACK"))
        found.append(
            {
                "review_id": f"{issue['issue_id']}-r{n}",
                "issue_id": issue["issue_id"],
                "partner": issue["partner"],
                "attempt_seq": 0 if kind == "VERIFY" else draw.choice((1, 1, 2)),
                "review_kind_code": kind,
                "assigned_at": issue["reported_at"],
                "deadline_at": draw.choice((None, done, done - TICK, done + TICK)),
                "done_at": draw.choice((done, done, None)),
                "reviewer_person_id": draw.choice((None, issue["reporter_person_id"])),
                "result_code": draw.choice(("PASS", "PASS", "FAIL", "UNABLE", None)),
            }
        )
    return found


def _handlings(draw: random.Random, issue: Row) -> list[Row]:
    return [
        {
            "handling_id": f"{issue['issue_id']}-h{n}",
            "issue_id": issue["issue_id"],
            "partner": issue["partner"],
            "attempt_seq": n + 1,
            "org_id": issue["handling_org_id"] or "o",
            "handler_person_id": draw.choice((None, issue["reporter_person_id"])),
            "started_at": draw.choice((None, issue["dispatched_at"])),
            "finished_at": draw.choice((None, issue["handled_at"])),
        }
        for n in range(draw.randint(1, 2))
    ]
