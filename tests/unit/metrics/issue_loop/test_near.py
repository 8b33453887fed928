"""Repeats in place, time and category: DU-1 by hand, and against a slow walk."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.loop_frames import case, facts
from support.metric_frames import april
from support.near_reference import walk

from hub.metrics.issue_loop.near import metres_per_degree, near_earlier

LON, LAT = 114.3, 30.6
# Metres of a degree at that latitude, from the radii of curvature of the ellipsoid.
EAST_M, NORTH_M = 95_900.58, 110_862.62


def spot(
    name: str, hour: float = 0, east: float = 0, north: float = 0, **values: Any
) -> Any:
    """A case so many hours and metres from the first one."""
    return case(
        **{
            "issue_id": name,
            "reported_at": april(10) + timedelta(hours=hour),
            "lon": round(LON + east / EAST_M, 7),
            "lat": round(LAT + north / NORTH_M, 7),
            "coord_quality_code": "OK",
            "std_category_kind_code": "MATTER",
            "std_category_code": "10101",
        }
        | values
    )


def similar(*cases: Any) -> dict[str, str]:
    found = near_earlier(facts(cases).issues).drop_nulls("similar_to_id")
    return dict(found.select("issue_id", "similar_to_id").rows())


def repeated(*cases: Any) -> dict[str, str]:
    found = near_earlier(facts(cases).issues).drop_nulls("near_duplicate_of_id")
    return dict(found.select("issue_id", "near_duplicate_of_id").rows())


def test_degrees_are_as_long_as_on_the_ellipsoid() -> None:
    east, north = metres_per_degree(pl.lit(LAT))

    told = pl.select(east=east, north=north).row(0)

    assert told == pytest.approx((EAST_M, NORTH_M), abs=0.1)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"east": 49.9}, True),
        ({"east": 50.1}, False),
        ({"east": -49.9}, True),
        ({"north": 49.9}, True),
        ({"north": -50.1}, False),
        ({"east": 35, "north": 35}, True),
        ({"east": 36, "north": 36}, False),
        ({"hour": 24}, True),
        ({"hour": 24.0001}, False),
        ({"std_category_code": "10102"}, False),
        ({"std_category_kind_code": "COMPONENT"}, False),
        ({"coord_quality_code": "CONVERTED"}, True),
        ({"coord_quality_code": "SWAPPED_FIXED"}, True),
        ({"coord_quality_code": "OUT_OF_CITY"}, False),
        ({"coord_quality_code": "UNSURE"}, False),
        ({"coord_quality_code": "MISSING"}, False),
        ({"lon": None, "lat": None}, False),
    ],
)
def test_fifty_metres_a_day_and_one_category(
    values: dict[str, Any], expected: object
) -> None:
    found = similar(spot("a"), spot("b", **({"hour": 1} | values)))

    assert found == ({"b": "a"} if expected else {})


def test_without_a_standard_category_the_partners_own_is_compared() -> None:
    own = {"std_category_code": None, "std_category_kind_code": None}

    same = similar(spot("a", **own), spot("b", 1, **own))
    other = similar(spot("a", **own), spot("b", 1, category_code="78", **own))
    mixed = similar(spot("a", **own), spot("b", 1))

    assert (same, other, mixed) == ({"b": "a"}, {}, {})


def test_nobody_points_to_a_duplicate() -> None:
    # Every 20 hours: the third is too late for the first, and the second is no anchor.
    chain = [spot(name, 20 * nth) for nth, name in enumerate("abcd")]

    assert similar(*chain) == {"b": "a", "d": "c"}


def test_the_first_of_several_earlier_ones_is_pointed_to() -> None:
    # a and b are 80 m apart, c lies between them; at one instant the id decides.
    found = similar(spot("b", 0, east=40), spot("a", 0, east=-40), spot("c", 1))

    assert found == {"c": "a"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, {}),
        ({"partner": "two"}, {"b": "a"}),
        ({"source_channel_code": "SSP"}, {"b": "a"}),
    ],
)
def test_a_repeat_is_a_duplicate_only_from_another_partner_or_channel(
    values: dict[str, Any], expected: dict[str, str]
) -> None:
    assert repeated(spot("a"), spot("b", 1, **values)) == expected
    assert similar(spot("a"), spot("b", 1, **values)) == {"b": "a"}


def test_no_cases_repeat_nothing() -> None:
    assert similar() == {}
    assert similar(spot("a", coord_quality_code="UNSURE")) == {}


@st.composite
def crowds(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Cases on a grid of 14 m, so that no two are about 50 m apart."""
    count = draw(st.integers(2, 25))
    return [
        spot(
            f"i{nth:02}",
            draw(st.integers(0, 80)),
            14 * draw(st.integers(-6, 6)),
            14 * draw(st.integers(-6, 6)),
            partner=draw(st.sampled_from(["one", "two"])),
            source_channel_code=draw(st.sampled_from(["LZZ", "SSP"])),
            std_category_code=draw(st.sampled_from(["10101", "10102", None])),
            coord_quality_code=draw(st.sampled_from(["OK", "OK", "OK", "UNSURE"])),
        )
        for nth in range(count)
    ]


@given(crowds(), st.randoms(use_true_random=False))
def test_the_walk_is_that_of_the_definition_whatever_the_order(
    cases: list[dict[str, Any]], shuffler: random.Random
) -> None:
    shuffled = list(cases)
    shuffler.shuffle(shuffled)
    for row in shuffled:
        for name in ("std_category_kind_code", "category_kind_code"):
            row.setdefault(name, None)

    assert similar(*shuffled) == walk(cases, others_only=False)
    assert repeated(*shuffled) == walk(cases, others_only=True)


def test_a_crowd_at_one_point_is_settled_to_its_end() -> None:
    crowd = [
        spot(f"i{nth:04}", reported_at=april(1) + timedelta(minutes=37 * nth))
        for nth in range(600)
    ]

    found = similar(*crowd)

    # 24 h hold 38 further reports; the 39th is the next to stand for itself.
    assert {name for name in (c["issue_id"] for c in crowd) if name not in found} == {
        f"i{nth:04}" for nth in range(0, 600, 39)
    }
    assert found["i0038"] == "i0000"
    assert found["i0040"] == "i0039"
