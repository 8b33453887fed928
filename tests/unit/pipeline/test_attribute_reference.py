"""Attribution agrees with plain loops over every issue, area and post."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.pipeline.attribute import Attribution, attribute_areas, attribute_chiefs

ZONE = "Asia/Shanghai"
START = date(2026, 4, 1)
days = st.integers(0, 6).map(lambda n: START + timedelta(days=n))
# Hours that straddle local midnight, which is 16:00 UTC.
instants = st.integers(0, 40).map(
    lambda n: datetime(2026, 4, 1, 15, 30, tzinfo=UTC) + timedelta(hours=n, minutes=30)
)
steps = st.integers(0, 6)
codes = st.sampled_from(["g1", "g2", "g3"])


@st.composite
def boxes(draw: st.DrawFn) -> tuple[int, int, int, int]:
    west, south = draw(steps), draw(steps)
    return west, south, west + draw(st.integers(1, 4)), south + draw(st.integers(1, 4))


@st.composite
def areas(draw: st.DrawFn) -> dict[str, Any]:
    first = draw(days)
    box = draw(st.none() | boxes())
    w, s, e, n = box or (0, 0, 0, 0)
    return {
        "area_id": draw(st.sampled_from(["a", "b", "c", "d"])),
        "status_code": draw(st.sampled_from(["ACTIVE", "ACTIVE", "MERGED"])),
        "street_code": draw(st.sampled_from(["s1", "s2"])),
        "community_codes": draw(st.none() | st.lists(codes, max_size=2)),
        "unit_grid_codes": draw(st.none() | st.lists(codes, max_size=2)),
        "boundary": f"POLYGON(({w} {s}, {e} {s}, {e} {n}, {w} {n}, {w} {s}))"
        if box
        else None,
        "area_km2": Decimal(draw(st.integers(1, 3))),
        "valid_from_on": first,
        "valid_to_on": draw(st.none() | days.filter(lambda day: day > first)),
        "box": box,
    }


@st.composite
def issues(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "reported_at": draw(instants),
        "area_id": draw(st.none() | st.sampled_from(["a", "b", "x"])),
        "unit_grid_code": draw(st.none() | codes),
        "community_code": draw(st.none() | codes),
        "street_code": draw(st.none() | st.just("s1")),
        "lon": draw(st.none() | steps.map(float)),
        "lat": draw(steps.map(float)),
        "coord_quality_code": draw(st.sampled_from(["OK", "CONVERTED", "UNSURE"])),
    }


def on(day: date, first: date, until: date | None) -> bool:
    return first <= day and (until is None or day < until)


def place(issue: dict[str, Any], roster: list[dict[str, Any]]) -> tuple[Any, str]:
    """The rule read aloud."""
    day = issue["reported_at"].astimezone(ZoneInfo(ZONE)).date()
    live = [
        area
        for area in roster
        if area["status_code"] == "ACTIVE"
        and on(day, area["valid_from_on"], area["valid_to_on"])
    ]
    named = [a for a in live if a["area_id"] == issue["area_id"]]
    coded: list[dict[str, Any]] = []
    for code, listed in (
        ("unit_grid_code", "unit_grid_codes"),
        ("community_code", "community_codes"),
    ):
        if not coded and issue[code] is not None:
            coded = [a for a in live if issue[code] in (a[listed] or [])]
    pointed = []
    if issue["lon"] is not None and issue["coord_quality_code"] != "UNSURE":
        for a in live:
            if a["box"]:
                w, s, e, n = a["box"]
                if w <= issue["lon"] <= e and s <= issue["lat"] <= n:
                    pointed.append(a)
    for way, found in (("SOURCE", named), ("CODE", coded), ("POINT", pointed)):
        if found:
            best = min(found, key=lambda a: (a["area_km2"], a["area_id"]))
            return best["area_id"], way
    return None, "NONE"


ISSUE = {
    "issue_id": pl.String,
    "reported_at": pl.Datetime("us", "UTC"),
    "area_id": pl.String,
    "unit_grid_code": pl.String,
    "community_code": pl.String,
    "street_code": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "coord_quality_code": pl.String,
}
AREA = {
    "area_id": pl.String,
    "status_code": pl.String,
    "street_code": pl.String,
    "community_codes": pl.List(pl.String),
    "unit_grid_codes": pl.List(pl.String),
    "boundary": pl.String,
    "area_km2": pl.Decimal(18, 3),
    "valid_from_on": pl.Date,
    "valid_to_on": pl.Date,
}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(issues(), min_size=1, max_size=15),
    st.lists(areas(), max_size=8),
    st.randoms(use_true_random=False),
)
def test_areas_agree_with_a_loop(
    cases: list[dict[str, Any]], roster: list[dict[str, Any]], shuffle: random.Random
) -> None:
    named = [{"issue_id": f"i{n}", **case} for n, case in enumerate(cases)]
    mixed = list(roster)
    shuffle.shuffle(mixed)
    frame = pl.DataFrame(
        [{k: v for k, v in area.items() if k != "box"} for area in mixed], schema=AREA
    )

    found = attribute_areas(
        pl.DataFrame(named, schema=ISSUE), frame, Attribution(zone=ZONE)
    ).issues

    assert found.rows() == [(c["issue_id"], *place(c, roster)) for c in named]


@st.composite
def posts(draw: st.DrawFn) -> tuple[Any, ...]:
    first = draw(days)
    return (
        draw(st.sampled_from(["ROAD_CHIEF", "ROAD_CHIEF", "CO_GOVERN"])),
        "AREA",
        draw(st.sampled_from(["a", "b"])),
        draw(st.booleans()),
        first,
        draw(st.none() | days.filter(lambda day: day > first)),
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(instants, st.sampled_from(["a", "b", None])), max_size=15),
    st.lists(posts(), max_size=8),
)
def test_chiefs_agree_with_a_loop(
    cases: list[tuple[datetime, str | None]], roster: list[tuple[Any, ...]]
) -> None:
    assignments = [(f"p{n}", *post) for n, post in enumerate(roster)]

    def answers(reported_at: datetime, area: str | None) -> str | None:
        day = reported_at.astimezone(ZoneInfo(ZONE)).date()
        in_post = [
            (not primary, first, key)
            for key, role, _, target, primary, first, until in assignments
            if role == "ROAD_CHIEF" and target == area and on(day, first, until)
        ]
        return min(in_post)[2] if in_post else None

    found = attribute_chiefs(
        pl.DataFrame(
            [(f"i{n}", *case) for n, case in enumerate(cases)],
            schema={
                "issue_id": pl.String,
                "reported_at": pl.Datetime("us", "UTC"),
                "area_id": pl.String,
            },
            orient="row",
        ),
        pl.DataFrame(
            assignments,
            schema={
                "assignment_id": pl.String,
                "role_code": pl.String,
                "target_kind_code": pl.String,
                "target_id": pl.String,
                "is_primary": pl.Boolean,
                "start_on": pl.Date,
                "end_on": pl.Date,
            },
            orient="row",
        ),
        Attribution(zone=ZONE),
    )

    assert found["chief_assignment_id"].to_list() == [answers(*case) for case in cases]
