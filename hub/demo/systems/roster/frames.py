"""What every list of the office holds, made once.

What lives here: the frames of all lists, by day where they change, and the days of the
office. What does not: lines (`areas`, `roads`, …), files (`system`), truth (`truth`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from hub.demo.systems.base import Surroundings
from hub.demo.systems.roster import areas, posts, roads, roles, shops, staff
from hub.demo.systems.roster.lists import IS_LATE
from hub.demo.told.issues import LATE_DAY

BROKEN_DAY = 2  # boards come without their state (T67), objects once more (T23)


@dataclass(frozen=True)
class Frames:
    """The lists of one city."""

    around: Surroundings

    @property
    def days(self) -> list[int]:
        """Days on which the office sends its lists: every other one."""
        return list(range(1, self.around.days + 1, 2))

    @property
    def is_here(self) -> pl.Expr:
        """Whether the area of a row has come; what belongs to others waits."""
        has_come = self.around.days > LATE_DAY
        return pl.lit(value=True) if has_come else ~IS_LATE

    def is_forgotten(self) -> pl.Expr:
        """Objects that the first list leaves out: those of the last street."""
        last = str(self.around.plan.streets["street_code"][-1])
        return pl.col("street_code") == pl.lit(last)

    def areas(self, day: int) -> pl.DataFrame:
        """The areas as filed on a day."""
        return areas.areas(self.around.plan, self.around.people, day)

    def objects(self, day: int) -> pl.DataFrame:
        """The register as it stands on a day."""
        return shops.shops(self.around.plan, day)

    def roles(self, day: int) -> pl.DataFrame:
        """The sheet of titles of a day."""
        around = self.around
        return roles.role_rows(around.people, around.plan, day, self.days)

    @cached_property
    def sections(self) -> pl.DataFrame:
        """Road sections."""
        return roads.sections(self.around.plan)

    @cached_property
    def boards(self) -> pl.DataFrame:
        """Sign boards."""
        return roads.boards(self.around.plan, self.around.people)

    @cached_property
    def staff(self) -> pl.DataFrame:
        """People of all lists, with the days of each."""
        return staff.everybody(self.around.people, self.around.plan)

    @cached_property
    def posts(self) -> pl.DataFrame:
        """Posts of all lists, with the days of each."""
        return posts.post_rows(self.around.people, self.around.plan)
