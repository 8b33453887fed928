"""Communities that merge in mid-April 2026: nobody's case is lost, no split guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from support.loop_frames import case, loop, one
from support.metric_frames import DIVISIONS, MEMBERS, SINCE, april, places_of
from support.roster_frames import area, person, post
from support.street_rows import terrain

from hub.metrics.carried import carry, later
from hub.metrics.levels import Places, existing_codes, place_rows
from hub.metrics.roster_rows.streets import community_rows
from hub.metrics.units import last_days
from hub.partners.succession import SUCCESSOR

CHANGE = date(2026, 4, 16)


def division(code: str, level: str, parent: str, **span: date) -> dict[str, Any]:
    own = {"division_code": code, "level_code": level, "parent_code": parent}
    return own | {"valid_from_on": SINCE} | span


OF_S1 = [
    *(
        division(code, "COMMUNITY", "s1", valid_to_on=CHANGE)
        for code in ("old", "older", "whole")
    ),
    division("new", "COMMUNITY", "s1", valid_from_on=CHANGE),
    division("left", "COMMUNITY", "s1", valid_from_on=CHANGE),
    division("right", "COMMUNITY", "s1", valid_from_on=CHANGE),
    division("s0", "STREET", "d2", valid_to_on=CHANGE),
]
ROWS = [
    ("old", "new", CHANGE, "合并"),
    ("older", "new", CHANGE, "合并"),
    ("whole", "left", CHANGE, "拆分"),
    ("whole", "right", CHANGE, "拆分"),
    ("s0", "s1", CHANGE, "撤街并街"),
]
TABLE = pl.DataFrame(ROWS, schema=SUCCESSOR, orient="row")


def places(**more: Any) -> Places:
    of_old = MEMBERS[1] | {"member_id": "s0", "valid_to_on": CHANGE}
    made = places_of(divisions=[*DIVISIONS, *OF_S1], members=[*MEMBERS, of_old])
    return replace(made, successors=TABLE, **more)


def codes(*rows: tuple[str, str | None], to: date | None = None) -> list[str | None]:
    frame = pl.DataFrame(rows, schema=["period", "code"], orient="row")
    days = later(last_days(["2026-03", "2026-04"]), to)
    return carry(frame, "code", places().succession, days)["code"].to_list()


def test_a_month_is_told_by_the_divisions_of_its_last_day() -> None:
    march = [("2026-03", code) for code in ("old", "whole", "new", None)]
    april_ = [("2026-04", code) for code in ("old", "older", "whole", "left", None)]

    assert codes(*march) == ["old", "whole", "new", None]
    assert codes(*april_) == ["new", "new", "whole", "left", None]
    assert codes(*april_, *march)[5:] == ["old", "whole", "new", None]


def test_an_earlier_month_is_carried_on_to_a_day() -> None:
    march = [("2026-03", code) for code in ("old", "older", "whole", None)]

    assert codes(*march, to=date(2026, 4, 16)) == ["new", "new", "whole", None]
    assert codes(*march, to=date(2026, 4, 15)) == ["old", "older", "whole", None]
    assert codes(("2026-04", "old"), to=date(2026, 3, 1)) == ["new"]  # never back


@pytest.mark.parametrize(
    ("code", "counts_for"),
    [("old", "new"), ("new", "new"), ("whole", None), ("unknown", None)],
)
def test_a_case_from_before_the_change_counts_for_the_successor(
    code: str, counts_for: str | None
) -> None:
    row = one(case(community_code=code), places=places())

    assert (row["community_code"], row["street_code"]) == (counts_for, "s1")


def test_a_case_of_a_street_that_was_merged_counts_where_it_went() -> None:
    before = replace(places(), successors=TABLE.clear())
    given = case(street_code="s0", district_code="d2")

    lost, kept = one(given, places=before), one(given, places=places())

    assert (lost["street_code"], lost["unit_code"]) == (None, None)
    assert (kept["street_code"], kept["unit_code"]) == ("s1", "AU-1")


def test_cases_of_march_are_told_by_the_communities_of_a_later_day() -> None:
    march = april(10).replace(month=3)
    cases = [
        case(issue_id=f"i{n}", community_code=code, reported_at=march)
        for n, code in enumerate(("old", "older", "whole", "unknown"))
    ]

    def told(**more: Any) -> list[str | None]:
        found = loop(*cases, periods=("2026-03",), places=places(**more))
        return found.sort("issue_id")["community_code"].to_list()

    assert told() == ["old", "older", "whole", None]
    assert told(carried_to=CHANGE) == ["new", "new", "whole", None]
    assert told(carried_to=date(2026, 4, 15)) == ["old", "older", "whole", None]


def test_rows_of_other_subjects_are_carried_as_well() -> None:
    rows = pl.DataFrame(
        {
            "period": ["2026-03", "2026-03", "2026-04"],
            "area_id": [None, None, None],
            "district_code": ["d2", "d1", "d2"],
            "street_code": ["s0", "s1", "s0"],
            "community_code": ["old", "whole", "older"],
        },
        schema_overrides={"area_id": pl.String},
    )
    days = last_days(["2026-03", "2026-04"])

    def told(where: Places) -> list[tuple[Any, ...]]:
        placed = place_rows(rows, where, existing_codes(where, days), days)
        return placed.select("street_code", "unit_code", "community_code").rows()

    assert told(places()) == [
        ("s0", "AU-2", "old"),
        ("s1", "AU-1", "whole"),
        ("s1", "AU-1", "new"),
    ]
    # Communities alone are carried on: streets are told by those of their month.
    assert told(places(carried_to=CHANGE)) == [
        ("s0", "AU-2", "new"),
        ("s1", "AU-1", "whole"),
        ("s1", "AU-1", "new"),
    ]


def test_an_area_that_lists_the_old_code_holds_the_new_community() -> None:
    areas = [
        area(area_id="a1", community_codes=["old"]),
        area(area_id="a2", community_codes=["whole", "older"]),
    ]
    roster = terrain(areas, [post()], [person()])

    def covered(where: Places) -> dict[str, bool]:
        rows = community_rows(roster._replace(places=where))
        return dict(rows.select("community_code", "is_covered").rows())

    before = replace(places(), successors=TABLE.clear())
    assert covered(before) == {"new": False, "left": False, "right": False}
    assert covered(places()) == {"new": True, "left": False, "right": False}
