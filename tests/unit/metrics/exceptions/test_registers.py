"""Boards, objects and enforcement centres that do not fit, worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest
from support.exception_rows import listed, table, unit_of
from support.roster_frames import PERSON, area, person, post
from support.street_rows import (
    BOARD,
    OBJECT,
    ORG,
    SECTION,
    day,
    frame,
    terrain,
)

from hub.metrics.exceptions.registers import (
    boards_out_of_date,
    objects_without_area,
    open_posts,
)
from hub.metrics.roster_rows.streets import object_rows

SECTIONS = [
    {"road_section_id": "r1", "area_id": "a1", "road_name": "中山大道"},
    {"road_section_id": "r2", "area_id": "a1", "road_name": "江汉路"},
]


def boards(*rows: dict[str, Any], **roster: Any) -> pl.DataFrame:
    where = terrain([area()], **roster)
    named = [person(person_name="张三"), person(person_id="p2", person_name="李四")]
    where = where._replace(
        roster=where.roster._replace(
            persons=frame(named, {**PERSON, "person_name": pl.String})
        )
    )
    base = {"sign_board_id": "b1", "area_id": "a1", "status_code": "IN_USE"}
    shown = frame([base | row for row in rows], BOARD)
    return table(boards_out_of_date(shown, frame(SECTIONS, SECTION), where), where)


def test_a_board_must_show_the_chief_in_post() -> None:
    old = {"shown_chief_name": "李四"}
    replaced = [
        post(person_id="p2", end_on=day(15)),
        post(start_on=day(15)),
    ]

    assert set(listed(boards(old, posts=replaced), "board_chief")) == {"b1"}
    assert (
        listed(boards({"shown_chief_name": "张三"}, posts=replaced), "board_chief")
        == {}
    )
    assert listed(boards(old), "board_chief") == {}  # vacant: a finding of its own
    assert set(listed(boards({}, posts=replaced), "board_chief")) == {"b1"}


@pytest.mark.parametrize(
    ("shown", "is_wrong"),
    [
        (
            {"shown_road_text": "中山大道(一元路至六合路)", "road_section_id": "r1"},
            False,
        ),
        ({"shown_road_text": "江汉路", "road_section_id": "r1"}, True),
        ({"shown_road_text": "江汉路"}, False),
        ({"shown_road_text": "解放大道"}, True),
        ({"shown_road_text": None, "road_section_id": "r1"}, False),
        ({"shown_road_text": "江汉路", "status_code": "DAMAGED"}, False),
    ],
)
def test_a_board_must_show_the_road_on_file(
    shown: dict[str, Any], is_wrong: bool
) -> None:
    assert bool(listed(boards(shown), "board_road")) is is_wrong


def test_a_board_marked_as_outdated_is_listed_without_names() -> None:
    rows = boards(
        {"status_code": "OUTDATED", "shown_chief_name": "李四"}, posts=[post()]
    )

    assert set(listed(rows, "board_outdated")) == {"b1"}
    assert listed(rows, "board_chief") == {}
    assert "李四" not in rows.write_csv()


def test_only_known_objects_must_belong_to_an_area() -> None:
    base = {"street_code": "s2", "verified_at": datetime(2026, 4, 1, tzinfo=UTC)}
    states = ("OPEN", "MOVED", "OPEN", "OPEN")
    rows = [
        {**base, "service_object_id": f"x{n}", "open_status_code": state}
        for n, state in enumerate(states)
    ]
    rows[2]["area_id"] = "a1"
    rows[3]["duplicate_of_id"] = "x0"
    where = terrain()
    objects = object_rows(frame(rows, OBJECT), where, "Asia/Shanghai")

    found = table([objects_without_area(objects)], where)

    assert set(listed(found, "object_without_area")) == {"x0"}
    assert unit_of(found, "x0") == {"AU-2"}


def test_the_gap_of_an_enforcement_centre_is_counted_and_silence_is_no_data() -> None:
    centre = {"org_kind_code": "ENFORCEMENT_CENTRE", "division_code": "s1"}
    rows = [
        {**centre, "org_id": "o1", "establishment_count": 20, "in_post_count": 17},
        {**centre, "org_id": "o2", "establishment_count": 20, "in_post_count": 21},
        {**centre, "org_id": "o3", "establishment_count": 20},
        {
            "org_id": "o4",
            "org_kind_code": "STREET",
            "establishment_count": 9,
            "in_post_count": 1,
        },
    ]
    where = terrain()

    found = table(open_posts(frame(rows, ORG), where), where)

    assert listed(found, "posts_open") == {"o1": (None, 3)}
    assert listed(found, "posts_unknown") == {"o3": (None, None)}
    assert found.filter(subject_id="o1")["street_unit_code"].to_list() == ["AU-s1"]
