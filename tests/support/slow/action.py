"""Action in all its variants (section 6.3), day by day and person by person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from support.slow.coverage import Counted
from support.slow.places import holds
from support.slow.posts import place, valid_on
from support.slow.town import Row, Town, local_day


@dataclass(frozen=True)
class Parameters:
    """m, k, n and x of the definition; none of them is official."""

    minutes: int = 30
    checkpoints: int = 3
    acts: int = 2
    response_minutes: int = 60


def chief_posts(town: Town, day: date) -> dict[str, Row]:
    """The post by which each road chief owes a day; once a day for several posts.

    A person known as not active is not in post. Of several posts the primary counts,
    else the earlier by (start_on, assignment_id).
    """
    known = {row["person_id"]: row for row in valid_on(town, "person", day)}
    found: dict[str, Row] = {}
    for post in town.rows["assignment"]:
        if post["role_code"] != "ROAD_CHIEF" or not holds(post, day, "start_on"):
            continue
        person = known.get(post["person_id"])
        if person is not None and not person["is_active"]:
            continue
        before = found.get(post["person_id"])
        if before is None or _rank(post) < _rank(before):
            found[post["person_id"]] = post
    return found


def _rank(post: Row) -> tuple[Any, ...]:
    return (not post["is_primary"], post["start_on"], post["assignment_id"])


def is_valid_patrol(patrol: Row, rules: Parameters) -> bool:
    """Long enough or enough check points, not known to lie outside the area."""
    if patrol["status_code"] != "DONE" or patrol["is_inside_area"] is False:
        return False
    minutes = patrol["duration_minutes"]
    if minutes is None and patrol["ended_at"] is not None:
        minutes = (patrol["ended_at"] - patrol["started_at"]) // timedelta(minutes=1)
    return (minutes or 0) >= rules.minutes or (
        patrol["checkpoint_done_count"] or 0
    ) >= rules.checkpoints


def acts(town: Town, rules: Parameters) -> list[tuple[str, date, str]]:
    """(person, day, act) of every valid act: a patrol, or a case whatever was done."""
    found = [
        (row["person_id"], local_day(row["started_at"]), row["patrol_id"])
        for row in town.rows["patrol"]
        if is_valid_patrol(row, rules)
    ]
    for name, who, when in (
        ("issue", "reporter_person_id", "reported_at"),
        ("handling", "handler_person_id", "finished_at"),
        ("review", "reviewer_person_id", "done_at"),
    ):
        found += [
            (row[who], local_day(row[when]), row["issue_id"])
            for row in town.rows[name]
            if row[who] is not None and row[when] is not None
        ]
    return found


def working_days(town: Town, calendar: list[Row]) -> list[date]:
    """Working days of the month, up to the day of knowledge."""
    until = min(town.last, local_day(town.as_of))
    return [
        row["day_on"]
        for row in calendar
        if row["is_workday"] and town.first <= row["day_on"] <= until
    ]


def act_day(town: Town, calendar: list[Row], rules: Parameters) -> list[Counted]:
    """Duty days with at least one valid act, of the required duty days."""
    done = {(person, day) for person, day, _ in acts(town, rules)}
    excused = {
        (row["person_id"], row["planned_on"])
        for row in town.rows["patrol"]
        if row["status_code"] == "EXCUSED"
    }
    found = []
    for day in working_days(town, calendar):
        for person, post in chief_posts(town, day).items():
            if (person, day) in excused:
                continue
            where = _place_on(town, post["target_id"], day) | {"chief": person}
            key = f"{person}:{day}"
            found.append(Counted(key, where, int((person, day) in done), 1))
    return found


def _place_on(town: Town, area_id: str | None, day: date) -> dict[str, str | None]:
    streets = [
        row["street_code"]
        for row in valid_on(town, "area", day)
        if row["area_id"] == area_id
    ]
    return place(town, area_id, streets[0] if streets else None)


def act_person(town: Town, calendar: list[Row], rules: Parameters) -> list[Counted]:
    """Road chiefs on the roster (the last day) with at least n acts in the month."""
    inside = {
        (person, act)
        for person, day, act in acts(town, rules)
        if town.first <= day <= town.last
    }
    return [
        Counted(
            person,
            _place_on(town, post["target_id"], town.last) | {"chief": person},
            int(sum(one == person for one, _ in inside) >= rules.acts),
            1,
        )
        for person, post in chief_posts(town, town.last).items()
    ]


def planned(town: Town) -> list[Row]:
    """Patrols planned for a day of the month."""
    return [
        row
        for row in town.rows["patrol"]
        if row["planned_on"] is not None
        and town.first <= row["planned_on"] < town.after
    ]


def act_patrol(town: Town) -> list[Counted]:
    """Planned patrols that were done, of those PLANNED, DONE or MISSED."""
    return [
        Counted(
            row["patrol_id"],
            _at(town, row, row["planned_on"]),
            int(row["status_code"] == "DONE"),
            1,
        )
        for row in planned(town)
        if row["status_code"] in ("PLANNED", "DONE", "MISSED")
    ]


def act_shop(town: Town) -> list[Counted]:
    """Shops visited, no more than planned, of those planned; excused: none."""
    found = []
    for row in town.rows["patrol"]:
        day = row["planned_on"]
        if day is None and row["started_at"] is not None:
            day = local_day(row["started_at"])
        whole = row["shop_planned_count"] or 0
        if day is None or not town.first <= day < town.after or not whole:
            continue
        if row["status_code"] != "EXCUSED":
            part = min(row["shop_visited_count"] or 0, whole)
            found.append(Counted(row["patrol_id"], _at(town, row, day), part, whole))
    return found


def _at(town: Town, patrol: Row, day: date) -> dict[str, str | None]:
    """Where a patrol counts: its area on its day; its person if road chief then."""
    posts = [
        row
        for row in town.rows["assignment"]
        if row["person_id"] == patrol["person_id"]
        and row["role_code"] == "ROAD_CHIEF"
        and holds(row, day, "start_on")
    ]
    chief = {"chief": patrol["person_id"] if posts else None}
    return _place_on(town, patrol["area_id"], day) | chief
