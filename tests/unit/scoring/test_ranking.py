"""Ranks: inside the group as of the month's last day, shared by equal points."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from support.score_frames import (
    HEAD,
    MONTH,
    figure,
    figures,
    inputs,
    one_item,
    policy,
    run,
    total,
    unit_rows,
    units,
)

from hub.scoring import score

RATE = one_item('{ kind = "rate", weight = 100 }')
POINTS = {"A": 90, "B": 80, "C": 90, "D": 70}
ROWS = [figure("m", unit, points, 100) for unit, points in POINTS.items()]


def ranks(text: str, where: pl.DataFrame, rows: list[dict[str, Any]] = ROWS):
    found = run(text, *rows, where=where)
    return {unit: total(found, unit)[1] for unit in sorted(where["unit_code"].unique())}


def ranking(key: str) -> str:
    return RATE.replace("[total]", f"[ranking]\n{key}\n[total]", 1)


def test_equal_points_share_a_rank_and_the_next_is_skipped() -> None:
    assert ranks(RATE, units("A", "B", "C", "D")) == {"A": 1, "B": 3, "C": 1, "D": 4}


def test_a_shared_rank_skips_none_where_the_policy_says_so() -> None:
    text = ranking('ties = "dense"')

    assert ranks(text, units("A", "B", "C", "D")) == {"A": 1, "B": 2, "C": 1, "D": 3}


def test_points_that_print_alike_are_alike() -> None:
    rows = [figure("m", "A", 1, 3), figure("m", "B", 333333, 1000000)]

    # 33.33333… and 33.3333 are both 33.333
    assert ranks(RATE, units("A", "B"), rows) == {"A": 1, "B": 1}


def row(code: str, **more: Any) -> dict[str, Any]:
    return {
        "unit_code": code,
        "level_code": "DISTRICT_UNIT",
        "group_code": "CENTRAL",
        "parent_unit_code": None,
        "valid_from_on": "2021-08-31",
        "valid_to_on": None,
    } | more


def test_a_unit_is_ranked_inside_its_group() -> None:
    where = unit_rows(
        row("A"), row("B", group_code="NEW"), row("C", group_code=None),
        row("D", group_code=None),
    )  # fmt: skip

    assert ranks(RATE, where) == {"A": 1, "B": 1, "C": 1, "D": 2}
    assert ranks(ranking('within = "all"'), where) == {"A": 1, "B": 3, "C": 1, "D": 4}


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        ("group", {"A": 1, "B": 1, "C": 1, "D": 2}),
        ("parent", {"A": 1, "B": 2, "C": 1, "D": 2}),
    ],
)
def test_a_street_is_ranked_inside_its_district_and_group(
    within: str, expected: dict[str, int]
) -> None:
    where = unit_rows(
        row("A", level_code="STREET_UNIT", parent_unit_code="P", group_code="CLASS_1"),
        row("B", level_code="STREET_UNIT", parent_unit_code="P", group_code="CLASS_2"),
        row("C", level_code="STREET_UNIT", parent_unit_code="Q", group_code="CLASS_1"),
        row("D", level_code="STREET_UNIT", parent_unit_code="Q", group_code="CLASS_1"),
        row("P"),
    )
    head = HEAD.replace("DISTRICT_UNIT", "STREET_UNIT")
    rows = [one | {"level": "street_unit"} for one in ROWS]
    text = ranking(f'within = "{within}"')

    found = score(
        figures(*rows), inputs(), where, policy(text, head), MONTH, "STREET_UNIT"
    )

    assert {unit: total(found, unit)[1] for unit in expected} == expected
    assert found.totals["parent_unit_code"].unique().sort().to_list() == ["P", "Q"]


def test_group_and_existence_are_those_of_the_last_day() -> None:
    where = unit_rows(
        row("A", group_code="NEW", valid_to_on="2026-10-31"),
        row("A", group_code="CENTRAL", valid_from_on="2026-10-31"),
        row("B", valid_to_on="2026-10-31"),
        row("C", valid_from_on="2026-10-31"),
        row("D", valid_from_on="2026-11-01"),
    )

    found = run(RATE, *ROWS, where=where)

    listed = found.totals.filter(pl.col("dimension").is_null())
    assert listed.select("unit_code", "group_code", "rank").rows() == [
        ("A", "CENTRAL", 1),
        ("C", "CENTRAL", 1),
    ]
