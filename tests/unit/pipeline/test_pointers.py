"""Every pointing column of a core dataset is known, with its severity."""

from __future__ import annotations

import polars as pl
import pytest

from hub.pipeline.pointers import RULES, pointers
from hub.schemas import DATASETS
from hub.schemas.rules import RULES as CATALOGUE


def test_exceptions_name_columns_that_point() -> None:
    for (name, column), (rule, _) in RULES.items():
        assert DATASETS[name].column(column).ref, (name, column)
        assert rule in CATALOGUE


def test_rejecting_pointers_are_those_of_the_model() -> None:
    rejecting = {
        (one.dataset, one.column, one.target)
        for name in DATASETS
        for one in pointers(name)
        if one.rejects
    }

    assert rejecting == {
        ("issue_event", "issue_id", "issue"),
        ("handling", "issue_id", "issue"),
        ("review", "issue_id", "issue"),
        ("assignment", "person_id", "person"),
        ("patrol", "person_id", "person"),
        ("road_section", "area_id", "area"),
        ("sign_board", "area_id", "area"),
        ("assignment", "target_id", "area"),
        ("assignment", "target_id", "road_section"),
        ("assignment", "target_id", "org"),
        ("assessment_unit_member", "member_id", "area"),
    }


def test_what_is_derived_or_points_to_reference_data_is_left_out() -> None:
    columns = {one.column for one in pointers("issue")}

    assert not columns & {"duplicate_of_id", "street_code", "area_id", "time_limit_id"}
    assert {"handling_org_id", "road_section_id"} <= columns


def test_only_areas_among_members_of_a_unit_point_to_a_delivery() -> None:
    frame = pl.DataFrame(
        {
            "row": [1, 2],
            "key": ["p", "q"],
            "member_kind_code": ["AREA", "DIVISION"],
            "member_id": ["a", "420102001"],
        }
    )
    (pointer,) = pointers("assessment_unit_member")

    assert pointer.pointed(frame).rows() == [(1, "p", "a")]


@pytest.mark.parametrize(("kind", "rows"), [("AREA", [1]), ("ORG", [2])])
def test_a_target_counts_only_under_its_kind(kind: str, rows: list[int]) -> None:
    frame = pl.DataFrame(
        {
            "row": [1, 2, 3],
            "key": ["p", "q", "r"],
            "target_kind_code": ["AREA", "ORG", "AREA"],
            "target_id": ["a", "b", None],
        }
    )
    (pointer,) = [one for one in pointers("assignment") if one.kind == kind]

    assert pointer.pointed(frame)["row"].to_list() == rows


def test_each_fact_of_a_row_points_under_its_own_key() -> None:
    frame = pl.DataFrame(
        {
            "row": [1, 1],
            "key": ["first", "second"],
            "target_kind_code": ["AREA", "AREA"],
            "target_id": ["a", "a"],
        }
    )
    (pointer,) = [one for one in pointers("assignment") if one.kind == "AREA"]

    assert pointer.pointed(frame)["key"].to_list() == ["first", "second"]
