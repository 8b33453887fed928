"""The roster office's drop folder: one set of files per day of the office.

What lives here: which files come on which day, and what must come of them. One
district files its areas itself, and its first listing arrives a day late, together with
nothing else; until then posts over its areas wait (F03). What does not: what the lists
say (`lists`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from hub.demo.days import Span, day_of
from hub.demo.ground.people import CHANGE_DAY
from hub.demo.systems.base import Line, Surroundings, as_sent, as_told
from hub.demo.systems.dropping import csv_bytes, drop, sheet_bytes
from hub.demo.systems.roster.lists import (
    AREAS,
    ORGS,
    POSTS,
    ROSTER,
    STAFF,
    UNTIL,
    areas,
    gone_on,
    listed,
    versions,
)
from hub.demo.systems.roster.register import (
    BOARDS,
    OBJECTS,
    SECTIONS,
    boards,
    objects,
    sections,
)
from hub.demo.told.expected import Keyless, Told

HANYANG = "AU-420105"
LATE_DAY = 1


class Roster:
    """The simulated office."""

    partner = ROSTER

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._folder = Path()

    @property
    def roster_days(self) -> list[int]:
        """Days on which the office sends its lists: every other one."""
        return list(range(1, self._around.days + 1, 2))

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Nothing runs here: files are dropped into the folder."""
        del opening
        self._folder = folder
        return {"HUB_DEMO_ROSTER_DIR": str(folder.absolute())}

    def deliver(self, day: int) -> None:
        """Write the files that arrive on a day."""
        if day in self.roster_days:
            self._write(day)
        if day == LATE_DAY + 1:
            self._write_late(LATE_DAY)

    def window(self, day: int) -> Span | None:
        """A late file lies in no window."""
        del day
        return None

    def told(self) -> Iterable[Told]:
        """Units, areas, people and posts after all days."""
        people = self._around.people
        days = self.roster_days
        yield Told("org", ROSTER, [as_told(people.orgs, pl.col("org"), ORGS)])
        here = pl.lit(value=True)
        if self._around.days <= LATE_DAY:
            here = pl.col("unit_code") != HANYANG
        yield Told(
            "area",
            ROSTER,
            [
                as_told(
                    versions(self._areas(1), self._areas(days[-1])).filter(here),
                    pl.col("area_no"),
                    (*AREAS, UNTIL),
                )
            ],
        )
        seen = pl.col("first_day") <= days[-1]
        persons = people.persons.filter(seen)
        yield Told("person", ROSTER, [_versions(persons, days)])
        yield Told("assignment", ROSTER, [_intervals(people.posts.filter(seen), days)])
        yield Told(
            "road_section",
            ROSTER,
            [
                as_told(
                    sections(self._around.plan).filter(here),
                    pl.format("R{}", "community_code"),
                    SECTIONS,
                )
            ],
        )
        yield Told("service_object", ROSTER, [self._objects_told(days[-1])])
        yield Told(
            "sign_board",
            ROSTER,
            [
                as_told(
                    boards(self._around.plan, people).filter(here),
                    pl.format("GSP{}", "community_code"),
                    BOARDS,
                )
            ],
        )

    def _areas(self, day: int) -> pl.DataFrame:
        return areas(self._around.plan, self._around.people, day)

    def _objects_told(self, last: int) -> pl.DataFrame:
        """Objects; one that has closed has a version before and one since."""
        before = objects(self._around.plan, 1)
        now = objects(self._around.plan, last)
        changed = pl.col("from_on") != before["from_on"]
        versions = [
            before.filter(now.select(changed).to_series()).with_columns(
                to_on=pl.lit(day_of(CHANGE_DAY))
            ),
            now.with_columns(to_on=pl.lit(None, dtype=pl.Date)),
        ]
        ends = Line(None, None, "valid_to_on", pl.col("to_on"))
        return as_told(pl.concat(versions), pl.col("object"), (*OBJECTS, ends))

    def keyless(self) -> Iterable[Keyless]:
        """None yet."""
        return ()

    def _write(self, day: int) -> None:
        people = self._around.people
        late = pl.col("unit_code") == HANYANG
        stamp = f"{day_of(day):%Y%m%d}"
        made = {
            f"orgs_{stamp}.csv": csv_bytes(as_sent(people.orgs, ORGS)),
            f"areas_{stamp}.csv": csv_bytes(
                as_sent(self._areas(day).filter(~late), AREAS)
            ),
            f"sections_{stamp}.csv": csv_bytes(  # T38: UTF-8 with a mark
                as_sent(sections(self._around.plan), SECTIONS), "utf-8-sig"
            ),
            f"objects_{stamp}.csv": csv_bytes(
                as_sent(objects(self._around.plan, day), OBJECTS)
            ),
            f"boards_{stamp}.csv": csv_bytes(
                as_sent(boards(self._around.plan, people), BOARDS)
            ),
            f"staff_{stamp}.xlsx": self._sheet(
                as_sent(listed(people.persons, day), STAFF), "路长制人员花名册", day
            ),
            f"posts_{stamp}.xlsx": self._sheet(
                as_sent(listed(people.posts, day), POSTS), "路长制任职名册", day
            ),
        }
        for name, content in made.items():
            drop(self._folder / name, content)
        if day != LATE_DAY:
            self._write_late(day)

    def _write_late(self, day: int) -> None:
        own = self._areas(day).filter(pl.col("unit_code") == HANYANG)
        name = f"hanyang_areas_{day_of(day):%Y%m%d}.csv"
        drop(self._folder / name, csv_bytes(as_sent(own, AREAS)))

    def _sheet(self, table: pl.DataFrame, title: str, day: int) -> bytes:
        told = ["填报单位：市路长制办公室", None, f"{day_of(day):%Y年%m月%d日}"]
        return sheet_bytes(table, above=[[f"武汉市{title}"], told])


def _versions(persons: pl.DataFrame, days: list[int]) -> pl.DataFrame:
    """One version per person: from the first listing to the first one without."""
    told = as_told(persons, pl.col("person"), STAFF)
    first = pl.col("first_day").replace_strict(
        {day: day_of(day) for day in days}, default=None, return_dtype=pl.Date
    )
    marks = persons.select(valid_from_on=first, valid_to_on=gone_on(days))
    return told.with_columns(marks["valid_from_on"], marks["valid_to_on"])


def _intervals(posts: pl.DataFrame, days: list[int]) -> pl.DataFrame:
    """Posts; what is no longer listed has ended on the day of that listing."""
    told = as_told(posts, pl.col("post"), POSTS)
    return told.with_columns(posts.select(end_on=gone_on(days))["end_on"])
