"""A random small town: rows of the canonical datasets, as plain dictionaries.

What lives here: what a town is, its month and its calendar, and the draw of its
units and divisions. What does not: its cases (`town_cases`), its rosters
(`town_rosters`), any definition. Every code carries the town's number, so that many
towns can be handed to the hub as one city and told apart again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
WUHAN = ZoneInfo("Asia/Shanghai")
SHIFTS = ("08:00-12:00,14:00-18:00", "09:00-12:00,13:00-17:30", "08:00-18:00")
LONG_AGO = date(2021, 8, 31)


@dataclass
class Town:
    """All rows of one town, and what may be known of it when."""

    number: int
    month: str
    as_of: datetime
    rows: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def first(self) -> date:
        """The first day of the month."""
        return date(int(self.month[:4]), int(self.month[5:]), 1)

    @property
    def after(self) -> date:
        """The first day of the next month."""
        return (self.first + timedelta(days=32)).replace(day=1)

    @property
    def last(self) -> date:
        """The last day of the month."""
        return self.after - timedelta(days=1)

    @property
    def starts(self) -> datetime:
        """The instant at which the month begins."""
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first instant that is no longer in the month."""
        return midnight(self.after)


def midnight(day: date) -> datetime:
    """The begin of a local day, as an instant."""
    return datetime(day.year, day.month, day.day, tzinfo=WUHAN).astimezone(UTC)


def local_day(instant: datetime) -> date:
    """The local date of an instant."""
    return instant.astimezone(WUHAN).date()


def calendar_of(draw: random.Random, month: str) -> list[Row]:
    """Days from two months before to three months after, some against the week."""
    first = date(int(month[:4]), int(month[5:]), 1)
    rows = []
    for offset in range(-62, 125):
        day = first + timedelta(days=offset)
        weekend = day.weekday() >= 5
        turned = draw.random() < 0.08
        kind = {
            (False, False): "NORMAL",
            (False, True): "HOLIDAY",
            (True, False): "WEEKEND",
            (True, True): "MAKEUP",
        }[weekend, turned]
        works = kind in ("NORMAL", "MAKEUP")
        rows.append(
            {
                "calendar_code": "WUHAN",
                "day_on": day,
                "day_kind_code": kind,
                "is_workday": works,
                "shifts": SHIFTS[draw.random() < 0.1] if works else None,
                "is_final": True,
            }
        )
    return rows


def empty_town(draw: random.Random, number: int, month: str, as_of: datetime) -> Town:
    """A town with its divisions, units and members, and nobody in it yet."""
    town = Town(number, month, as_of)
    divisions: list[Row] = []
    members: list[Row] = []
    units: list[Row] = []
    districts = [f"42{number:03d}{d}" for d in (1, 2)]
    big = [f"AU-{number:03d}-{d}" for d in (1, 2)]
    divisions += [_division(code, "DISTRICT", "420000") for code in districts]
    units += [
        _unit(code, "DISTRICT_UNIT", draw.choice(("CENTRAL", "NEW"))) for code in big
    ]
    for n in range(draw.randint(2, 4)):
        district = districts[n % 2]
        street = f"{district}{n + 1:03d}"
        divisions.append(_division(street, "STREET", district))
        divisions += [
            _division(f"{street}{c + 1:03d}", "COMMUNITY", street)
            for c in range(draw.randint(0, 3))
        ]
        owner = big[n % 2 if draw.random() < 0.7 else 1 - n % 2]
        small = f"AU-{street}"
        if draw.random() < 0.85:
            members += _membership(draw, town, owner, street)
        if draw.random() < 0.9:
            units.append(
                _unit(small, "STREET_UNIT", draw.choice((None, "CLASS_1")), owner)
            )
            members.append(_member(small, "DIVISION", street))
    town.rows = {
        "division": divisions,
        "assessment_unit": units,
        "assessment_unit_member": members,
    }
    return town


def _membership(draw: random.Random, town: Town, unit: str, street: str) -> list[Row]:
    """Members for ever, or only until or since some day about the month's end."""
    turn = draw.choice((town.last, town.after, town.first))
    match draw.randrange(5):
        case 0:
            return [_member(unit, "DIVISION", street, until=turn)]
        case 1:
            return [_member(unit, "DIVISION", street, since=turn)]
        case _:
            return [_member(unit, "DIVISION", street)]


def _division(code: str, level: str, parent: str) -> Row:
    return {
        "division_code": code,
        "division_name": code,
        "level_code": level,
        "parent_code": parent,
        "valid_from_on": LONG_AGO,
        "valid_to_on": None,
    }


def _unit(code: str, level: str, group: str | None, parent: str | None = None) -> Row:
    return {
        "unit_code": code,
        "unit_name": code,
        "level_code": level,
        "group_code": group,
        "parent_unit_code": parent,
        "valid_from_on": LONG_AGO,
        "valid_to_on": None,
    }


def _member(
    unit: str,
    kind: str,
    member: str,
    since: date = LONG_AGO,
    until: date | None = None,
) -> Row:
    return {
        "unit_code": unit,
        "member_kind_code": kind,
        "member_id": member,
        "valid_from_on": since,
        "valid_to_on": until,
    }
