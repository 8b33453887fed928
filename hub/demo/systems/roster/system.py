"""The roster office's drop folder: one set of files per day of the office.

What lives here: which files come on which day, and what must come of them. One
district files its areas and chiefs itself, and its first areas arrive a day late, with
nothing else; until then posts over its areas wait (F03). What does not: what the lists
say, file by file (`areas`, `roads`, `staff`, `posts`, `roles`, `objects`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import polars as pl

from hub.demo.days import Span, day_of
from hub.demo.ground.people import CHANGE_DAY
from hub.demo.systems.base import Surroundings, as_sent
from hub.demo.systems.dropping import csv_bytes, drop
from hub.demo.systems.roster import objects, posts, roads, roles, staff
from hub.demo.systems.roster.areas import AREAS
from hub.demo.systems.roster.frames import BROKEN_DAY, Frames
from hub.demo.systems.roster.lists import IS_LATE, ORGS, ROSTER, listed
from hub.demo.systems.roster.sheet import role_sheet
from hub.demo.systems.roster.truth import told_lists
from hub.demo.told.expected import Keyless, Told
from hub.demo.told.issues import LATE_DAY

KEPT_SHARE = 0.7  # of the people on the list that has lost some (T49)
TRAPS = {
    "T7": "a mobile number as 1.99E+10",
    "T9": "the 31st of June as the first day of a post",
    "T22": "the same person twice on one list",
    "T23": "a file of the same name again, with more rows",
    "T26": "placeholders where nothing is due and where something is; 9999-12-31",
    "T27": "dates in six spellings, and one with a year of two digits",
    "T35": "points 0,0 and with two decimals",
    "T38": "UTF-8 with a mark among files in GB18030",
    "T39": "full-width digits in codes and numbers",
    "T40": "names with rare signs and signs of private use",
    "T42": "锟斤拷 in a name",
    "T43": "a comma that is not quoted",
    "T44": "two people with one mobile number",
    "T45": "vacant posts, a post that ends before it begins, open ends",
    "T46": "four titles in one row; titles that nobody knows",
    "T47": "two communities merged; an area with a community that is not on file",
    "T48": "closed shops still listed, licence names, visits over a year ago",
    "T49": "people gone without a word; a list that has lost a third",
    "T50": "identity numbers and passwords on the list of people",
    "T65": "a word for the employment that is not mapped",
    "T67": "a new column; a list without a column that is due",
}


class Roster:
    """The simulated office."""

    partner = ROSTER

    def __init__(self, around: Surroundings) -> None:
        self._lists = Frames(around)
        self._folder = Path()

    def start(self, folder: Path, opening: ExitStack) -> Mapping[str, str]:
        """Nothing runs here: files are dropped into the folder."""
        del opening
        self._folder = folder
        return {"HUB_DEMO_ROSTER_DIR": str(folder.absolute())}

    def deliver(self, day: int) -> None:
        """Write the files that arrive on a day."""
        made: dict[str, bytes] = {}
        if day in self._lists.days:
            made |= self._files(day)
        if day == LATE_DAY + 1:
            made |= self._late_areas(LATE_DAY)
        if day == BROKEN_DAY:
            made |= self._broken(day)
        for name, content in made.items():
            drop(self._folder / name, content)

    def window(self, day: int) -> Span | None:
        """A late file lies in no window."""
        del day
        return None

    def told(self) -> Iterable[Told]:
        """What every list must end in after all days."""
        return told_lists(self._lists)

    def refusals(self) -> Mapping[str, int]:
        """Boards without their state (T67), and a list that has lost a third (T49)."""
        boards = {"boards": 1} if self._lists.around.days >= BROKEN_DAY else {}
        staff = {"staff": 1} if self._lists.around.days >= CHANGE_DAY else {}
        return boards | staff

    def keyless(self) -> Iterable[Keyless]:
        """Rows cut up by a comma; sums and notes below a table."""
        plan = self._lists.around.plan
        yield Keyless(ROSTER, "objects", {"P09": objects.torn_count(plan)})
        yield Keyless(ROSTER, "roles_hanyang", roles.KEYLESS)

    def _files(self, day: int) -> dict[str, bytes]:
        """Everything that the office sends on a day of its own."""
        lists, stamp = self._lists, f"{day_of(day):%Y%m%d}"
        people = listed(lists.staff, day)
        register = lists.objects(day)
        sections = as_sent(lists.sections, roads.SECTIONS)
        if day == CHANGE_DAY:
            sections = sections.with_columns(
                pl.lit("区园林局").alias("养护单位")
            )  # T67
        made = {
            f"orgs_{stamp}.csv": csv_bytes(as_sent(lists.around.people.orgs, ORGS)),
            f"areas_{stamp}.csv": csv_bytes(
                as_sent(lists.areas(day).filter(~IS_LATE), AREAS)
            ),
            f"sections_{stamp}.csv": csv_bytes(sections, "utf-8-sig"),  # T38
            f"staff_{stamp}.csv": csv_bytes(
                as_sent(staff.staff_rows(people), staff.STAFF)
            ),
            f"posts_{stamp}.csv": csv_bytes(
                as_sent(posts.with_ends(listed(lists.posts, day), ()), posts.POSTS)
            ),
            f"hanyang_roles_{stamp}.xlsx": role_sheet(lists.roles(day), day_of(day)),
            f"boards_{stamp}.csv": csv_bytes(as_sent(lists.boards, roads.BOARDS)),
            f"objects_{stamp}.csv": objects.file_of(
                register if day > 1 else register.filter(~lists.is_forgotten())
            ),
        }
        if day == CHANGE_DAY:  # T49: right after the good one, so it is measured by it
            some = people.head(int(len(people) * KEPT_SHARE))
            made[f"staff_{stamp}b.csv"] = csv_bytes(as_sent(some, staff.STAFF))
        return made if day == LATE_DAY else made | self._late_areas(day)

    def _late_areas(self, day: int) -> dict[str, bytes]:
        own = self._lists.areas(day).filter(IS_LATE)
        name = f"hanyang_areas_{day_of(day):%Y%m%d}.csv"
        return {name: csv_bytes(as_sent(own, AREAS))}

    def _broken(self, day: int) -> dict[str, bytes]:
        """A list without a column that is due, and one that was sent short before."""
        lines = [line for line in roads.BOARDS if line.field != "状态"]
        again = objects.file_of(self._lists.objects(1))
        return {
            f"boards_{day_of(day):%Y%m%d}.csv": csv_bytes(
                as_sent(self._lists.boards, lines)
            ),
            f"objects_{day_of(1):%Y%m%d}.csv": again,
        }
