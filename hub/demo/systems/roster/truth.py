"""What the office's lists must end in after all days.

What lives here: statements of truth, one per dataset. What does not: the lines that
they are read off (`areas`, `roads`, `staff`, `posts`, `roles`, `objects`).
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hub.demo.days import day_of
from hub.demo.systems.base import as_told
from hub.demo.systems.roster import objects, posts, roads, roles, staff
from hub.demo.systems.roster.areas import AREAS
from hub.demo.systems.roster.frames import BROKEN_DAY, Frames
from hub.demo.systems.roster.lists import ORGS, ROSTER, UNTIL, versions
from hub.demo.told.expected import Told, refused


def told_lists(lists: Frames) -> Iterator[Told]:
    """What every list must end in after all days."""
    around, last = lists.around, lists.days[-1]
    yield Told("org", ROSTER, [as_told(around.people.orgs, pl.col("org"), ORGS)])
    filed = versions(lists.areas(1), lists.areas(last)).filter(lists.is_here)
    yield Told("area", ROSTER, [as_told(filed, pl.col("area_no"), (*AREAS, UNTIL))])
    for name, rows, key, lines in (
        ("road_section", lists.sections, roads.SECTION, roads.SECTIONS),
        ("sign_board", lists.boards, roads.BOARD, roads.BOARDS),
    ):
        waits = rows.filter(~lists.is_here).select(source_id=key, rule=pl.lit("F06"))
        here = rows.filter(lists.is_here)
        yield Told(name, ROSTER, [as_told(here, key, lines)], waits)
    known = versions(lists.objects(1), lists.objects(last))
    if around.days < BROKEN_DAY:
        known = known.filter(~lists.is_forgotten())
    register = as_told(known, pl.col("object"), (*objects.OBJECTS, UNTIL))
    yield Told("service_object", ROSTER, [register])
    yield _told_persons(lists)
    yield _told_posts(lists)


def _told_persons(lists: Frames) -> Told:
    days = lists.days
    seen = lists.staff.filter(pl.col("first_day") <= days[-1])
    people = staff.staff_versions(seen, days)
    sound = ~pl.col("defect").is_in(list(staff.RULES)).fill_null(value=False)
    sheet = lists.roles(days[-1]).filter(lists.is_here)
    return Told(
        "person",
        ROSTER,
        [
            as_told(people.filter(sound), pl.col("person"), staff.VERSIONS),
            roles.role_persons(sheet, pl.lit(day_of(days[0]))),
        ],
        refused(people, "person", staff.RULES),
    )


def _told_posts(lists: Frames) -> Told:
    days = lists.days
    seen = lists.posts.filter(pl.col("first_day") <= days[-1])
    held = posts.with_ends(seen, days)
    sound = ~pl.col("defect").is_in(list(posts.RULES)).fill_null(value=False)
    is_over_road = pl.col("target_kind") == "ROAD_SECTION"
    waits = (is_over_road & ~lists.is_here).fill_null(value=False)
    sheet = lists.roles(days[-1])
    rows = [
        as_told(held.filter(sound & ~waits), pl.col("post"), posts.POSTS),
        *roles.role_posts(sheet.filter(lists.is_here)),
    ]
    late = roles.role_posts(sheet.filter(~lists.is_here))
    waiting = [
        held.filter(waits).select(source_id="post"),
        *(
            some.filter(pl.col("target_kind_code") == "AREA").select("source_id")
            for some in late
        ),
    ]
    kept_out = [
        refused(held, "post", posts.RULES),
        roles.role_refused(sheet),
        pl.concat(waiting).with_columns(rule=pl.lit("F03")),
    ]
    return Told("assignment", ROSTER, rows, pl.concat(kept_out))
