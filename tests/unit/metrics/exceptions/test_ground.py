"""Gaps and overlaps of the plan of areas, and what falls to each road chief."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from support.exception_rows import listed, table, unit_of
from support.metric_frames import DIVISION
from support.roster_frames import AREA, PERSON, POST, area, post
from support.street_rows import builder, day, frame, terrain

from hub.metrics.duty_days import Roster
from hub.metrics.exceptions.ground import ground, workload
from hub.metrics.roster_rows.streets import Terrain
from hub.partners.succession import SUCCESSOR

FULL = {
    **AREA,
    "unit_grid_codes": pl.List(pl.String),
    "population_count": pl.Int64,
    "area_km2": pl.Decimal(18, 3),
}


def around(areas: Any, posts: Any = ()) -> Terrain:
    return terrain()._replace(
        roster=Roster(
            frame(areas, FULL),
            pl.DataFrame(list(posts), schema=POST),
            frame((), PERSON),
        )
    )


def found(areas: Any, posts: Any = ()) -> pl.DataFrame:
    where = around(areas, posts)
    return table(ground(where), where)


def test_communities_that_no_area_lists_are_uncovered() -> None:
    rows = found(
        [area(community_codes=["s1c1"]), area(area_id="a2", status_code="REVOKED")],
        [builder("s2c1")],
    )

    assert set(listed(rows, "community_uncovered")) == {"s1c2", "s2c1"}
    assert unit_of(rows, "s2c1") == {"AU-2"}


def test_an_area_that_lists_what_a_community_took_over_from_holds_it() -> None:
    given = [
        area(community_codes=["s1c1"], unit_grid_codes=["420104001001001"]),
        area(area_id="a2", community_codes=["s1c0", "s1c2"]),
    ]
    where = around(given, [builder("s2c1")])
    rows = [("s1c0", "s1c1", day(16), None), ("420104001001", "s2c1", day(16), None)]
    ended = [{"division_code": code, "valid_to_on": day(16)} for code, *_ in rows]
    places = replace(
        where.places,
        divisions=pl.concat([where.places.divisions, frame(ended, DIVISION)]),
        successors=pl.DataFrame(rows, schema=SUCCESSOR, orient="row"),
    )

    before = table(ground(where), where)
    after = table(ground(where._replace(places=places)), where)

    # The grid's community is another now; two areas hold s1c1, one by its old code.
    assert set(listed(before, "community_uncovered")) == {"s2c1"}
    assert listed(before, "community_overlap") == {}
    assert listed(after, "community_uncovered") == {}
    assert set(listed(after, "community_overlap")) == {"s1c1"}


def test_a_unit_without_any_roster_is_told_as_no_data() -> None:
    rows = found([area(community_codes=["s1c1", "s1c2"])])

    assert set(listed(rows, "roster_missing")) == {"AU-2"}
    assert unit_of(rows, "AU-2") == {"AU-2"}
    assert listed(rows, "community_uncovered") == {}


def test_of_an_area_drawn_only_as_a_boundary_nobody_can_tell() -> None:
    rows = found([area(community_codes=[])])

    assert listed(rows, "community_uncovered") == {}


def test_areas_that_list_the_same_community_or_grid_overlap() -> None:
    rows = found(
        [
            area(community_codes=["s1c1"], unit_grid_codes=["g1", "g2"]),
            area(area_id="a2", community_codes=["s1c1"], unit_grid_codes=["g2"]),
            area(area_id="a3", community_codes=["s1c2"], valid_to_on=day(30)),
            area(area_id="a4", community_codes=["s1c2"], status_code="PLANNED"),
            area(area_id="a5", community_codes=["s1c2"]),
        ]
    )

    assert listed(rows, "community_overlap") == {"s1c1": (None, 2)}
    assert listed(rows, "grid_overlap") == {"g2": (None, 2)}


def test_what_falls_to_each_chief_adds_up_his_areas_in_use() -> None:
    where = around(
        [
            area(population_count=1000, area_km2=Decimal("0.250")),
            area(area_id="a2", population_count=500, area_km2=Decimal("1.001")),
            area(area_id="a3", population_count=None, street_code="s2"),
            area(area_id="a4", population_count=9, status_code="PLANNED"),
        ],
        [
            post(),
            post(target_id="a2", is_primary=False),
            post(target_id="a4", is_primary=False),
            post(person_id="p2", target_id="a3"),
            post(person_id="p3", target_id="a1", end_on=date(2026, 4, 30)),
        ],
    )
    cases = pl.DataFrame({"period": ["2026-04"] * 2, "chief_person_id": ["p1", "px"]})

    rows = table(workload(where, cases), where)

    assert listed(rows, "load_population") == {"p1": (None, 1500)}
    assert listed(rows, "load_ground") == {"p1": (None, 1_251_000)}
    assert listed(rows, "load_cases") == {"p1": (None, 1), "p2": (None, 0)}
    assert unit_of(rows, "p2") == {"AU-2"}
